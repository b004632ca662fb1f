"""When a cron comes next: its fields judged strictly, APScheduler's trigger for the arithmetic, daylight saving tamed.

Called by bot documents, schedules and the scheduler. Knows calendars and clocks on walls, not what is sent.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from apscheduler.triggers.cron import CronTrigger  # type: ignore[import-untyped]

FIELDS = ("year", "month", "day", "week", "day_of_week", "hour", "minute", "second")
RANGES = {
    "year": (1970, 9999),
    "month": (1, 12),
    "day": (1, 31),
    "week": (1, 53),
    "day_of_week": (0, 6),
    "hour": (0, 23),
    "minute": (0, 59),
    "second": (0, 59),
}
MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
POSITIONS = ("1st", "2nd", "3rd", "4th", "5th", "last")
MAX_CHARS = 200
HORIZON = timedelta(days=41 * 366)
"""How far a next time is looked for: 29 February falls on a given weekday every 28 years, over 2100 every 40."""

_PART = re.compile(r"(\*|[0-9]{1,4}|[a-z]{3})(?:-([0-9]{1,4}|[a-z]{3}))?(?:/([0-9]{1,4}))?\Z")
_POSITION = re.compile(r"(1st|2nd|3rd|4th|5th|last) +(mon|tue|wed|thu|fri|sat|sun)\Z")
_EXAMPLES = {
    "year": "2027, 2027-2030",
    "month": "1, 3-5, */3, jan, jun-aug",
    "day": "1, 10-20, */2, last, 2nd fri, last sun",
    "week": "1, 10-20, */2",
    "day_of_week": "0, mon, mon-fri, sat,sun",
    "hour": "9, 9-18, */2, 9,13,18",
    "minute": "0, 30, */5, 0,15,30,45",
    "second": "0, */10",
}

Words = dict[str, str]
"""The same sentence by language: {"en": …, "ru": …}."""


class CronError(ValueError):
    """A field that is no cron expression: what is wrong and how to mend it, by language."""

    def __init__(self, field: str, message: Words) -> None:
        super().__init__(message["en"])
        self.field = field
        self.message = message
        low, high = RANGES[field]
        zero = {"en": "; 0 is Monday", "ru": "; 0 — понедельник"} if field == "day_of_week" else {"en": "", "ru": ""}
        self.hint: Words = {
            "en": f"from {low} to {high}{zero['en']}; for example: {_EXAMPLES[field]}",
            "ru": f"от {low} до {high}{zero['ru']}; например: {_EXAMPLES[field]}",
        }


@dataclass(frozen=True, slots=True)
class Span:
    """A part of a field: `first`..`last` every `step`; or a `position` ("last", "2nd") of `weekday` (None: of day)."""

    first: int = 0
    last: int = 0
    step: int = 1
    is_all: bool = False
    position: str | None = None
    weekday: str | None = None


def parse(field: str, text: str) -> list[Span]:
    """The parts of one field. Raises CronError with the reason, in words for whoever wrote it."""
    lowered = text.strip().lower()
    if not lowered or len(lowered) > MAX_CHARS:
        raise CronError(field, {"en": "is empty or far too long", "ru": "пусто или слишком длинно"})
    return [_span(field, part.strip()) for part in lowered.split(",")]


def _span(field: str, part: str) -> Span:
    if field == "day" and part == "last":
        return Span(position="last")
    if field == "day" and (position := _POSITION.match(part)):
        return Span(position=position[1], weekday=position[2])
    match = _PART.match(part)
    if match is None or (match[1] == "*" and match[2]):
        raise CronError(field, {"en": f"“{part}” is not understood", "ru": f"«{part}» непонятно"})
    low, high = RANGES[field]
    step = _step(field, match[3], high - low)
    if match[1] == "*":
        return Span(low, high, step, is_all=True)
    first = _number(field, match[1])
    last = _number(field, match[2]) if match[2] else (high if match[3] else first)
    if first > last:
        raise CronError(field, {"en": f"“{part}” runs backwards", "ru": f"«{part}» идёт назад"})
    if step > max(last - first, 1):
        raise CronError(field, {"en": f"the step of “{part}” is too large", "ru": f"шаг в «{part}» слишком велик"})
    return Span(first, last, step)


def _step(field: str, text: str | None, longest: int) -> int:
    step = 1 if text is None else int(text)
    if not 1 <= step <= longest:
        raise CronError(field, {"en": f"the step {step} is out of range", "ru": f"шаг {step} вне границ"})
    return step


def _number(field: str, text: str) -> int:
    names = {"month": MONTHS, "day_of_week": WEEKDAYS}.get(field, ())
    if text in names:
        return names.index(text) + RANGES[field][0]
    low, high = RANGES[field]
    if not text.isdigit() or not low <= int(text) <= high:
        raise CronError(field, {"en": f"“{text}” is out of range", "ru": f"«{text}» вне допустимых границ"})
    return int(text)


def complete(fields: Mapping[str, str]) -> dict[str, list[Span]]:
    """All fields, absent ones as they are meant. Raises CronError."""
    given = [field for field in FIELDS if fields.get(field) is not None]
    smallest = FIELDS.index(given[-1]) if given else len(FIELDS)
    return {
        field: parse(field, fields[field]) if field in given else [_default(field, place > smallest)]
        for place, field in enumerate(FIELDS)
    }


def _default(field: str, is_smaller: bool) -> Span:
    low, high = RANGES[field]
    if is_smaller and field not in ("week", "day_of_week"):
        return Span(low, low)
    return Span(low, high, is_all=True)


def _spelled(field: str, spans: list[Span]) -> str:
    """As APScheduler reads it: it takes names without a step only, so names become numbers."""
    return ",".join(_spelled_span(field, span) for span in spans)


def _spelled_span(field: str, span: Span) -> str:
    if span.position is not None:
        return f"{span.position} {span.weekday}" if span.weekday else span.position
    whole = "*" if span.is_all else str(span.first) if span.first == span.last else f"{span.first}-{span.last}"
    return whole if span.step == 1 else f"{whole}/{span.step}"


class Cron:
    """A cron that is known to be right; absent fields are `*`, or their smallest value below the smallest given."""

    def __init__(
        self,
        fields: Mapping[str, str],
        timezone: str = "UTC",
        start: datetime | None = None,
        end: datetime | None = None,
    ) -> None:
        """`start` and `end` are aware and included. Raises CronError; ZoneInfoNotFoundError for an unknown zone."""
        spans = complete(fields)
        self._zone = ZoneInfo(timezone)
        self._start, self._end = start, end
        self._texts = {field: _spelled(field, found) for field, found in spans.items()}
        self._is_hourly = any(span.is_all and span.step == 1 for span in spans["hour"])

    def next_after(self, moment: datetime) -> datetime | None:
        """The first time after `moment` (aware), in UTC; None when there is none within 41 years.

        Where clocks go forward, a time that does not exist comes an hour later by the wall; where they go back, a time
        that exists twice counts once, unless the cron runs every hour.
        """
        after = max(moment, self._start - timedelta(microseconds=1)) if self._start else moment
        horizon = after + HORIZON
        trigger = CronTrigger(**self._texts, timezone=self._zone, end_date=min(self._end or horizon, horizon))
        while True:
            found = trigger.get_next_fire_time(None, (after + timedelta(microseconds=1)).astimezone(UTC))
            if found is None:
                return None
            moment_found: datetime = found.astimezone(UTC)
            if self._is_hourly or not moment_found.astimezone(self._zone).fold:
                return moment_found
            after = self._after_second_pass(moment_found)

    def _after_second_pass(self, moment: datetime) -> datetime:
        minute = moment.replace(second=0, microsecond=0)
        while minute.astimezone(self._zone).fold:
            minute += timedelta(minutes=1)
        return minute - timedelta(microseconds=1)

    def upcoming(self, moment: datetime, count: int) -> Iterator[datetime]:
        """The next `count` times, or as many as there are."""
        for _ in range(count):
            found = self.next_after(moment)
            if found is None:
                return
            yield found
            moment = found
