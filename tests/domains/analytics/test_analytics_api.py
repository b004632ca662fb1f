"""What the pages are told of the counts, and to whom."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from dbcv.domains.analytics.schemas import Wish
from dbcv.domains.analytics.service.latency import percentile
from dbcv.domains.analytics.service.periods import period_of
from dbcv.kit.db import Database
from dbcv.kit.errors import Invalid
from dbcv.kit.ids import new_id
from tests.domains.analytics.conftest import NOON, Past, enter, walked
from tests.domains.conftest import Api, Person

MOSCOW = {
    "from": "2026-03-10T00:00:00+03:00",
    "to": "2026-03-12T00:00:00+03:00",
    "timezone": "Europe/Moscow",
    "interval": "day",
}
DOCUMENT = {
    "format": "dbcv.bot", "version": 1, "name": "Shop", "first_step_id": "a",
    "steps": [
        {"id": "a", "name": "Ask", "message": {"text": "?"},
         "connection_groups": [{"connections": [{"rules": {}, "next_step_id": "b"}]}]},
        {"id": "b", "name": "End", "message": {"text": "!"}},
    ],
}  # fmt: skip


@pytest.fixture
async def shop(db: Database, anna: Person) -> Past:
    """A published bot of Anna's."""
    made = await anna.client.post("/bots/import", json=DOCUMENT)
    assert made.status_code == 201, made.text
    assert (await anna.client.post(f"/bots/{made.json()['id']}/publish", json={})).status_code == 201
    return Past(db, UUID(made.json()["id"]))


async def told(person: Person, past: Past, path: str = "", **query: Any) -> Any:
    answer = await person.client.get(f"/bots/{past.bot_id}/analytics{path}", params=query)
    assert answer.status_code == 200, answer.text
    return answer.json()


async def test_days_of_a_time_zone_with_the_time_before(anna: Person, shop: Past) -> None:
    hour = 60
    one, two = await shop.session(), await shop.session(10 * hour)
    for session, minutes in ((one, 0), (one, 8.9 * hour), (one, 9 * hour), (two, 10 * hour), (one, -20 * hour)):
        await shop.turn(session, minutes, replies=2)
    await shop.count()
    page = await told(anna, shop, **MOSCOW)
    assert [point["start"] for point in page["series"]] == ["2026-03-09T21:00:00Z", "2026-03-10T21:00:00Z"]
    assert [point["messages_out"] for point in page["series"]] == [4, 4]
    assert [point["sessions_active"] for point in page["series"]] == [1, 2]
    assert page["totals"]["sessions_active"] == 2 and page["totals"]["turns"] == 4
    assert page["before"]["turns"] == 1 and page["before"]["sessions_active"] == 1
    assert page["from"] == "2026-03-09T21:00:00Z" and page["interval"] == "day" and page["counted_to"]


async def test_one_channel_errors_and_dead_letters(anna: Person, shop: Past) -> None:
    other = new_id()
    here, there = await shop.session(), await shop.session(channel_id=other)
    bad = await shop.turn(here, 1, replies=0, error="loop: more than 100 steps")
    await shop.turn(there, 2, replies=0, error="timeout_step_missing: none")
    await shop.turn(there, 3)
    await shop.run(
        "INSERT INTO dead_letter (id, kind, bot_id, session_id, shard, content, error, attempts, created_at)"
        " VALUES ($1, 'turn', $2, $3, 0, '{}', 'x', 5, $4)", bad, shop.bot_id, here, NOON,
    )  # fmt: skip
    await shop.count()
    page = await told(anna, shop, **MOSCOW)
    assert page["totals"]["errors"] == 2 and page["totals"]["dead_letters"] == 1
    assert [point["dead_letters"] for point in page["series"]] == [1, 0]
    assert page["error_counts"] == [{"code": "loop", "count": 1}, {"code": "timeout_step_missing", "count": 1}]
    assert [seen["session_id"] for seen in page["errors"]] == [str(there), str(here)]
    assert page["errors"][1]["turn_id"] == str(bad) and page["errors"][1]["error"].startswith("loop: ")
    page = await told(anna, shop, **MOSCOW, channel_id=str(other))
    assert page["totals"]["turns"] == 2 and [seen["session_id"] for seen in page["errors"]] == [str(there)]


async def test_how_long_answers_took(anna: Person, shop: Past) -> None:
    session = await shop.session()
    for number in range(100):
        await shop.turn(session, number / 10, took_ms=2_000 if number >= 97 else 30)
    await shop.count()
    totals = (await told(anna, shop, **MOSCOW))["totals"]
    assert 22 <= totals["p50_ms"] <= 46 and 22 <= totals["p95_ms"] <= 46 and 1_400 <= totals["p99_ms"] <= 2_900


async def test_where_people_stop(anna: Person, shop: Past) -> None:
    document = json.loads((await anna.client.get(f"/bots/{shop.bot_id}/export?format=json")).text)
    a, b = (step["id"] for step in document["steps"])
    for number in range(4):
        session = await shop.session()
        await shop.turn(session, number, enter(a))
        if number:
            await shop.turn(session, 10 + number, walked(a), enter(b))
    await shop.turn(session, 30, enter("gone"))
    await shop.count()
    page = await told(anna, shop, "/funnel", **{name: MOSCOW[name] for name in ("from", "to")})
    flows = {flow["name"]: flow for flow in page["steps"]}
    assert [flow["name"] for flow in page["steps"]] == ["Ask", "End", None]
    assert (flows["Ask"]["visits"], flows["Ask"]["stopped"], flows["Ask"]["drop_off"]) == (4, 1, 0.25)
    assert flows["End"]["is_end"] is True and flows["Ask"]["is_end"] is False and flows[None]["is_end"] is None
    assert page["connections"] == [{"step_id": a, "group": 0, "place": 0, "target_id": b, "walks": 3, "share": 0.75}]


async def test_a_bot_nobody_has_talked_to(anna: Person, shop: Past) -> None:
    page = await told(anna, shop)
    assert page["counted_to"] is None and page["totals"]["turns"] == 0 and page["totals"]["p50_ms"] is None
    assert len(page["series"]) in (7, 8) and page["errors"] == []
    assert (await told(anna, shop, "/funnel"))["steps"] == []


@pytest.mark.parametrize(
    ("query", "path"),
    [
        ({"from": "2026-03-02T00:00:00Z", "to": "2026-03-01T00:00:00Z"}, "from"),
        ({"from": "2024-01-01T00:00:00Z", "to": "2026-03-01T00:00:00Z"}, "from"),
        ({"from": "0001-01-01T00:00:00+14:00"}, "from"),
        ({"to": "9999-12-31T23:59:59-14:00"}, "to"),
        ({"from": "2026-03-02T00:00:00"}, "from"),
        ({"timezone": "Mars/Base"}, "timezone"),
        ({"timezone": "../../etc/passwd"}, "timezone"),
        ({"timezone": "America"}, "timezone"),
        ({"interval": "hour", "from": "2026-01-01T00:00:00Z", "to": "2026-03-01T00:00:00Z"}, "interval"),
        ({"interval": "minute"}, "interval"),
    ],
)
async def test_what_cannot_be_answered_is_said(anna: Person, shop: Past, query: dict[str, str], path: str) -> None:
    answer = await anna.client.get(f"/bots/{shop.bot_id}/analytics", params=query)
    assert answer.status_code == 422 and answer.headers["content-type"] == "application/problem+json", answer.text
    (detail,) = answer.json()["errors"]
    assert path in detail["path"] and detail["message"]


async def test_who_may_see_it(api: Api, anna: Person, boris: Person, shop: Past) -> None:
    for path in ("/analytics", "/analytics/funnel"):
        assert (await boris.client.get(f"/bots/{shop.bot_id}{path}")).status_code == 404
        assert (await api.nobody.get(f"/bots/{shop.bot_id}{path}")).status_code == 401
    await shop.run(
        "INSERT INTO bot_access (bot_id, user_id, role) VALUES ($1, $2, 'viewer')", shop.bot_id, UUID(boris.id)
    )
    for path in ("/analytics", "/analytics/funnel"):
        assert (await boris.client.get(f"/bots/{shop.bot_id}{path}")).status_code == 200


def bounds(since: str, until: str, interval: Any, timezone: str = "UTC") -> list[str]:
    wish = Wish(datetime.fromisoformat(since), datetime.fromisoformat(until), interval, timezone, None)
    return [f"{moment:%m-%d %H:%M}" for moment in period_of(wish, NOON).bounds]


def test_days_and_weeks_begin_where_the_clocks_of_the_zone_say() -> None:
    assert bounds("2026-03-28T00:00+01:00", "2026-03-31T00:00+02:00", "day", "Europe/Berlin") == [
        "03-27 23:00", "03-28 23:00", "03-29 22:00", "03-30 22:00",
    ]  # fmt: skip
    assert bounds("2026-03-04T00:00Z", "2026-03-18T00:00Z", "week") == [
        "03-04 00:00", "03-09 00:00", "03-16 00:00", "03-18 00:00",
    ]  # fmt: skip
    assert bounds("2026-03-04T22:59Z", "2026-03-05T01:01Z", "hour") == [
        "03-04 23:00", "03-05 00:00", "03-05 01:00", "03-05 02:00",
    ]  # fmt: skip
    assert bounds("2026-03-04T00:00+05:30", "2026-03-06T00:00+05:30", "day", "Asia/Kolkata") == [
        "03-03 19:00", "03-04 19:00", "03-05 19:00",
    ]  # fmt: skip


def test_the_interval_fits_the_span_and_its_parts_are_few() -> None:
    for days, interval in ((1, "hour"), (3, "day"), (90, "day"), (390, "week")):
        period = period_of(Wish(NOON - timedelta(days=days), NOON, None, "Asia/Tokyo", None), NOON)
        assert period.interval == interval and len(period.bounds) < 400
    with pytest.raises(Invalid):
        period_of(Wish(NOON, NOON, None, "UTC", None), datetime.now(UTC))


def test_percentiles_of_classes() -> None:
    assert percentile([], 0.5) is None and percentile([0, 0], 0.99) is None
    assert percentile([0, 0, 10], 0.5) == 2 and percentile([1] + [0] * 32 + [1], 1.0) == 131072
