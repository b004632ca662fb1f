"""Schedules under harm: two schedulers, a thousand schedules a minute, one killed at the firing second; downtime.

`make faults` runs four minutes of it; the short form one firing second. Clocks that are put forward and back:
tests/runtime/test_schedules.py; daylight saving: tests/kit/test_cron.py.
"""

import asyncio
import json
import signal
import time
from collections.abc import AsyncIterator
from typing import Any

import asyncpg
import pytest

from dbcv.kit.ids import new_id
from dbcv.kit.processes import Child
from tests.faults.bots import document
from tests.faults.world import World

SCHEDULES = 1_000
LATEST_SECONDS = 5.0
QUIET = document("Quiet", [{"id": "a", "name": "A", "message": {"text": "hi"}}])
_SCHEDULER = ("dbcv.entrypoints.run", "scheduler")

_TIMES = """
SELECT count(*) AS fired, count(DISTINCT (schedule_id, fire_at)) AS times, count(DISTINCT schedule_id) AS schedules,
       max(extract(epoch FROM done_at - fire_at))::float AS late, bool_and(error IS NULL) AS is_right,
       sum(reached) AS reached
FROM firing WHERE fire_at >= $1
"""
_TURNS = """
SELECT count(*) AS turns, count(DISTINCT (record -> 'event' -> 'data' ->> 'schedule_id',
                                          record -> 'event' -> 'data' ->> 'fire_at', session_id)) AS pairs
FROM turn_record WHERE kind = 'cron' AND bot_id = $1
"""


@pytest.fixture
async def database(world: World) -> AsyncIterator[Any]:
    connection = await asyncpg.connect(world.database_url)
    yield connection
    await connection.execute("DELETE FROM schedule")
    await connection.close()


async def bot_with_session(world: World, database: Any, people: int = 1) -> Any:
    """A bot that so many people have spoken to."""
    bot_id = world.publish(QUIET)
    channel = world.open_channel(bot_id)
    for _ in range(people):
        token = await asyncio.to_thread(
            world.call, "POST", "/login/anonymous-access-token", {"channel_id": channel}, " "
        )
        await asyncio.to_thread(
            world.call, "POST", "/messages", {"channel_id": channel, "text": "x"}, token["access_token"]
        )
    await drained(database)
    return bot_id


async def drained(database: Any, seconds: float = 60.0) -> None:
    """Until nothing is on its way and every mailbox is empty."""
    deadline = time.monotonic() + seconds
    waiting = "SELECT EXISTS (SELECT FROM firing WHERE done_at IS NULL) OR EXISTS (SELECT FROM mailbox)"
    while await database.fetchval(waiting):
        assert time.monotonic() < deadline, "it never came to an end"
        await asyncio.sleep(0.05)


async def schedules(database: Any, bot_id: Any, count: int, second: int, due: str = "$4") -> Any:
    """So many crons, all at one second of the minute; the next time of it that leaves room to get ready."""
    cron = {"minute": "*", "second": str(second), "timezone": "UTC"}
    content = {"name": "n", "message": {"text": "tick"}, "send_at": None, "cron": cron, "is_active": True}
    moment = await database.fetchval(
        "SELECT date_trunc('minute', now() + make_interval(secs => 60 - $1 + 0.001)) + make_interval(secs => $1)",
        float(second),
    )
    await database.execute(
        f"""INSERT INTO schedule (id, bot_id, content, next_fire_at, due_at)
            SELECT id, $2, $3, {due}, {due} FROM unnest($1::uuid[]) AS t(id) WHERE $4::timestamptz IS NOT NULL""",
        [new_id() for _ in range(count)], bot_id, json.dumps(content), moment,
    )  # fmt: skip
    return moment


def another_scheduler(world: World) -> Child:
    return world.new_worker_of(_SCHEDULER)


async def until(database: Any, moment: Any, before_seconds: float = 0.0) -> None:
    left = await database.fetchval("SELECT extract(epoch FROM $1 - clock_timestamp())::float", moment)
    await asyncio.sleep(max(left - before_seconds, 0))


@pytest.mark.timeout(900)
async def test_two_schedulers_one_killed_at_the_firing_second(world: World, database: Any, is_long: bool) -> None:
    """1,000 schedules at one second, one session each time; the second scheduler dies while they fire."""
    await world.start_workers(1)
    bot_id = await bot_with_session(world, database)
    minutes = 4 if is_long else 1
    second = int(await database.fetchval("SELECT extract(second FROM now() + interval '6 s')::int % 60"))
    first = moment = await schedules(database, bot_id, SCHEDULES, second)
    for _ in range(minutes):
        second_one = another_scheduler(world)
        await until(database, moment, -0.1)
        second_one.stop(((signal.SIGKILL, 5.0),))
        await until(database, moment, -3.0)
        await drained(database)
        moment = await database.fetchval("SELECT min(next_fire_at) FROM schedule")
    found = await database.fetchrow(_TIMES, first)
    turns = await database.fetchrow(_TURNS, bot_id)
    print(
        f"\n{SCHEDULES} schedules, {minutes} firing seconds, one scheduler killed in each: {dict(found)} {dict(turns)}"
    )
    assert (found["fired"], found["times"], found["schedules"]) == (SCHEDULES * minutes, SCHEDULES * minutes, SCHEDULES)
    assert found["is_right"]
    assert found["reached"] == turns["turns"] == turns["pairs"] == SCHEDULES * minutes
    assert found["late"] <= (LATEST_SECONDS if is_long else 4 * LATEST_SECONDS)


async def test_ten_minutes_of_downtime_are_one_catch_up_run(world: World, database: Any) -> None:
    await world.start_workers(1)
    bot_id = await bot_with_session(world, database)
    assert world.scheduler is not None
    world.scheduler.send(signal.SIGSTOP)
    began = await schedules(database, bot_id, 100, 0, "date_trunc('minute', now()) - interval '10 min'")
    assert began is not None
    world.scheduler.send(signal.SIGCONT)
    await asyncio.sleep(1)
    await drained(database)
    fired = await database.fetch("SELECT count(*) AS runs FROM firing WHERE bot_id = $1 GROUP BY schedule_id", bot_id)
    assert [row["runs"] for row in fired] == [1] * 100
    assert await database.fetchval("SELECT bool_and(next_fire_at > now()) FROM schedule WHERE bot_id = $1", bot_id)
    turns = await database.fetchrow(_TURNS, bot_id)
    assert turns["turns"] == turns["pairs"] == 100


async def test_a_change_takes_effect_at_once(world: World, database: Any) -> None:
    """Over REST, to the second; also without the broker."""
    await world.start_workers(1)
    bot_id = await bot_with_session(world, database)
    wish = {"bot_id": bot_id, "name": "Soon", "message": {"text": "tick"}, "second": "*"}
    cron = await asyncio.to_thread(world.call, "POST", "/crons", wish)
    began, fired = time.monotonic(), 0
    while fired < 3:
        assert time.monotonic() - began < 30
        await asyncio.sleep(0.1)
        fired = await database.fetchval("SELECT count(*) FROM firing WHERE schedule_id = $1", cron["id"])
    assert fired <= time.monotonic() - began + 2
    await asyncio.to_thread(world.call, "PATCH", f"/crons/{cron['id']}", {"is_active": False})
    await asyncio.sleep(1)
    count = await database.fetchval("SELECT count(*) FROM firing WHERE schedule_id = $1", cron["id"])
    await asyncio.sleep(2)
    assert await database.fetchval("SELECT count(*) FROM firing WHERE schedule_id = $1", cron["id"]) == count


async def test_a_crowd_gets_it_once_though_schedulers_die(world: World, database: Any, is_long: bool) -> None:
    """One firing for many sessions, and a scheduler killed again and again on its way."""
    await world.start_workers(1)
    bot_id = await bot_with_session(world, database)
    count = 100_000 if is_long else 5_000
    await database.execute(
        """WITH made AS (SELECT gen_random_uuid() AS id FROM generate_series(1, $2)),
           people AS (INSERT INTO subscriber (id, kind) SELECT id, 'anonymous' FROM made)
           INSERT INTO session (id, user_id, bot_id, channel_id, step_id)
           SELECT gen_random_uuid(), id, $1, (SELECT channel_id FROM session WHERE bot_id = $1 LIMIT 1),
                  (SELECT step_id FROM session WHERE bot_id = $1 LIMIT 1) FROM made""",
        bot_id, count,
    )  # fmt: skip
    second_one = another_scheduler(world)
    began = time.monotonic()
    await schedules(database, bot_id, 1, 0, "now()")
    for _ in range(10 if is_long else 3):
        await asyncio.sleep(0.3)
        second_one.stop(((signal.SIGKILL, 5.0),))
        second_one = another_scheduler(world)
    await drained(database, 600)
    second_one.stop(((signal.SIGKILL, 5.0),))
    turns = await database.fetchrow(_TURNS, bot_id)
    print(f"\none firing for {count + 1} sessions: {time.monotonic() - began:.1f} s, {dict(turns)}")
    assert turns["turns"] == turns["pairs"] == count + 1
