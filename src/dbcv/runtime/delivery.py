"""The bot worker: what bots said leaves their session, in order, and reaches the other bots of the channel.

A delivery and the event it becomes are one transaction: nothing is delivered twice. `ring` is its only way in.
"""

import asyncio
import time
import uuid
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import asyncpg
import structlog

from dbcv.domains.conversations.service.accept import open_sessions
from dbcv.kit.bell import Bell
from dbcv.kit.db import DATABASE_ERRORS, Database, Driver
from dbcv.kit.ids import new_id
from dbcv.kit.json_text import dumps
from dbcv.kit.streams import shard_of, user_messages
from dbcv.kit.vital import end, start_vital
from dbcv.runtime import figures
from dbcv.runtime.shards import Ticket

MAX_HOPS = 20
"""How often bots may answer each other before somebody else speaks: two bots in one channel would go on for ever."""
ROWS_AT_ONCE = 500
SESSIONS_AT_ONCE = 200
AWAY_SECONDS = 0.2

# Waits where another worker (whose shard this was) is still at it: what comes later must not overtake.
_READ = """
SELECT seq, session_id, target_id, payload FROM delivery
WHERE session_id = ANY($1::uuid[]) AND target_kind = 'bot' AND next_attempt_at <= now()
ORDER BY seq LIMIT $2 FOR UPDATE
"""
_QUEUE = """
WITH gone AS (DELETE FROM delivery WHERE seq = ANY($5::bigint[]))
INSERT INTO mailbox (id, session_id, shard, kind, event)
SELECT id, session_id, shard, 'bot', event
FROM unnest($1::uuid[], $2::uuid[], $3::smallint[], $4::jsonb[]) WITH ORDINALITY
AS t(id, session_id, shard, event, place) ORDER BY place
"""
# One letter a chain, under the id of the event that began it; `attempts` counts the messages that ended there.
_BURY = """
WITH gone AS (DELETE FROM delivery WHERE seq = $1
              RETURNING session_id, shard, target_kind, target_id, payload)
INSERT INTO dead_letter AS d (id, kind, bot_id, session_id, shard, content, error, attempts)
SELECT $2, 'delivery', $3, session_id, shard,
       jsonb_build_object('target_kind', target_kind, 'target_id', target_id, 'payload', payload), $4, 1
FROM gone
ON CONFLICT (id) DO UPDATE SET attempts = LEAST(d.attempts + 1, 32000), resent_at = NULL
RETURNING attempts
"""
_LATE = """
SELECT DISTINCT session_id FROM (
  SELECT session_id FROM delivery
  WHERE shard = ANY($1::smallint[]) AND next_attempt_at < now() - make_interval(secs => $2)
  ORDER BY next_attempt_at LIMIT $3) AS late
"""

log = structlog.get_logger(__name__)


@dataclass(slots=True)
class Delivery:
    """One row on its way: `message` is what was said, `sender_id` the bot that said it."""

    seq: int
    session_id: uuid.UUID
    target_id: uuid.UUID
    message: dict[str, Any]
    hops: int
    chain: uuid.UUID
    """The event that all of it began with."""
    budget: int
    """How many more messages to bots may follow from this one; below 0 it is one too many itself."""

    @property
    def is_too_much(self) -> bool:
        """Whether it ends here: too long a chain, or too many in all."""
        return self.hops > MAX_HOPS or self.budget < 0

    @property
    def sender_id(self) -> uuid.UUID:
        return uuid.UUID(self.message["sender_id"])

    @property
    def session_key(self) -> tuple[uuid.UUID, uuid.UUID, uuid.UUID]:
        """(user, bot, channel) of the session that receives it: the speaking bot is the user there."""
        return self.sender_id, self.target_id, uuid.UUID(self.message["channel_id"])


async def late_deliveries(
    connection: Driver, shards: Sequence[int], older_than_seconds: float, limit: int
) -> list[uuid.UUID]:
    """Sessions whose deliveries have been due for longer than that."""
    return [row[0] for row in await connection.fetch(_LATE, list(shards), older_than_seconds, limit)]


class BotWorker:
    """Delivers what is rung, sessions side by side in one transaction, each session's rows in order."""

    def __init__(self, db: Database, bell: Bell, shards: int) -> None:
        self._db, self._bell, self._shards = db, bell, shards
        self._rung: dict[uuid.UUID, list[Ticket]] = defaultdict(list)
        self._wake = asyncio.Event()
        self._task: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Begin to deliver."""
        self._task = start_vital(self._run(), "deliver")

    async def stop(self) -> None:
        """End; what is not delivered yet stays in its table."""
        await end(self._task)

    def ring(self, session_id: uuid.UUID, ticket: Ticket | None = None) -> None:
        """Something this session said may have to leave."""
        tickets = self._rung[session_id]
        if ticket is not None:
            tickets.append(ticket)
        self._wake.set()

    async def _run(self) -> None:
        while True:
            await self._wake.wait()
            self._wake.clear()
            try:
                async with self._db.driver() as connection:
                    while self._rung:
                        await self._deliver(connection)
            except DATABASE_ERRORS as error:
                log.warning("deliver.database_unavailable", error=str(error) or repr(error))
                await asyncio.sleep(AWAY_SECONDS)
                self._wake.set()

    async def _deliver(self, connection: Driver) -> None:
        """One batch. Whoever is rung from here on is looked at again: this read may not see what was said meanwhile."""
        taken = {session_id: self._rung.pop(session_id) for session_id in list(self._rung)[:SESSIONS_AT_ONCE]}
        is_done = False
        try:
            is_done = await self._move(connection, list(taken)) < ROWS_AT_ONCE
        finally:
            for session_id, tickets in taken.items():
                if not is_done:
                    self._rung[session_id].extend(tickets)
                    continue
                for ticket in tickets:
                    ticket.settle()

    async def _move(self, connection: Driver, sessions: list[uuid.UUID]) -> int:
        """From the deliveries to the mailboxes, in one transaction; how many rows were read."""
        arrived: list[tuple[int, uuid.UUID]] = []
        began_ns = time.time_ns()
        async with connection.transaction():
            deliveries = [_delivery(row) for row in await connection.fetch(_READ, sessions, ROWS_AT_ONCE)]
            due = [item for item in deliveries if not item.is_too_much]
            for item in deliveries:
                if item.is_too_much:
                    await self._bury(connection, item)
            if due:
                arrived = await self._queue(connection, due)
        figures.note_deliveries((item.message for item in due), began_ns)
        for shard, session_id in arrived:
            self._bell.ring(user_messages(shard), str(session_id))
        return len(deliveries)

    async def _queue(self, connection: Driver, due: list[Delivery]) -> list[tuple[int, uuid.UUID]]:
        sessions = await open_sessions(connection, list({item.session_key for item in due}))
        arrived = [(shard_of(item.sender_id, self._shards), sessions[item.session_key]) for item in due]
        await connection.execute(
            _QUEUE, [new_id() for _ in due], [session_id for _, session_id in arrived], [shard for shard, _ in arrived],
            [_event(item) for item in due], [item.seq for item in due],
        )  # fmt: skip
        return arrived

    async def _bury(self, connection: Driver, item: Delivery) -> None:
        times = f"{MAX_HOPS} times in a row" if item.hops > MAX_HOPS else "too many times for one message"
        reason = f"bots answered each other {times}"
        count = await connection.fetchval(_BURY, item.seq, item.chain, item.sender_id, reason)
        if count == 1:
            figures.dead_letters.add(1.0, ("delivery",))
            log.warning("deliver.dead_letter", session_id=str(item.session_id), chain=str(item.chain), reason=reason)


def _delivery(row: asyncpg.Record) -> Delivery:
    payload = row["payload"]
    message = payload["message"]
    # Rows of the version before name no chain: each of them is one of its own.
    chain = uuid.UUID(payload.get("chain") or message["id"])
    return Delivery(
        row["seq"], row["session_id"], row["target_id"], message, payload["hops"], chain, payload.get("budget", 0)
    )


def _event(item: Delivery) -> str:
    message = {key: item.message[key] for key in ("text", "params", "attachments")}
    data = {"hops": item.hops, "budget": item.budget, "chain": str(item.chain), "message_id": item.message["id"]}
    return dumps({"message": message, "data": data})
