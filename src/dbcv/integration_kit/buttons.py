"""A message's buttons (`params.buttons`): a list, or a list of rows. Each has a text, and a value or an address."""

from collections.abc import Mapping
from typing import Any

MAX_BUTTONS = 100


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


def value_at(params: Any, place: int) -> str | None:
    """What the button in that place stands for."""
    found = placed(params.get("buttons")) if isinstance(params, dict) else []
    return value_of(found[place][1]) if place < len(found) else None


def _is_button(entry: Any) -> bool:
    return isinstance(entry, dict) and isinstance(entry.get("text"), str) and bool(entry["text"])
