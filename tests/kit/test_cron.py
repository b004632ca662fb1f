"""Crons: what their fields mean, what is refused, and what daylight saving does to them."""

import time
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dbcv.kit.cron import FIELDS, RANGES, Cron, CronError, parse
from tests.examples import tried

BERLIN = "Europe/Berlin"
FORWARD, BACK = "2026-03-29T00:00:00+01:00", "2026-10-25T00:00:00+02:00"


def times(start: str, count: int, zone: str = "UTC", **fields: Any) -> list[str]:
    found = Cron(fields, zone).upcoming(datetime.fromisoformat(start), count)
    return [f"{moment:%d %H:%M:%S}" for moment in found]


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"hour": "9"}, ["01 09:00:00", "02 09:00:00"]),
        ({"minute": "*/20"}, ["01 00:20:00", "01 00:40:00"]),
        ({"second": "30"}, ["01 00:00:30", "01 00:01:30"]),
        ({"hour": "9-11", "minute": "15,45"}, ["01 09:15:00", "01 09:45:00"]),
        ({"hour": "8-20/6"}, ["01 08:00:00", "01 14:00:00"]),
        ({"day": "last"}, ["31 00:00:00", "28 00:00:00"]),
        ({"day": "2nd fri"}, ["09 00:00:00", "13 00:00:00"]),
        ({"day": "last sun"}, ["25 00:00:00", "22 00:00:00"]),
        ({"day": "LAST Sun, 3"}, ["03 00:00:00", "25 00:00:00"]),
        ({"day_of_week": "mon-fri"}, ["02 00:00:00", "05 00:00:00"]),
        ({"day_of_week": "0"}, ["05 00:00:00", "12 00:00:00"]),
        ({"day_of_week": "mon-fri/2", "hour": "7"}, ["02 07:00:00", "05 07:00:00"]),
        ({"month": "feb-mar", "day": "1"}, ["01 00:00:00", "01 00:00:00"]),
        ({"week": "10", "day_of_week": "sun"}, ["08 00:00:00", "14 00:00:00"]),
        ({"year": "2028", "month": "2", "day": "29"}, ["29 00:00:00"]),
        ({"month": "2", "day": "30"}, []),
        ({"year": "2020"}, []),
    ],
)
def test_fields(fields: dict[str, str], expected: list[str]) -> None:
    assert times("2026-01-01T00:00:00Z", 2, **fields) == expected


@pytest.mark.parametrize(
    ("field", "text"),
    [
        ("hour", "24"), ("hour", "-1"), ("hour", ""), ("hour", " "), ("hour", "* 5"), ("hour", "9;10"), ("hour", "9,"),
        ("hour", "mon"), ("minute", "*/0"), ("minute", "*/60"), ("minute", "5-1"), ("minute", "*-5"),
        ("minute", "1-2/9"),
        ("month", "0"), ("month", "foo"), ("month", "january"), ("day", "32"), ("day", "last monday"), ("day", "lastx"),
        ("day", "6th mon"), ("day", "last fri x"), ("day_of_week", "7"), ("day_of_week", "fri-mon"), ("week", "54"),
        ("year", "20"), ("second", "0" * 300), ("hour", "九"), ("hour", "٣"), ("minute", "1e1"),
    ],
)  # fmt: skip
def test_what_is_refused_says_what_and_how(field: str, text: str) -> None:
    with pytest.raises(CronError) as caught:
        parse(field, text)
    assert caught.value.field == field
    for words in (caught.value.message, caught.value.hint):
        assert all(words[language] for language in ("en", "ru"))


def test_clocks_go_forward() -> None:
    """02:30 does not exist: it comes at 03:30 by the wall. What runs every half hour goes on every half hour."""
    assert times(FORWARD, 2, BERLIN, hour="2", minute="30") == ["29 01:30:00", "30 00:30:00"]
    assert times(FORWARD, 5, BERLIN, minute="*/30") == [
        "28 23:30:00", "29 00:00:00", "29 00:30:00", "29 01:00:00", "29 01:30:00"
    ]  # fmt: skip
    assert times(FORWARD, 2, BERLIN, hour="2-3", minute="30") == ["29 01:30:00", "30 00:30:00"]


def test_clocks_go_back() -> None:
    """02:30 exists twice: once is enough, unless it runs every hour."""
    assert times(BACK, 2, BERLIN, hour="2", minute="30") == ["25 00:30:00", "26 01:30:00"]
    assert times(BACK, 3, BERLIN, hour="*/2") == ["25 00:00:00", "25 03:00:00", "25 05:00:00"]
    hourly = ["24 23:00:00", "25 00:00:00", "25 01:00:00", "25 02:00:00"]
    assert times(BACK, 4, BERLIN, minute="0") == hourly
    assert times(BACK, 4, BERLIN, hour="*", minute="0") == hourly


def test_start_and_end_are_included() -> None:
    start, end = (datetime(2026, 1, 1, hour, tzinfo=UTC) for hour in (3, 5))
    cron = Cron({"minute": "0"}, start=start, end=end)
    found = [moment.hour for moment in cron.upcoming(datetime(2025, 1, 1, tzinfo=UTC), 9)]
    assert found == [3, 4, 5]


def test_a_cron_that_never_comes_is_known_soon() -> None:
    began = time.process_time()
    assert list(Cron({"month": "6", "week": "53"}).upcoming(datetime.now(UTC), 5)) == []
    assert time.process_time() - began < 2


@tried(100)
@given(st.sampled_from(FIELDS), st.text(alphabet="0123456789*/-, lastmonfrijdecndrh", max_size=12))
def test_any_text_is_refused_or_runs(field: str, text: str) -> None:
    """APScheduler takes every spelling that is taken here."""
    try:
        cron = Cron({field: text})
    except CronError:
        return
    now = datetime(2026, 1, 1, tzinfo=UTC)
    found = cron.next_after(now)
    assert found is None or found > now


@tried(100)
@given(
    st.sampled_from(["UTC", BERLIN, "America/New_York", "Australia/Lord_Howe", "Asia/Kolkata", "Africa/Casablanca"]),
    st.dictionaries(st.sampled_from(FIELDS[5:]), st.integers(0, 23).map(str), min_size=1),
    st.datetimes(datetime(2024, 1, 1), datetime(2030, 1, 1), timezones=st.just(UTC)),
)
def test_times_rise_and_are_found_again_from_within(zone: str, fields: dict[str, str], start: datetime) -> None:
    cron = Cron(fields, zone)
    found = list(cron.upcoming(start, 4))
    assert found == sorted(set(found))
    assert all(cron.next_after(moment - timedelta(seconds=1)) == moment for moment in found)


def test_every_field_has_a_range() -> None:
    assert set(RANGES) == set(FIELDS)
