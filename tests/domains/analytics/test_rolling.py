"""Turns are counted into hours: each once, whoever counts, however often it is begun."""

import asyncio
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from dbcv.domains.analytics.repository import rolling as queries
from dbcv.domains.analytics.service import rolling
from dbcv.domains.analytics.service.rolling import Rolling
from dbcv.kit.db import Database
from dbcv.kit.ids import new_id
from tests.domains.analytics.conftest import NOON, Past, enter, walked

ALL = UUID(int=0)


async def hours(past: Past, channel_id: UUID = ALL) -> list[tuple[Any, ...]]:
    rows = await past.run(
        "SELECT start, turns, messages_in, messages_out, errors, latency FROM bot_hour WHERE bot_id = $1"
        " AND channel_id = $2 ORDER BY start", past.bot_id, channel_id,
    )  # fmt: skip
    return [((row[0] - NOON) // timedelta(hours=1), *row[1:5], sum(row[5])) for row in rows]


async def presences(past: Past) -> list[tuple[Any, ...]]:
    rows = await past.run(
        "SELECT start, NULLIF(since, '-infinity'), sessions FROM bot_presence WHERE bot_id = $1 AND channel_id = $2"
        " ORDER BY start, since", past.bot_id, ALL,
    )  # fmt: skip
    hour = timedelta(hours=1)
    return [((a - NOON) // hour, None if b is None else (b - NOON) // hour, n) for a, b, n in rows]


async def steps(past: Past) -> dict[str, tuple[int, int]]:
    rows = await past.run("SELECT step_id, sum(visits), sum(departures) FROM step_hour GROUP BY 1")
    return {row[0]: (row[1], row[2]) for row in rows}


async def walks(past: Past) -> dict[tuple[Any, ...], int]:
    rows = await past.run(
        "SELECT step_id, group_place, place, target_id, sum(walks) FROM walk_hour GROUP BY 1, 2, 3, 4"
    )
    return {tuple(row[:4]): row[4] for row in rows}


async def test_hours_of_a_bot_and_of_its_channels(past: Past) -> None:
    other = new_id()
    first, second = await past.session(), await past.session(channel_id=other)
    await past.turn(first, 1, replies=2)
    await past.turn(first, 2, kind="cron", replies=1)
    await past.turn(second, 3, replies=0, error="loop: too many steps")
    await past.turn(second, 61, kind="webhook")
    await past.count()
    assert await hours(past) == [(0, 3, 2, 3, 1, 1), (1, 1, 1, 1, 0, 1)]
    assert await hours(past, past.channel_id) == [(0, 2, 1, 3, 0, 1)]
    assert await hours(past, other) == [(0, 1, 1, 0, 1, 0), (1, 1, 1, 1, 0, 1)]


async def test_each_turn_once_in_slices_of_any_size(past: Past, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rolling, "TURNS_AT_ONCE", 7)
    monkeypatch.setattr(rolling, "FEW_TURNS", 3)
    sessions = [await past.session() for _ in range(3)]
    for number in range(40):
        await past.turn(sessions[number % 3], number * 4, enter("a"))
    await past.count(60)
    await past.count(9_000)
    await past.turn(sessions[0], 10_000, enter("a"))
    await past.count()
    await past.count()
    assert [row[1] for row in await hours(past)] == [15, 15, 10, 1]
    assert await steps(past) == {"a": (41, 0)}


async def test_two_that_count_at_once_count_once(past: Past, db: Database) -> None:
    session = await past.session()
    for number in range(30):
        await past.turn(session, number)

    async def count() -> None:
        async with db.driver() as connection:
            await Rolling(0).catch_up(connection)

    await asyncio.gather(*(count() for _ in range(4)))
    await count()
    assert [row[1] for row in await hours(past)] == [30]


async def test_a_turn_that_is_kept_while_others_are_counted_is_not_lost(
    past: Past, db: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(queries, "MARGIN_SECONDS", 0.0)
    session = await past.session()
    insert = (
        "INSERT INTO turn_record (id, session_id, bot_id, revision, kind, record) VALUES ($1, $2, $3, 1, 'cron', '{}')"
    )
    async with db.driver() as late:
        async with late.transaction():
            await late.execute(insert, new_id(), session, past.bot_id)  # it began first and ends last
            await past.run(insert, new_id(), session, past.bot_id)
            await past.count()
        await past.count()
    assert sum(row[1] for row in await hours(past)) == 2


async def test_who_was_there_is_known_for_any_span(past: Past) -> None:
    one, two, old = await past.session(), await past.session(125), await past.session(-3000)
    for session, minutes in ((one, 1), (one, 2), (one, 61), (one, 300), (two, 125), (two, 170), (old, 5)):
        await past.turn(session, minutes)
    await past.count(300.5)
    await past.turn(one, 301)
    await past.turn(one, 361)
    await past.count()
    assert await presences(past) == [(0, None, 1), (0, -50, 1), (1, 0, 1), (2, None, 1), (5, 1, 1), (6, 5, 1)]


async def test_steps_and_connections_as_they_were_walked(past: Past) -> None:
    session = await past.session()
    await past.turn(session, 1, enter("a"))
    await past.turn(session, 2, walked("a", 0, held=False), walked("a", 1), enter("b"), walked("b", 0, 1), enter("c"))
    await past.turn(session, 3, {"at": "timeout", "step": "c"}, enter("a"), **{"from": "c"})
    await past.turn(session, 4, walked("", 2), enter("c"), **{"from": "a"})
    await past.turn(session, 5, walked("c", 0), **{"from": "c"})
    await past.turn(session, 6, walked("c", 0), enter("a"), error="loop: too many")
    await past.count()
    assert await steps(past) == {"a": (2, 2), "b": (1, 1), "c": (2, 2)}
    assert await walks(past) == {
        ("a", 0, 1, "b"): 1, ("b", 1, 0, "c"): 1, ("c", -1, -1, "a"): 1, ("", 0, 2, "c"): 1, ("c", 0, 0, ""): 1,
    }  # fmt: skip


async def test_the_last_step_of_a_template_is_left_when_the_template_ends(past: Past) -> None:
    session = await past.session()
    inside = (enter("box"), {"at": "template", "step": "box", "template": "t"}, enter("t/x"))
    ended = ({"at": "template_end", "step": "box", "template": "t"}, walked("box"), enter("end"))
    await past.turn(session, 1, *inside, walked("t/x"), enter("t/y"), *ended)
    await past.count()
    assert await steps(past) == {"box": (1, 1), "t/x": (1, 1), "t/y": (1, 1), "end": (1, 0)}


async def test_records_that_nobody_foresaw_stop_nothing(past: Past) -> None:
    session = await past.session()
    await past.turn(session, 1, trace="none", replies=0)
    await past.turn(session, 2, {"at": "enter"}, {"at": "connection", "held": "true"}, {}, took_ms=10**9)
    await past.turn(session, 3, took_ms=-5_000)
    await past.turn(new_id(), 4)  # of a session that is gone
    await past.count()
    assert await hours(past) == [(0, 3, 3, 2, 0, 2)]


async def test_old_hours_become_days_and_the_oldest_go(past: Past, db: Database) -> None:
    session = await past.session()
    for hour in (0, 1, 5, 12):
        await past.turn(session, hour * 60, enter("a"), walked("a"), enter("b"))
    await past.count()
    async with db.driver() as connection:
        await Rolling(0).tidy(connection)
        await Rolling(0).tidy(connection)
    rows = await past.run("SELECT start, visits FROM step_hour WHERE step_id = 'a' ORDER BY start")
    midnight = NOON - timedelta(hours=12)
    assert [tuple(row) for row in rows] == [(midnight, 3), (midnight + timedelta(days=1), 1)]
    assert (await walks(past))["a", 0, 0, "b"] == 4
    async with db.driver() as connection:
        await Rolling(30).tidy(connection)
    for table in ("bot_hour", "bot_presence", "session_presence", "step_hour", "walk_hour"):
        assert (await past.run(f"SELECT count(*) FROM {table}"))[0][0] == 0


async def test_the_counting_ends_when_it_is_told_to(past: Past, db: Database) -> None:
    await past.turn(await past.session(), 1)
    stop = asyncio.Event()
    running = asyncio.create_task(Rolling(400).run(db.driver, stop))
    for _ in range(300):
        if await hours(past):
            break
        await asyncio.sleep(0.01)
    stop.set()
    await asyncio.wait_for(running, 5)
    assert [row[1] for row in await hours(past)] == [1]
