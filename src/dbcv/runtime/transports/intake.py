"""Takes in what a channel's vendor told and was kept: people, files, messages. Senders side by side, each in order.

An update is forgotten only after its message is accepted; what is accepted a second time after a crash is a copy.
"""

import asyncio
import contextlib
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import structlog

from dbcv.domains.conversations.service import senders
from dbcv.domains.conversations.service.accept import Acceptor, Inbound
from dbcv.domains.media.service.arriving import ArrivingFiles
from dbcv.integration_kit.transport import Heard, Left, Link, RemoteFile, TransportError, Update
from dbcv.kit.db import DATABASE_ERRORS, Database
from dbcv.kit.errors import AppError
from dbcv.kit.ids import new_id
from dbcv.kit.settings import Settings
from dbcv.runtime.perform import Failure, attempt, attempt_async
from dbcv.runtime.transports import figures, store
from dbcv.runtime.transports.arrival import Arrived, Read, after_gaps, ready
from dbcv.runtime.transports.store import Bound

UPDATES_AT_ONCE = 500
SENDERS_AT_ONCE = 16
LOOK_SECONDS = 10.0
"""Whoever keeps something rings; without a bell it is found after so long."""
AWAY_SECONDS = 0.3
TYPING_AFTER_SECONDS = 0.7
TYPING_EVERY_SECONDS = 4.5
TYPING_TIMES = 14
MOST_TYPING = 500
"""Of one channel: who comes later waits without being shown it."""
FETCH_SECONDS = 60.0

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Desk:
    """What taking in needs, for all channels of a process."""

    db: Database
    settings: Settings
    acceptor: Acceptor
    files: ArrivingFiles


class Intake:
    """Of one bound channel. `ring` when something was kept."""

    def __init__(self, desk: Desk, bound: Bound, link: Link, *, numbers_are_dense: bool) -> None:
        self._desk, self._bound, self._link = desk, bound, link
        self._numbers_are_dense = numbers_are_dense
        self._wake = asyncio.Event()
        self._busy: dict[str, asyncio.Task[None]] = {}
        self._permits = asyncio.Semaphore(SENDERS_AT_ONCE)
        self._typing: set[asyncio.Task[None]] = set()
        self._last_seq = bound.cursor if numbers_are_dense else None

    def ring(self) -> None:
        """Something was kept."""
        self._wake.set()

    async def run(self) -> None:
        """Until it is cancelled; what it has in hand then is taken in again by the next one, as a copy."""
        try:
            while True:
                self._wake.clear()
                try:
                    wait_seconds = await self._round()
                except (*DATABASE_ERRORS, AppError) as error:
                    log.warning("transport.database_unavailable", error=str(error) or repr(error))
                    wait_seconds = AWAY_SECONDS
                with contextlib.suppress(TimeoutError):
                    await asyncio.wait_for(self._wake.wait(), wait_seconds)
        finally:
            for task in [*self._busy.values(), *self._typing]:
                task.cancel()

    async def _round(self) -> float:
        """Begin whatever can be begun; how long until there may be more."""
        async with self._desk.db.driver() as connection:
            waiting = await store.waiting_updates(connection, self._bound.channel_id, UPDATES_AT_ONCE)
        hold: float | None = None
        if self._numbers_are_dense:
            waiting, hold = after_gaps(waiting, self._last_seq)
        found = ready([self._read(item) for item in waiting])
        for sender, arrived in found.by_sender.items():
            if sender not in self._busy:
                self._begin(sender, arrived)
        waits = [seconds for seconds in (hold, found.wait_seconds) if seconds is not None]
        return min([*waits, LOOK_SECONDS])

    def _read(self, item: store.Waiting) -> Read:
        meaning = attempt(lambda: self._link.read(item.update))
        if isinstance(meaning, Failure):
            log.error("transport.update_not_read", channel_id=str(self._bound.channel_id), error=meaning.error)
            meaning = None
        return Read(item.update, item.age_seconds, meaning)

    def _begin(self, sender: str, arrived: list[Arrived]) -> None:
        task = asyncio.create_task(self._take_all(arrived), name="transport-intake")
        self._busy[sender] = task
        task.add_done_callback(lambda _: self._end(sender))

    def _end(self, sender: str) -> None:
        self._busy.pop(sender, None)
        self._wake.set()

    async def _take_all(self, arrived: list[Arrived]) -> None:
        async with self._permits:
            for item in arrived:
                try:
                    await self._take(item)
                except (*DATABASE_ERRORS, AppError) as error:
                    log.warning("transport.not_taken_in", error=str(error) or repr(error))
                    await asyncio.sleep(AWAY_SECONDS)
                    return

    async def _take(self, item: Arrived) -> None:
        if isinstance(item.meaning, Heard) and self._bound.bot_id is not None:
            await self._accept(item.meaning, self._bound.bot_id)
        elif isinstance(item.meaning, Left):
            await senders.block(self._desk.db, self._bound.channel_id, item.meaning.sender)
        seqs = [update.seq for update in item.updates]
        if self._numbers_are_dense:
            self._last_seq = max(*seqs, self._last_seq or 0)
        async with self._desk.db.driver() as connection:
            await store.forget_updates(connection, self._bound.channel_id, seqs, self._last_seq)
        if isinstance(item.meaning, Heard):
            await self._tell(item.updates)

    async def _tell(self, updates: list[Update]) -> None:
        for update in updates:
            told = await attempt_async(self._link.noticed(update))
            if isinstance(told, Failure):
                log.debug("transport.not_told", error=told.error)

    async def _accept(self, heard: Heard, bot_id: UUID) -> None:
        desk, bound = self._desk, self._bound
        person = await senders.person_of(desk.db, bound.channel_id, bound.kind, heard)
        text, params = heard.text, dict(heard.params)
        if heard.button is not None:
            text = await senders.pressed_value(desk.db, bound.channel_id, *heard.button) or ""
        held = [await self._held(file, person, params) for file in heard.files]
        accepted = await desk.acceptor.accept(
            Inbound(
                new_id(), bound.channel_id, bot_id, person, text, params,
                [file for file in held if file is not None], heard.external_id,
            )
        )  # fmt: skip
        figures.received.add(1.0, (bound.kind,))
        if not accepted.is_copy and len(self._typing) < MOST_TYPING:
            task = asyncio.create_task(self._type(accepted.id, heard.address), name="transport-typing")
            self._typing.add(task)
            task.add_done_callback(self._typing.discard)

    async def _type(self, event_id: UUID, address: dict[str, Any]) -> None:
        """While the turn takes long, the person is shown that an answer is on its way."""
        await asyncio.sleep(TYPING_AFTER_SECONDS)
        for _ in range(TYPING_TIMES):
            with contextlib.suppress(*DATABASE_ERRORS):
                async with self._desk.db.driver() as connection:
                    if await store.is_over(connection, event_id):
                        return
            if isinstance(await attempt_async(_told(self._link, address)), Failure):
                return
            await asyncio.sleep(TYPING_EVERY_SECONDS)

    async def _held(self, file: RemoteFile, person: UUID, params: dict[str, Any]) -> dict[str, Any] | None:
        """The file with us; where it cannot be had the message comes without it and says so."""
        bound, most = self._bound, self._desk.settings.max_visitor_file_bytes
        source = f"{bound.kind}:{bound.channel_id}:{file.key}"[:255]
        known = await self._desk.files.known(source)
        if known is not None:
            return known
        try:
            async with asyncio.timeout(FETCH_SECONDS):
                content = await self._link.fetch(file, most)
            return await self._desk.files.keep(
                content, file.name, file.content_type, most, owner_id=person, account_id=bound.owner_id,
                channel_id=bound.channel_id, source=source,
            )  # fmt: skip
        except (TransportError, TimeoutError, AppError) as error:
            if isinstance(error, AppError) and error.status >= 500:
                raise
            reason = error.title if isinstance(error, AppError) else str(error) or "it took too long"
            params.setdefault("files_missing", []).append({"name": file.name, "error": reason})
            return None


async def _told(link: Link, address: dict[str, Any]) -> None:
    with contextlib.suppress(TransportError):
        await link.typing(address)
