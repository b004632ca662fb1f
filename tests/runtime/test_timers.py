"""Timers: set, kept, cancelled, fired once, and never believed when they are old."""

import asyncio
import json
import uuid
from datetime import timedelta
from typing import Any

from dbcv.kit.ids import new_id
from dbcv.runtime.clockwork import Clockwork
from dbcv.runtime.timers import fire_due
from tests.engine.bots import bot, says, step
from tests.runtime.town import Town, eventually

WAITS = bot(
    step("idle", None, (says("wait"), "wait"), (says("over"), "passing")),
    step("wait", "waiting", (says("go"), "done"), (says("wait"), "wait"), timeout_after=3600, timeout_step_id="late"),
    step("passing", "p", "wait", is_proxy=True),
    step("done", "done", "idle", is_proxy=True),
    step("late", "too late", "idle", is_proxy=True),
)


async def timers(town: Town) -> list[Any]:
    return await town.run("SELECT *, extract(epoch FROM due_at - now())::float AS seconds FROM timer")


async def fire(town: Town, due: bool = True) -> int:
    if due:
        await town.run("UPDATE timer SET due_at = now() - interval '1 s'")
    async with town.db.driver() as connection:
        return await fire_due(connection, town.bell)


async def begin(town: Town, *texts: str) -> tuple[uuid.UUID, Any]:
    """A session that was told these texts, each in a batch of its own; how to tell it more at once."""
    await town.worker()
    bot_id = await town.bot(WAITS)
    channel, person = await town.channel(bot_id), await town.person()
    session_id = uuid.UUID(int=0)

    async def say(*more: str) -> None:
        nonlocal session_id
        accepted = await town.say(person, bot_id, channel, *more)
        session_id = accepted[0].session_id
        await town.settled()

    for text in texts:
        await say(text)
    return session_id, say


async def test_set_kept_and_cancelled(town: Town) -> None:
    session_id, say = await begin(town, "wait")
    (first,) = await timers(town)
    assert (first["step_id"], first["shard"]) == ("wait", town.shard((await town.session(session_id))["user_id"]))
    assert 3500 < first["seconds"] <= 3600
    await town.run("UPDATE timer SET due_at = now() + interval '100 s'")
    await say("nothing holds")
    (kept,) = await timers(town)
    assert kept["token"] == first["token"]
    assert kept["seconds"] < 101
    await say("wait")  # entered anew
    (anew,) = await timers(town)
    assert anew["token"] != first["token"]
    assert anew["seconds"] > 3500
    await say("go")
    assert await timers(town) == []
    assert (await town.session(session_id))["timer_token"] is None


async def test_only_the_last_of_a_batch_counts(town: Town) -> None:
    _, say = await begin(town)
    await say("wait", "go", "wait")
    (timer,) = await timers(town)
    assert await town.value("SELECT timer_token FROM session") == timer["token"]
    await say("go", "wait", "go", "nothing")
    assert await timers(town) == []
    await say("wait", "go")
    assert await timers(town) == []


async def test_two_cancels_in_one_batch_leave_no_timer_behind(town: Town) -> None:
    _, say = await begin(town, "wait")
    assert len(await timers(town)) == 1
    town.bell.is_heard = False
    await say_unheard(town, say, "go", "x", "go")
    assert await timers(town) == []


async def say_unheard(town: Town, say: Any, *texts: str) -> None:
    """Lets all texts lie in the mailbox before the worker hears of the first."""
    task = asyncio.create_task(say(*texts))
    await eventually(lambda: town.value("SELECT count(*) = $1 FROM mailbox", len(texts)))
    town.bell.is_heard = True
    for worker in town.workers:
        worker.ring(await town.value("SELECT session_id FROM mailbox LIMIT 1"))
    await task


async def test_a_due_timer_fires_once(town: Town) -> None:
    session_id, _ = await begin(town, "wait")
    assert await fire(town, due=False) == 0
    assert await fire(town) == 1
    assert await fire(town) == 0
    await town.settled()
    assert await town.replies(session_id) == ["waiting", "too late"]
    assert (await town.session(session_id))["step_id"] == "idle"
    assert [row["kind"] for row in await town.records(session_id)] == ["message", "timeout"]


async def test_two_schedulers_fire_each_timer_once(town: Town) -> None:
    await town.worker()
    bot_id = await town.bot(WAITS)
    channel = await town.channel(bot_id)
    people = [await town.person() for _ in range(20)]
    await asyncio.gather(*(town.say(person, bot_id, channel, "wait") for person in people))
    await town.settled()
    await town.run("UPDATE timer SET due_at = now()")
    stop = asyncio.Event()
    replicas = [
        Clockwork(town.db.driver, town.bell, shards=town.settings.shards, keep_firings=timedelta(days=1))
        for _ in range(2)
    ]
    firing = [asyncio.create_task(replica.run(stop)) for replica in replicas]
    await eventually(lambda: town.value("SELECT NOT EXISTS (SELECT FROM timer)"))
    await town.settled()
    stop.set()
    await asyncio.gather(*firing)
    assert sorted((await town.all_replies()).values()) == [["waiting", "too late"]] * 20


async def test_a_timer_that_one_replica_has_taken_no_other_looks_at(town: Town) -> None:
    """Within the transaction of the first: the second neither takes it too nor waits for the first."""
    await begin(town, "wait")
    town.bell.is_heard = False
    await town.run("UPDATE timer SET due_at = now() - interval '1 s'")
    async with town.db.driver() as first, first.transaction():
        assert await fire_due(first, town.bell) == 1
        async with asyncio.timeout(20):
            assert await fire(town, due=False) == 0
    assert [row["kind"] for row in await town.run("SELECT kind FROM mailbox")] == ["timeout"]


async def test_a_message_that_arrived_first_beats_the_timer(town: Town) -> None:
    """Both lie in the mailbox, the message before the timeout: the timeout is of a wait that is over."""
    session_id, say = await begin(town, "wait")
    town.bell.is_heard = False
    task = asyncio.create_task(say("go", "wait"))
    await eventually(lambda: town.value("SELECT count(*) = 2 FROM mailbox"))
    assert await fire(town) == 1
    town.bell.is_heard = True
    town.workers[0].ring(session_id)
    await task
    assert await town.replies(session_id) == ["waiting", "done", "waiting"]
    (timer,) = await timers(town)
    assert (await town.session(session_id))["timer_token"] == timer["token"], "the new wait has its own timer"


async def test_a_stale_token_is_ignored(town: Town) -> None:
    session_id, _ = await begin(town, "wait")
    shard = (await timers(town))[0]["shard"]
    for token in (str(uuid.uuid4()), None, 5):
        event = json.dumps({"data": {"step_id": "wait", "token": token}})
        await town.run(
            "INSERT INTO mailbox (id, session_id, shard, kind, event) VALUES ($1, $2, $3, 'timeout', $4)",
            new_id(), session_id, shard, event,
        )  # fmt: skip
    town.workers[0].ring(session_id)
    await town.settled()
    assert await town.replies(session_id) == ["waiting"]
    assert len(await timers(town)) == 1
