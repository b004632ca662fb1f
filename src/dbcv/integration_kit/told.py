"""Reading what a vendor told: anybody may have sent it, so nothing in it need be what it should. Pure.

Called by the `reading.py` of channels; each gives what is there, or the empty one of its kind.
"""

from collections.abc import Mapping
from typing import Any

MAX_NAME_CHARS = 255


def text_in(value: Any) -> str:
    """The text, or ""."""
    return value if isinstance(value, str) else ""


def list_in(value: Any) -> list[Any]:
    """The list, or an empty one."""
    return value if isinstance(value, list) else []


def object_in(value: Any) -> Mapping[str, Any]:
    """The object, or an empty one."""
    return value if isinstance(value, dict) else {}


def number_in(value: Any) -> str | None:
    """An id that is a whole number, as text; None for what is none."""
    return str(value) if isinstance(value, int) and not isinstance(value, bool) and abs(value) < 2**62 else None


def names_in(person: Mapping[str, Any], names: Mapping[str, str]) -> dict[str, str]:
    """What `person` is called, under our names; `names`: {theirs: ours}. Those that are empty are left out."""
    found = {ours: text_in(person.get(theirs))[:MAX_NAME_CHARS] for theirs, ours in names.items()}
    return {name: text for name, text in found.items() if text}
