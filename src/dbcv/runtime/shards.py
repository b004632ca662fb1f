"""Who works on which shard: advisory locks of one connection, a doorbell subscriber for each shard held.

For speed only: a session is nearly always handled by the worker that has it in memory. If two workers meet, the
session's version decides. Used by both roles, each with its own streams and locks.
"""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from typing import Any

import structlog
from faststream import AckPolicy
from faststream.redis import RedisBroker, StreamSub
from faststream.redis.message import RedisBatchStreamMessage
from redis.asyncio import Redis
from redis.exceptions import RedisError

from dbcv.kit.bell import Ring
from dbcv.kit.db import DATABASE_ERRORS, Database, Driver
from dbcv.kit.vital import end, start_vital
from dbcv.runtime.mailbox import bring_into_shards

GROUP = "workers"
CONSUMER = "owner"
"""One name for whoever holds the shard: what a dead owner left pending is dropped with it (the mailbox has it)."""
BATCH = 100
GATHER_SECONDS = 0.05
"""Acknowledgements are in no hurry: one round trip for many."""
POLL_MILLISECONDS = 1_000
CHECK_SECONDS = 0.2
"""Sessions of a dead worker wait so long for another one, or till the one in its place says that it is there."""
_ALIVE_SHARD = -1

# One row a living worker: its shards.
_HOLDINGS = """
SELECT pid, array_agg(objid::bigint) FILTER (WHERE objid <> $2::oid) FROM pg_locks
WHERE locktype = 'advisory' AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
  AND classid = $1::oid AND objsubid = 2 AND granted
GROUP BY pid HAVING bool_or(objid = $2::oid)
"""
_TAKE = """
INSERT INTO shard AS s (id, owner, is_released) VALUES ($1, $2, false)
ON CONFLICT (id) DO UPDATE SET owner = $2, is_released = false
RETURNING (SELECT o.owner FROM shard o WHERE o.id = $1 AND NOT o.is_released)
"""
_LEAVE = "UPDATE shard SET is_released = true WHERE id = $1 AND owner = $2"

log = structlog.get_logger(__name__)


def fair_shares(holdings: Mapping[int, Iterable[int]], shards: int) -> dict[int, set[int]]:
    """Who should hold which of the shards, when `holdings` is what each worker holds: nobody two more than another,
    and as few as possible change hands. Workers that saw the same come to the same, so nothing goes to and fro."""
    shares = {worker: sorted(shard for shard in held if shard < shards) for worker, held in holdings.items()}
    held = {shard for share in shares.values() for shard in share}

    def by_load(worker: int) -> tuple[int, int]:
        return len(shares[worker]), worker

    for shard in sorted(set(range(shards)) - held):
        shares[min(shares, key=by_load)].append(shard)
    while True:
        most, least = max(shares, key=by_load), min(shares, key=by_load)
        if len(shares[most]) - len(shares[least]) < 2:
            return {worker: set(share) for worker, share in shares.items()}
        shares[least].append(shares[most].pop())


class Ticket:
    """One doorbell batch: acknowledged when each of its sessions has been looked at."""

    __slots__ = ("_acknowledge", "_left", "entries", "stream")

    def __init__(self, stream: str, entries: list[bytes], sessions: int, acknowledge: Callable[["Ticket"], None]):
        self.stream, self.entries = stream, entries
        self._left = sessions
        self._acknowledge = acknowledge

    def settle(self) -> None:
        """One of its sessions is done."""
        self._left -= 1
        if self._left == 0:
            self._acknowledge(self)


class Acknowledger:
    """Gathers XACKs and sends them in one pipeline."""

    def __init__(self, valkey: Redis) -> None:
        self._valkey = valkey
        self._done: dict[str, list[bytes]] = {}
        self._wake = asyncio.Event()
        self._task: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Begin to acknowledge."""
        self._task = start_vital(self._run(), "acknowledge")

    async def stop(self) -> None:
        """Send the last ones and end."""
        if self._task is not None:
            await end(self._task)
            await self._send()

    def acknowledge(self, ticket: Ticket) -> None:
        """The ticket's entries are done."""
        self._done.setdefault(ticket.stream, []).extend(ticket.entries)
        self._wake.set()

    async def _run(self) -> None:
        while True:
            await self._wake.wait()
            await asyncio.sleep(GATHER_SECONDS)
            self._wake.clear()
            await self._send()

    async def _send(self) -> None:
        done, self._done = self._done, {}
        if not done:
            return
        pipeline = self._valkey.pipeline(transaction=False)
        for stream, entries in done.items():
            pipeline.xack(stream, GROUP, *entries)
        # Unacknowledged bells cost a little memory until their owner changes; they are never read twice.
        with contextlib.suppress(RedisError, OSError):
            await pipeline.execute(raise_on_error=False)


class ShardKeeper:
    """Takes a fair share of the shards, gives back what is too much, notices when its locks are gone."""

    def __init__(
        self,
        db: Database,
        broker: RedisBroker,
        worker_id: str,
        *,
        lock_class: int,
        offset: int,
        shards: int,
        stream_name: Callable[[int], str],
        on_ring: Callable[[Ring, Ticket], None],
        on_taken: Callable[[Driver, int, str | None], Awaitable[None]],
        acknowledger: Acknowledger,
    ) -> None:
        """`offset` separates the roles' rows in table `shard`; `on_taken(connection, shard, dead owner or None)`."""
        self._db, self._broker, self._worker_id = db, broker, worker_id
        self._lock_class, self._offset, self._shards = lock_class, offset, shards
        self._stream_name, self._on_ring, self._on_taken = stream_name, on_ring, on_taken
        self._acknowledger = acknowledger
        self._topic = f"dbcv_shards_{lock_class:x}"
        self._subscribers: dict[int, Any] = {}
        self.held: set[int] = set()
        self._task: asyncio.Task[None] | None = None
        self._is_stopping = False
        self._wake = asyncio.Event()

    async def start(self) -> None:
        """Begin to take shards, in the background."""
        self._task = start_vital(self._run(), f"shards-{self._lock_class}")

    async def stop(self) -> None:
        """Stop listening and give every shard back in order."""
        self._is_stopping = True
        self._wake.set()
        if self._task is not None:
            await self._task

    async def silence(self) -> None:
        """Stop listening, keep the shards: what is in hand can still be finished."""
        for shard in list(self.held):
            await self._unsubscribe(shard)

    async def _run(self) -> None:
        while not self._is_stopping:
            try:
                async with self._db.driver() as connection:
                    await self._hold(connection)
            except DATABASE_ERRORS as error:
                log.warning("shards.database_unavailable", error=str(error) or repr(error))
                await self._lose_all()
                await self._sleep(0.2)

    async def _hold(self, connection: Driver) -> None:
        await bring_into_shards(connection, self._shards)
        await connection.execute("SELECT pg_advisory_lock_shared($1, $2)", self._lock_class, _ALIVE_SHARD)
        await connection.add_listener(self._topic, self._on_change)
        try:
            await self._tell_others(connection)
            while not self._is_stopping:
                await self._balance(connection)
                await self._sleep(CHECK_SECONDS)
            await self._leave_all(connection, list(self.held))
        finally:
            if not connection.is_closed():
                with contextlib.suppress(*DATABASE_ERRORS):
                    await connection.remove_listener(self._topic, self._on_change)
                    await connection.execute("SELECT pg_advisory_unlock_all()")

    async def _tell_others(self, connection: Driver) -> None:
        """Somebody came, or gave shards back: the others look now, not at their next turn."""
        await connection.execute("SELECT pg_notify($1, '')", self._topic)

    def _on_change(self, connection: Any, teller_pid: int, _topic: str, _payload: object) -> None:
        if teller_pid != connection.get_server_pid():
            self._wake.set()

    async def _balance(self, connection: Driver) -> None:
        rows = await connection.fetch(_HOLDINGS, self._lock_class, _ALIVE_SHARD & 0xFFFFFFFF)
        me = connection.get_server_pid()
        mine = fair_shares({me: self.held} | {row[0]: row[1] or () for row in rows}, self._shards)[me]
        await self._leave_all(connection, sorted(self.held - mine))
        for shard in sorted(mine - self.held):
            if await self._try_lock(connection, shard):
                await self._take(connection, shard)
        for shard in self.held:
            await self._subscribe(shard)

    async def _try_lock(self, connection: Driver, shard: int) -> bool:
        return bool(await connection.fetchval("SELECT pg_try_advisory_lock($1, $2)", self._lock_class, shard))

    async def _take(self, connection: Driver, shard: int) -> None:
        last_owner = await connection.fetchval(_TAKE, shard + self._offset, self._worker_id)
        dead_owner = last_owner if last_owner != self._worker_id else None
        self.held.add(shard)
        await self._on_taken(connection, shard, dead_owner)

    async def _leave_all(self, connection: Driver, shards: Sequence[int]) -> None:
        for shard in shards:
            await self._leave(connection, shard)
        if shards:
            await self._tell_others(connection)

    async def _leave(self, connection: Driver, shard: int) -> None:
        self.held.discard(shard)
        await self._unsubscribe(shard)
        await connection.execute(_LEAVE, shard + self._offset, self._worker_id)
        await connection.execute("SELECT pg_advisory_unlock($1, $2)", self._lock_class, shard)

    async def _lose_all(self) -> None:
        for shard in list(self.held):
            await self._unsubscribe(shard)
        self.held.clear()

    async def _subscribe(self, shard: int) -> None:
        subscriber = self._subscribers.get(shard)
        if subscriber is not None and subscriber.running:
            return
        # Also the way back after FLUSHALL: FastStream stops a subscriber whose group is gone.
        with contextlib.suppress(RedisError, OSError, TimeoutError):
            if subscriber is None:
                subscriber = self._make_subscriber(shard)
            client = await self._broker.connect()
            with contextlib.suppress(RedisError):
                await client.xgroup_delconsumer(self._stream_name(shard), GROUP, CONSUMER)
            await subscriber.start()
            self._subscribers[shard] = subscriber

    async def _unsubscribe(self, shard: int) -> None:
        subscriber = self._subscribers.get(shard)
        if subscriber is not None and subscriber.running:
            await subscriber.stop()

    def _make_subscriber(self, shard: int) -> Any:
        stream = StreamSub(
            self._stream_name(shard), group=GROUP, consumer=CONSUMER, batch=True, max_records=BATCH,
            polling_interval=POLL_MILLISECONDS,
        )  # fmt: skip
        subscriber = self._broker.subscriber(stream=stream, ack_policy=AckPolicy.MANUAL)

        async def rung(rings: list[Ring]) -> None:
            keys = list(dict.fromkeys(key for ring in rings for key in ring.keys))
            # Asked of the context by hand: a parameter for it would cost a thread switch each batch.
            message: RedisBatchStreamMessage = self._broker.context.get_local("message")
            entries = list(message.raw_message["message_ids"])
            ticket = Ticket(stream.name, entries, len(keys), self._acknowledger.acknowledge)
            self._on_ring(Ring(keys=keys), ticket)

        subscriber(rung)
        return subscriber

    async def _sleep(self, seconds: float) -> None:
        """Or until the others told that something changed."""
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._wake.wait(), seconds)
        if not self._is_stopping:
            self._wake.clear()
