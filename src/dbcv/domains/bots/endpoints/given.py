"""What the endpoints of bots are given: the service, the version of a draft the caller knows, a page's size."""

from typing import Annotated

from fastapi import Depends, Header, Path, Query, Request

from dbcv.domains.bots import errors
from dbcv.domains.bots.service import Bots


async def _service(request: Request) -> Bots:
    service: Bots = request.app.state.bots
    return service


async def _known_version(if_match: Annotated[str | None, Header()] = None) -> int | None:
    """The draft's version the caller knows, from If-Match: "7", W/"7", 7; none and * mean any."""
    text = (if_match or "*").removeprefix("W/").strip('"')
    if text == "*":
        return None
    if not (text.isascii() and text.isdigit()) or len(text) > 9:
        raise errors.no_version(text)
    return int(text)


Service = Annotated[Bots, Depends(_service)]
KnownVersion = Annotated[int | None, Depends(_known_version)]
Limit = Annotated[int, Query(ge=1, le=200)]
Number = Annotated[int, Path(ge=1, le=2**31 - 1)]
