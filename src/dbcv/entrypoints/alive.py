"""`python -m dbcv.entrypoints.alive KIND`: exit code 0 when this host's process of that kind works. For containers.

The api and mcp answer on their port; a worker and the scheduler listen on none and are told by the figures they share.
"""

import asyncio
import socket
import sys
from http.client import HTTPConnection, HTTPException

from dbcv.kit.settings import Settings, load_settings

TIMEOUT_SECONDS = 4.0


def main(kind: str) -> int:
    """0: alive, 1: not."""
    settings = load_settings()
    if kind == "api":
        return _answers(settings.port, "/health", below=400)
    if kind == "mcp":
        return _answers(settings.mcp_port, "/mcp", below=500)
    return asyncio.run(_shares_figures(settings, kind))


def _answers(port: int, path: str, below: int) -> int:
    connection = HTTPConnection("127.0.0.1", port, timeout=TIMEOUT_SECONDS)
    try:
        connection.request("GET", path)
        return int(connection.getresponse().status >= below)
    except (OSError, HTTPException):
        return 1
    finally:
        connection.close()


async def _shares_figures(settings: Settings, kind: str) -> int:
    from redis.asyncio import Redis

    from dbcv.kit.metrics import process_of, shared_figures

    valkey = Redis.from_url(settings.redis_url, socket_connect_timeout=TIMEOUT_SECONDS, socket_timeout=TIMEOUT_SECONDS)
    try:
        names = await shared_figures(valkey)
    finally:
        await valkey.aclose()
    return int(not any(process_of(name) == (kind, socket.gethostname()[:40]) for name in names))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
