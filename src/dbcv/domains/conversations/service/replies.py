"""Waiting for the end of a turn. Told by the live channel at once; asked of the database after a second without news,
so that a lost notice, or no broker at all, costs a moment and never an answer.
"""

import asyncio
import contextlib
import time
from collections.abc import Callable, Iterable
from typing import Any
from uuid import UUID

from dbcv.domains.conversations.events import event_topic
from dbcv.domains.conversations.repository import messages
from dbcv.domains.conversations.service.views import message_view
from dbcv.kit.db import Database
from dbcv.kit.errors import Unavailable
from dbcv.kit.realtime import LiveHub, Missed, Subscription
from dbcv.kit.vital import end

PATIENCE_SECONDS = 1.0
POLL_SECONDS = 0.5
IDS_A_QUERY = 500

Ending = dict[str, Any]
"""{"type": "turn", "id", "session_id", "replies": [message…], "error": null or "code: what happened"}."""


class Wait:
    """Somebody who waits for one event's turn. `future` gets the Ending, or None when the time is over."""

    __slots__ = ("event_id", "future", "since", "topic", "was_slow")

    def __init__(self, event_id: UUID) -> None:
        self.event_id = event_id
        self.topic = event_topic(event_id)
        self.was_slow = False
        self.since = time.monotonic()
        self.future: asyncio.Future[Ending | None] = asyncio.get_running_loop().create_future()


class _Notices(Subscription):
    """What the live hub tells of all awaited events, handed on without a queue."""

    def __init__(self, tell: Callable[[str, Ending], None], missed: Callable[[], None]) -> None:
        super().__init__(1)
        self._tell = tell
        self._missed = missed

    def put(self, item: tuple[str, Any] | Missed) -> None:
        if isinstance(item, Missed):
            self._missed()
        else:
            self._tell(item[0], item[1])


class Replies:
    """All waits of one process."""

    def __init__(self, db: Database, hub: LiveHub) -> None:
        self._db = db
        self._hub = hub
        self._notices = _Notices(self._tell, self._look_soon)
        self._waits: dict[str, list[Wait]] = {}
        self._soon = asyncio.Event()
        self._task: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Begin to look after those who wait long."""
        self._task = asyncio.create_task(self._watch(), name="replies")

    async def stop(self) -> None:
        """End; whoever waits now gets None."""
        await end(self._task)
        for wait in [wait for waits in self._waits.values() for wait in waits]:
            _settle(wait, None)

    def expect(self, event_id: UUID) -> Wait:
        """Begin to wait, before the event is accepted, so that no answer is too early. Give back with `forget`."""
        wait = Wait(event_id)
        waits = self._waits.get(wait.topic)
        if waits is None:
            self._waits[wait.topic] = [wait]
            self._hub.subscribe(wait.topic, self._notices)
        else:
            waits.append(wait)
        return wait

    def forget(self, wait: Wait) -> None:
        """Stop to wait; a second time changes nothing."""
        waits = self._waits.get(wait.topic)
        if waits is not None and wait in waits:
            waits.remove(wait)
            if not waits:
                del self._waits[wait.topic]
                self._hub.unsubscribe(self._notices, wait.topic)

    async def ending(self, wait: Wait, timeout_seconds: float) -> Ending | None:
        """What the turn came to, or None when it was not over in time."""
        timer = asyncio.get_running_loop().call_later(timeout_seconds, _settle, wait, None)
        try:
            return await wait.future
        finally:
            timer.cancel()

    async def look(self, waits: Iterable[Wait]) -> None:
        """Ask the database once about these waits. Nothing happens while it is away."""
        by_id = {wait.event_id: wait.topic for wait in waits}
        ids = list(by_id)
        with contextlib.suppress(Unavailable):
            for start in range(0, len(ids), IDS_A_QUERY):
                for event_id, ending in (await endings(self._db, ids[start : start + IDS_A_QUERY])).items():
                    self._tell(by_id[event_id], ending)

    def _tell(self, topic: str, ending: Ending) -> None:
        for wait in self._waits.get(topic, ()):
            _settle(wait, ending)

    def _look_soon(self) -> None:
        self._soon.set()

    async def _watch(self) -> None:
        while True:
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._soon.wait(), POLL_SECONDS)
            patience = 0.0 if self._soon.is_set() else PATIENCE_SECONDS
            self._soon.clear()
            await self.look(self._impatient(patience))
            if not patience:
                await asyncio.sleep(POLL_SECONDS / 10)

    def _impatient(self, patience_seconds: float) -> list[Wait]:
        border = time.monotonic() - patience_seconds
        return [w for waits in self._waits.values() for w in waits if w.since <= border and not w.future.done()]


def _settle(wait: Wait, ending: Ending | None) -> None:
    if not wait.future.done():
        wait.future.set_result(ending)


async def endings(db: Database, event_ids: list[UUID]) -> dict[UUID, Ending]:
    """The endings of those events whose turn is committed or that became dead letters."""
    async with db.read() as session:
        over = await messages.endings(session, event_ids)
        dead = await messages.dead_events(session, [one for one in event_ids if one not in over])
        reply_ids = [UUID(reply) for _, replies, _ in over.values() for reply in replies]
        rows = await messages.messages_by_id(session, reply_ids) if reply_ids else {}
    found: dict[UUID, Ending] = {}
    for event_id, (session_id, replies, error) in over.items():
        said = [message_view(rows[UUID(reply)]) for reply in replies if UUID(reply) in rows]
        found[event_id] = _ending(event_id, session_id, said, error)
    for event_id, (session_id, error) in dead.items():
        found[event_id] = _ending(event_id, session_id, [], error)
    return found


def _ending(event_id: UUID, session_id: UUID, replies: list[dict[str, Any]], error: str | None) -> Ending:
    return {"type": "turn", "id": str(event_id), "session_id": str(session_id), "replies": replies, "error": error}


def answer(message: dict[str, Any], ending: Ending) -> dict[str, Any]:
    """What `Prefer: wait` answers: the JSON of `AnsweredOut`."""
    error = ending["error"]
    code, _, words = (error or "").partition(": ")
    problem = {"code": code if words else "turn_failed", "message": words or code} if error else None
    return {"message": message, "replies": ending["replies"], "error": problem}
