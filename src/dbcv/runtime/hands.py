"""Which sessions are rung and which are being worked on: a session is in one pair of hands at a time.

Used by the user worker. It knows nothing of turns or of the database.
"""

import asyncio
import contextlib
import uuid
from collections.abc import Iterable

from dbcv.runtime.shards import Ticket


class Hands:
    """Rung sessions wait, each once, with their tickets; taken ones are busy till they are settled."""

    def __init__(self) -> None:
        self._rung: dict[uuid.UUID, list[Ticket]] = {}
        self._busy: dict[uuid.UUID, list[Ticket]] = {}
        self._settled: dict[uuid.UUID, asyncio.Future[None]] = {}
        self._wake, self._idle = asyncio.Event(), asyncio.Event()
        self._is_closed = False

    @property
    def is_busy(self) -> bool:
        """Whether any session is being worked on."""
        return bool(self._busy)

    def ring(self, session_id: uuid.UUID, ticket: Ticket | None = None) -> None:
        """Something may lie in this session's mailbox. `ticket` is settled once it has been looked at."""
        waiting = self._rung.setdefault(session_id, [])
        if ticket is not None:
            waiting.append(ticket)
        self._wake.set()

    async def wait(self) -> None:
        """Till something was rung since the last time."""
        await self._wake.wait()
        self._wake.clear()

    def take(self, limit: int) -> list[uuid.UUID]:
        """Up to so many rung sessions that nobody works on; they are busy from here on."""
        if self._is_closed:
            return []
        taken = []
        for session_id in self._rung:
            if session_id not in self._busy:
                taken.append(session_id)
                if len(taken) == limit:
                    break
        for session_id in taken:
            self._busy[session_id] = self._rung.pop(session_id)
        return taken

    def settle(self, session_id: uuid.UUID, ring_again: bool = False) -> None:
        """Nobody works on it any more; `ring_again` when there is more to do."""
        for ticket in self._busy.pop(session_id, ()):
            ticket.settle()
        settled = self._settled.pop(session_id, None) if self._settled else None
        if settled is not None and not settled.done():
            settled.set_result(None)
        if self._is_closed and not self._busy:
            self._idle.set()
        if ring_again:
            self.ring(session_id)
        elif session_id in self._rung:
            self._wake.set()

    def put_back(self, session_ids: Iterable[uuid.UUID]) -> None:
        """Those of them that are still busy are rung again."""
        for session_id in session_ids:
            if session_id in self._busy:
                self.settle(session_id, ring_again=True)

    def await_end(self, session_id: uuid.UUID) -> asyncio.Future[None]:
        """Ends when this session is settled."""
        return self._settled.setdefault(session_id, asyncio.get_running_loop().create_future())

    async def close(self, timeout_seconds: float) -> None:
        """Nothing is taken from here on; waits at most so long till all are settled."""
        self._is_closed = True
        self._idle.clear()
        if self._busy:
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._idle.wait(), timeout_seconds)
