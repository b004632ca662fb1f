"""A file on its way in: measured and judged while it passes, chunk by chunk. What is wrong with it stops the upload."""

from collections.abc import AsyncIterator
from dataclasses import dataclass

from dbcv.domains.media import errors
from dbcv.domains.media.service import types
from dbcv.domains.media.service.pictures import check_pixels


@dataclass(frozen=True, slots=True)
class Limits:
    """Bytes: of any file, of a picture, and what is left of the account's room."""

    file: int
    image: int
    room: int
    quota: int


class Intake:
    """Iterate over `checked`; after that `size` and `content_type` say what came."""

    def __init__(self, name: str, claimed_type: str, limits: Limits) -> None:
        self.size = 0
        self.content_type = types.UNKNOWN
        self._name = name
        self._claimed_type = claimed_type
        self._limits = limits
        self._limit = limits.file
        self._head, self._tail = b"", b""

    async def checked(self, chunks: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
        """The same bytes. The beginning is held back until it is judged; raises AppError."""
        head: bytearray | None = bytearray()
        async for chunk in chunks:
            self._count(chunk)
            if head is None:
                yield chunk
                continue
            head += chunk
            if len(head) >= types.HEAD_BYTES:
                self._judge(bytes(head))
                yield bytes(head)
                head = None
        if head is not None:
            self._judge(bytes(head))
            yield bytes(head)
        self._judge_end()

    def _count(self, chunk: bytes) -> None:
        self.size += len(chunk)
        if self.size > self._limit:
            raise errors.too_large(self._limit, "picture" if self._limit < self._limits.file else "file")
        if self.size > self._limits.room:
            raise errors.quota_reached(self._limits.quota)
        self._tail = (self._tail + chunk)[-types.HEAD_BYTES :] if len(chunk) < types.HEAD_BYTES else chunk

    def _judge(self, content: bytes) -> None:
        if not content:
            raise errors.empty_file()
        self._head = head = content[: types.HEAD_BYTES]
        types.check_claim(head, self._name, self._claimed_type)
        self.content_type = types.type_of(head)
        if self.content_type.startswith("image/"):
            self._limit = min(self._limits.file, self._limits.image)
            check_pixels(head)
            self._count(b"")

    def _judge_end(self) -> None:
        if self.content_type == "application/pdf":
            types.check_pdf(self._head, self._tail[-types.HEAD_BYTES :])
