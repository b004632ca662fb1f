"""Who may run now: a bounded number of places, shared fairly. Pure bookkeeping for the pool.

Owners wait in turn, one call each, and no owner has more than its share of places while it waits in this order; calls
of one owner wait in the order they came.
"""

import asyncio
from collections import OrderedDict, deque


class TooManyWaitError(Exception):
    """So many calls of this owner wait already that another is refused."""


class Places:
    """`most` calls at once, `share` of one owner, `waiting` in an owner's queue."""

    def __init__(self, most: int, share: int, waiting: int) -> None:
        self._free = most
        self._share = share
        self._waiting = waiting
        self._taken: dict[str, int] = {}
        self._queues: OrderedDict[str, deque[asyncio.Future[None]]] = OrderedDict()

    async def take(self, owner: str) -> None:
        """Waits for a place. Raises TooManyWaitError; a cancelled wait leaves nothing behind."""
        if self._may(owner) and owner not in self._queues:
            self._give(owner)
            return
        queue = self._queues.setdefault(owner, deque())
        if len(queue) >= self._waiting:
            raise TooManyWaitError(f"more than {self._waiting} code steps of this bot wait already")
        turn: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        queue.append(turn)
        try:
            await turn
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
