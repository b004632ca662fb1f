"""How a message becomes calls of Discord: texts of its length, files, buttons. Pure."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from dbcv.integration_kit.buttons import data_of, kept_data, placed
from dbcv.integration_kit.parts import parts as parts_of
from dbcv.integration_kit.told import object_in
from dbcv.integration_kit.transport import Part

MAX_TEXT = 2_000
MAX_CUSTOM_ID = 100
MAX_LABEL = 80
ROW, ROWS = 5, 5
_BUTTON, _LINK_STYLE, _STYLE = 2, 5, 2


def parts(message: Mapping[str, Any]) -> list[Part]:
    """The calls that it takes."""
    params = object_in(message.get("params"))
    return parts_of(message, MAX_TEXT, _buttons(message, params))


def _buttons(message: Mapping[str, Any], params: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """{"row", "button"}: the component as Discord wants it; a value that is long, or is there twice, stays with us."""
    said: set[str] = set()
    for place, (row, button) in enumerate(placed(params.get("buttons"))[: ROW * ROWS]):
        told: dict[str, Any] = {"type": _BUTTON, "label": button["text"][:MAX_LABEL]}
        url = button.get("url")
        if isinstance(url, str) and url:
            yield {"row": row, "button": told | {"style": _LINK_STYLE, "url": url[:512]}}
            continue
        data = data_of(button)
        kept = kept_data(message, place)
        custom_id = data if len(data) <= MAX_CUSTOM_ID and data not in said else kept  # Discord wants each once
        said.add(custom_id)
        yield {"row": row, "button": told | {"style": _STYLE, "custom_id": custom_id}}


def components(buttons: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Rows of up to five, up to five of them."""
    rows: list[list[dict[str, Any]]] = []
    last: int | None = None
    for each in buttons:
        # One button a row would be a ladder of five: those of a flat list stand beside each other.
        if not rows or len(rows[-1]) == ROW or (each["row"] != last and _has_rows(buttons)):
            rows.append([])
        rows[-1].append(dict(each["button"]))
        last = each["row"]
    return [{"type": 1, "components": row} for row in rows[:ROWS]]


def _has_rows(buttons: Sequence[Mapping[str, Any]]) -> bool:
    """Whether the author laid them out: some row holds more than one."""
    return len({each["row"] for each in buttons}) < len(buttons)
