"""The body of an outbound request: JSON, a form, text, or a form with files. Pure; called by requests.py."""

# ruff: noqa: N818 - exceptions are named by what happened

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Any
from urllib.parse import urlencode

MAX_BODY_BYTES = 10_000_000
MULTIPART = "multipart/form-data"
UNSAFE_TEXT = re.compile(r"[\x00-\x08\x0a-\x1f\x7f]")


class RequestRefused(Exception):
    """The request is not made; the text is a short sentence for the bot's author, without secrets."""


@dataclass(frozen=True, slots=True)
class OutboundFile:
    """A file that goes along in a form, in the field `field`."""

    field: str
    name: str
    content_type: str
    content: bytes


def pairs(fields: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Fields as texts; a list repeats its field. Raises RequestRefused."""
    return [
        (str(name), _as_text(item))
        for name, value in fields.items()
        for item in (value if isinstance(value, list | tuple) else [value])
    ]


def _as_text(value: Any) -> str:
    if value is None:
        return ""
    return value if isinstance(value, str) else json_text(value)


def json_text(value: Any) -> str:
    """Raises RequestRefused."""
    try:
        return json.dumps(value, ensure_ascii=False, allow_nan=False)
    except (TypeError, ValueError, RecursionError) as error:
        raise RequestRefused("a value to send is no valid JSON") from error


def body_of(
    json_field: Any, data: Any, content: Any, files: Sequence[OutboundFile], wants_parts: bool
) -> tuple[str | None, bytes]:
    """Content type and bytes; None and b"" without a body. `wants_parts`: the form is sent in parts even without files.

    Raises RequestRefused.
    """
    if files:
        if json_field is not None or content is not None or not isinstance(data, Mapping | None):
            raise RequestRefused("files go along with form fields (data), not with JSON or a text")
        return _multipart(data or {}, files)
    if json_field is not None:
        return "application/json", json_text(json_field).encode(errors="replace")
    if data is not None:
        if wants_parts and isinstance(data, Mapping):
            return _multipart(data, ())
        return "application/x-www-form-urlencoded", _form(data)
    return (None, b"") if content is None else _raw(content)


def _multipart(data: Mapping[str, Any], files: Sequence[OutboundFile]) -> tuple[str, bytes]:
    """Form fields and files. The boundary follows from the contents, so none of them can hold it."""
    fields = [(_disposition(name), value.encode(errors="replace")) for name, value in pairs(data)]
    for file in files:
        kind = f"\r\nContent-Type: {_quoted(file.content_type)}"
        fields.append((f'{_disposition(file.field)}; filename="{_quoted(file.name)}"{kind}', file.content))
    digest = sha256()
    for head, content in fields:
        digest.update(head.encode() + content)
    boundary = digest.hexdigest()
    parts = [f"--{boundary}\r\n{head}\r\n\r\n".encode() + content + b"\r\n" for head, content in fields]
    return f"{MULTIPART}; boundary={boundary}", b"".join(parts) + f"--{boundary}--\r\n".encode()


def _disposition(field: str) -> str:
    return f'Content-Disposition: form-data; name="{_quoted(field)}"'


def _quoted(text: str) -> str:
    """As browsers write names in forms: no quote or line break gets through."""
    return UNSAFE_TEXT.sub(" ", text).replace('"', "%22").encode(errors="replace").decode()


def _form(data: Any) -> bytes:
    if isinstance(data, Mapping):
        return urlencode(pairs(data), errors="replace").encode()
    return _as_text(data).encode(errors="replace")


def _raw(content: Any) -> tuple[str | None, bytes]:
    if isinstance(content, bytes):
        return "application/octet-stream", content
    kind = "text/plain; charset=utf-8" if isinstance(content, str) else "application/json"
    return kind, _as_text(content).encode(errors="replace")
