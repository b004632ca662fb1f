"""How a message becomes calls of Discord: texts of its length, files, buttons. Pure."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from dbcv.integration_kit.buttons import placed, value_of
from dbcv.integration_kit.transport import Part
from dbcv.integrations.discord.reading import KEPT_VALUE, VALUE

MAX_TEXT = 2_000
MAX_CUSTOM_ID = 100
MAX_LABEL = 80
ROW, ROWS = 5, 5
_BUTTON, _LINK_STYLE, _STYLE = 2, 5, 2


def parts(message: Mapping[str, Any]) -> list[Part]:
    """In order; a short text goes with the first file. The buttons hang on the last one."""
    params = message["params"] if isinstance(message.get("params"), dict) else {}
    text, held = message.get("text") or "", message.get("attachments") or []
    files = [place for place, file in enumerate(held) if file.get("id")]
    made: list[Part] = []
    if files and 0 < len(text) <= MAX_TEXT:
        made.append(Part(text, files.pop(0)))
    else:
        made += [Part(piece) for piece in split(text, MAX_TEXT)]
    made += [Part("", place) for place in files]
    made += [Part(str(file["url"])[:MAX_TEXT]) for file in held if not file.get("id") and file.get("url")]
    rows = tuple(_buttons(message, params))
    if rows and made:
        made[-1] = Part(made[-1].text, made[-1].file, rows)
    return made


def _buttons(message: Mapping[str, Any], params: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """{"row", "button"}: the component as Discord wants it; a value that is long, or is there twice, stays with us."""
    said: set[str] = set()
    for place, (row, button) in enumerate(placed(params.get("buttons"))[: ROW * ROWS]):
        told: dict[str, Any] = {"type": _BUTTON, "label": button["text"][:MAX_LABEL]}
        url = button.get("url")
        if isinstance(url, str) and url:
            yield {"row": row, "button": told | {"style": _LINK_STYLE, "url": url[:512]}}
            continue
        data = VALUE + value_of(button)
        kept = f"{KEPT_VALUE}{str(message['id']).replace('-', '')}:{place}"
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


def split(text: str, limit: int) -> Iterator[str]:
    """Pieces that are not longer, broken at ends of lines or between words where there are some."""
    while len(text) > limit:
        at = max(text.rfind("\n", 0, limit + 1), text.rfind(" ", limit // 2, limit + 1))
        cut = at if at >= limit // 2 else limit
        yield text[:cut].rstrip()
        text = text[cut:].lstrip(" \n") if cut == at else text[cut:]
    if text.strip():
        yield text
