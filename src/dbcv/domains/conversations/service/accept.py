"""Accepting what comes in: gathered, committed in one statement, answered, then the doorbell rings.

Called by the message endpoints, the WebSocket, webhooks and the bot worker. Accepted means kept: the answer comes after
the commit, and a second copy (same channel, sender and external id) changes nothing.
"""

import asyncio
import uuid
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import asyncpg
import structlog

from dbcv.domains.conversations.repository import hot
from dbcv.domains.conversations.repository.hot import SessionKey
from dbcv.domains.conversations.service.figures import copies as copies_kept
from dbcv.domains.conversations.service.figures import note_accepted
from dbcv.kit.bell import Bell
from dbcv.kit.db import DATABASE_ERRORS, Database, Driver
from dbcv.kit.errors import Invalid, Unavailable
from dbcv.kit.ids import new_id
from dbcv.kit.json_text import clean_text, dumps
from dbcv.kit.streams import shard_of, user_messages
from dbcv.kit.vital import end, start_vital

BATCH_LIMIT = 500
"""Messages in one commit: past this a batch only makes its first message wait."""
BUSY_FROM = 4
"""A batch of so many means that others are on their way: waiting for them costs less than a commit of their own."""
REMEMBERED_SESSIONS = 50_000
"""(user, bot, channel) → session id kept in memory; about 400 bytes each."""
MAX_WAITING = 20_000
"""Messages waiting for a commit before new ones are answered 503: the bound of memory when the database stalls."""

log = structlog.get_logger()


@dataclass(slots=True)
class Inbound:
    """One event for a bot, not yet kept. `data` is the `event.*` scope; `sender_id` is the session's user."""

    id: uuid.UUID
    channel_id: uuid.UUID
    bot_id: uuid.UUID
    sender_id: uuid.UUID
    text: str
    params: Any = None
    attachments: list[Any] = field(default_factory=list)
    external_id: str | None = None
    kind: str = "message"
    data: dict[str, Any] = field(default_factory=dict)


@dataclass(slots=True)
class Accepted:
    """What was kept: of a second copy, the first."""

    id: uuid.UUID
    session_id: uuid.UUID
    is_copy: bool
    created_at: datetime


_Waiting = tuple[Inbound, "asyncio.Future[Accepted]"]


class Acceptor:
    """Gathers inbound events of one process and commits them in batches, in the order of their arrival.

    One batch at a time: two side by side could show a session's second message before its first.
    """

    def __init__(self, db: Database, bell: Bell, shards: int, gather_seconds: float = 0.0) -> None:
        """`gather_seconds`: how long a batch waits for others while there is much to do; a lone message never does."""
        self._db = db
        self._bell = bell
        self._shards = shards
        self._gather_seconds = gather_seconds
        self._waiting: list[_Waiting] = []
        self._wake = asyncio.Event()
        self._task: asyncio.Task[None] | None = None
        self._sessions: OrderedDict[SessionKey, uuid.UUID] = OrderedDict()

    async def start(self) -> None:
        """Begin to commit."""
        self._task = start_vital(self._run(), "accept")

    async def stop(self) -> None:
        """Commit what is waiting, then end."""
        await asyncio.gather(*(future for _, future in self._waiting), return_exceptions=True)
        await end(self._task)

    async def accept(self, inbound: Inbound) -> Accepted:
        """Keep `inbound` and ring for its session. Returns after the commit.

        Raises Unavailable when the database cannot be reached (nothing was kept, or the answer was lost on the way:
        send again with the same `external_id`), Invalid when the database refuses the content.
        """
        return await self.offer(inbound)

    def offer(self, inbound: Inbound) -> "asyncio.Future[Accepted]":
        """The same without waiting: its place in the row is fixed when this returns, the future tells the end."""
        if len(self._waiting) >= MAX_WAITING:
            raise Unavailable("The database is behind: too many messages are waiting to be stored")
        future: asyncio.Future[Accepted] = asyncio.get_running_loop().create_future()
        self._waiting.append((inbound, future))
        self._wake.set()
        return future

    async def _run(self) -> None:
        while True:
            await self._wake.wait()
            try:
                async with self._db.driver() as connection:
                    await self._serve(connection)
            except DATABASE_ERRORS as error:
                log.warning("accept.database_unavailable", error=str(error))
                self._fail_all()
                await asyncio.sleep(0.05)

    def _fail_all(self) -> None:
        waiting, self._waiting = self._waiting, []
        for _, future in waiting:
            _settle(future, Unavailable("The database cannot be reached: the message was not kept"))
        self._wake.clear()

    async def _serve(self, connection: Driver) -> None:
        last_size = 0
        while True:
            await self._wake.wait()
            self._wake.clear()
            while self._waiting:
                if last_size >= BUSY_FROM and len(self._waiting) < BATCH_LIMIT:
                    await asyncio.sleep(self._gather_seconds)
                batch = self._waiting[:BATCH_LIMIT]
                last_size = len(batch)
                del self._waiting[:BATCH_LIMIT]
                await self._commit(connection, batch)

    async def _commit(self, connection: Driver, batch: list[_Waiting]) -> None:
        try:
            await self._commit_batch(connection, batch)
        except (asyncpg.DataError, asyncpg.IntegrityConstraintViolationError, ValueError) as error:
            # A ValueError is the driver's: it could not even write what it was given.
            if len(batch) == 1:
                _settle(batch[0][1], Invalid(f"The database refused the message: {error}"))
                return
            for waiting in batch:
                await self._commit(connection, [waiting])
        except BaseException:
            for _, future in batch:
                _settle(future, Unavailable("The database did not answer: the message was not confirmed as kept"))
            raise

    async def _commit_batch(self, connection: Driver, batch: list[_Waiting]) -> None:
        sessions = await self._find_sessions(connection, batch)
        kept = await hot.insert_events(connection, self._columns(batch, sessions))
        copies = await self._first_copies(connection, batch, kept) if len(kept) < len(batch) else {}
        self._ring(batch, sessions, kept)
        for (inbound, future), session_id in zip(batch, sessions, strict=True):
            created_at = kept.get(inbound.id)
            if created_at is not None:
                note_accepted(inbound.id, session_id, inbound.kind)
                _settle(future, Accepted(inbound.id, session_id, False, created_at))
                continue
            copies_kept.add()
            first = copies.get((inbound.channel_id, inbound.sender_id, inbound.external_id or ""))
            _settle(future, Accepted(first[0], first[1], True, first[2]) if first else Unavailable("Not kept"))

    async def _find_sessions(self, connection: Driver, batch: list[_Waiting]) -> list[uuid.UUID]:
        keys: list[SessionKey] = [(i.sender_id, i.bot_id, i.channel_id) for i, _ in batch]
        missing = list({key for key in keys if key not in self._sessions})
        if missing:
            found = await hot.find_sessions(connection, [new_id() for _ in missing], missing)
            self._sessions.update(found)
        sessions = [self._sessions[key] for key in keys]
        while len(self._sessions) > REMEMBERED_SESSIONS:
            self._sessions.popitem(last=False)
        return sessions

    def _columns(self, batch: list[_Waiting], sessions: list[uuid.UUID]) -> list[list[Any]]:
        rows = [
            (
                inbound.id, inbound.channel_id, session_id, inbound.sender_id, inbound.bot_id, clean_text(inbound.text),
                dumps(inbound.params), dumps(inbound.attachments), inbound.external_id,
                shard_of(inbound.sender_id, self._shards), inbound.kind, dumps(event_of(inbound)),
            )
            for (inbound, _), session_id in zip(batch, sessions, strict=True)
        ]  # fmt: skip
        return [list(column) for column in zip(*rows, strict=True)]

    async def _first_copies(
        self, connection: Driver, batch: list[_Waiting], kept: dict[uuid.UUID, datetime]
    ) -> dict[tuple[uuid.UUID, uuid.UUID, str], tuple[uuid.UUID, uuid.UUID, datetime]]:
        keys = {(i.channel_id, i.sender_id, i.external_id) for i, _ in batch if i.id not in kept and i.external_id}
        return await hot.first_copies(connection, list(keys)) if keys else {}

    def _ring(self, batch: list[_Waiting], sessions: list[uuid.UUID], kept: dict[uuid.UUID, datetime]) -> None:
        for (inbound, _), session_id in zip(batch, sessions, strict=True):
            if inbound.id in kept:
                self._bell.ring(user_messages(shard_of(inbound.sender_id, self._shards)), str(session_id))


async def open_sessions(connection: Driver, keys: Sequence[SessionKey]) -> dict[SessionKey, uuid.UUID]:
    """The session of each (user, bot, channel), made where there is none yet."""
    return await hot.find_sessions(connection, [new_id() for _ in keys], keys)


def event_of(inbound: Inbound) -> dict[str, Any]:
    """The mailbox's JSON of an event: `message` is the `message.*` scope, `data` the `event.*` scope."""
    event: dict[str, Any] = {
        "message": {"text": inbound.text, "params": inbound.params, "attachments": inbound.attachments}
    }
    if inbound.data:
        event["data"] = inbound.data
    if inbound.external_id is not None:
        event["external_id"] = inbound.external_id
    return event


def _settle(future: "asyncio.Future[Accepted]", result: Accepted | Exception) -> None:
    if future.done():
        return
    if isinstance(result, Exception):
        future.set_exception(result)
    else:
        future.set_result(result)
