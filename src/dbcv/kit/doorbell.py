"""A doorbell without FastStream, for a process that only rings and listens for a wake: the scheduler.

Rings are gathered by stream and sent in one round trip, in the JSON envelope that FastStream's subscribers read too. A
ring that cannot be sent is dropped: workers sweep, and whoever listens looks by itself now and then.
"""

import asyncio
import contextlib
from typing import Protocol

import msgspec
import structlog
from redis.asyncio import Redis
from redis.exceptions import RedisError

from dbcv.kit.vital import end, start_vital

STREAM_LENGTH = 2_000
KEYS_IN_A_RING = 100
RETRY_SECONDS = 0.5
LISTEN_MILLISECONDS = 2_000

log = structlog.get_logger(__name__)


class Rings(Protocol):
    """Whoever can ring: this doorbell, and the bell of the other processes."""

    def ring(self, stream: str, key: str) -> None:
        """Wake whoever listens to `stream` for `key`."""


class Doorbell:
    """Rings from anywhere without waiting; sets `woken` when somebody rings the stream it listens to."""

    def __init__(self, valkey: Redis, listen_to: str) -> None:
        self.woken = asyncio.Event()
        self._valkey, self._stream = valkey, listen_to
        self._rings: dict[str, dict[str, None]] = {}
        self._to_send = asyncio.Event()
        self._tasks: list[asyncio.Task[None]] = []
        self._is_away = False

    async def start(self) -> None:
        """Begin to send and to listen."""
        self._tasks = [start_vital(self._keep_sending(), "doorbell"), start_vital(self._keep_listening(), "listen")]

    async def stop(self) -> None:
        """Send what is gathered (once), then end."""
        await end(*self._tasks)
        with contextlib.suppress(RedisError, OSError):
            await self._send()

    def ring(self, stream: str, key: str) -> None:
        """Wake the worker that listens to `stream` for `key` (a session id)."""
        self._rings.setdefault(stream, {})[key] = None
        self._to_send.set()

    async def _keep_sending(self) -> None:
        while True:
            await self._to_send.wait()
            self._to_send.clear()
            try:
                await self._send()
            except (RedisError, OSError) as error:
                await self._stay_away(error)

    async def _send(self) -> None:
        rings, self._rings = self._rings, {}
        if not rings:
            return
        pipeline = self._valkey.pipeline(transaction=False)
        for stream, keys in rings.items():
            waiting = list(keys)
            for start in range(0, len(waiting), KEYS_IN_A_RING):
                entry = _envelope(waiting[start : start + KEYS_IN_A_RING])
                pipeline.xadd(stream, {"__data__": entry}, maxlen=STREAM_LENGTH, approximate=True)
        await pipeline.execute()
        self._is_away = False

    async def _keep_listening(self) -> None:
        """From now on, each time: a ring between two reads only means that the listener looks a little later."""
        while True:
            try:
                if await self._valkey.xread({self._stream: "$"}, block=LISTEN_MILLISECONDS):
                    self.woken.set()
            except (RedisError, OSError) as error:
                await self._stay_away(error)

    async def _stay_away(self, error: Exception) -> None:
        if not self._is_away:
            log.warning("doorbell.broker_unavailable", reason=str(error) or type(error).__name__)
        self._is_away = True
        await asyncio.sleep(RETRY_SECONDS)


def _envelope(keys: list[str]) -> bytes:
    body = msgspec.json.encode({"keys": keys}).decode()
    return msgspec.json.encode({"data": body, "headers": {"content-type": "application/json"}})
