"""A multipart/form-data body with one file in it, read as it streams: nothing is buffered, nothing goes to disk."""

from __future__ import annotations

from collections.abc import AsyncIterator
from email.message import Message
from typing import TYPE_CHECKING

from python_multipart import MultipartParser
from python_multipart.exceptions import FormParserError
from python_multipart.multipart import parse_options_header

from dbcv.domains.media import errors

if TYPE_CHECKING:
    from python_multipart.multipart import MultipartCallbacks

MAX_HEADERS_BYTES = 8_192


class FileForm:
    """`open` reads up to the beginning of the file; `chunks` are its bytes. Raises Invalid for any other form."""

    def __init__(self, content_type: str, body: AsyncIterator[bytes]) -> None:
        kind, options = parse_options_header(content_type.encode("latin-1"))
        boundary = options.get(b"boundary")
        if kind != b"multipart/form-data" or not boundary:
            raise errors.bad_form("This is no multipart/form-data")
        self.name = ""
        self.claimed_type = ""
        self._body = body
        self._headers = Message()
        self._field, self._value, self._size = bytearray(), bytearray(), 0
        self._data: list[bytes] = []
        self._parts, self._is_open, self._is_over = 0, False, False
        self._parser = MultipartParser(boundary, self._callbacks())

    async def open(self) -> None:
        """Read until the file begins."""
        while not self._is_open:
            if not await self._more():
                raise errors.bad_form("The form has no file in it")

    async def chunks(self) -> AsyncIterator[bytes]:
        """The bytes of the file, and then the rest of the form, which must be empty."""
        while True:
            data, self._data = self._data, []
            for chunk in data:
                yield chunk
            if not await self._more():
                break
        if not self._is_over:
            raise errors.bad_form("The form breaks off before its end")

    async def _more(self) -> bool:
        chunk = await anext(self._body, b"")
        if not chunk:
            return False
        try:
            self._parser.write(chunk)
        except FormParserError as error:
            raise errors.bad_form("The form is not well-formed") from error
        return True

    def _callbacks(self) -> MultipartCallbacks:
        return {
            "on_part_begin": self._on_part,
            "on_header_field": lambda data, start, end: self._grow(self._field, data[start:end]),
            "on_header_value": lambda data, start, end: self._grow(self._value, data[start:end]),
            "on_header_end": self._on_header,
            "on_headers_finished": self._on_headers,
            "on_part_data": lambda data, start, end: self._data.append(data[start:end]),
            "on_end": self._on_end,
        }

    def _on_part(self) -> None:
        self._parts += 1
        if self._parts > 1:
            raise errors.bad_form("The form has more than one part")

    def _grow(self, held: bytearray, data: bytes) -> None:
        self._size += len(data)
        if self._size > MAX_HEADERS_BYTES:
            raise errors.bad_form("The headers of the file are too long")
        held += data

    def _on_header(self) -> None:
        self._headers[self._field.decode("latin-1").lower()] = self._value.decode("latin-1")
        self._field, self._value = bytearray(), bytearray()

    def _on_headers(self) -> None:
        _, options = parse_options_header(self._headers.get("content-disposition", "").encode("latin-1"))
        if options.get(b"name") != b"file" or b"filename" not in options:
            raise errors.bad_form("The part of the form is not a file named file")
        self.name = options[b"filename"].decode("utf-8", "replace")
        self.claimed_type = self._headers.get("content-type", "")
        self._is_open = True

    def _on_end(self) -> None:
        self._is_over = True
