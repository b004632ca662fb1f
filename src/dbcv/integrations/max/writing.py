"""How a message becomes calls of MAX: texts of its length, files, buttons. Pure."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from dbcv.integration_kit.buttons import data_of, kept_data, placed
from dbcv.integration_kit.parts import parts as parts_of
from dbcv.integration_kit.told import object_in
from dbcv.integration_kit.transport import Part

MAX_TEXT = 3_999
MAX_PAYLOAD = 1_000
MAX_LABEL = 128
ROW, ROWS = 7, 30


def parts(message: Mapping[str, Any]) -> list[Part]:
    """The calls that it takes."""
    params = object_in(message.get("params"))
    return parts_of(message, MAX_TEXT, _buttons(message, params))


def _buttons(message: Mapping[str, Any], params: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """{"row", "button"}: the button as MAX wants it; a value that is too long stays with us."""
    for place, (row, button) in enumerate(placed(params.get("buttons"))):
        text, url = button["text"][:MAX_LABEL], button.get("url")
        if isinstance(url, str) and url:
            yield {"row": row, "button": {"type": "link", "text": text, "url": url[:2_048]}}
            continue
        data = data_of(button)
        kept = kept_data(message, place)
        payload = data if len(data) <= MAX_PAYLOAD else kept
        yield {"row": row, "button": {"type": "callback", "text": text, "payload": payload}}


def keyboard(buttons: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """The attachment that holds them: each in its row."""
    rows: list[list[Any]] = []
    last: int | None = None
    for each in buttons:
        if each["row"] != last or len(rows[-1]) == ROW:
            rows.append([])
        rows[-1].append(each["button"])
        last = each["row"]
    return {"type": "inline_keyboard", "payload": {"buttons": rows[:ROWS]}}
