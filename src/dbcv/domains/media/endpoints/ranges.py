"""One `Range: bytes=…` of a file of known size (RFC 9110)."""

import re
from dataclasses import dataclass

_RANGE = re.compile(r"bytes=(\d{0,19})-(\d{0,19})", re.ASCII)


@dataclass(frozen=True, slots=True)
class Part:
    """The bytes from `start` to before `end`."""

    start: int
    end: int
    is_partial: bool


def part_of(header: str, size: int) -> Part | None:
    """What is asked for: all of it without a header, or with one that asks for several parts or makes no sense.

    None for a part that lies outside the file.
    """
    found = _RANGE.fullmatch(header.replace(" ", ""))
    if found is None or not (found[1] or found[2]):
        return Part(0, size, False)
    if not found[1]:
        start, end = max(0, size - int(found[2])), size
    else:
        start, end = int(found[1]), min(size, int(found[2]) + 1) if found[2] else size
        if found[2] and int(found[2]) < start:
            return Part(0, size, False)
    return Part(start, end, True) if start < end else None
