"""The operators of rules: names, aliases, what they take, what they mean. API and editor derive from OPERATORS."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import Any, Final, Literal

import re2  # type: ignore[import-untyped]

from dbcv.engine.limits import Limits
from dbcv.engine.paths import UNDEFINED
from dbcv.engine.values import is_empty, number_of, same_kind_equal, to_text

Arity = Literal["none", "one", "two", "list", "pattern"]
_UNKNOWN_PATTERN_SIZE: Final = 300
_COMPILE_WORK: Final = 2_000
TYPES: Final = ("string", "number", "integer", "double", "boolean", "date", "datetime", "time")


class Unusable(ValueError):  # noqa: N818 - not an error of the program: the rule's value cannot be used, so it does not hold
    """A rule's value that cannot be used in this turn."""


@dataclass(frozen=True, slots=True)
class Comparison:
    """How a rule compares: its `type` (None: by the values) and whether case counts."""

    type: str | None
    ignore_case: bool
    limits: Limits


Test = Callable[[Any, Any, Comparison], bool]


@dataclass(frozen=True, slots=True)
class Operator:
    """`name` is the canonical spelling, `aliases` the others; `label` is the key of its translation.

    `arity` says what `value` must be: none (not looked at), one, two ([low, high]), list, pattern.
    `negated` operators hold when `test` does not, unless the rule's value is unusable: then neither holds.
    """

    name: str
    aliases: tuple[str, ...]
    arity: Arity
    label: str
    test: Test
    negated: bool = False


def read_as(value: Any, how: Comparison) -> Any:
    """A value made comparable by the rule's type; UNDEFINED if it is none of that type."""
    if how.type is None:
        return value.casefold() if how.ignore_case and isinstance(value, str) else value
    return _READERS[how.type](value, how)


def _as_string(value: Any, how: Comparison) -> Any:
    if value is UNDEFINED or value is None or isinstance(value, (list, dict)):
        return UNDEFINED
    text = to_text(value)
    return text.casefold() if how.ignore_case else text


def _as_number(value: Any, _how: Comparison) -> Any:
    number = number_of(value)
    return UNDEFINED if number is None else number


def _as_integer(value: Any, _how: Comparison) -> Any:
    number = number_of(value)
    return UNDEFINED if number is None or number != int(number) else int(number)


def _as_boolean(value: Any, _how: Comparison) -> Any:
    if isinstance(value, bool):
        return value
    text = value.strip().lower() if isinstance(value, str) else value
    return {"true": True, "false": False}.get(text, UNDEFINED) if isinstance(text, str) else UNDEFINED


def _parsed(value: Any, parse: Callable[[str], Any]) -> Any:
    if not isinstance(value, str) or len(value) > 64:
        return UNDEFINED
    try:
        return parse(value.strip())
    except ValueError:
        return UNDEFINED


def _as_date(value: Any, _how: Comparison) -> Any:
    return _parsed(
        value, lambda text: date.fromisoformat(text) if len(text) <= 10 else datetime.fromisoformat(text).date()
    )


def _as_datetime(value: Any, _how: Comparison) -> Any:
    moment = _parsed(value, datetime.fromisoformat)
    return moment.replace(tzinfo=UTC) if isinstance(moment, datetime) and moment.tzinfo is None else moment


def _as_time(value: Any, _how: Comparison) -> Any:
    moment = _parsed(value, time.fromisoformat)
    return moment.replace(tzinfo=None) if isinstance(moment, time) else moment


_READERS: Final[dict[str, Callable[[Any, Comparison], Any]]] = {
    "string": _as_string,
    "number": _as_number,
    "integer": _as_integer,
    "double": _as_number,
    "boolean": _as_boolean,
    "date": _as_date,
    "datetime": _as_datetime,
    "time": _as_time,
}


def _equal(left: Any, right: Any, how: Comparison) -> bool:
    """Numbers as numbers if at least one side is a number and the other one or its text; undefined equals null."""
    if left is UNDEFINED or left is None or right is UNDEFINED or right is None:
        return (left is UNDEFINED or left is None) and (right is UNDEFINED or right is None)
    left, right = read_as(left, how), read_as(right, how)
    if left is UNDEFINED or right is UNDEFINED:
        return False
    if isinstance(left, str) and isinstance(right, str):
        return left == right
    if isinstance(left, str) or isinstance(right, str):
        first, second = number_of(left), number_of(right)
        return first is not None and second is not None and first == second
    return same_kind_equal(left, right)


def _order(left: Any, right: Any, how: Comparison) -> int | None:
    """-1, 0 or 1; None if the two are of different kinds, which have no order.

    Both numbers or texts of numbers: as numbers. Both texts, neither of a number: as texts. Dates, by type: as dates.
    """
    left, right = read_as(left, how), read_as(right, how)
    if how.type in (None, "number", "integer", "double"):
        first, second = number_of(left), number_of(right)
        if first is not None and second is not None:
            return (first > second) - (first < second)
        if first is not None or second is not None:
            return None
    if not any(isinstance(left, kind) and isinstance(right, kind) for kind in (str, date, time)):
        return None
    try:
        return int(left > right) - int(left < right)
    except (TypeError, OverflowError):
        return None


def _less(left: Any, right: Any, how: Comparison) -> bool:
    return _order(left, right, how) == -1


def _less_or_equal(left: Any, right: Any, how: Comparison) -> bool:
    return _order(left, right, how) in (-1, 0)


def _greater(left: Any, right: Any, how: Comparison) -> bool:
    return _order(left, right, how) == 1


def _greater_or_equal(left: Any, right: Any, how: Comparison) -> bool:
    return _order(left, right, how) in (0, 1)


def _between(value: Any, bounds: Any, how: Comparison) -> bool:
    """From the low bound to the high one, both included."""
    if not isinstance(bounds, list) or len(bounds) != 2:
        raise Unusable("between needs [low, high]")
    return _order(value, bounds[0], how) in (0, 1) and _order(value, bounds[1], how) in (-1, 0)


def choices_of(value: Any) -> list[Any]:
    """The list that `in` looks into: a list as it is, a text cut at its commas. Raises Unusable."""
    if isinstance(value, str):
        return [part.strip() for part in value.split(",")]
    if not isinstance(value, list):
        raise Unusable("in needs a list")
    return value


def _in(value: Any, choices: Any, how: Comparison) -> bool:
    return any(_equal(value, choice, how) for choice in choices_of(choices))


def _texts(value: Any, part: Any, how: Comparison) -> tuple[str, str] | None:
    """Both sides as texts; None if the field is none or nothing is looked for. A number is looked for as text."""
    if not isinstance(value, str) or is_empty(part) or isinstance(part, (bool, list, dict)):
        return None
    text = to_text(part)
    return (value.casefold(), text.casefold()) if how.ignore_case else (value, text)


def _contains(value: Any, part: Any, how: Comparison) -> bool:
    if isinstance(value, list):
        return any(_equal(item, part, how) for item in value)
    pair = _texts(value, part, how)
    return pair is not None and pair[1] in pair[0]


def _begins_with(value: Any, part: Any, how: Comparison) -> bool:
    pair = _texts(value, part, how)
    return pair is not None and pair[0].startswith(pair[1])


def _ends_with(value: Any, part: Any, how: Comparison) -> bool:
    pair = _texts(value, part, how)
    return pair is not None and pair[0].endswith(pair[1])


def _is_empty(value: Any, _nothing: Any, _how: Comparison) -> bool:
    return is_empty(value)


def _is_null(value: Any, _nothing: Any, _how: Comparison) -> bool:
    return value is UNDEFINED or value is None


def compile_pattern(source: Any, how: Comparison) -> Any:
    """A regular expression of linear time (RE2). Raises Unusable for one that is wrong, too long or too large."""
    if not isinstance(source, str) or not source:
        raise Unusable("the pattern is no text")
    if len(source) > how.limits.max_pattern_chars:
        raise Unusable(f"the pattern is longer than {how.limits.max_pattern_chars} characters")
    options = re2.Options()
    options.log_errors = False
    options.never_capture = True
    options.max_mem = how.limits.max_pattern_memory_bytes
    options.case_sensitive = not how.ignore_case
    try:
        return re2.compile(source, options)
    except (re2.error, UnicodeEncodeError) as error:
        detail = error.args[0].decode(errors="replace") if error.args and isinstance(error.args[0], bytes) else error
        raise Unusable(f"the pattern is wrong: {detail}") from error


def pattern_work(value: Any, pattern: Any) -> int:
    """About how many microseconds a search can take at most: linear in the text, times the size of the pattern."""
    if not isinstance(value, str):
        return 1
    size = min(getattr(pattern, "programsize", _UNKNOWN_PATTERN_SIZE), _UNKNOWN_PATTERN_SIZE)
    return len(value) * size // 10 + (_COMPILE_WORK if isinstance(pattern, str) else 1)


def _matches(value: Any, pattern: Any, how: Comparison) -> bool:
    """Whether the pattern is found anywhere in a text (or a number's text)."""
    if isinstance(value, bool) or not isinstance(value, (str, int, float)):
        return False
    text = to_text(value)
    if len(text) > how.limits.max_pattern_text_chars:
        raise Unusable("the text is too long for a pattern")
    compiled = compile_pattern(pattern, how) if isinstance(pattern, str) or pattern is UNDEFINED else pattern
    try:
        return compiled.search(text) is not None
    except (AttributeError, UnicodeEncodeError) as error:
        raise Unusable("the pattern or the text cannot be used") from error


def _pair(
    name: str, aliases: tuple[str, ...], negative: str, others: tuple[str, ...], arity: Arity, test: Test
) -> tuple[Operator, Operator]:
    return (
        Operator(name, aliases, arity, f"operator.{name}", test),
        Operator(negative, others, arity, f"operator.{negative}", test, negated=True),
    )


OPERATORS: Final[dict[str, Operator]] = {
    each.name: each
    for each in (
        *_pair("equal", ("equals",), "not_equal", ("not_equals",), "one", _equal),
        *_pair("in", (), "not_in", (), "list", _in),
        Operator("less", ("less_than",), "one", "operator.less", _less),
        Operator("less_or_equal", ("less_than_or_equal",), "one", "operator.less_or_equal", _less_or_equal),
        Operator("greater", ("greater_than",), "one", "operator.greater", _greater),
        Operator("greater_or_equal", ("greater_than_or_equal",), "one", "operator.greater_or_equal", _greater_or_equal),
        *_pair("between", (), "not_between", (), "two", _between),
        *_pair("begins_with", (), "not_begins_with", (), "one", _begins_with),
        *_pair("contains", (), "not_contains", (), "one", _contains),
        *_pair("ends_with", (), "not_ends_with", (), "one", _ends_with),
        *_pair("is_empty", (), "is_not_empty", (), "none", _is_empty),
        *_pair("is_null", (), "is_not_null", (), "none", _is_null),
        *_pair("matches", (), "not_matches", (), "pattern", _matches),
    )
}
"""Every operator, by its canonical name."""

BY_SPELLING: Final[dict[str, Operator]] = {
    spelling: operator for operator in OPERATORS.values() for spelling in (operator.name, *operator.aliases)
}
"""Every operator, by each of its spellings."""
