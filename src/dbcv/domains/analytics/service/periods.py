"""Spans of time as people mean them: days and weeks of their own time zone, cut where its clocks say. Pure."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from dbcv.domains.analytics import errors
from dbcv.domains.analytics.schemas import Interval, Wish

MAX_SPAN = timedelta(days=400)
MAX_PARTS = 400
USUAL = timedelta(days=7)
_HOURLY_UP_TO = timedelta(days=2)
_WEEKLY_FROM = timedelta(days=200)
_HOUR = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Period:
    """`bounds`: the beginnings of the parts and the end of the last one, whole hours of UTC, rising."""

    interval: Interval
    bounds: list[datetime]

    @property
    def since(self) -> datetime:
        return self.bounds[0]

    @property
    def until(self) -> datetime:
        return self.bounds[-1]

    @property
    def before(self) -> list[datetime]:
        """The span of the same length before it, as one part."""
        return [self.since - (self.until - self.since), self.since]


def span_of(wish: Wish, now: datetime) -> tuple[datetime, datetime]:
    """From when until when, in UTC; the last seven days where it is not said. Raises Invalid."""
    for name, moment in (("from", wish.since), ("to", wish.until)):
        if moment is not None and not 2000 <= moment.year < 2200:
            raise errors.wrong(name, "is not of this age", "Give a time between the years 2000 and 2200")
    until = (wish.until or now).astimezone(UTC)
    since = (wish.since or until - USUAL).astimezone(UTC)
    if since >= until:
        raise errors.wrong("from", "must be before `to`", "Swap the two, or leave both out for the last seven days")
    if until - since > MAX_SPAN:
        raise errors.wrong("from", f"is more than {MAX_SPAN.days} days before `to`", "Ask for a shorter time")
    return since, until


def period_of(wish: Wish, now: datetime) -> Period:
    """The span and its parts. Raises Invalid."""
    zone = _zone(wish.timezone)
    since, until = span_of(wish, now)
    interval = wish.interval or _fitting(until - since)
    if (until - since) / _HOUR > MAX_PARTS and interval == "hour":
        raise errors.wrong("interval", f"hour makes more than {MAX_PARTS} parts", "Ask by day, or for a shorter time")
    last = _full_hour(until)
    first = min(_full_hour(since), last - _HOUR)
    inner = [_full_hour(moment) for moment in _beginnings(interval, first, last, zone)]
    return Period(interval, sorted({first, *(moment for moment in inner if first < moment < last), last}))


def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise errors.wrong("timezone", f'"{name[:60]}" is not known', 'Use a name such as "Europe/Moscow"') from error


def _fitting(span: timedelta) -> Interval:
    if span <= _HOURLY_UP_TO:
        return "hour"
    return "day" if span < _WEEKLY_FROM else "week"


def _beginnings(interval: Interval, since: datetime, until: datetime, zone: ZoneInfo) -> Iterator[datetime]:
    """Where hours, days or weeks (from Monday) begin within the span."""
    if interval == "hour":
        for number in range(1, int((until - since) / _HOUR)):
            yield since + number * _HOUR
        return
    day = since.astimezone(zone).replace(hour=0, minute=0, second=0, microsecond=0, tzinfo=None)
    step = timedelta(days=1 if interval == "day" else 7)
    if interval == "week":
        day -= timedelta(days=day.weekday())
    while (moment := day.replace(tzinfo=zone).astimezone(UTC)) < until:
        yield moment
        day += step


def _full_hour(moment: datetime) -> datetime:
    """The next one, or the moment itself."""
    whole = moment.replace(minute=0, second=0, microsecond=0)
    return whole + _HOUR if whole < moment else whole
