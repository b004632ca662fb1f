"""How large a picture says it is, read from its first bytes. Nothing is unpacked."""

import struct

from dbcv.domains.media import errors

MAX_PIXELS = 100_000_000
"""Of one picture; unpacked it takes four bytes each, in whatever program opens it."""
_JPEG_SIZES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}


def check_pixels(head: bytes) -> None:
    """Raises TooLarge for a picture of too many pixels; what tells no size passes."""
    width, height = size_of(head)
    if width * height > MAX_PIXELS:
        raise errors.too_many_pixels(width, height, MAX_PIXELS)


def size_of(head: bytes) -> tuple[int, int]:
    """(width, height) of PNG, GIF, JPEG, WebP and BMP; (0, 0) where there is none."""
    try:
        return _size_of(head)
    except (struct.error, IndexError):
        return 0, 0


def _size_of(head: bytes) -> tuple[int, int]:
    if head.startswith(b"\x89PNG\r\n\x1a\n"):
        return _two(">II", head, 16)
    if head.startswith((b"GIF87a", b"GIF89a")):
        return _two("<HH", head, 6)
    if head.startswith(b"BM"):
        width, height = _two("<ii", head, 18)
        return abs(width), abs(height)
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return _webp(head)
    return _jpeg(head) if head.startswith(b"\xff\xd8\xff") else (0, 0)


def _two(layout: str, head: bytes, at: int) -> tuple[int, int]:
    first, second = struct.unpack_from(layout, head, at)
    return first, second


def _webp(head: bytes) -> tuple[int, int]:
    kind = head[12:16]
    if kind == b"VP8X":
        return int.from_bytes(head[24:27], "little") + 1, int.from_bytes(head[27:30], "little") + 1
    if kind == b"VP8L":
        bits = int.from_bytes(head[21:25], "little")
        return (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1
    width, height = _two("<HH", head, 26)
    return width & 0x3FFF, height & 0x3FFF


def _jpeg(head: bytes) -> tuple[int, int]:
    at = 2
    while at + 9 < len(head) and head[at] == 0xFF:
        marker = head[at + 1]
        if marker in _JPEG_SIZES:
            height, width = _two(">HH", head, at + 5)
            return width, height
        at += 2 + int.from_bytes(head[at + 2 : at + 4], "big")
    return 0, 0
