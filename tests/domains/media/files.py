"""Files for tests of this domain, each as small as its kind allows."""

import struct
import zlib


def png(width: int = 1, height: int = 1) -> bytes:
    """A picture that says it is so large; only that of 1 × 1 is whole."""
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    parts = [(b"IHDR", head), (b"IDAT", zlib.compress(b"\0\xff\0\0")), (b"IEND", b"")]
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data)) for kind, data in parts
    )


PNG = png()
JPEG = (
    b"\xff\xd8\xff\xe0\x00\x10JFIF\x00\x01\x01\x00\x00\x01\x00\x01\x00\x00\xff\xc0\x00\x11\x08"
    + b"\0\1\0\1"
    + b"\0" * 20
)
GIF = b"GIF89a\1\0\1\0\0\0\0;"
WEBP = b"RIFF\x1a\0\0\0WEBPVP8L\x0d\0\0\0\x2f\0\0\0\0" + b"\0" * 8
MP4 = b"\0\0\0\x20ftypisom\0\0\2\0isomiso2avc1mp41"
PDF = b"%PDF-1.7\n1 0 obj\n<< /Type /Catalog >>\nendobj\n%%EOF\n"
EXE = b"MZ\x90\0\3\0\0\0\4\0\0\0\xff\xff\0\0"
HTML = b"<!doctype html><html><script>alert(1)</script></html>"
SVG = b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>"
