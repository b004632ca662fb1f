"""Who may run now: a bounded number of places, shared fairly. Pure bookkeeping for the pool.

Owners wait in turn, and no owner has more than its share of places while it waits in this order; calls of one owner
wait in the order they came, and some that waited long enough to be several get a place together.
"""

import asyncio
from collections import Counter, OrderedDict, deque
from dataclasses import dataclass

A_CALL_BYTES = 1_000
"""What a call that waits takes beside what it was asked with."""


class TooManyWaitError(Exception):
    """So much of this owner waits already, or has waited so long, that a call is refused."""


@dataclass(slots=True, eq=False)
class Place:
    """What `calls` calls of an owner have together; free again when the last of them has given it back."""

    owner: str
    calls: int = 1


class Places:
    """`most` places, `share` of them for one owner, `together` of its calls in one. Of an owner, calls of
    `waiting_bytes` together may wait, each `waiting_seconds`: a crowd waits its turn as a queue at a counter does, and
    is not sent away."""

    def __init__(self, most: int, share: int, waiting_bytes: int, waiting_seconds: float, *, together: int = 1) -> None:
        self._free = most
        self._share = share
        self._together = together
        self._waiting_bytes, self._waiting_seconds = waiting_bytes, waiting_seconds
        self._taken: dict[str, int] = {}
        self._held_bytes: Counter[str] = Counter()
        self._queues: OrderedDict[str, deque[asyncio.Future[Place]]] = OrderedDict()

    async def take(self, owner: str, size_bytes: int) -> Place:
        """Waits for a place, with a call of that size. Raises TooManyWaitError; a cancelled wait leaves nothing."""
        if self._may(owner) and owner not in self._queues:
            return self._give(owner, 1)
        size_bytes += A_CALL_BYTES
        if self._held_bytes[owner] + size_bytes > self._waiting_bytes:
            raise TooManyWaitError("too many code steps of this bot wait already")
        self._held_bytes[owner] += size_bytes
        try:
            return await self._turn(owner)
        finally:
            self._held_bytes[owner] -= size_bytes
            if not self._held_bytes[owner]:
                del self._held_bytes[owner]

    async def _turn(self, owner: str) -> Place:
        turn: asyncio.Future[Place] = asyncio.get_running_loop().create_future()
        self._queues.setdefault(owner, deque()).append(turn)
        try:
            async with asyncio.timeout(self._waiting_seconds):
                return await turn
        except TimeoutError:
            self._leave(owner, turn)
            raise TooManyWaitError(
                f"it waited {self._waiting_seconds:g} s for its turn: the code steps of this bot take too long"
            ) from None
        except asyncio.CancelledError:
            self._leave(owner, turn)
            raise

    def give_back(self, place: Place) -> bool:
        """A call is over. Whether the place is free again: the next that waits goes on."""
        place.calls -= 1
        if place.calls:
            return False
        self._free += 1
        self._taken[place.owner] -= 1
        if not self._taken[place.owner]:
            del self._taken[place.owner]
        self._admit()
        return True

    def _may(self, owner: str) -> bool:
        return self._free > 0 and self._taken.get(owner, 0) < self._share

    def _give(self, owner: str, calls: int) -> Place:
        self._free -= 1
        self._taken[owner] = self._taken.get(owner, 0) + 1
        return Place(owner, calls)

    def _admit(self) -> None:
        """The owner who has waited longest for a turn and is under its share; then it goes to the end of the row."""
        for owner in list(self._queues):
            if not self._free:
                return
            queue = self._queues[owner]
            while queue and queue[0].done():
                queue.popleft()
            if queue and self._may(owner):
                self._let_in(owner, queue)
                self._queues.move_to_end(owner)
            if not queue:
                del self._queues[owner]

    def _let_in(self, owner: str, queue: deque[asyncio.Future[Place]]) -> None:
        calls: list[asyncio.Future[Place]] = []
        while queue and len(calls) < self._together:
            turn = queue.popleft()
            if not turn.done():
                calls.append(turn)
        place = self._give(owner, len(calls))
        for turn in calls:
            turn.set_result(place)

    def _leave(self, owner: str, turn: "asyncio.Future[Place]") -> None:
        if turn.done() and not turn.cancelled():
            self.give_back(turn.result())
            return
        queue = self._queues.get(owner)
        if queue is not None and turn in queue:
            queue.remove(turn)
            if not queue:
                del self._queues[owner]
