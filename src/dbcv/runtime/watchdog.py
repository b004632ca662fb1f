"""Ends a worker whose event loop stands still, so that its shards go to a worker that works.

A turn that never returns cannot be interrupted from inside Python; its event is suspected, runs alone, and becomes a
dead letter after the fifth try.
"""

import asyncio
import faulthandler
import os
import threading
import time

EXIT_CODE = 70
BEATS = 4
"""Heartbeats in the time that is allowed."""


class Watchdog:
    """A thread that watches the loop's heartbeat. Start it inside the running loop."""

    def __init__(self, limit_seconds: float) -> None:
        self._limit_seconds = limit_seconds
        self._last_beat = time.monotonic()
        self._stopped = threading.Event()
        self._loop: asyncio.AbstractEventLoop | None = None

    def start(self) -> None:
        """Begin to watch."""
        self._loop = asyncio.get_running_loop()
        self._beat()
        threading.Thread(target=self._watch, name="watchdog", daemon=True).start()

    def stop(self) -> None:
        """Watch no longer."""
        self._stopped.set()

    def _beat(self) -> None:
        self._last_beat = time.monotonic()
        if self._loop is not None and not self._stopped.is_set():
            self._loop.call_later(self._limit_seconds / BEATS, self._beat)

    def _watch(self) -> None:
        looked_at = time.monotonic()
        while not self._stopped.wait(self._limit_seconds / BEATS):
            last_look, looked_at = looked_at, time.monotonic()
            # We too stood still (a paused container, a laptop that slept): the loop gets its time before it is judged.
            if looked_at - last_look > self._limit_seconds / 2:
                self._last_beat = looked_at
            elif looked_at - self._last_beat > self._limit_seconds:
                faulthandler.dump_traceback(all_threads=True)
                os._exit(EXIT_CODE)
