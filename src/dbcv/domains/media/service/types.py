"""What a file is, told by its content: its type, whether a browser may show it, and what is taken nowhere."""

import mimetypes
import re

import defity

from dbcv.domains.media import errors

UNKNOWN = "application/octet-stream"
HEAD_BYTES = 8_192
"""So much of a file's beginning is looked at, and of a PDF's end."""

# A browser shows these without running anything of theirs.
INLINE = frozenset(
    {"image/png", "image/jpeg", "image/gif", "image/webp", "image/avif"}
    | {"audio/mpeg", "audio/ogg", "audio/x-wav", "audio/flac", "audio/mp4", "video/mp4", "video/webm"}
)
# These have a name, and do nothing by themselves in a browser that was told to save them.
_NAMED = INLINE | {"application/pdf", "application/zip", "application/gzip", "text/plain", "image/heif", "image/bmp"}
_ALIASES = {"audio/x-flac": "audio/flac", "audio/x-m4a": "audio/mp4", "image/x-ms-bmp": "image/bmp"}
_RIFF = {b"WEBP": "image/webp", b"WAVE": "audio/x-wav"}
_MARKUP_OR_PROGRAM = re.compile(
    r"text/html|image/svg|xhtml|application/xml|text/xml|executable|sharedlib|dosexec|x-sh|shellscript|javascript|flash"
)
_MEDIA = ("image/", "audio/", "video/")
_PDF_RUNS = re.compile(rb"/(?:OpenAction|AA)\b")
_PDF_SCRIPT = re.compile(rb"/(?:JS|JavaScript|Launch)\b")


def type_of(head: bytes) -> str:
    """The type by content, as it will be served: UNKNOWN for everything a browser might run."""
    found = _found(head)
    return found if found in _NAMED else UNKNOWN


def _found(head: bytes) -> str:
    """What defity says, but for containers of which it does not look at the content."""
    if head[:4] == b"RIFF":
        return _RIFF.get(head[8:12], UNKNOWN)
    if head[:4] == b"OggS":
        return "video/ogg" if b"theora" in head[:512] else "audio/ogg"
    if head[:3] == b"GIF" and not _is_gif(head):
        return UNKNOWN
    found = defity.from_bytes(head)
    return _ALIASES.get(found, found)


def _is_gif(head: bytes) -> bool:
    """Whether a block of a GIF follows its header, not a script that begins like one."""
    flags = head[10] if len(head) > 13 else 0
    colours = 3 << (flags & 7) + 1 if flags & 0x80 else 0
    return head[13 + colours : 14 + colours] in (b"!", b",", b";")


def check_claim(head: bytes, name: str, claimed: str) -> None:
    """Raises Invalid where a page or a program goes by the name of a picture, sound, film or PDF.

    Other differences harm nobody: the content's type is the one that is kept.
    """
    said = _said(name, claimed)
    harmless = (said.startswith(_MEDIA) and not said.startswith("image/svg")) or said == "application/pdf"
    found = _found(head)
    if harmless and _MARKUP_OR_PROGRAM.search(found):
        raise errors.wrong_type(said, found)


def _said(name: str, claimed: str) -> str:
    plain = claimed.partition(";")[0].strip().lower()
    if plain and plain != UNKNOWN and re.fullmatch(r"[a-z0-9.+-]+/[a-z0-9.+-]+", plain):
        return plain
    return mimetypes.guess_type(name)[0] or UNKNOWN


def check_pdf(head: bytes, tail: bytes) -> None:
    """Raises Invalid for a PDF whose catalogue says in plain text that a script runs when it is opened."""
    for part in (head, tail):
        if _PDF_RUNS.search(part) and _PDF_SCRIPT.search(part):
            raise errors.active_pdf()


def is_inline(content_type: str) -> bool:
    """Whether a browser may show it instead of saving it."""
    return content_type in INLINE
