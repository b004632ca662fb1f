"""Values on their way into PostgreSQL and out of it. What people write is text: the query says what it is to be."""

import base64
import json
from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from decimal import Decimal, InvalidOperation
from typing import Any
from uuid import UUID

from dbcv.integration_kit.errors import IntegrationFailed

_TRUE, _FALSE = frozenset({"true", "t", "yes", "1", "on"}), frozenset({"false", "f", "no", "0", "off"})


def _flag(value: Any) -> bool:
    word = str(value).strip().lower()
    if word not in _TRUE | _FALSE:
        raise ValueError(word)
    return word in _TRUE


def _text(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


_READ: dict[str, Callable[[Any], Any]] = {
    **dict.fromkeys(("int2", "int4", "int8", "oid"), lambda value: int(str(value).strip())),
    **dict.fromkeys(("float4", "float8"), float),
    **dict.fromkeys(("text", "varchar", "bpchar", "name", "unknown"), _text),
    **dict.fromkeys(("json", "jsonb"), lambda value: json.dumps(value, ensure_ascii=False)),
    **dict.fromkeys(("timestamp", "timestamptz"), lambda value: datetime.fromisoformat(str(value))),
    "numeric": lambda value: Decimal(str(value).strip()),
    "bool": _flag,
    "uuid": lambda value: UUID(str(value)),
    "date": lambda value: date.fromisoformat(str(value)),
    "time": lambda value: time.fromisoformat(str(value)),
}


def as_parameter(kind: str, value: Any, place: str) -> Any:
    """The value as the type the query wants. Raises IntegrationFailed with the place."""
    if value is None:
        return None
    if kind.endswith("[]") and isinstance(value, list):
        return [as_parameter(kind[:-2], each, place) for each in value]
    try:
        return _READ[kind](value) if kind in _READ else value
    except (ValueError, TypeError, InvalidOperation, OverflowError) as error:
        raise IntegrationFailed(f"{place} is no {kind}", code="bad_config") from error


def as_json(value: Any) -> Any:
    """What rules and texts of a bot can use."""
    if value is None or isinstance(value, bool | int | float | str):
        return value
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() and abs(value) < 2**53 else float(value)
    if isinstance(value, datetime | date | time):
        return value.isoformat()
    if isinstance(value, timedelta):
        return value.total_seconds()
    if isinstance(value, bytes):
        return base64.b64encode(value).decode()
    if isinstance(value, list | tuple):
        return [as_json(each) for each in value]
    return str(value)
