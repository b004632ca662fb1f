"""Messages on their way to people outside: a session's in order, channels beside each other, each at its own pace.

A delivery is leased before it is sent, and deleted after: two workers never send it both. Of a message that takes
several calls it is kept how many were made. What a crash can repeat is the one call that it cut off.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from uuid import UUID

import structlog

from dbcv.domains.conversations.service import senders
from dbcv.domains.conversations.service.links import Links
from dbcv.integration_kit.transport import (
    BadCredential,
    Link,
    LocalFile,
    PersonGone,
    Refused,
    SlowDown,
    TransportError,
)
from dbcv.kit.db import DATABASE_ERRORS, Database
from dbcv.kit.errors import AppError, Invalid
from dbcv.kit.vital import end, start_vital
from dbcv.runtime import figures as all_figures
from dbcv.runtime.perform import Failure, attempt_async
from dbcv.runtime.transports import figures, store
from dbcv.runtime.transports.store import Bound, Leaving

MAX_TRIES = 5
WAITS_SECONDS = (1.0, 5.0, 20.0, 60.0)
"""After the first, second … failure."""
MAX_PAUSE_SECONDS = 3_600.0
SENDS_OF_A_CHANNEL = 8
"""At once: a channel that is slow takes no more than its own places."""
WAITING_OF_A_CHANNEL = 5_000
"""Sessions kept in memory; the sweeper finds the others again."""
SESSIONS_AT_ONCE = 500
CALL_SECONDS = 60.0
LEASE_SECONDS = 90.0
"""Longer than a call: whoever still sends has it still."""
LINK_SECONDS = 30.0
"""An open link is used so long; then the credential is read anew."""
AWAY_SECONDS = 0.3

LoadFile = Callable[[UUID, UUID], Awaitable[LocalFile]]
"""(bot, file): a file of the bot's, or that was sent to it, with its content. Raises AppError."""

log = structlog.get_logger(__name__)


@dataclass(slots=True)
class _Lane:
    """One channel: sessions that wait, and how many are being sent for."""

    waiting: dict[UUID, None] = field(default_factory=dict)
    busy: int = 0
    paused_until: float = 0.0
    link: Link | None = None
    link_key: tuple[object, ...] = ()
    link_until: float = 0.0
    opening: asyncio.Lock = field(default_factory=asyncio.Lock)


class TransportSender:
    """One a process. `ring` is its only way in."""

    def __init__(self, db: Database, links: Links, load_file: LoadFile, worker_id: str) -> None:
        self._db, self._links, self._load_file, self._worker_id = db, links, load_file, worker_id
        self._rung: dict[UUID, None] = {}
        self._active: set[UUID] = set()
        self._rung_meanwhile: set[UUID] = set()
        self._lanes: dict[UUID, _Lane] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._wake = asyncio.Event()
        self._task: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Begin to send."""
        self._task = start_vital(self._run(), "send")

    async def stop(self, timeout_seconds: float) -> None:
        """Calls under way finish (at most so long); what is left can be taken by others at once."""
        await end(self._task)
        if self._tasks:
            await asyncio.wait(self._tasks, timeout=timeout_seconds)
        await end(*self._tasks)
        for lane in self._lanes.values():
            await self._close(lane)
        try:
            await self.release(self._worker_id)
        except DATABASE_ERRORS as error:
            log.warning("transport.leases_not_released", error=str(error) or repr(error))

    async def release(self, worker: str) -> None:
        """What a worker that is gone had in its hands can be sent by others."""
        async with self._db.driver() as connection:
            await store.release(connection, worker)

    def ring(self, session_id: UUID) -> None:
        """Something of this session may have to leave the house."""
        self._rung[session_id] = None
        self._wake.set()

    async def _run(self) -> None:
        while True:
            await self._wake.wait()
            self._wake.clear()
            try:
                while self._rung:
                    taken = list(self._rung)[:SESSIONS_AT_ONCE]
                    for session_id in taken:
                        del self._rung[session_id]
                    self._rung_meanwhile.update(self._active.intersection(taken))
                    await self._sort([one for one in taken if one not in self._active])
            except DATABASE_ERRORS as error:
                log.warning("transport.database_unavailable", error=str(error) or repr(error))
                await asyncio.sleep(AWAY_SECONDS)

    async def _sort(self, sessions: list[UUID]) -> None:
        """Each into its channel's lane."""
        async with self._db.driver() as connection:
            heads = await store.due_heads(connection, sessions)
        for session_id, channel_id in heads:
            lane = self._lanes.setdefault(channel_id, _Lane())
            if len(lane.waiting) < WAITING_OF_A_CHANNEL and session_id not in self._active:
                lane.waiting[session_id] = None
            self._drive(channel_id, lane)

    def _drive(self, channel_id: UUID, lane: _Lane) -> None:
        while lane.waiting and lane.busy < SENDS_OF_A_CHANNEL and lane.paused_until <= time.monotonic():
            session_id = next(iter(lane.waiting))
            del lane.waiting[session_id]
            lane.busy += 1
            self._active.add(session_id)
            task = asyncio.create_task(self._work(channel_id, lane, session_id), name="transport-send")
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    async def _work(self, channel_id: UUID, lane: _Lane, session_id: UUID) -> None:
        try:
            has_more = await self._send_first(lane, session_id)
        except (*DATABASE_ERRORS, AppError) as error:
            # It still is ours by its lease, or nobody's: the sweeper rings again.
            log.warning("transport.database_unavailable", error=str(error) or repr(error))
            await asyncio.sleep(AWAY_SECONDS)
            has_more = False
        finally:
            lane.busy -= 1
            self._active.discard(session_id)
        if has_more:
            lane.waiting[session_id] = None
        elif session_id in self._rung_meanwhile:  # what was said meanwhile was not seen, perhaps
            self.ring(session_id)
        self._rung_meanwhile.discard(session_id)
        self._drive(channel_id, lane)

    async def _send_first(self, lane: _Lane, session_id: UUID) -> bool:
        """Whether there is more that can go now."""
        async with self._db.driver() as connection:
            item = await store.claim(connection, session_id, self._worker_id, LEASE_SECONDS)
        if item is None:
            return False
        kind = item.bound.kind if item.bound else "none"
        began = time.monotonic()
        try:
            outcome = await self._try(lane, item)
        except SlowDown as error:
            outcome = "paused"
            await self._pause(lane, item, min(error.seconds, MAX_PAUSE_SECONDS), str(error))
        except PersonGone as error:
            outcome = "blocked"
            await self._give_up(item, f"the person cannot be reached: {error}")
        except Refused as error:
            outcome = "refused"
            await self._give_up(item, str(error))
        except TransportError as error:
            outcome = "again"
            await self._again(lane, item, error)
        figures.sent.add(1.0, (kind, outcome))
        figures.send_seconds.observe(time.monotonic() - began, (kind,))
        if outcome in ("paused", "again"):
            return False
        if outcome in ("refused", "blocked"):
            return True
        async with self._db.driver() as connection:
            return await store.note_sent(connection, item, outcome == "sent")

    async def _try(self, lane: _Lane, item: Leaving) -> str:
        """Every part that has not gone yet. "sent", or "nobody" where nobody outside is meant."""
        bound = item.bound
        if bound is None:
            return "nobody"
        found = await senders.address_of(self._db, bound.channel_id, item.recipient_id)
        if found is None or found[2]:
            return "nobody"
        external_id, address, _ = found
        link = await self._link(lane, bound)
        parts = link.parts(item.message)
        for place in range(item.sent, len(parts)):
            file = await self._file(item, parts[place].file)
            call = link.send({"sender": external_id, **address}, parts[place], file, f"{item.message['id']}:{place}")
            try:
                await _bounded(call)
            except PersonGone:
                await senders.block(self._db, bound.channel_id, external_id)
                raise
            if place + 1 < len(parts):
                async with self._db.driver() as connection:
                    await store.note_part(connection, item.seq, place + 1, LEASE_SECONDS)
                item.sent = place + 1
        all_figures.deliveries.add()
        return "sent"

    async def _file(self, item: Leaving, place: int | None) -> LocalFile | None:
        if place is None:
            return None
        held = item.message["attachments"][place]
        try:
            return await self._load_file(item.bot_id, UUID(str(held.get("id"))))
        except (AppError, ValueError) as error:
            if isinstance(error, AppError) and error.status >= 500:
                raise
            raise Refused(f"the file {str(held.get('name'))[:100]!r} cannot be sent: {error}") from error

    async def _link(self, lane: _Lane, bound: Bound) -> Link:
        key = (bound.binding, bound.bot_id)
        async with lane.opening:
            if lane.link is None or lane.link_key != key or lane.link_until < time.monotonic():
                await self._close(lane)
                try:
                    lane.link = await self._links.open(bound.kind, bound.bot_id, bound.credential_id, bound.config)
                except Invalid as error:
                    raise BadCredential(error.title) from error
                lane.link_key, lane.link_until = key, time.monotonic() + LINK_SECONDS
            return lane.link

    async def _close(self, lane: _Lane) -> None:
        if lane.link is not None:
            await attempt_async(lane.link.close())
            lane.link = None

    async def _pause(self, lane: _Lane, item: Leaving, seconds: float, error: str) -> None:
        """The whole channel is silent for so long; others go on. It costs the message no try."""
        lane.paused_until = time.monotonic() + seconds
        lane.waiting.clear()
        async with self._db.driver() as connection:
            await store.pause(connection, item.bound.channel_id if item.bound else item.session_id, seconds)
            await store.try_later(connection, item.seq, error, seconds, 0)
        self._ring_later(item.session_id, seconds)

    async def _again(self, lane: _Lane, item: Leaving, error: TransportError) -> None:
        log.warning("transport.not_sent", session_id=str(item.session_id), tries=item.attempts + 1, error=str(error))
        if item.bound and isinstance(error, BadCredential):
            await self._close(lane)
        async with self._db.driver() as connection:
            if item.bound:
                await store.note_error(connection, item.bound, str(error)[:500])
            if item.attempts + 1 < MAX_TRIES:
                seconds = WAITS_SECONDS[min(item.attempts, len(WAITS_SECONDS) - 1)]
                await store.try_later(connection, item.seq, str(error)[:500], seconds, 1)
                self._ring_later(item.session_id, seconds)
                return
        await self._give_up(item, str(error))
        self.ring(item.session_id)

    async def _give_up(self, item: Leaving, error: str) -> None:
        async with self._db.driver() as connection:
            await store.bury(connection, item, error[:500])
        all_figures.dead_letters.add(1.0, ("delivery",))
        log.warning("transport.dead_letter", session_id=str(item.session_id), error=error)

    def _ring_later(self, session_id: UUID, seconds: float) -> None:
        asyncio.get_running_loop().call_later(seconds + 0.05, self.ring, session_id)


async def _bounded(call: Awaitable[None]) -> None:
    """In its time; what a library raises beside the port's errors is an error like others."""
    try:
        async with asyncio.timeout(CALL_SECONDS):
            ended = await attempt_async(_through(call))
    except TimeoutError as error:
        raise TransportError(f"no answer within {CALL_SECONDS:g} s") from error
    if isinstance(ended, Failure):
        raise TransportError(ended.error)
    if ended is not None:
        raise ended


async def _through(call: Awaitable[None]) -> TransportError | None:
    try:
        await call
    except TransportError as error:
        return error
    return None
