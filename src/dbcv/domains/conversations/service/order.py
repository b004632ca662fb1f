"""Who arrives first is kept first, though both may first have to ask the database who they are and where they write.

Called by the ways in, around all that may wait before a message stands in the acceptor's row.
"""

import asyncio
from types import TracebackType
from typing import Generic, Self, TypeVar

PATIENCE_SECONDS = 1.0
"""How long somebody waits for the one before him: a body that trickles in must not hold up its sender's next one."""

K = TypeVar("K")


class Order(Generic[K]):
    """Rows of those who share a key; next to nothing for one who is alone."""

    def __init__(self) -> None:
        self._last: dict[K, asyncio.Future[None]] = {}

    def place(self, key: K) -> "Place[K]":
        """A place at the end of the key's row, from this moment on: `async with order.place(key) as place`."""
        return Place(self._last, key)


class Place(Generic[K]):
    """Entered when those before have left (or PATIENCE_SECONDS later); `leave` lets the next one in, once or more."""

    __slots__ = ("_before", "_key", "_last", "_left")

    def __init__(self, last: dict[K, "asyncio.Future[None]"], key: K) -> None:
        self._last, self._key = last, key
        self._before = last.get(key)
        self._left: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        last[key] = self._left

    async def __aenter__(self) -> Self:
        if self._before is not None:
            try:
                await asyncio.wait((self._before,), timeout=PATIENCE_SECONDS)
            except asyncio.CancelledError:
                self.leave()
                raise
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.leave()

    def leave(self) -> None:
        """Let the next one in."""
        if not self._left.done():
            self._left.set_result(None)
        if self._last.get(self._key) is self._left:
            del self._last[self._key]
