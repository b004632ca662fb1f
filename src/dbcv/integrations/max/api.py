"""maxapi over connections that the guard opens. The library carries requests and reads errors; it does not send again
by itself, because MAX does not notice that it is told the same twice.
"""

import ssl
from collections.abc import Mapping
from functools import cache
from typing import Any

import aiohttp
from maxapi import Bot
from maxapi.client import DefaultConnectionProperties
from maxapi.client.ssl import create_default_ssl_context
from maxapi.connection.base import BaseConnection
from maxapi.enums.http_method import HTTPMethod

from dbcv.integration_kit.sockets import Way, guarded_connector

CALL_SECONDS = 45.0


@cache
def trust() -> ssl.SSLContext:
    """The usual authorities, and the one that vouches for MAX; for connections to MAX alone."""
    return create_default_ssl_context()


class MaxApi:
    """One bot's API. Raises maxapi.exceptions.MaxError; close it."""

    def __init__(self, way: Way, api_url: str, token: str, trace: aiohttp.TraceConfig | None = None) -> None:
        self._connector = guarded_connector(way, trust())
        traces = [trace] if trace else []
        settled = DefaultConnectionProperties(
            CALL_SECONDS, 10, max_retries=0, connector=self._connector, trace_configs=traces
        )
        self._bot = Bot(token, auto_requests=False, auto_check_subscriptions=False, default_connection=settled)
        self._bot.set_api_url(api_url)

    async def ask(
        self, method: str, path: str, params: Mapping[str, Any] | None = None, body: Mapping[str, Any] | None = None
    ) -> dict[str, Any]:
        """The answer as it came."""
        given: dict[str, Any] = {"params": dict(params or {})} | ({"json": dict(body)} if body is not None else {})
        call = BaseConnection()
        call.bot = self._bot
        answer: Any = await call.request(HTTPMethod(method), path, is_return_raw=True, **given)
        return dict(answer)

    async def close(self) -> None:
        """End its connections."""
        await self._bot.close_session()
        await self._connector.close()
