"""The URL of an HTTP request with placeholders: values fill segments and fields, they never add or move one."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final
from urllib.parse import quote

from dbcv.engine.scopes import Scopes
from dbcv.engine.templating import Placeholder, Render, Value, compile_text
from dbcv.engine.values import to_text

_URL_FORBIDDEN = re.compile(r"[\x00-\x20\x7f-\x9f\\]")
_URL_PARAM = re.compile(r"(?<![{$])\{([A-Za-z0-9_.-]{1,100})\}")
_AUTHORITY = re.compile(r"https?://[^/?#]+", re.IGNORECASE)
_DOTS: Final = frozenset((".", ".."))


class RequestError(ValueError):
    """A request that may not be sent with the values it got."""


class Url:
    """A URL in pieces. Values in its path, query and fragment are percent-encoded; none may stand in its host.

    A URL may begin with a placeholder: its value is then the base, a whole http(s) address of its own, and what
    follows must begin with / or ?. `fault` says why a URL can never be used.
    """

    __slots__ = ("base", "fault", "pieces")

    def __init__(self, source: str, url_params: Mapping[str, Value]) -> None:
        self.pieces = _pieces(source, url_params)
        self.base: Render | None = None
        if self.pieces and not isinstance(self.pieces[0], str):
            self.base = self.pieces.pop(0)  # type: ignore[assignment]
        self.fault = self._find_fault()

    def _find_fault(self) -> str | None:
        head = self.pieces[0] if self.pieces else ""
        if any(isinstance(piece, str) and _URL_FORBIDDEN.search(piece) for piece in self.pieces):
            return "the URL holds spaces, control characters or backslashes"
        if not isinstance(head, str):
            return "a placeholder stands in the host"
        if self.base is not None:
            return (
                None if not self.pieces or head[0] in "/?#" else "what follows the first placeholder must begin with /"
            )
        found = _AUTHORITY.match(head)
        if not found:
            return "the URL does not begin with http:// or https:// and a host"
        if found.end() == len(head) and len(self.pieces) > 1:
            return "a placeholder stands in the host"
        return "the URL holds a user name" if "@" in found[0] else None

    def render(self, scopes: Scopes) -> str:
        """The URL filled in; raises RequestError."""
        rest = "".join(piece if isinstance(piece, str) else encode(piece(scopes)) for piece in self.pieces)
        base = "" if self.base is None else _checked_base(self.base(scopes), rest)
        url = base + rest
        if len(url) > scopes.limits.max_url_chars:
            raise RequestError(f"the URL is longer than {scopes.limits.max_url_chars} characters")
        if len(self.pieces) > 1 and _has_dots(url):
            raise RequestError("a value makes the path go up (..)")
        return url


Piece = str | Render


def _pieces(source: str, url_params: Mapping[str, Value]) -> list[Piece]:
    pieces: list[Piece] = []
    for part in compile_text(source).parts:
        if isinstance(part, Placeholder):
            pieces.append(part.value)
        else:
            pieces.extend(_with_url_params(part, url_params))
    return pieces


def _with_url_params(text: str, url_params: Mapping[str, Value]) -> Iterator[Piece]:
    done = 0
    for found in _URL_PARAM.finditer(text):
        if found[1] in url_params:
            if found.start() > done:
                yield text[done : found.start()]
            yield url_params[found[1]].render
            done = found.end()
    if done < len(text):
        yield text[done:]


def encode(value: Any) -> str:
    """A value as one piece of a path or a query."""
    return quote(to_text(value), safe="", errors="replace")


def _checked_base(value: Any, rest: str) -> str:
    base = value.strip() if isinstance(value, str) else ""
    found = _AUTHORITY.match(base)
    if not found or "@" in found[0] or _URL_FORBIDDEN.search(base):
        raise RequestError("the URL's first value is no http(s) address")
    if not rest:
        return base
    if "?" in base or "#" in base:
        raise RequestError("the URL's first value has a query, and more follows it")
    return base.rstrip("/") if rest.startswith("/") else base


def _has_dots(url: str) -> bool:
    path = re.split(r"[?#]", url.partition("://")[2], maxsplit=1)[0]
    return any(segment.lower().replace("%2e", ".") in _DOTS for segment in path.split("/"))
