"""What the endpoints of bots are given: the service, the version of a draft the caller knows, a page's size, the
caller's language."""

from typing import Annotated, Any

from fastapi import Depends, Header, Path, Query, Request
from pydantic import BaseModel, GetJsonSchemaHandler
from pydantic_core import CoreSchema

from dbcv.domains.bots import errors
from dbcv.domains.bots import schemas as wire
from dbcv.domains.bots.service import Bots


async def _service(request: Request) -> Bots:
    service: Bots = request.app.state.bots
    return service


async def _known_version(
    if_match: Annotated[
        str | None,
        Header(max_length=100, description='the version of the draft that is changed: "7"; * for whatever it is'),
    ] = None,
) -> wire.KnownVersion:
    """The draft's version the caller knows, from If-Match: "7", W/"7", 7, *; None without the header."""
    if if_match is None:
        return None
    text = if_match.strip().removeprefix("W/").strip('"')
    if text == "*":
        return "*"
    if not (text.isascii() and text.isdigit()) or len(text) > 9:
        raise errors.no_version(text)
    return int(text)


async def _spoken(
    accept_language: Annotated[str, Header(max_length=1_000, description="ru or en, the default")] = "",
) -> wire.Language:
    """The better liked of the languages we speak."""
    liked = {"en": 0.0, "ru": 0.0}
    for entry in accept_language.split(","):
        tag, _, weight = entry.strip().partition(";")
        language = tag.partition("-")[0].strip().lower()
        if language in liked:
            liked[language] = max(liked[language], _weight(weight))
    return "ru" if liked["ru"] > liked["en"] else "en"


def _weight(text: str) -> float:
    try:
        return min(1.0, max(0.0, float(text.strip().removeprefix("q=")))) if text.strip() else 1.0
    except ValueError:
        return 0.0


NAMED = "x-name"
"""What a schema inside another is called, for whoever gives it a place of its own in OpenAPI."""


class Shown:
    """Lets a body that the service reads by itself, in its own words, stand in OpenAPI as `model`."""

    def __init__(self, model: type[BaseModel]) -> None:
        self._model = model

    def __get_pydantic_json_schema__(self, _schema: CoreSchema, handler: GetJsonSchemaHandler) -> dict[str, Any]:
        return handler(self._model.__pydantic_core_schema__) | {NAMED: self._model.__name__}


Service = Annotated[Bots, Depends(_service)]
KnownVersion = Annotated[wire.KnownVersion, Depends(_known_version)]
Spoken = Annotated[wire.Language, Depends(_spoken)]
Limit = Annotated[int, Query(ge=1, le=200)]
Number = Annotated[int, Path(ge=1, le=2**31 - 1)]
