"""How a message becomes calls of MAX: texts of its length, files, buttons. Pure."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from dbcv.integration_kit.buttons import placed, value_of
from dbcv.integration_kit.transport import Part
from dbcv.integrations.max.reading import KEPT_VALUE, VALUE

MAX_TEXT = 3_999
MAX_PAYLOAD = 1_000
MAX_LABEL = 128
ROW, ROWS = 7, 30


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
    """{"row", "button"}: the button as MAX wants it; a value that is too long stays with us."""
    for place, (row, button) in enumerate(placed(params.get("buttons"))):
        text, url = button["text"][:MAX_LABEL], button.get("url")
        if isinstance(url, str) and url:
            yield {"row": row, "button": {"type": "link", "text": text, "url": url[:2_048]}}
            continue
        data = VALUE + value_of(button)
        kept = f"{KEPT_VALUE}{str(message['id']).replace('-', '')}:{place}"
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


def split(text: str, limit: int) -> Iterator[str]:
    """Pieces that are not longer, broken at ends of lines or between words where there are some."""
    while len(text) > limit:
        at = max(text.rfind("\n", 0, limit + 1), text.rfind(" ", limit // 2, limit + 1))
        cut = at if at >= limit // 2 else limit
        yield text[:cut].rstrip()
        text = text[cut:].lstrip(" \n") if cut == at else text[cut:]
    if text.strip():
        yield text
