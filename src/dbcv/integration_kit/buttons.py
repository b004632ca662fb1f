"""A message's buttons (`params.buttons`): a list, or a list of rows. Each has a text, and a value or an address."""

from collections.abc import Mapping
from typing import Any

MAX_BUTTONS = 100
MAX_PLACE_DIGITS = 3
_KEPT_VALUE, _VALUE = "#", "="
"""How the data of a button begins: with the place of a value that we keep, or with the value itself."""


def placed(buttons: Any) -> list[tuple[int, Mapping[str, Any]]]:
    """(row, button) of each; in a flat list each has a row of its own. What is no button is left out."""
    found: list[tuple[int, Mapping[str, Any]]] = []
    for row, entry in enumerate(buttons if isinstance(buttons, list) else []):
        found += [(row, each) for each in (entry if isinstance(entry, list) else [entry]) if _is_button(each)]
    return found[:MAX_BUTTONS]


def value_of(button: Mapping[str, Any]) -> str:
    """What pressing it says: its value, or else its text."""
    value = button.get("value")
    return str(button["text"] if value is None else value)


def data_of(button: Mapping[str, Any]) -> str:
    """What a messenger keeps of it, and tells when it is pressed."""
    return _VALUE + value_of(button)


def kept_data(message: Mapping[str, Any], place: int) -> str:
    """Instead of a value that the messenger will not keep: of the message, the button in that place."""
    return f"{_KEPT_VALUE}{str(message['id']).replace('-', '')}:{place}"


def pressed(data: str) -> tuple[str, tuple[str, int] | None] | None:
    """What the data says: a text, or (id of our message, place of the button); None where we have not written it."""
    if data.startswith(_VALUE):
        return data[1:], None
    kept, _, place = data[1:].partition(":")
    is_kept = data.startswith(_KEPT_VALUE) and place.isdecimal() and len(place) <= MAX_PLACE_DIGITS
    return ("", (kept, int(place))) if is_kept else None


def value_at(params: Any, place: int) -> str | None:
    """What the button in that place stands for."""
    found = placed(params.get("buttons")) if isinstance(params, dict) else []
    return value_of(found[place][1]) if place < len(found) else None


def _is_button(entry: Any) -> bool:
    return isinstance(entry, dict) and isinstance(entry.get("text"), str) and bool(entry["text"])
