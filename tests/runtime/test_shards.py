"""Shards: shared fairly, given back, taken over; bells are read from real streams and acknowledged after the work."""

import asyncio
import random
import uuid
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from redis.asyncio import Redis

from dbcv.kit.bell import Bell
from dbcv.kit.db import Database
from dbcv.kit.settings import Settings
from dbcv.kit.streams import make_broker
from dbcv.runtime import mailbox, shards
from dbcv.runtime.shards import Acknowledger, ShardKeeper, Ticket, fair_shares
from dbcv.runtime.sweep import keep_sweeping
from tests.engine.bots import bot, step
from tests.examples import tried
from tests.runtime.town import Town, eventually

ECHO = bot(step("a", "{$message.text$}", "a"))
SHARDS = 8


class Keepers:
    """Workers, as far as shards are concerned: each with its own pool and broker."""

    def __init__(self, settings: Settings, valkey: Redis, stack: AsyncExitStack) -> None:
        self.settings, self.valkey, self.stack = settings, valkey, stack
        self.taken: list[tuple[str, int, str | None]] = []
        self.rung: list[tuple[str, list[str], Ticket]] = []

    async def open(self, name: str) -> ShardKeeper:
        db = Database.connect(self.settings.database_url, 2, 0)
        broker = make_broker(self.settings, logger=None)
        acknowledger = Acknowledger(self.valkey)
        await acknowledger.start()

        async def on_taken(_connection: Any, shard: int, dead: str | None) -> None:
            self.taken.append((name, shard, dead))

        keeper = ShardKeeper(
            db, broker, name, lock_class=7, offset=0, shards=SHARDS, stream_name=lambda shard: f"bells.{shard}",
            on_ring=lambda ring, ticket: self.rung.append((name, ring.keys, ticket)), on_taken=on_taken,
            acknowledger=acknowledger,
        )  # fmt: skip
        await keeper.start()
        self.stack.push_async_callback(db.close)
        self.stack.push_async_callback(broker.stop)
        self.stack.push_async_callback(acknowledger.stop)
        self.stack.push_async_callback(keeper.stop)
        return keeper


@pytest.fixture
async def keepers(
    settings: Settings, valkey: Redis, deaths: list[str], monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[Keepers]:
    monkeypatch.setattr(shards, "CHECK_SECONDS", 0.05)
    async with AsyncExitStack() as stack:
        yield Keepers(settings, valkey, stack)
    assert deaths == []


def shares(*some: ShardKeeper) -> list[int]:
    return sorted(len(keeper.held) for keeper in some)


def whole(*some: ShardKeeper) -> Callable[[], bool]:
    return lambda: sorted(shard for keeper in some for shard in keeper.held) == list(range(SHARDS))


async def die(keeper: ShardKeeper) -> None:
    """Without a word: its connection closes. One cancellation can get lost in a `wait_for` that times out just then."""
    task = keeper._task
    while task is not None and not task.done():
        task.cancel()
        await asyncio.wait([task], timeout=0.02)


async def test_three_share_fairly_and_take_over_what_a_dead_one_held(keepers: Keepers, db: Database) -> None:
    first = await keepers.open("w-1")
    await eventually(whole(first))
    second, third = await keepers.open("w-2"), await keepers.open("w-3")
    await eventually(lambda: whole(first, second, third)() and shares(first, second, third) == [2, 3, 3])
    assert all(dead is None for _, _, dead in keepers.taken), "nobody died yet"
    held = set(second.held)
    await die(second)
    await second._db.close()
    second.held.clear()
    second._task = None
    await eventually(lambda: whole(first, third)() and shares(first, third) == [4, 4])
    assert {(shard, dead) for _, shard, dead in keepers.taken if dead} == {(shard, "w-2") for shard in held}


async def test_who_leaves_in_order_is_not_taken_for_dead(keepers: Keepers) -> None:
    first, second = await keepers.open("w-1"), await keepers.open("w-2")
    await eventually(lambda: whole(first, second)() and shares(first, second) == [4, 4])
    await second.stop()
    await eventually(whole(first))
    assert all(dead is None for _, _, dead in keepers.taken)


async def test_locks_that_are_lost_are_noticed(keepers: Keepers, db: Database) -> None:
    first = await keepers.open("w-1")
    await eventually(whole(first))
    async with db.driver() as connection:
        await connection.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory' AND classid = 7"
        )
    await eventually(lambda: len(keepers.taken) >= 2 * SHARDS)
    await eventually(whole(first))
    assert {dead for _, _, dead in keepers.taken[SHARDS:]} == {None}, "its own locks: nobody died"


async def pending(valkey: Redis, stream: str) -> int:
    return int((await valkey.xpending(stream, shards.GROUP))["pending"])


async def test_a_bell_is_acknowledged_when_all_its_sessions_are_done(
    keepers: Keepers, settings: Settings, valkey: Redis
) -> None:
    first = await keepers.open("w-1")
    await eventually(lambda: len(first._subscribers) == SHARDS)
    broker = make_broker(settings, logger=None)
    bell = Bell(broker, valkey)
    await bell.start()
    bell.ring("bells.3", "a")
    bell.ring("bells.3", "b")
    await eventually(lambda: keepers.rung)
    ((_, keys, ticket),) = keepers.rung
    assert keys == ["a", "b"]
    ticket.settle()
    await asyncio.sleep(0.05)
    assert await pending(valkey, "bells.3") == 1
    ticket.settle()
    await eventually(lambda: _is_zero(valkey))
    await bell.stop()
    await broker.stop()


async def _is_zero(valkey: Redis) -> bool:
    return await pending(valkey, "bells.3") == 0


async def test_bells_are_heard_again_after_all_of_valkey_was_wiped(
    keepers: Keepers, settings: Settings, valkey: Redis
) -> None:
    first = await keepers.open("w-1")
    await eventually(whole(first))
    broker = make_broker(settings, logger=None)
    bell = Bell(broker, valkey)
    await bell.start()
    await valkey.flushall()

    async def heard() -> bool:
        bell.ring("bells.5", "x")
        await asyncio.sleep(0.1)
        return bool(keepers.rung)

    await eventually(heard)
    await bell.stop()
    await broker.stop()


async def test_tickets_are_settled_after_the_commit_and_not_before(town: Town) -> None:
    worker = await town.worker(heard=False)
    bot_id = await town.bot(ECHO)
    (accepted,) = await town.say(await town.person(), bot_id, await town.channel(bot_id), "x")
    left: list[int] = []
    ticket = Ticket("s", [b"1"], 1, lambda _: left.append(1))
    async with town.db.driver() as other, other.transaction():
        await other.execute("SELECT FROM session WHERE id = $1 FOR UPDATE", accepted.session_id)
        worker.ring(accepted.session_id, ticket)
        await asyncio.sleep(0.15)
        assert left == [], "the commit waits for the lock, so does the ticket"
    await town.settled()
    await eventually(lambda: left)
    nothing = Ticket("s", [b"2"], 1, lambda _: left.append(2))
    worker.ring(uuid.uuid4(), nothing)
    await eventually(lambda: left == [1, 2])


async def test_the_sweeper_finds_what_nobody_rang_for(town: Town) -> None:
    worker = await town.worker(heard=False)
    bot_id = await town.bot(ECHO)
    channel, person = await town.channel(bot_id), await town.person()
    held: set[int] = set()
    sweeping = asyncio.create_task(keep_sweeping(town.db, held, mailbox.late_sessions, worker.ring, 0.05))
    (accepted,) = await town.say(person, bot_id, channel, "unheard")
    await asyncio.sleep(0.2)
    assert await town.replies(accepted.session_id) == [], "not a shard of this worker"
    held.add(town.shard(person))
    await town.settled()
    sweeping.cancel()
    assert await town.replies(accepted.session_id) == ["unheard"]


@tried(100)
@given(st.dictionaries(st.integers(1, 9), st.just(0), min_size=1), st.integers(1, 40), st.randoms())
def test_shares_are_fair_and_settle_at_once(workers: dict[int, int], shards: int, chance: random.Random) -> None:
    """Whoever held what: each shard has one owner, nobody two more than another, who looks again changes nothing."""
    holdings: dict[int, set[int]] = {worker: set() for worker in workers}
    for shard in range(shards + 3):
        if chance.random() < 0.7:
            holdings[chance.choice(list(workers))].add(shard)
    shares = fair_shares(holdings, shards)
    assert sorted(shard for share in shares.values() for shard in share) == list(range(shards))
    assert max(map(len, shares.values())) - min(map(len, shares.values())) < 2
    assert fair_shares(shares, shards) == shares
