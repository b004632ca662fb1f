"""Names of files as people gave them: made fit to be shown and saved. They are never part of a key in the storage."""

import re
import unicodedata
from urllib.parse import quote

MAX_CHARS = 255
NAMELESS = "file"
_UNSAFE = re.compile(r"[\x00-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2066-\u2069\ufeff\ud800-\udfff]")


def shown_name(given: str) -> str:
    """The last part of a path without control and direction characters, at most MAX_CHARS long; its ending stays."""
    last = re.split(r"[/\\]", _UNSAFE.sub("", unicodedata.normalize("NFC", _UNSAFE.sub("", given))))[-1].strip()
    if not last.strip("."):
        return NAMELESS
    if len(last) <= MAX_CHARS:
        return last
    stem, dot, ending = last.rpartition(".")
    kept = dot + ending if stem and len(ending) <= 20 else ""
    return last[: MAX_CHARS - len(kept)] + kept


def disposition(name: str, inline: bool) -> str:
    """The value of Content-Disposition (RFC 6266): ASCII only, whatever the name holds."""
    plain = re.sub(r"[^A-Za-z0-9._ -]", "_", name)
    kind = "inline" if inline else "attachment"
    return f"{kind}; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='')}"
