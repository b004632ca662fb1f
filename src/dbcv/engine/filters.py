"""The filters of placeholders: `{$user.name|trim|default:Guest$}`. FILTERS is the whole list."""

from __future__ import annotations

import html
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from typing import Any, Final
from urllib.parse import quote
from zoneinfo import ZoneInfo

from dbcv.engine.paths import UNDEFINED
from dbcv.engine.values import number_of, to_json, to_text

MAX_FILTERS: Final = 10
MAX_ARGUMENT_CHARS: Final = 200
_MAX_CHARS: Final = 1_000_000


class FilterError(ValueError):
    """A filter that does not exist or was given arguments it cannot take."""


@dataclass(frozen=True, slots=True)
class Filter:
    """`arguments` are the fewest and the most; `read` turns their texts into what `apply(value, *arguments)` takes.

    `apply` returns UNDEFINED for a value it cannot work on, so that a `default` after it helps.
    """

    name: str
    arguments: tuple[int, int]
    apply: Callable[..., Any]
    meaning: str
    read: Callable[[list[str]], tuple[Any, ...]] = tuple


def _default(value: Any, instead: str) -> Any:
    return instead if value is UNDEFINED or value is None or value == "" else value


def _on_text(change: Callable[[str], Any]) -> Callable[[Any], Any]:
    return lambda value: UNDEFINED if value is UNDEFINED or value is None else change(to_text(value))


def _length(value: Any) -> Any:
    if value is UNDEFINED or value is None:
        return 0
    return len(value) if isinstance(value, (list, dict)) else len(to_text(value))


def _int(value: Any) -> Any:
    number = number_of(value)
    return UNDEFINED if number is None else int(number)


def _float(value: Any) -> Any:
    number = number_of(value)
    try:
        return UNDEFINED if number is None else float(number)
    except OverflowError:
        return UNDEFINED


def _rounded(value: Any, digits: int) -> Decimal | None:
    number = number_of(value)
    if number is None:
        return None
    try:
        return Decimal(repr(number)).quantize(Decimal(1).scaleb(-digits), ROUND_HALF_UP)
    except (InvalidOperation, ValueError):
        return None


def _round(value: Any, digits: int = 0) -> Any:
    rounded = _rounded(value, digits)
    if rounded is None:
        return UNDEFINED
    return float(rounded) if digits else int(rounded)


def _number(value: Any, digits: int = 0, group: str = " ", point: str = ".") -> Any:
    rounded = _rounded(value, digits)
    if rounded is None:
        return UNDEFINED
    whole, _, fraction = f"{rounded:,.{digits}f}".partition(".")
    return whole.replace(",", group) + (point + fraction if fraction else "")


def _add(value: Any, amount: int | float) -> Any:
    number = number_of(value)
    if number is None:
        return UNDEFINED
    try:
        return number_of(number + amount)
    except OverflowError:
        return UNDEFINED


def _join(value: Any, separator: str = ", ") -> Any:
    if not isinstance(value, list):
        return _on_text(str)(value)
    parts, size = [], 0
    for item in value:
        parts.append(to_text(item))
        size += len(parts[-1]) + len(separator)
        if size > _MAX_CHARS:
            break
    return separator.join(parts)


def _first(value: Any) -> Any:
    return value[0] if isinstance(value, (list, str)) and value else UNDEFINED


def _last(value: Any) -> Any:
    return value[-1] if isinstance(value, (list, str)) and value else UNDEFINED


def _replace(value: Any, old: str, new: str) -> Any:
    if value is UNDEFINED or value is None:
        return UNDEFINED
    text = to_text(value)
    if not old or len(text) + text.count(old) * len(new) > _MAX_CHARS:
        return text[:_MAX_CHARS]
    return text.replace(old, new)


def _split(value: Any, separator: str = ",") -> Any:
    return _on_text(lambda text: [part.strip() for part in text.split(separator)] if text else [])(value)


def _truncate(value: Any, length: int) -> Any:
    return _on_text(lambda text: text if len(text) <= length else text[: max(0, length - 1)] + "…")(value)


def _moment(value: Any) -> datetime | date | None:
    if not isinstance(value, str) or len(value) > 64:
        return None
    try:
        return date.fromisoformat(value) if len(value) == 10 else datetime.fromisoformat(value)
    except ValueError:
        return None


_DATE_PARTS: Final = {
    "d": "{0.day:02d}", "e": "{0.day}", "m": "{0.month:02d}", "n": "{0.month}", "Y": "{0.year:04d}",
    "H": "{0.hour:02d}", "k": "{0.hour}", "M": "{0.minute:02d}", "S": "{0.second:02d}", "%": "%",
}  # fmt: skip
_DATE_CODE = re.compile(r"%(.?)", re.DOTALL)


def _date(value: Any, pattern: str = "%d.%m.%Y") -> Any:
    moment = _moment(value)
    if moment is None:
        return UNDEFINED
    if not isinstance(moment, datetime):
        moment = datetime(moment.year, moment.month, moment.day, tzinfo=UTC)
    return _DATE_CODE.sub(lambda found: _DATE_PARTS[found[1]].format(moment), pattern)


def _timezone(value: Any, zone: ZoneInfo) -> Any:
    moment = _moment(value)
    if not isinstance(moment, datetime):
        return UNDEFINED if moment is None else value
    try:
        aware = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
        return aware.astimezone(zone).isoformat()
    except (OverflowError, ValueError):
        return UNDEFINED


def _read_count(arguments: list[str]) -> tuple[Any, ...]:
    if not all(re.fullmatch(r"[0-9]{1,6}", argument) for argument in arguments):
        raise FilterError("takes a whole number")
    return tuple(int(argument) for argument in arguments)


def _read_digits(arguments: list[str]) -> tuple[Any, ...]:
    if arguments and not re.fullmatch(r"[0-9]|1[0-5]", arguments[0]):
        raise FilterError("takes a number of decimals from 0 to 15")
    return (*(int(argument) for argument in arguments[:1]), *arguments[1:])


def _read_amount(arguments: list[str]) -> tuple[Any, ...]:
    amount = number_of(arguments[0])
    if amount is None:
        raise FilterError("takes a number")
    return (amount,)


def _read_pattern(arguments: list[str]) -> tuple[Any, ...]:
    pattern = ":".join(arguments)
    if any(code not in _DATE_PARTS for code in _DATE_CODE.findall(pattern)):
        raise FilterError(f"knows the codes {' '.join('%' + code for code in _DATE_PARTS)} only")
    return (pattern,) if arguments else ()


def _read_zone(arguments: list[str]) -> tuple[Any, ...]:
    try:
        return (ZoneInfo(arguments[0]),)
    except (ValueError, OSError, KeyError) as error:
        raise FilterError("takes the name of a time zone, as Europe/Moscow") from error


def _read_rest(arguments: list[str]) -> tuple[Any, ...]:
    """One argument that may hold colons."""
    return (":".join(arguments),) if arguments else ()


def _read_separator(arguments: list[str]) -> tuple[Any, ...]:
    if arguments and not "".join(arguments):
        raise FilterError("takes a separator that is not empty")
    return _read_rest(arguments)


ANY_NUMBER: Final = 99
FILTERS: Final[dict[str, Filter]] = {
    each.name: each
    for each in (
        Filter(
            "default", (1, ANY_NUMBER), _default, "this text where the value is undefined, null or empty", _read_rest
        ),
        Filter("upper", (0, 0), _on_text(str.upper), "capital letters"),
        Filter("lower", (0, 0), _on_text(str.lower), "small letters"),
        Filter("title", (0, 0), _on_text(str.title), "each word with a capital letter"),
        Filter("trim", (0, 0), _on_text(str.strip), "without spaces at both ends"),
        Filter("truncate", (1, 1), _truncate, "at most so many characters, cut with …", _read_count),
        Filter("replace", (2, 2), _replace, "every first text replaced by the second: replace:a:b"),
        Filter("split", (0, ANY_NUMBER), _split, "a list of the parts, by a comma or this separator", _read_separator),
        Filter("join", (0, ANY_NUMBER), _join, "a list as one text, with a comma or this between", _read_rest),
        Filter("first", (0, 0), _first, "the first item or character"),
        Filter("last", (0, 0), _last, "the last item or character"),
        Filter("length", (0, 0), _length, "how many characters, items or keys; 0 for undefined"),
        Filter("int", (0, 0), _int, "a whole number, cut toward zero"),
        Filter("float", (0, 0), _float, "a number with a fraction"),
        Filter("round", (0, 1), _round, "rounded half up, to so many decimals", _read_digits),
        Filter("add", (1, 1), _add, "plus this number, which may be negative", _read_amount),
        Filter("number", (0, 3), _number, "written with decimals, group and point: number:2: :,", _read_digits),
        Filter("date", (0, ANY_NUMBER), _date, "an ISO 8601 date written so: date:%d.%m.%Y %H:%M", _read_pattern),
        Filter(
            "timezone", (1, 1), _timezone, "an ISO 8601 time moved to this zone: timezone:Europe/Moscow", _read_zone
        ),
        Filter("json", (0, 0), to_json, "the value as JSON text"),
        Filter("urlencode", (0, 0), _on_text(lambda text: quote(text, safe="", errors="replace")), "percent-encoded"),
        Filter("html", (0, 0), _on_text(html.escape), "escaped for HTML and XML"),
    )
}
"""Every filter, by name. In arguments `\\|`, `\\:` and `\\\\` are the character itself."""
