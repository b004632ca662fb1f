"""The doorbell: FastStream's broker over Valkey or Redis, the names of the streams, and who rings which.

Streams only wake somebody up; what is to be done lies in PostgreSQL. Losing all of Valkey loses nothing.
"""

from typing import Any

from faststream.redis import RedisBroker
from redis.asyncio import BlockingConnectionPool, Redis
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff

from dbcv.kit.settings import Settings
from dbcv.kit.stream_names import bot_messages, shard_of, user_messages

__all__ = ["SOCKET_TIMEOUT_SECONDS", "bot_messages", "make_broker", "make_valkey", "shard_of", "user_messages"]

SOCKET_TIMEOUT_SECONDS = 5.0
_MAX_BROKER_CONNECTIONS = 256


def make_broker(settings: Settings, **options: Any) -> RedisBroker:
    """FastStream's broker for subscribers and typed publishers; `options` go to RedisBroker as they are."""
    return RedisBroker(settings.redis_url, max_connections=_MAX_BROKER_CONNECTIONS, **options)


def make_valkey(settings: Settings, max_connections: int = 8) -> Redis:
    """A plain client for hot paths (pipelines). Callers wait for a free connection instead of failing."""
    pool = BlockingConnectionPool.from_url(
        settings.redis_url,
        max_connections=max_connections,
        timeout=SOCKET_TIMEOUT_SECONDS,
        socket_connect_timeout=SOCKET_TIMEOUT_SECONDS,
        socket_timeout=SOCKET_TIMEOUT_SECONDS,
        retry=Retry(NoBackoff(), 1),
    )
    return Redis.from_pool(pool)
