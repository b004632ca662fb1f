"""Why a body could not be read, in words for people: every wrong field by its path, broken JSON by line and column.

Only for what the strict decoder refused; the way of a good message never comes here.
"""

import re
from collections.abc import Iterator
from typing import Any

import msgspec

from dbcv.domains.conversations import errors
from dbcv.domains.conversations.schemas import MAX_DEPTH
from dbcv.kit.errors import AppError, ErrorDetail, Invalid

MAX_FAULTS = 50
_HINT = "See POST /api/v1/messages in /docs"
_JSON_HINT = "Send one JSON object in UTF-8, at most 64 levels deep, without lone surrogates"
_BYTE = re.compile(r"\(byte (\d+)\)")


def unreadable(error: Exception, body: bytes, shape: type[msgspec.Struct] | None = None) -> AppError:
    """The answer to a body that a decoder of `shape` (None: of any JSON) refused with `error`."""
    given: Any = None
    if isinstance(error, msgspec.ValidationError):
        try:
            given = msgspec.json.decode(body)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as worse:
            if not isinstance(worse, msgspec.ValidationError):  # which knows less of the place (a number out of range)
                error = worse  # a wrong field came before the place where the JSON breaks
    if isinstance(error, RecursionError):
        return errors.invalid_field("", f"is nested deeper than {MAX_DEPTH} levels", _JSON_HINT)
    if not isinstance(error, msgspec.ValidationError):
        return errors.invalid_field("", _broken(error, body), _JSON_HINT)
    found = list(_faults(given, shape))[:MAX_FAULTS] if shape is not None and isinstance(given, dict) else []
    return _invalid(found or [_fault(error, "")])


def _invalid(found: list[ErrorDetail]) -> AppError:
    first = found[0]
    title = f"{first.path}: {first.message}" if first.path else first.message
    more = f" (and {len(found) - 1} more)" if len(found) > 1 else ""
    return Invalid(title + more, code="invalid_message", errors=found)


def _broken(error: Exception, body: bytes) -> str:
    """msgspec says "JSON is malformed: invalid character (byte 7)"."""
    if isinstance(error, UnicodeDecodeError):
        return f"is not UTF-8: {_place(body, _wrong_byte(body))}"
    words = str(error)
    why = _BYTE.sub("", words.partition(": ")[2]).strip()
    byte = _BYTE.search(words)
    if byte is not None:
        return f"is not valid JSON: {why} at {_place(body, int(byte[1]))}"
    return (
        f"is not valid JSON: it ends too early, at {_place(body, len(body))}"
        if "truncated" in words
        else ("is not valid JSON")
    )


def _wrong_byte(body: bytes) -> int:
    """msgspec counts from the beginning of the text that the byte is in."""
    try:
        body.decode()
    except UnicodeDecodeError as error:
        return error.start
    return 0


def _place(body: bytes, index: int) -> str:
    before = body[:index].decode(errors="replace")
    return f"line {before.count(chr(10)) + 1}, column {len(before) - before.rfind(chr(10))}"


def _faults(given: dict[str, Any], shape: type[msgspec.Struct]) -> Iterator[ErrorDetail]:
    """Every field that breaks the shape: each is tried alone."""
    fields = {field.encode_name: field for field in msgspec.structs.fields(shape)}
    for name, field in fields.items():
        if name not in given:
            if field.required:
                yield ErrorDetail(name, "is missing", _HINT)
        else:
            yield from _field_faults(name, given[name], field.type)
    tag = shape.__struct_config__.tag_field
    yield from (ErrorDetail(str(name), "is not known here", _HINT) for name in given if name not in (*fields, tag))


def _field_faults(name: str, value: Any, kind: Any) -> Iterator[ErrorDetail]:
    try:
        msgspec.convert(value, kind)
    except (msgspec.ValidationError, RecursionError) as error:
        yield _fault(error, name)


def _fault(error: Exception, name: str) -> ErrorDetail:
    """msgspec's words ("Expected `str`, got `int` - at `$.text`") with the place taken out of them."""
    message, _, place = str(error).partition(" - at `$")
    return ErrorDetail(f"{name}{place.rstrip('`')}".lstrip("."), message, _HINT)
