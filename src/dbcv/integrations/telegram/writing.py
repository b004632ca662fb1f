"""How a message becomes calls of Telegram: texts of its length, files, keyboards. Pure."""

from collections.abc import Iterator, Mapping
from typing import Any

from dbcv.integration_kit.buttons import placed, value_of
from dbcv.integration_kit.transport import Part
from dbcv.integrations.telegram.reading import KEPT_VALUE, VALUE

MAX_TEXT_UNITS = 4_096
MAX_CAPTION_UNITS = 1_024
MAX_DATA_BYTES = 64
PARSE_MODES = ("HTML", "MarkdownV2")


def parts(message: Mapping[str, Any]) -> list[Part]:
    """In order; a short text goes under the first file. The keyboard hangs on the last one."""
    params = message["params"] if isinstance(message.get("params"), dict) else {}
    text, held = message.get("text") or "", message.get("attachments") or []
    files = [place for place, file in enumerate(held) if file.get("id")]
    mode = params.get("parse_mode")
    options = {"parse_mode": mode} if mode in PARSE_MODES and units(text) <= MAX_TEXT_UNITS else {}
    made: list[Part] = []
    if files and 0 < units(text) <= MAX_CAPTION_UNITS:
        made.append(Part(text, files.pop(0), options=options))
    else:
        made += [Part(piece, options=options) for piece in split(text, MAX_TEXT_UNITS)]
    made += [Part("", place) for place in files]
    made += [Part(str(file["url"])) for file in held if not file.get("id") and file.get("url")]
    rows = tuple(keyboard(message, params))
    if rows and made:
        last = made[-1]
        kind = "reply" if params.get("keyboard") == "reply" else "inline"
        made[-1] = Part(last.text, last.file, rows, {**last.options, "keyboard": kind})
    return made


def keyboard(message: Mapping[str, Any], params: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """{"row", "text", "url"} or {"row", "text", "data"} of each button; a value that is too long stays with us."""
    for place, (row, button) in enumerate(placed(params.get("buttons"))):
        url = button.get("url")
        if isinstance(url, str) and url:
            yield {"row": row, "text": button["text"], "url": url}
            continue
        data = VALUE + value_of(button)
        kept = f"{KEPT_VALUE}{str(message['id']).replace('-', '')}:{place}"
        yield {"row": row, "text": button["text"], "data": data if len(data.encode()) <= MAX_DATA_BYTES else kept}


def units(text: str) -> int:
    """How long Telegram finds a text: signs beyond the basic plane count twice."""
    return len(text) + sum(sign > "￿" for sign in text)


def split(text: str, limit: int) -> Iterator[str]:
    """Pieces that are not longer, broken at ends of lines or between words where there are some."""
    while units(text) > limit:
        end = _longest(text, limit)
        at = max(text.rfind("\n", 0, end + 1), text.rfind(" ", end // 2, end + 1))
        cut = at if at >= end // 2 else end
        yield text[:cut].rstrip()
        text = text[cut:].lstrip(" \n") if cut == at else text[cut:]
    if text.strip():
        yield text


def _longest(text: str, limit: int) -> int:
    """How many signs from the beginning fit."""
    left = limit
    for place, sign in enumerate(text):
        left -= 2 if sign > "￿" else 1
        if left < 0:
            return place
    return len(text)
