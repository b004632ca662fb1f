"""How a message becomes calls of Telegram: texts of its length, files, keyboards. Pure."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from dbcv.integration_kit.buttons import data_of, kept_data, placed
from dbcv.integration_kit.parts import parts as parts_of
from dbcv.integration_kit.told import object_in
from dbcv.integration_kit.transport import Part

MAX_TEXT_UNITS = 4_096
MAX_CAPTION_UNITS = 1_024
MAX_DATA_BYTES = 64
PARSE_MODES = ("HTML", "MarkdownV2")


def parts(message: Mapping[str, Any]) -> list[Part]:
    """The calls that it takes."""
    params = object_in(message.get("params"))
    text, mode = message.get("text") or "", params.get("parse_mode")
    is_whole = longest(text, MAX_TEXT_UNITS) == len(text)  # a piece of a text that was broken has tags without ends
    options = {"parse_mode": mode} if mode in PARSE_MODES and is_whole else {}
    rows, most = keyboard(message, params), MAX_CAPTION_UNITS
    made = parts_of(message, MAX_TEXT_UNITS, rows, most_with_file=most, fits=longest, options=options)
    if made and made[-1].buttons:
        kind = "reply" if params.get("keyboard") == "reply" else "inline"
        made[-1] = replace(made[-1], options={**made[-1].options, "keyboard": kind})
    return made


def keyboard(message: Mapping[str, Any], params: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """{"row", "text", "url"} or {"row", "text", "data"} of each button; a value that is too long stays with us."""
    for place, (row, button) in enumerate(placed(params.get("buttons"))):
        url = button.get("url")
        if isinstance(url, str) and url:
            yield {"row": row, "text": button["text"], "url": url}
            continue
        data = data_of(button)
        kept = kept_data(message, place)
        yield {"row": row, "text": button["text"], "data": data if len(data.encode()) <= MAX_DATA_BYTES else kept}


def longest(text: str, limit: int) -> int:
    """How many signs from the beginning fit: those beyond the basic plane count twice."""
    left = limit
    for place, sign in enumerate(text):
        left -= 2 if sign > "\uffff" else 1
        if left < 0:
            return place
    return len(text)
