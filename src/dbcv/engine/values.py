"""What a JSON value is as text, as a number, how big it is, and whether it equals another. Never raises."""

from __future__ import annotations

import json
import math
import re
from typing import Any, Final

from dbcv.engine.paths import UNDEFINED

MAX_NUMBER_CHARS: Final = 100
_NUMBER = re.compile(r"[+-]?(?:[0-9]+(?:\.[0-9]+)?|\.[0-9]+)(?:[eE][+-]?[0-9]{1,4})?")
_MAX_INT_BITS: Final = 4_096


def to_text(value: Any) -> str:
    """A value inside text: texts as they are, undefined and null empty, the rest as JSON.

    A value that cannot be written (nested too deep, a number of more than about 1,200 digits) is empty.
    """
    if isinstance(value, str):
        return value
    if value is None or value is UNDEFINED:
        return ""
    return to_json(value)


def to_json(value: Any) -> str:
    """As `json.dumps(value, ensure_ascii=False)` writes it; "" for what it cannot write."""
    if isinstance(value, int) and not isinstance(value, bool) and value.bit_length() > _MAX_INT_BITS:
        return ""
    try:
        return json.dumps(None if value is UNDEFINED else value, ensure_ascii=False)
    except (TypeError, ValueError, RecursionError):
        return ""


def number_of(value: Any) -> int | float | None:
    """The number a value is or is the text of, else None.

    Booleans, NaN and infinities are no numbers. A text of a number has ASCII digits, an optional sign, fraction and
    exponent, spaces around it at most, and no more than 100 characters: no underscores, no decimal comma, no hex.
    """
    if isinstance(value, str):
        return _number_of_text(value)
    if isinstance(value, bool):
        return None
    if isinstance(value, int):
        return value
    return value if isinstance(value, float) and math.isfinite(value) else None


def _number_of_text(text: str) -> int | float | None:
    if len(text) > MAX_NUMBER_CHARS:
        return None
    text = text.strip()
    if not _NUMBER.fullmatch(text):
        return None
    try:
        return int(text)
    except ValueError:
        number = float(text)
        return number if math.isfinite(number) else None


def is_empty(value: Any) -> bool:
    """Undefined, null, "", [] and {}."""
    return value is UNDEFINED or value is None or value == "" or value == [] or value == {}


def same_kind_equal(left: Any, right: Any) -> bool:
    """Equal as JSON: 1 equals 1.0 but not true, at any depth."""
    if isinstance(left, bool) or isinstance(right, bool):
        return left is right
    if isinstance(left, (int, float)):
        return isinstance(right, (int, float)) and left == right
    if isinstance(left, list):
        return isinstance(right, list) and _equal_containers(left, right)
    if isinstance(left, dict):
        return isinstance(right, dict) and _equal_containers(left, right)
    return type(left) is type(right) and bool(left == right)


def _equal_containers(left: Any, right: Any) -> bool:
    """Without recursion: values from outside can be nested deeper than the interpreter's stack."""
    pending = [(left, right)]
    while pending:
        a, b = pending.pop()
        if isinstance(a, list) and isinstance(b, list):
            if len(a) != len(b):
                return False
            pending.extend(zip(a, b, strict=True))
        elif isinstance(a, dict) and isinstance(b, dict):
            if a.keys() != b.keys():
                return False
            pending.extend((a[key], b[key]) for key in a)
        elif isinstance(a, (list, dict)) or isinstance(b, (list, dict)) or not same_kind_equal(a, b):
            return False
    return True


def fault_of(value: Any, max_bytes: int, max_depth: int) -> str | None:
    """Why a value may not be kept: too big, too deep, not JSON; None if it may. Sizes are estimates, cheap ones."""
    if value is None or isinstance(value, bool):
        return None
    if isinstance(value, str):
        return None if len(value) <= max_bytes else f"larger than {max_bytes} bytes"
    size, pending = 0, [(value, 0)]
    while pending:
        item, depth = pending.pop()
        size += _own_size(item)
        if size > max_bytes:
            return f"larger than {max_bytes} bytes"
        if isinstance(item, (list, dict)):
            if depth >= max_depth:
                return f"nested deeper than {max_depth}"
            if isinstance(item, dict) and not all(isinstance(key, str) for key in item):
                return "not JSON"
            pending.extend((child, depth + 1) for child in (item.values() if isinstance(item, dict) else item))
        elif isinstance(item, float):
            if not math.isfinite(item):
                return "not a finite number"
        elif item is not None and not isinstance(item, (str, int)):
            return "not JSON"
    return None


def weight_of(value: Any) -> int:
    """How much work it is to go through a value: about its items and keys, and one for every 256 characters."""
    if isinstance(value, str):
        return len(value) >> 8
    weight, pending = 0, [value]
    while pending:
        item = pending.pop()
        if isinstance(item, dict):
            weight += len(item)
            pending.extend(item.values())
        elif isinstance(item, list):
            weight += len(item)
            pending.extend(item)
        elif isinstance(item, str):
            weight += len(item) >> 8
    return weight


def _own_size(item: Any) -> int:
    if isinstance(item, str):
        return len(item) + 2
    if isinstance(item, dict):
        return 2 + sum(len(key) + 4 if isinstance(key, str) else 8 for key in item)
    if isinstance(item, list):
        return 2 + len(item)
    return item.bit_length() // 3 + 2 if isinstance(item, int) else 8


def storable_text(text: str) -> str:
    """A text without what no database or JSON reader takes: NUL and lone surrogates become U+FFFD."""
    if text.isascii():
        return text.replace("\x00", "\ufffd") if "\x00" in text else text
    try:
        text.encode()
    except UnicodeEncodeError:
        text = text.encode("utf-8", "surrogatepass").decode("utf-8", "replace")
    return text.replace("\x00", "\ufffd")


def storable(value: Any) -> Any:
    """A value whose texts and keys are storable; the value itself if they are. For values that fault_of let pass."""
    if isinstance(value, str):
        return storable_text(value)
    if isinstance(value, list):
        items = [storable(item) for item in value]
        return items if any(new is not old for new, old in zip(items, value, strict=True)) else value
    if isinstance(value, dict):
        pairs = {storable_text(key): storable(item) for key, item in value.items()}
        same = all(key in value and pairs[key] is value[key] for key in pairs) and len(pairs) == len(value)
        return value if same else pairs
    return value


def clip(value: Any, max_chars: int) -> str:
    """A value for people's eyes, in the trace and in messages: its JSON, cut short."""
    if isinstance(value, str):
        text = value if len(value) <= max_chars else value[:max_chars] + "…"
        return f'"{storable_text(text)}"'
    if value is UNDEFINED:
        return "undefined"
    if isinstance(value, (list, dict)) and (len(value) > max_chars or fault_of(value, max_chars * 8, 16)):
        return f"{'list' if isinstance(value, list) else 'object'} of {len(value)}"
    text = storable_text(to_json(value))
    return text if len(text) <= max_chars else text[:max_chars] + "…"
