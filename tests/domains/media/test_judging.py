"""What a file is told to be: by content, not by name; and what is not taken."""

import struct

import pytest

from dbcv.domains.media.service.names import disposition, shown_name
from dbcv.domains.media.service.pictures import MAX_PIXELS, check_pixels, size_of
from dbcv.domains.media.service.types import UNKNOWN, check_claim, check_pdf, is_inline, type_of
from dbcv.kit.errors import Invalid, TooLarge
from tests.domains.media.files import EXE, GIF, HTML, JPEG, MP4, PDF, PNG, SVG, WEBP, png


@pytest.mark.parametrize(
    ("content", "found"),
    [
        (PNG, "image/png"),
        (JPEG, "image/jpeg"),
        (GIF, "image/gif"),
        (WEBP, "image/webp"),
        (MP4, "video/mp4"),
        (PDF, "application/pdf"),
        (b"plain text\n", "text/plain"),
        (b"\0\1\2\3", UNKNOWN),
        (HTML, UNKNOWN),
        (SVG, UNKNOWN),
        (EXE, UNKNOWN),
        (b"<?xml version='1.0'?><x/>", UNKNOWN),
    ],
)
def test_the_type_is_the_contents(content: bytes, found: str) -> None:
    assert type_of(content) == found


def test_only_what_runs_nothing_is_shown_inside_a_page() -> None:
    shown = {
        kind for kind in map(type_of, (PNG, JPEG, GIF, WEBP, MP4, PDF, HTML, SVG, EXE, b"text")) if is_inline(kind)
    }
    assert shown == {"image/png", "image/jpeg", "image/gif", "image/webp", "video/mp4"}


@pytest.mark.parametrize("content", [HTML, SVG, EXE, b"#!/bin/sh\nrm -rf /\n", b"\x7fELF\2\1\1" + b"\0" * 60])
@pytest.mark.parametrize(("name", "claimed"), [("a", "image/png"), ("a.jpg", ""), ("a", "video/mp4"), ("a.pdf", "")])
def test_a_page_or_program_by_the_name_of_a_picture_is_refused(content: bytes, name: str, claimed: str) -> None:
    with pytest.raises(Invalid) as refused:
        check_claim(content, name, claimed)
    assert refused.value.code == "type_mismatch"


@pytest.mark.parametrize(
    ("content", "name", "claimed"),
    [
        (HTML, "a.html", "text/html"),
        (SVG, "a.svg", "image/svg+xml"),
        (JPEG, "a.png", "image/png"),
        (b"x", "a.png", ""),
        (EXE, "a.exe", "application/octet-stream"),
        (HTML, "a", "image/png\r\nX: 1"),
        (HTML, "a", "///"),
    ],
)
def test_other_differences_are_nobodys_harm(content: bytes, name: str, claimed: str) -> None:
    check_claim(content, name, claimed)


@pytest.mark.parametrize("content", [png(50_000, 50_000), GIF[:6] + b"\xff\xff\xff\xff", png(2**31, 2**31)])
def test_a_picture_of_too_many_pixels_is_refused_by_what_it_says(content: bytes) -> None:
    with pytest.raises(TooLarge):
        check_pixels(content)


def test_sizes_are_read_from_the_first_bytes() -> None:
    bmp = b"BM" + b"\0" * 16 + struct.pack("<ii", 7, -9)
    vp8x = b"RIFF\0\0\0\0WEBPVP8X" + b"\0" * 8 + (5).to_bytes(3, "little") + (8).to_bytes(3, "little")
    vp8 = b"RIFF\0\0\0\0WEBPVP8 " + b"\0" * 10 + struct.pack("<HH", 11, 12)
    found = [size_of(content) for content in (png(3, 4), GIF, JPEG, WEBP, bmp, vp8x, vp8)]
    assert found == [(3, 4), (1, 1), (1, 1), (1, 1), (7, 9), (6, 9), (11, 12)]


@pytest.mark.parametrize("content", [b"", b"BM", PNG[:18], b"\xff\xd8\xff", b"\xff\xd8\xff\xe0\0\0\xff\xe0\0\0", PDF])
def test_what_says_no_size_passes(content: bytes) -> None:
    assert size_of(content)[0] * size_of(content)[1] <= MAX_PIXELS


@pytest.mark.parametrize("content", [b"%PDF-1.7 /OpenAction /JS", b"<< /AA << /O 5 0 R >> >> << /S /JavaScript >>"])
def test_a_pdf_that_runs_a_script_is_refused_at_either_end(content: bytes) -> None:
    for head, tail in ((content, b""), (b"", content)):
        with pytest.raises(Invalid):
            check_pdf(head, tail)


def test_a_pdf_that_only_opens_at_a_page_is_taken() -> None:
    check_pdf(b"<< /OpenAction [3 0 R /Fit] >>", b"/JS by itself is in many forms")


@pytest.mark.parametrize(
    ("given", "shown"),
    [
        ("photo.png", "photo.png"),
        ("../../etc/passwd", "passwd"),
        ("..\\..\\x.py", "x.py"),
        ("a\0.png", "a.png"),
        (".", "file"),
        ("", "file"),
        ("..", "file"),
        ("a/", "file"),
        (" отчёт.csv ", "отчёт.csv"),
        ("e\u0301", "\u00e9"),
        ("\u202egnp.exe", "gnp.exe"),
        ("\ud800a", "a"),
        ("x" * 400 + ".csv", "x" * 251 + ".csv"),
        ("y" * 300, "y" * 255),
    ],
)
def test_a_name_is_only_a_name(given: str, shown: str) -> None:
    assert shown_name(given) == shown


def test_a_name_cannot_break_out_of_its_header() -> None:
    header = disposition('a"; filename*=x\r\nSet-Cookie: б', inline=False)
    assert header.isascii() and "\r" not in header and "\n" not in header
    assert header.startswith('attachment; filename="a__ filename__x__Set-Cookie_ _"; filename*=UTF-8')
    assert disposition("a.png", inline=True).startswith("inline; ")
