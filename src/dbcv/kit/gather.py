"""Questions asked together: whoever asks while an answer is on its way shares the next question with all who do.

For lookups by key on a hot path: under load one query serves many callers, and a lone caller waits for nobody.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from typing import Generic, TypeVar

K = TypeVar("K")
V = TypeVar("V")

MOST_AT_ONCE = 500


class Gathered(Generic[K, V]):
    """`ask(keys)` answers a mapping; a key that is not in it is answered None. One question is under way at a time."""

    def __init__(self, ask: Callable[[list[K]], Awaitable[Mapping[K, V]]]) -> None:
        self._ask = ask
        self._waiting: dict[K, asyncio.Future[V | None]] = {}
        self._asking: asyncio.Task[None] | None = None

    async def get(self, key: K) -> V | None:
        """The answer for one key. Raises what asking raises."""
        future = self._waiting.get(key)
        if future is None:
            future = self._waiting[key] = asyncio.get_running_loop().create_future()
        if self._asking is None:
            self._asking = asyncio.create_task(self._ask_all(), name="gathered")
        # Shielded: one who gives up must not take the answer from the others.
        return await asyncio.shield(future)

    async def _ask_all(self) -> None:
        try:
            while self._waiting:
                keys = list(self._waiting)[:MOST_AT_ONCE]
                futures = {key: self._waiting.pop(key) for key in keys}
                asked = asyncio.ensure_future(self._ask(keys))
                await asyncio.wait((asked,))
                _hand_out(asked, futures)
        finally:
            self._asking = None


def _hand_out(asked: "asyncio.Future[Mapping[K, V]]", futures: dict[K, "asyncio.Future[V | None]"]) -> None:
    failure = asked.exception()
    for key, future in futures.items():
        if failure is None:
            future.set_result(asked.result().get(key))
        else:
            future.set_exception(failure)
            future.exception()  # marked as seen: whoever asked may have left
