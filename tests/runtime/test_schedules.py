"""Schedules: each time fires once for each session, whoever is first, whatever stops in between, whatever clocks do."""

import asyncio
import json
import uuid
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from dbcv.kit.ids import new_id
from dbcv.runtime import schedules
from dbcv.runtime.clockwork import Clockwork
from tests.engine.bots import bot, rule, step
from tests.runtime.town import Town, eventually

QUIET = bot(step("a", "A", (rule("event.name", "equal", "Survey"), "survey")), step("survey", "Survey!"))
EVERY_MINUTE = {"minute": "*", "second": "0", "timezone": "UTC"}
HOUR = timedelta(hours=1)


def every_hour() -> dict[str, str]:
    """A cron whose next time is half an hour away, whenever the test runs."""
    return {"minute": str((datetime.now(UTC) + HOUR / 2).minute), "second": "0", "timezone": "UTC"}


def till_a_minute_begins() -> timedelta:
    """What puts a clock forward to the first second of a minute, so that none ends while a test runs."""
    now = datetime.now(UTC)
    return now.replace(second=0, microsecond=0) + timedelta(minutes=1) - now


async def schedule(town: Town, bot_id: uuid.UUID, due: str = "now() - interval '1 s'", **fields: Any) -> uuid.UUID:
    """One that is in force, due a second ago unless `due` (SQL) says otherwise."""
    targets = {name: fields.pop(name, None) for name in ("channel_id", "session_id")}
    content = {
        "name": "Morning", "message": {"text": "Good morning"}, "send_at": None, "cron": every_hour(),
        "is_active": True, **fields,
    }  # fmt: skip
    made = new_id()
    await town.run(
        f"""INSERT INTO schedule (id, bot_id, channel_id, session_id, content, next_fire_at, due_at)
            VALUES ($1, $2, $3, $4, $5, {due}, {due})""",
        made, bot_id, targets["channel_id"], targets["session_id"], json.dumps(content),
    )  # fmt: skip
    return made


def clockwork(town: Town, **options: Any) -> Clockwork:
    return Clockwork(town.db.driver, town.bell, shards=town.settings.shards, keep_firings=timedelta(days=14), **options)


async def look(town: Town, work: Clockwork | None = None) -> None:
    """Everything that is due now."""
    work = work or clockwork(town)
    async with town.db.driver() as connection:
        while await work.look(connection) <= 0:
            pass


async def talkers(
    town: Town, count: int = 1, document: dict[str, Any] = QUIET
) -> tuple[uuid.UUID, uuid.UUID, list[Any]]:
    """A bot, its room, and the sessions of so many people who have spoken to it."""
    if not town.workers:
        await town.worker()
    bot_id = await town.bot(document)
    channel = await town.channel(bot_id)
    sessions = []
    for _ in range(count):
        person = await town.person()
        await town.run("INSERT INTO channel_subscriber VALUES ($1, $2)", channel, person)
        sessions.append((await town.say(person, bot_id, channel, "hi"))[0].session_id)
    await town.settled()
    return bot_id, channel, sessions


async def firings(town: Town) -> list[Any]:
    return await town.run("SELECT * FROM firing ORDER BY fire_at")


async def test_a_due_time_reaches_every_session_once(town: Town) -> None:
    bot_id, _, sessions = await talkers(town, 3)
    await talkers(town)  # of another bot
    made = await schedule(town, bot_id)
    await look(town)
    await look(town)
    await town.settled()
    assert [await town.replies(session) for session in sessions] == [["A", "Good morning"]] * 3
    (firing,) = await firings(town)
    assert (firing["reached"], firing["error"], firing["event"]) == (3, None, None)
    assert firing["done_at"] is not None
    row = (await town.run("SELECT * FROM schedule WHERE id = $1", made))[0]
    assert row["last_fire_at"] == firing["fire_at"]
    assert timedelta(minutes=28) < row["next_fire_at"] - datetime.now(UTC) <= HOUR / 2


async def test_a_once_emitter_has_no_next_time(town: Town) -> None:
    bot_id, _, (session,) = await talkers(town)
    await schedule(town, bot_id, cron=None, send_at="2026-01-01T00:00:00Z")
    await look(town)
    await town.settled()
    assert await town.replies(session) == ["A", "Good morning"]
    assert await town.value("SELECT due_at FROM schedule") is None
    assert [row["kind"] for row in await town.records(session)] == ["message", "emitter"]


async def test_ten_minutes_of_downtime_are_one_run(town: Town) -> None:
    bot_id, _, (session,) = await talkers(town)
    await schedule(town, bot_id, "date_trunc('minute', now()) - interval '10 min'", cron=EVERY_MINUTE)
    ahead = till_a_minute_begins()
    await look(town, clockwork(town, clock_offset=lambda: ahead))
    await town.settled()
    assert await town.replies(session) == ["A", "Good morning"]
    assert await town.value("SELECT next_fire_at > now() FROM schedule")


async def test_two_replicas_fire_each_time_once(town: Town) -> None:
    bot_id, _, sessions = await talkers(town, 3)
    for number in range(40):
        await schedule(town, bot_id, name=str(number))
    stop = asyncio.Event()
    running = [asyncio.create_task(clockwork(town).run(stop)) for _ in range(3)]
    await eventually(lambda: town.value("SELECT count(*) = 40 AND bool_and(done_at IS NOT NULL) FROM firing"))
    stop.set()
    await asyncio.gather(*running)
    await town.settled()
    assert [len(await town.replies(session)) for session in sessions] == [41] * 3
    assert await town.value("SELECT count(*) = count(DISTINCT id) FROM turn_record")


async def test_what_one_replica_has_taken_no_other_looks_at(town: Town) -> None:
    """Within the transaction of the first: the second neither takes it too nor waits for the first."""
    bot_id, _, sessions = await talkers(town, 2)
    await schedule(town, bot_id)
    town.bell.is_heard = False
    now = datetime.now(UTC)
    async with town.db.driver() as second, town.db.driver() as first:
        async with first.transaction(), asyncio.timeout(20):
            assert await schedules.fire_due(first, now) == 1
            assert await schedules.fire_due(second, now) == 0
        async with first.transaction(), asyncio.timeout(20):
            assert await schedules.reach_sessions(first, town.bell, town.settings.shards) == 1
            assert await schedules.reach_sessions(second, town.bell, town.settings.shards) == 0
    assert [row["reached"] for row in await firings(town)] == [2]
    assert await town.value("SELECT count(*) FROM mailbox") == len(sessions)


async def test_a_crash_between_two_batches_neither_repeats_nor_skips(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The scheduler dies after a batch, and within one: the next goes on where the mailboxes end."""
    monkeypatch.setattr(schedules, "SESSIONS_AT_ONCE", 2)
    bot_id, _, sessions = await talkers(town, 5)
    await schedule(town, bot_id)
    async with town.db.driver() as connection:
        await schedules.fire_due(connection, datetime.now(UTC))
        await schedules.reach_sessions(connection, town.bell, town.settings.shards)
    with pytest.raises(ZeroDivisionError):
        async with town.db.driver() as connection, connection.transaction():
            await schedules.reach_sessions(connection, town.bell, town.settings.shards)
            raise ZeroDivisionError
    assert (await firings(town))[0]["reached"] == 2
    await look(town)
    await town.settled()
    assert [await town.replies(session) for session in sessions] == [["A", "Good morning"]] * 5


async def test_the_same_event_twice_is_one_turn(town: Town) -> None:
    """Were a mailbox filled twice, the turn's key would still be the same."""
    bot_id, _, (session,) = await talkers(town)
    await schedule(town, bot_id)
    await look(town)
    await town.settled()
    (first,) = await town.run("SELECT id FROM turn_record WHERE kind = 'cron'")
    await town.run("UPDATE firing SET done_at = NULL, last_session_id = NULL, event = '{}'")
    town.bell.is_heard = False
    await look(town)
    assert await town.value("SELECT id FROM mailbox") == first["id"]
    assert first["id"].version == 7
    await town.run("DELETE FROM mailbox")
    assert await town.replies(session) == ["A", "Good morning"]


async def test_only_the_channel_or_the_session_that_is_meant(town: Town) -> None:
    bot_id, channel, (first, second) = await talkers(town, 2)
    other = await town.channel(bot_id)
    person = await town.person()
    await town.run("INSERT INTO channel_subscriber VALUES ($1, $2)", other, person)
    third = (await town.say(person, bot_id, other, "hi"))[0].session_id
    await schedule(town, bot_id, channel_id=channel, message={"text": "room"})
    await schedule(town, bot_id, session_id=second, message={"text": "you"})
    await look(town)
    await town.settled()
    assert await town.replies(first) == ["A", "room"]
    assert sorted((await town.replies(second))[1:]) == ["room", "you"]
    assert await town.replies(third) == ["A"]


async def test_whom_it_does_not_reach(town: Town) -> None:
    """Who left, who talks to a person, who is deleted, a room the bot was taken out of, other bots."""
    bot_id, channel, sessions = await talkers(town, 4)
    gone, paused, deleted, there = sessions
    user = (await town.session(gone))["user_id"]
    await town.run("DELETE FROM channel_subscriber WHERE subscriber_id = $1", user)
    await town.run("UPDATE session SET paused_by = user_id WHERE id = $1", paused)
    await town.run("UPDATE session SET deleted_at = now() WHERE id = $1", deleted)
    left = await town.channel(bot_id)
    person = await town.person()
    await town.run("INSERT INTO channel_subscriber VALUES ($1, $2)", left, person)
    elsewhere = (await town.say(person, bot_id, left, "hi"))[0].session_id
    await town.settled()
    await town.run("DELETE FROM channel_subscriber WHERE channel_id = $1 AND subscriber_id = $2", left, bot_id)
    talking = await town.bot(QUIET)
    among_bots = (await town.say(talking, bot_id, channel, "hi"))[0].session_id
    await schedule(town, bot_id)
    await look(town)
    await town.settled()
    for session in (gone, deleted, elsewhere, among_bots):
        assert "Good morning" not in await town.replies(session)
    assert await town.value("SELECT count(*) FROM mailbox WHERE session_id = $1", paused) == 0
    assert await town.replies(there) == ["A", "Good morning"]
    assert (await firings(town))[0]["reached"] == 1


async def test_an_unpublished_bot_says_nothing(town: Town) -> None:
    bot_id, _, (session,) = await talkers(town)
    await schedule(town, bot_id)
    await town.run("UPDATE bot SET published_revision = NULL")
    await look(town)
    await town.settled()
    assert await town.replies(session) == ["A"]
    assert [row["error"] for row in await firings(town)] == [schedules.NOT_PUBLISHED]
    await town.run("UPDATE bot SET published_revision = 1")
    await look(town)
    await town.settled()
    assert await town.replies(session) == ["A"], "what was missed meanwhile is not made up for"


async def test_a_deleted_schedule_stops_on_its_way(town: Town) -> None:
    bot_id, _, (session,) = await talkers(town)
    made = await schedule(town, bot_id)
    async with town.db.driver() as connection:
        await schedules.fire_due(connection, datetime.now(UTC))
    await town.run("DELETE FROM schedule WHERE id = $1", made)
    await look(town)
    await town.settled()
    assert await town.replies(session) == ["A"]


async def test_a_time_is_left_out_while_the_one_before_is_on_its_way(town: Town) -> None:
    bot_id, _, (session,) = await talkers(town)
    await schedule(town, bot_id)
    async with town.db.driver() as connection:
        await schedules.fire_due(connection, datetime.now(UTC))
        await town.run("UPDATE schedule SET due_at = now() - interval '1 s'")
        await schedules.fire_due(connection, datetime.now(UTC))
    await look(town)
    await town.settled()
    assert await town.replies(session) == ["A", "Good morning"]
    assert [row["error"] for row in await firings(town)] == [None, schedules.STILL_ON_ITS_WAY]


async def test_an_hour_forward_and_back_repeats_nothing_and_does_not_fall_silent(town: Town) -> None:
    bot_id, _, (session,) = await talkers(town)
    at_first = offset = till_a_minute_begins()
    next_minute = (datetime.now(UTC) + offset).replace(second=0, microsecond=0) + timedelta(minutes=1)
    await schedule(town, bot_id, f"'{next_minute}'::timestamptz", cron=EVERY_MINUTE)
    work = clockwork(town, clock_offset=lambda: offset)
    await look(town, work)
    assert await firings(town) == []
    offset = at_first + HOUR
    await look(town, work)  # one catch-up for sixty minutes
    assert len(await firings(town)) == 1
    assert await town.value("SELECT next_fire_at FROM schedule") == next_minute + HOUR
    offset = at_first
    await look(town, work)
    assert await town.value("SELECT next_fire_at FROM schedule") == next_minute
    for minutes in range(1, 4):  # the minute that fired as a catch-up comes again, then two that did not
        offset = at_first + timedelta(minutes=minutes)
        await look(town, work)
    await town.settled()
    times = [row["fire_at"] for row in await firings(town)]
    assert times == [times[0] + timedelta(minutes=n) for n in range(3)]
    assert await town.replies(session) == ["A", *["Good morning"] * 3]


async def test_an_event_moves_a_session_by_its_name(town: Town) -> None:
    bot_id, _, (session,) = await talkers(town)
    await schedule(town, bot_id, name="Survey", message={"text": "", "params": {}})
    await look(town)
    await town.settled()
    assert await town.replies(session) == ["A", "Survey!"]
    assert (await town.session(session))["step_id"] == "survey"
    (record,) = [row for row in await town.records(session) if row["kind"] == "cron"]
    data = record["record"]["event"]["data"]
    assert set(data) == {"schedule_id", "firing_id", "fire_at", "name", "message"}


async def test_a_bot_with_a_backlog_waits_and_others_go_on(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(schedules, "BACKLOG_OF_A_BOT", 2)
    slow, _, sessions = await talkers(town, 3)
    quick, _, (other,) = await talkers(town)
    town.bell.is_heard = False
    for bot_id in (slow, slow, quick):
        await schedule(town, bot_id)
        await look(town)
    assert await town.value("SELECT count(*) FROM mailbox") == 4, "the second of the slow bot waits"
    town.bell.is_heard = True
    for session in (*sessions, other):
        town.workers[0].ring(session)
    await town.settled()
    await look(town)
    await town.settled()
    assert [len(await town.replies(session)) for session in (*sessions, other)] == [3, 3, 3, 2]


async def test_a_cron_that_cannot_go_on_says_why(town: Town) -> None:
    bot_id, _, _ = await talkers(town)
    await schedule(town, bot_id, cron={"minute": "*", "timezone": "Mars/Phobos"})
    await schedule(town, bot_id, cron={"minute": "61"})
    await look(town)
    assert await town.value("SELECT bool_and(error LIKE 'it cannot go on%' AND due_at IS NULL) FROM schedule")


async def test_old_firings_are_forgotten(town: Town) -> None:
    bot_id, _, _ = await talkers(town)
    await schedule(town, bot_id)
    await look(town)
    async with town.db.driver() as connection:
        now = datetime.now(UTC)
        await schedules.forget_old(connection, now, timedelta(days=1))
        assert len(await firings(town)) == 1
        await schedules.forget_old(connection, now + timedelta(days=2), timedelta(days=1))
    assert await firings(town) == []


async def test_jitter_delays_within_its_bounds(town: Town) -> None:
    bot_id, _, _ = await talkers(town)
    for _ in range(30):
        await schedule(town, bot_id, cron=EVERY_MINUTE | {"jitter": 40})
    await look(town)
    delays = [float(row[0]) for row in await town.run("SELECT extract(epoch FROM due_at - next_fire_at) FROM schedule")]
    assert all(0 <= delay <= 40 for delay in delays)
    assert max(delays) - min(delays) > 5
