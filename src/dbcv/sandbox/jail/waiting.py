"""An event loop without descriptors, for code that uses asyncio inside the jail: tasks, gather, sleep, queues, locks.
There is nothing outside to wait for, so waiting for what never happens is an error at once."""

import asyncio
import time
from collections.abc import Awaitable
from typing import Any


class _Nothing:
    """Stands where the loop expects the system's selector."""

    def select(self, seconds: float | None) -> list[Any]:
        if seconds is None:
            raise RuntimeError("main waits for something that never happens")
        if seconds > 0:
            time.sleep(seconds)
        return []


class _Loop(asyncio.BaseEventLoop):
    def __init__(self) -> None:
        super().__init__()
        self._selector = _Nothing()
        self.set_exception_handler(lambda loop, context: None)

    def _process_events(self, _events: list[Any]) -> None:
        """There are none."""

    def _write_to_self(self) -> None:
        """Nobody else could wake the loop: there are no threads."""


def run_in_loop(main: Awaitable[Any]) -> Any:
    """The value of `main`; tasks it left behind are dropped."""
    loop = _Loop()
    try:
        return loop.run_until_complete(main)
    finally:
        for task in asyncio.all_tasks(loop):
            task.cancel()
            task._log_destroy_pending = False  # type: ignore[attr-defined]
        loop._ready.clear()  # type: ignore[attr-defined]
        loop.close()
