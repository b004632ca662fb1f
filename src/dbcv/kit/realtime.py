"""Live notices to browsers: one Valkey channel, one PUBLISH a batch, fanned out in each process by topic.

A notice is a hint: nothing is lost when one is, because the page reads again after a gap (`Missed`).
Topics are strings: "channel:ID", "channel:ID:PERSON", "bot:ID", "event:ID". Payloads are any JSON value.
`kit/bell.py` sends them, as [[[topic, …], payload], …].
"""

import asyncio
import contextlib
from typing import Any

import msgspec
import structlog
from redis.asyncio import Redis
from redis.exceptions import RedisError

from dbcv.kit.json_text import dump_bytes
from dbcv.kit.vital import end

LIVE_CHANNEL = "live"
METRICS_TOPIC = "metrics"
QUEUE_SIZE = 256
RECONNECT_SECONDS = (0.05, 0.2, 0.5, 1.0)

log = structlog.get_logger(__name__)


class Missed:
    """Put in a queue instead of what was lost: the connection to Valkey was away, or the reader was too slow."""


MISSED = Missed()


def encode_notices(notices: list[tuple[list[str], Any]]) -> bytes:
    """What one PUBLISH on `LIVE_CHANNEL` carries: [(topics, payload), …]."""
    return dump_bytes(notices)


_decode_batch = msgspec.json.Decoder(list[tuple[list[str], msgspec.Raw]]).decode


class Subscription:
    """A bounded queue of payloads of some topics. Read with `get`; give back with `LiveHub.unsubscribe`."""

    def __init__(self, size: int) -> None:
        self.topics: set[str] = set()
        self._queue: asyncio.Queue[tuple[str, Any] | Missed] = asyncio.Queue(size)
        self._overflowed = False

    async def get(self) -> tuple[str, Any] | Missed:
        """The next (topic, payload), or MISSED when something may have been lost before it."""
        if self._overflowed and self._queue.empty():
            self._overflowed = False
            return MISSED
        return await self._queue.get()

    def put(self, item: tuple[str, Any] | Missed) -> None:
        """Never waits: what a slow reader cannot take is dropped and reported to it as MISSED."""
        try:
            self._queue.put_nowait(item)
        except asyncio.QueueFull:
            self._overflowed = True


class LiveHub:
    """One per process: a single Valkey subscription, any number of readers. Start it, stop it at the end."""

    def __init__(self, valkey: Redis, queue_size: int = QUEUE_SIZE) -> None:
        self._valkey = valkey
        self._queue_size = queue_size
        self._readers: dict[str, set[Subscription]] = {}
        self._task: asyncio.Task[None] | None = None
        self._connected = asyncio.Event()
        self._has_listened = False

    async def start(self) -> None:
        """Begins to listen in the background and keeps at it through restarts of Valkey."""
        self._task = asyncio.create_task(self._listen_for_ever(), name="live-hub")

    async def stop(self) -> None:
        """Stops listening; queues stay readable."""
        await end(self._task)

    async def wait_connected(self, timeout_seconds: float) -> bool:
        """Whether the subscription stood within the time."""
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._connected.wait(), timeout_seconds)
        return self._connected.is_set()

    def open(self) -> Subscription:
        """A subscription to nothing yet."""
        return Subscription(self._queue_size)

    def subscribe(self, topic: str, subscription: Subscription | None = None) -> Subscription:
        """Adds a topic to a subscription (a new one if none is given)."""
        reader = subscription or self.open()
        reader.topics.add(topic)
        self._readers.setdefault(topic, set()).add(reader)
        return reader

    def unsubscribe(self, subscription: Subscription, topic: str | None = None) -> None:
        """Takes one topic, or all of them, from a subscription."""
        for name in [topic] if topic else list(subscription.topics):
            subscription.topics.discard(name)
            readers = self._readers.get(name, set())
            readers.discard(subscription)
            if not readers:
                self._readers.pop(name, None)

    def has_readers(self, topic: str) -> bool:
        """Whether somebody in this process listens."""
        return topic in self._readers

    def deliver(self, topic: str, payload: Any) -> None:
        """Hands a payload to this process's readers of the topic."""
        for reader in self._readers.get(topic, ()):
            reader.put((topic, payload))

    def _deliver_raw(self, topics: list[str], raw: msgspec.Raw) -> None:
        """Most notices concern nobody here: what nobody reads is not decoded."""
        heard = [topic for topic in topics if topic in self._readers]
        if heard:
            payload = msgspec.json.decode(raw)
            for topic in heard:
                self.deliver(topic, payload)

    async def _listen_for_ever(self) -> None:
        attempt = 0
        while True:
            try:
                async with self._valkey.pubsub() as pubsub:
                    await pubsub.subscribe(LIVE_CHANNEL)
                    attempt = 0
                    await self._read(pubsub)
            except (RedisError, OSError) as error:
                if attempt == 0:
                    log.warning("live.disconnected", reason=str(error) or type(error).__name__)
            self._connected.clear()
            self._tell_all_missed()
            await asyncio.sleep(RECONNECT_SECONDS[min(attempt, len(RECONNECT_SECONDS) - 1)])
            attempt += 1

    async def _read(self, pubsub: Any) -> None:
        """Every subscription after the first one ends a gap: what was said in it was missed."""
        while True:
            message = await pubsub.get_message(timeout=30.0)
            if message is None:
                continue
            if message["type"] == "subscribe":
                if self._has_listened:
                    self._tell_all_missed()
                self._has_listened = True
                self._connected.set()
            elif message["type"] == "message":
                self._fan_out(message["data"])

    def _fan_out(self, batch: bytes) -> None:
        try:
            notices = _decode_batch(batch)
        except msgspec.MsgspecError:
            log.warning("live.unreadable", size_bytes=len(batch))
            return
        for topics, payload in notices:
            self._deliver_raw(topics, payload)

    def _tell_all_missed(self) -> None:
        for reader in {reader for readers in self._readers.values() for reader in readers}:
            reader.put(MISSED)
