"""Who brings in for which channel: the bot worker that holds the channel's shard, so one in the whole cluster.

Two for a moment (a worker that lost its locks and does not know yet) harm nothing: what is kept twice is kept once.
"""

import asyncio
import contextlib
from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

import structlog

from dbcv.domains.conversations.service.links import Links, kind_of, read_config
from dbcv.integration_kit.transport import Link, TransportError, Update
from dbcv.kit.db import DATABASE_ERRORS
from dbcv.kit.errors import AppError
from dbcv.kit.streams import shard_of
from dbcv.kit.vital import end, start_vital
from dbcv.runtime.perform import Failure, attempt_async
from dbcv.runtime.transports import store
from dbcv.runtime.transports.intake import Desk, Intake
from dbcv.runtime.transports.store import Bound

LOOK_SECONDS = 1.0
AWAY_SECONDS = 0.5
MAX_RETRY_SECONDS = 30.0
ADDRESSES_RECALLED = 200

log = structlog.get_logger(__name__)


class Receivers:
    """Starts and stops receptions as channels are bound and shards change hands. `held` is changed by the keeper."""

    def __init__(self, desk: Desk, links: Links, held: set[int]) -> None:
        self._desk, self._links, self._held = desk, links, held
        self._running: dict[UUID, _Reception] = {}
        self._wake = asyncio.Event()
        self._task: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Begin to look after channels."""
        self._task = start_vital(self._run(), "transports")

    async def stop(self) -> None:
        """End; whoever gets the shards goes on where this stopped."""
        await end(self._task)
        for reception in self._running.values():
            await reception.stop()

    async def _run(self) -> None:
        while True:
            try:
                async with self._desk.db.driver() as connection:
                    await connection.add_listener(store.TOPIC, self._on_notice)
                    try:
                        while True:
                            self._wake.clear()
                            await self._follow(await store.bound_channels(connection))
                            with contextlib.suppress(TimeoutError):
                                await asyncio.wait_for(self._wake.wait(), LOOK_SECONDS)
                    finally:
                        if not connection.is_closed():
                            with contextlib.suppress(*DATABASE_ERRORS):
                                await connection.remove_listener(store.TOPIC, self._on_notice)
            except DATABASE_ERRORS as error:
                log.warning("transports.database_unavailable", error=str(error) or repr(error))
                await asyncio.sleep(AWAY_SECONDS)

    def _on_notice(self, _connection: Any, _pid: int, _topic: str, payload: object) -> None:
        with contextlib.suppress(ValueError):
            running = self._running.get(UUID(str(payload)))
            if running is not None:
                running.ring()
        self._wake.set()

    async def _follow(self, bound: Sequence[Bound]) -> None:
        mine = {one.channel_id: one for one in bound if self._is_mine(one.channel_id)}
        for channel_id in list(self._running):
            wanted, running = mine.get(channel_id), self._running[channel_id]
            if wanted is None or not running.serves(wanted):
                del self._running[channel_id]
                await running.stop()
        for channel_id, one in mine.items():
            if channel_id not in self._running:
                self._running[channel_id] = reception = _Reception(self._desk, self._links, one)
                reception.start()

    def _is_mine(self, channel_id: UUID) -> bool:
        return shard_of(channel_id, self._desk.settings.shards) in self._held


class _Reception:
    """One channel: brings in, and takes in what was brought."""

    def __init__(self, desk: Desk, links: Links, bound: Bound) -> None:
        self._desk, self._links, self._bound = desk, links, bound
        self._cursor = bound.cursor
        self._intake: Intake | None = None
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        self._task = start_vital(self._run(), "transport")

    async def stop(self) -> None:
        await end(self._task)

    def ring(self) -> None:
        if self._intake is not None:
            self._intake.ring()

    def serves(self, bound: Bound) -> bool:
        """Whether nothing has changed."""
        return (bound.binding, bound.bot_id) == (self._bound.binding, self._bound.bot_id)

    async def _run(self) -> None:
        wait_seconds = 1.0
        while True:
            began = asyncio.get_running_loop().time()
            ended = await attempt_async(self._serve())
            error = ended.error if isinstance(ended, Failure) else str(ended)
            if asyncio.get_running_loop().time() - began > MAX_RETRY_SECONDS:
                wait_seconds = 1.0
            await self._note("failed", error)
            await asyncio.sleep(wait_seconds)
            wait_seconds = min(wait_seconds * 2, MAX_RETRY_SECONDS)

    async def _serve(self) -> str:
        """Until something goes wrong: what."""
        bound = self._bound
        try:
            link = await self._links.open(bound.kind, bound.bot_id, bound.credential_id, bound.config)
            try:
                return await self._serve_by(link)
            finally:
                await link.close()
        except TransportError as error:
            return str(error)
        except AppError as error:
            return error.title
        except DATABASE_ERRORS as error:
            return f"the database is away: {type(error).__name__}"

    async def _serve_by(self, link: Link) -> str:
        bound = self._bound
        kind = await kind_of(bound.kind)
        is_asked = kind.is_asked(read_config(kind, bound.config))
        self._intake = intake = Intake(self._desk, bound, link, numbers_are_dense=not is_asked)
        tasks = [asyncio.create_task(intake.run(), name="transport-intake")]
        if is_asked:
            kind.lend_recall(link, self._recall)
            tasks.append(asyncio.create_task(link.receive(self._cursor, self._keep), name="transport-receive"))
        await self._note("connected", None)
        try:
            done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
            for task in done:
                task.result()
            return "the connection ended"
        finally:
            self._intake = None
            await end(*tasks)

    async def _keep(self, updates: Sequence[Update]) -> None:
        while True:
            try:
                async with self._desk.db.driver() as connection:
                    await store.keep_updates(connection, self._bound, updates)
                break
            except DATABASE_ERRORS as error:  # the vendor keeps them as long as we do not ask for the next
                log.warning("transport.database_unavailable", error=str(error) or repr(error))
                await asyncio.sleep(AWAY_SECONDS)
        self._cursor = max(update.seq for update in updates)
        self.ring()

    async def _recall(self) -> Sequence[Mapping[str, Any]]:
        async with self._desk.db.driver() as connection:
            return await store.addresses(connection, self._bound.channel_id, ADDRESSES_RECALLED)

    async def _note(self, state: str, error: str | None) -> None:
        with contextlib.suppress(*DATABASE_ERRORS):
            async with self._desk.db.driver() as connection:
                await store.note_state(connection, self._bound, state, error[:500] if error else None)
