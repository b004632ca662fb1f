"""What comes back: reads an answer in bounded memory and makes the value that a bot sees. Called by client.py.

It trusts nothing the server says about its own length, encoding or kind.
"""

# ruff: noqa: N818 - exceptions are named by what happened

import codecs
import json
import re
from collections.abc import AsyncGenerator
from contextlib import aclosing
from typing import Any

import httpx2
import msgspec

from dbcv.kit.json_text import clean, clean_text
from dbcv.kit.outbound.network import AnswerTooLarge
from dbcv.kit.outbound.requests import ACCEPTED_ENCODINGS

MAX_JSON_DEPTH = 64
MAX_JSON_VALUES = 300_000

_TEXT_KINDS = re.compile(
    r"text/.*|application/(javascript|ecmascript|x-www-form-urlencoded|yaml|x-yaml|toml|graphql|sql|rtf|x-ndjson)"
    r"|application/xml|.*\+xml|.*\+yaml"
)
_JSON_KINDS = re.compile(r"application/json|text/json|.*\+json|application/x-json|text/x-json")
_CHARSET = re.compile(r"(?i)charset\s*=\s*\"?([a-z0-9_.:-]{1,40})")
# Some codecs take a time quadratic in their input or decode something other than text.
_SAFE_CODECS = re.compile(
    r"utf-8|utf-8-sig|utf-16(-le|-be)?|utf-32(-le|-be)?|ascii|iso8859-\d+|cp\d+|koi8-[ru]|mac-\w+"
    r"|gb2312|gbk|gb18030|big5\w*|shift_jis\w*|euc_(jp|kr)|iso2022_(jp|kr)"
)


class AnswerRefused(Exception):
    """The answer came and cannot be used; the text is a short sentence for the bot's author."""


class NoRoom(AnswerRefused):
    """There was no room for it at this moment."""


class Room:
    """How many bytes of answers a client holds at once while it reads them."""

    def __init__(self, max_bytes: int) -> None:
        self._left_bytes = max_bytes

    def take(self, count: int) -> None:
        """Raises NoRoom for more than is left."""
        if count > self._left_bytes:
            raise NoRoom("too many large answers are being read at once, try again later")
        self._left_bytes -= count

    def give_back(self, count: int) -> None:
        """What was taken."""
        self._left_bytes += count


async def read_value(answer: httpx2.Response, max_bytes: int, room: Room) -> Any:
    """The value in an answer, as `value_of` says. Raises AnswerTooLarge, AnswerRefused."""
    taken = 0
    body = bytearray()
    try:
        async with aclosing(_chunks(answer, max_bytes)) as chunks:
            async for chunk in chunks:
                room.take(len(chunk))
                taken += len(chunk)
                body += chunk
        return value_of(body, answer.headers.get("content-type", ""))
    finally:
        room.give_back(taken)


async def read_body(answer: httpx2.Response, max_bytes: int) -> bytes:
    """The unpacked body. Raises AnswerTooLarge as soon as there is more of it, AnswerRefused for unknown packing."""
    async with aclosing(_chunks(answer, max_bytes)) as chunks:
        return b"".join([chunk async for chunk in chunks])


async def _chunks(answer: httpx2.Response, max_bytes: int) -> AsyncGenerator[bytes, None]:
    """The unpacked bytes, piece by piece."""
    _check_packing(answer.headers)
    left_bytes = max_bytes
    async with aclosing(answer.aiter_bytes()) as chunks:
        async for chunk in chunks:
            left_bytes -= len(chunk)
            if left_bytes < 0:
                raise AnswerTooLarge
            yield chunk


def _check_packing(headers: httpx2.Headers) -> None:
    """One layer of what was asked for: layers multiply, and each costs memory of its own."""
    layers = [layer.strip().lower() for layer in headers.get_list("content-encoding", split_commas=True)]
    packed = [layer for layer in layers if layer not in ("", "identity")]
    if len(packed) > 1 or any(layer not in ACCEPTED_ENCODINGS for layer in packed):
        raise AnswerRefused("the answer is packed in a way that was not asked for")


def value_of(body: bytes | bytearray, content_type: str) -> Any:
    """JSON becomes its value, text becomes text, anything else a note {"content_type", "size"}; nothing becomes None.

    JSON that is broken becomes text. Raises AnswerRefused for JSON too deep or of too many values to be worked with.
    """
    if not body:
        return None
    kind = content_type.partition(";")[0].strip().lower()
    if _JSON_KINDS.fullmatch(kind):
        return _json_value(_text(body, content_type))
    if _TEXT_KINDS.fullmatch(kind):
        return clean_text(_text(body, content_type))
    return _unnamed(body) if not kind else _note(body, kind)


def _unnamed(body: bytes | bytearray) -> Any:
    try:
        return clean_text(body.decode())
    except UnicodeDecodeError:
        return _note(body, "application/octet-stream")


def _note(body: bytes | bytearray, kind: str) -> dict[str, Any]:
    return {"content_type": kind[:200], "size": len(body)}


def _text(body: bytes | bytearray, content_type: str) -> str:
    """The text in the charset the server names, if that is an ordinary one; UTF-8 otherwise, without its mark."""
    named = _CHARSET.search(content_type)
    return body.decode(_codec(named[1]) if named else "utf-8-sig", errors="replace")


def _codec(name: str) -> str:
    try:
        codec = codecs.lookup(name).name
    except (LookupError, ValueError):
        return "utf-8-sig"
    return codec if codec != "utf-8" and _SAFE_CODECS.fullmatch(codec) else "utf-8-sig"


def _json_value(text: str) -> Any:
    if text.count(",") + text.count("[") + text.count("{") > MAX_JSON_VALUES:
        raise AnswerRefused(f"the JSON answer has more than {MAX_JSON_VALUES} values")
    try:
        value = _parsed(text)
    except RecursionError as error:
        raise AnswerRefused(f"the JSON answer is nested deeper than {MAX_JSON_DEPTH} levels") from error
    except ValueError:
        return clean_text(text)
    if _is_deep(value):
        raise AnswerRefused(f"the JSON answer is nested deeper than {MAX_JSON_DEPTH} levels")
    return clean(value) if _needs_cleaning(text) else value


def _parsed(text: str) -> Any:
    """Strictly and fast, else as Python reads it (NaN and infinities become null). ValueError, RecursionError."""
    try:
        return msgspec.json.decode(text)
    except (msgspec.DecodeError, UnicodeEncodeError):
        return clean(json.loads(text, parse_constant=lambda _name: None))


def _needs_cleaning(text: str) -> bool:
    return "\\u0000" in text or "\x00" in text


def _is_deep(value: Any) -> bool:
    level = [value]
    for _ in range(MAX_JSON_DEPTH):
        level = [item for branch in level for item in _children(branch) if isinstance(item, dict | list)]
        if not level:
            return False
    return True


def _children(branch: Any) -> Any:
    if isinstance(branch, dict):
        return branch.values()
    return branch if isinstance(branch, list) else ()
