"""The bell of one process: doorbell entries and live notices, gathered and sent in one round trip.

Called by the accept path, the ledger and the bot worker, from anywhere, without waiting. A ring or a notice that cannot
be sent is dropped: the mailbox in PostgreSQL is swept, and pages read again after a gap.
"""

import asyncio
from typing import Any

import structlog
from faststream.redis import RedisBroker, StreamSub
from faststream.redis.publisher.usecase import StreamPublisher
from pydantic import BaseModel
from redis.asyncio import Redis
from redis.exceptions import RedisError

from dbcv.kit.realtime import LIVE_CHANNEL, encode_notices
from dbcv.kit.vital import end, start_vital

STREAM_LENGTH = 2_000
"""Entries a stream keeps: bells only, whatever is trimmed is found by the sweeper."""
MAX_PENDING_NOTICES = 10_000
"""Notices held while the broker is away or slow; later ones are dropped."""
KEYS_IN_A_RING = 100
RETRY_SECONDS = 0.25

log = structlog.get_logger(__name__)


class Ring(BaseModel):
    """What a doorbell stream carries: keys (session ids) that have something in their mailbox."""

    keys: list[str]


class Bell:
    """Gathers rings by stream and notices in order; one task sends them, one pipeline at a time."""

    def __init__(self, broker: RedisBroker, valkey: Redis) -> None:
        self._broker = broker
        self._valkey = valkey
        self._publishers: dict[str, StreamPublisher] = {}
        self._rings: dict[str, dict[str, None]] = {}
        self._notices: list[tuple[list[str], Any]] = []
        self._wake = asyncio.Event()
        self._task: asyncio.Task[None] | None = None
        self._is_away = False

    async def start(self) -> None:
        """Begin to send; the broker is connected as soon as it answers."""
        self._task = start_vital(self._run(), "bell")

    async def stop(self) -> None:
        """Send what is gathered (once), then end."""
        if self._task is None:
            return
        await end(self._task)
        await self._send()

    def ring(self, stream: str, key: str) -> None:
        """Wake whoever listens to `stream` for `key` (a session id)."""
        self._rings.setdefault(stream, {})[key] = None
        self._wake.set()

    def publish(self, topics: list[str], payload: Any) -> None:
        """Tell every process's live hub, once for all the topics that it concerns."""
        if len(self._notices) < MAX_PENDING_NOTICES:
            self._notices.append((topics, payload))
            self._wake.set()

    async def _run(self) -> None:
        while True:
            await self._wake.wait()
            self._wake.clear()
            if not await self._send():
                await asyncio.sleep(RETRY_SECONDS)

    async def _send(self) -> bool:
        rings, self._rings = self._rings, {}
        notices, self._notices = self._notices, []
        if not rings and not notices:
            return True
        try:
            await self._send_pipeline(rings, notices)
        except (RedisError, OSError) as error:
            self._note_away(error)
            return False
        self._is_away = False
        return True

    async def _send_pipeline(self, rings: dict[str, dict[str, None]], notices: list[tuple[list[str], Any]]) -> None:
        await self._broker.connect()
        pipeline = self._valkey.pipeline(transaction=False)
        for stream, keys in rings.items():
            waiting = list(keys)
            for start in range(0, len(waiting), KEYS_IN_A_RING):
                ring = Ring(keys=waiting[start : start + KEYS_IN_A_RING])
                await self._publisher(stream).publish(ring, pipeline=pipeline)
        if notices:
            pipeline.publish(LIVE_CHANNEL, encode_notices(notices))
        await pipeline.execute()

    def _publisher(self, stream: str) -> StreamPublisher:
        publisher = self._publishers.get(stream)
        if publisher is None:
            publisher = self._broker.publisher(stream=StreamSub(stream, maxlen=STREAM_LENGTH))
            self._publishers[stream] = publisher
        return publisher

    def _note_away(self, error: Exception) -> None:
        if not self._is_away:
            log.warning("bell.broker_unavailable", reason=str(error) or type(error).__name__)
        self._is_away = True
