"""How a message becomes calls of a messenger that takes texts of some length, files and buttons. Pure.

Called by the `writing.py` of channels; knows no vendor: each brings its lengths and the buttons as it wants them.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any

from dbcv.integration_kit.transport import Part

Fits = Callable[[str, int], int]
"""(text, limit): how many signs from the beginning are not too long."""


def signs(text: str, limit: int) -> int:
    """Where each sign counts once."""
    return min(len(text), limit)


def parts(
    message: Mapping[str, Any],
    most: int,
    buttons: Iterable[Mapping[str, Any]],
    *,
    most_with_file: int | None = None,
    fits: Fits = signs,
    options: Mapping[str, Any] | None = None,
) -> list[Part]:
    """In order; a text that is short enough (`most_with_file`, else `most`) goes with the first file. The buttons hang
    on the last one; `options` go with the text."""
    text, held, said = message.get("text") or "", _held(message), dict(options or {})
    files = [place for place, file in enumerate(held) if file.get("id")]
    made: list[Part] = []
    if files and text and fits(text, most_with_file or most) == len(text):
        made.append(Part(text, files.pop(0), options=said))
    else:
        made += [Part(piece, options=said) for piece in split(text, most, fits)]
    made += [Part("", place) for place in files]
    urls = [str(file["url"]) for file in held if not file.get("id") and file.get("url")]
    made += [Part(url[: fits(url, most)]) for url in urls]
    rows = tuple(buttons)
    if rows and made:
        made[-1] = replace(made[-1], buttons=rows)
    return made


def _held(message: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """What hangs on it, each as an object: an author may have written the bare address of a file elsewhere."""
    entries = message.get("attachments") or []
    return [entry if isinstance(entry, Mapping) else {"url": _address(entry)} for entry in entries]


def _address(entry: Any) -> str:
    return entry if isinstance(entry, str) and entry.startswith(("https://", "http://")) else ""


def split(text: str, limit: int, fits: Fits = signs) -> Iterator[str]:
    """Pieces that are not longer, broken at ends of lines or between words where there are some."""
    while (end := fits(text, limit)) < len(text):
        at = max(text.rfind("\n", 0, end + 1), text.rfind(" ", end // 2, end + 1))
        cut = at if at >= end // 2 else end
        yield text[:cut].rstrip()
        text = text[cut:].lstrip(" \n") if cut == at else text[cut:]
    if text.strip():
        yield text
