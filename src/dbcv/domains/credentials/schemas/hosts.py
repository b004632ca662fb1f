"""The hosts a credential is bound to. Pure: reads what a person wrote and compares."""

import re
from typing import Annotated

from pydantic import AfterValidator

from dbcv.kit.outbound import RequestRefused
from dbcv.kit.outbound.places import place_of as place_of

_PORTS = {"https": 443, "http": 80}
_ENTRY = re.compile(r"(?:(https?)://)?([^/?#@\\\s]+?)/?", re.IGNORECASE)


def read_host(text: str) -> str:
    """`host`, `host:port` (TLS) or `http://host:port`, as it is kept: "https://api.example.com:443".

    Raises ValueError. Plain HTTP has to be asked for by its name: the secret then goes unprotected.
    """
    found = _ENTRY.fullmatch(text.strip())
    if not found:
        raise ValueError("write a host as api.example.com or api.example.com:8443, without a path")
    scheme = (found[1] or "https").lower()
    try:
        return place_of(f"{scheme}://{found[2]}")
    except RequestRefused as error:
        raise ValueError(f"{text[:100]!r} is no host") from error


def shown_host(place: str) -> str:
    """The short spelling for people: what `read_host` takes."""
    scheme, _, rest = place.partition("://")
    host, _, port = rest.rpartition(":")
    short = host if int(port) == _PORTS[scheme] else rest
    return short if scheme == "https" else f"http://{short}"


Host = Annotated[str, AfterValidator(lambda text: shown_host(read_host(text)))]
