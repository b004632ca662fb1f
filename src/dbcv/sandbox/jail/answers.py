"""The value that `main` returned, as JSON: data or a clear error, never an object. Runs inside the jail."""

import dataclasses
import datetime
import decimal
import enum
import fractions
import json
import math
import uuid
from typing import Any

MAX_DEPTH = 60
_exact = json.JSONEncoder(ensure_ascii=False, allow_nan=False, separators=(",", ":")).encode
_AS_TEXT = (decimal.Decimal, fractions.Fraction, uuid.UUID)
_MOMENTS = (datetime.date, datetime.time, datetime.datetime)


class NotDataError(Exception):
    """The value cannot be data; the text says where and what."""


def as_json(value: Any) -> str:
    """JSON without NaN; sets become lists, moments ISO 8601, decimals text. Raises NotDataError, RecursionError."""
    try:
        return _exact(value)
    except (TypeError, ValueError, RecursionError):
        return _exact(_plain(value, "result", 0))


def _plain(value: Any, place: str, depth: int) -> Any:
    if depth > MAX_DEPTH:
        raise NotDataError("main returned something nested too deeply, or that holds itself")
    if value is None or isinstance(value, bool | str):
        return value
    if isinstance(value, enum.Enum):
        return _plain(value.value, place, depth + 1)
    if isinstance(value, float):
        return float(value) if math.isfinite(value) else None
    if isinstance(value, int):
        return int(value)
    if isinstance(value, dict):
        return {_key(key, place): _plain(item, f"{place}.{key}"[:200], depth + 1) for key, item in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [_plain(item, f"{place}.{index}"[:200], depth + 1) for index, item in enumerate(value)]
    if isinstance(value, _MOMENTS):
        return value.isoformat()
    if isinstance(value, datetime.timedelta):
        return value.total_seconds()
    if isinstance(value, _AS_TEXT):
        return str(value)
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        fields = {field.name: getattr(value, field.name) for field in dataclasses.fields(value)}
        return _plain(fields, place, depth + 1)
    raise NotDataError(_complaint(value, place))


def _key(key: Any, place: str) -> Any:
    if key is None or isinstance(key, str | int | float | bool):
        return key
    if isinstance(key, (*_MOMENTS, *_AS_TEXT)):
        return str(key)
    raise NotDataError(f"{place} has a key that is a {type(key).__name__}; keys are text")


def _complaint(value: Any, place: str) -> str:
    kind = type(value).__name__
    hint = {
        "generator": "return list(...) of it",
        "map": "return list(...) of it",
        "filter": "return list(...) of it",
        "zip": "return list(...) of it",
        "range": "return list(...) of it",
        "coroutine": "await it",
        "bytes": "return .decode() or .hex() of it",
    }.get(kind, "return text, numbers, lists and dicts")
    return f"{place} is a {kind}, which is not data; {hint}"
