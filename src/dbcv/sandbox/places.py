"""Who may run now: a bounded number of places, shared fairly. Pure bookkeeping for the pool.

Owners wait in turn, one call each, and no owner has more than its share of places while it waits in this order; calls
of one owner wait in the order they came.
"""

import asyncio
from collections import Counter, OrderedDict, deque

A_CALL_BYTES = 1_000
"""What a call that waits takes beside what it was asked with."""


class TooManyWaitError(Exception):
    """So much of this owner waits already, or has waited so long, that a call is refused."""


class Places:
    """`most` calls at once, `share` of one owner. Of an owner, calls of `waiting_bytes` together may wait, each
    `waiting_seconds`: a crowd waits its turn as a queue at a counter does, and is not sent away."""

    def __init__(self, most: int, share: int, waiting_bytes: int, waiting_seconds: float) -> None:
        self._free = most
        self._share = share
        self._waiting_bytes, self._waiting_seconds = waiting_bytes, waiting_seconds
        self._taken: dict[str, int] = {}
        self._held_bytes: Counter[str] = Counter()
        self._queues: OrderedDict[str, deque[asyncio.Future[None]]] = OrderedDict()

    async def take(self, owner: str, size_bytes: int) -> None:
        """Waits for a place, with a call of that size. Raises TooManyWaitError; a cancelled wait leaves nothing."""
        if self._may(owner) and owner not in self._queues:
            self._give(owner)
            return
        size_bytes += A_CALL_BYTES
        if self._held_bytes[owner] + size_bytes > self._waiting_bytes:
            raise TooManyWaitError("too many code steps of this bot wait already")
        self._held_bytes[owner] += size_bytes
        try:
            await self._turn(owner)
        finally:
            self._held_bytes[owner] -= size_bytes
            if not self._held_bytes[owner]:
                del self._held_bytes[owner]

    async def _turn(self, owner: str) -> None:
        turn: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._queues.setdefault(owner, deque()).append(turn)
        try:
            async with asyncio.timeout(self._waiting_seconds):
                await turn
        except TimeoutError:
            self._leave(owner, turn)
            raise TooManyWaitError(
                f"it waited {self._waiting_seconds:g} s for its turn: the code steps of this bot take too long"
            ) from None
        except asyncio.CancelledError:
            self._leave(owner, turn)
            raise

    def give_back(self, owner: str) -> None:
        """A call of this owner is over; the next that waits goes on."""
        self._free += 1
        self._taken[owner] -= 1
        if not self._taken[owner]:
            del self._taken[owner]
        self._admit()

    def _may(self, owner: str) -> bool:
        return self._free > 0 and self._taken.get(owner, 0) < self._share

    def _give(self, owner: str) -> None:
        self._free -= 1
        self._taken[owner] = self._taken.get(owner, 0) + 1

    def _admit(self) -> None:
        """The owner who has waited longest for a turn and is under its share; then it goes to the end of the row."""
        for owner in list(self._queues):
            if not self._free:
                return
            queue = self._queues[owner]
            while queue and queue[0].done():
                queue.popleft()
            if queue and self._may(owner):
                self._give(owner)
                queue.popleft().set_result(None)
                self._queues.move_to_end(owner)
            if not queue:
                del self._queues[owner]

    def _leave(self, owner: str, turn: "asyncio.Future[None]") -> None:
        if turn.done() and not turn.cancelled():
            self.give_back(owner)
            return
        queue = self._queues.get(owner)
        if queue is not None and turn in queue:
            queue.remove(turn)
            if not queue:
                del self._queues[owner]
