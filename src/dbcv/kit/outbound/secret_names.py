"""Which headers and fields hold secrets by their names, and how such a value is shown. Pure; for whatever people read:
requests that are tried, imported or logged."""

import re
from urllib.parse import quote, unquote

DOTS = "•••"
_WORDS = r"api[-_]?key|apikey|secret|token|password|passwd|passphrase|auth[-_]?key|access[-_]?key|private[-_]?key"
_SECRET_HEADER = re.compile(
    rf"(?i)authorization|cookie|.*-authorization|x-amz-security-token|.*session.*|.*(?:{_WORDS}).*"
)
_SECRET_FIELD = re.compile(rf"(?i)key|sig|signature|pwd|pass|appid|.*(?:{_WORDS}).*")
_SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9-]{1,20}) +\S")
_QUERY_FIELD = re.compile(r"([?&])([^=&#]+)=([^&#]+)")
_IN_PATH = re.compile(r"(/bot)\d{5,}:[A-Za-z0-9_-]{20,}")
"""Telegram's token stands in the path."""


def is_secret_header(name: str) -> bool:
    """Does a header of this name hold a secret."""
    return _SECRET_HEADER.fullmatch(name) is not None


def is_secret_field(name: str) -> bool:
    """Does a field of a query or form of this name hold a secret."""
    return _SECRET_FIELD.fullmatch(name) is not None


def hide_in_header(name: str, value: str) -> str:
    """The value, or its scheme and dots: "Bearer •••"."""
    if not is_secret_header(name) or not value:
        return value
    scheme = _SCHEME.match(value)
    return f"{scheme[1]} {DOTS}" if scheme else DOTS


def hide_in_url(url: str) -> str:
    """The address with dots for the values of such fields."""

    def hidden(found: re.Match[str]) -> str:
        known = is_secret_field(unquote(found[2]))
        return f"{found[1]}{found[2]}={DOTS if known else found[3].replace(quote(DOTS), DOTS)}"

    return _IN_PATH.sub(rf"\1{DOTS}", _QUERY_FIELD.sub(hidden, url))
