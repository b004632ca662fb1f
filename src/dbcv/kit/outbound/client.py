"""The guarded HTTP client: one a process, shared by all bots, with nothing of one bot left for the next.

It makes the exchange (redirects by hand, each hop checked like the first) and says how it went. Retries, proxies,
files and credentials are not its business.
"""

import asyncio
import ssl
import time
from collections.abc import Iterable
from typing import Any

import httpcore2
import httpx2
import structlog

from dbcv.kit.outbound.addresses import read_allowed
from dbcv.kit.outbound.answers import AnswerRefused, read_body, value_of
from dbcv.kit.outbound.network import (
    AddressRefused,
    AnswerTooLarge,
    GuardedBackend,
    GuardedTransport,
    HostUnknown,
    Resolver,
    SystemResolver,
)
from dbcv.kit.outbound.requests import Hop, OutboundRequest, RequestRefused, first_hop, next_hop, seconds

DEFAULT_SECONDS = 30.0
MAX_SECONDS = 300.0
MAX_BYTES = 5_000_000
MAX_CONNECTIONS = 200
MAX_REDIRECTS = 5
_REDIRECTS = frozenset({301, 302, 303, 307, 308})

log = structlog.get_logger(__name__)


class OutboundClient:
    """`allowed_hosts` as in DBCV_ALLOWED_HOSTS (ValueError if one is malformed). `resolver` and `ssl_context` are for
    tests and for operators with an authority of their own; None takes the system's."""

    def __init__(
        self,
        *,
        allowed_hosts: Iterable[str] = (),
        resolver: Resolver | None = None,
        ssl_context: ssl.SSLContext | None = None,
        max_bytes: int = MAX_BYTES,
        max_connections: int = MAX_CONNECTIONS,
    ) -> None:
        self._own_resolver = None if resolver else SystemResolver()
        backend = GuardedBackend(read_allowed(allowed_hosts), resolver or self._own_resolver or SystemResolver())
        self._transport = GuardedTransport(backend, max_connections, ssl_context)
        self._max_bytes = max_bytes

    async def close(self) -> None:
        """Ends all connections; requests under way fail."""
        await self._transport.aclose()
        if self._own_resolver is not None:
            self._own_resolver.close()

    async def call(self, request: OutboundRequest) -> dict[str, Any]:
        """{"ok", "status", "headers", "result", "error", "elapsed_ms"} of the last answer, redirects followed.

        `ok`: an answer came and its status is below 400. Without an answer `status` is None. `headers`: lower-case
        names, repeated ones joined by ", ". `error` is None or one short sentence. Raises nothing for what the
        author wrote or the network does.
        """
        started = time.monotonic()
        exchange = _Exchange(self._transport, self._max_bytes)
        limit_seconds = seconds(request.timeout_seconds, DEFAULT_SECONDS, MAX_SECONDS)
        reply = await _as_reply(exchange, request, limit_seconds)
        reply["elapsed_ms"] = round((time.monotonic() - started) * 1000)
        log.info("outbound", method=exchange.method, host=exchange.host, status=reply["status"], ms=reply["elapsed_ms"])
        return reply


class _Exchange:
    """One request of an author's with its redirects. `method` and `host` are those of the hop under way."""

    def __init__(self, transport: GuardedTransport, max_bytes: int) -> None:
        self._transport = transport
        self._max_bytes = max_bytes
        self._cookies = httpx2.Cookies()
        self._follows = True
        self.method = ""
        self.host = ""
        self.redirects = 0

    async def run(self, request: OutboundRequest, limit_seconds: float) -> dict[str, Any]:
        hop: Hop | None = first_hop(request)
        self._follows = request.follow_redirects
        while hop is not None:
            hop, reply = await self._make(hop, limit_seconds)
        return reply

    async def _make(self, hop: Hop, limit_seconds: float) -> tuple[Hop | None, dict[str, Any]]:
        self.method, self.host = hop.method, hop.url.host
        message = hop.message()
        self._cookies.set_cookie_header(message)
        message.extensions["max_bytes"] = self._max_bytes
        message.extensions["timeout"] = dict.fromkeys(("connect", "read", "write", "pool"), limit_seconds)
        answer = await self._transport.handle_async_request(message)
        try:
            self._cookies.extract_cookies(answer)
            following = self._following(hop, answer)
            return following, {} if following else await self._read(answer)
        finally:
            await answer.aclose()

    def _following(self, hop: Hop, answer: httpx2.Response) -> Hop | None:
        location = answer.headers.get("location")
        if answer.status_code not in _REDIRECTS or not location or not self._follows:
            return None
        self.redirects += 1
        if self.redirects > MAX_REDIRECTS:
            raise RequestRefused(f"the server redirected more than {MAX_REDIRECTS} times")
        return next_hop(hop, answer.status_code, location)

    async def _read(self, answer: httpx2.Response) -> dict[str, Any]:
        headers, status = dict(answer.headers), answer.status_code
        try:
            body = await read_body(answer, self._max_bytes)
            result = value_of(body, headers.get("content-type", ""))
        except AnswerRefused as error:
            return _reply(status=status, headers=headers, error=str(error))
        except AnswerTooLarge:
            return _reply(status=status, headers=headers, error=f"the answer is larger than {self._max_bytes} bytes")
        return _reply(status=status, headers=headers, result=result, error=_status_error(answer))


def _status_error(answer: httpx2.Response) -> str | None:
    if answer.status_code < 400:
        return None
    return f"the server answered {answer.status_code} {httpx2.codes.get_reason_phrase(answer.status_code)}".rstrip()


def _reply(
    *, status: int | None = None, headers: dict[str, str] | None = None, result: Any = None, error: str | None = None
) -> dict[str, Any]:
    return {
        "ok": error is None,
        "status": status,
        "headers": headers or {},
        "result": result,
        "error": error,
        "elapsed_ms": 0,
    }


async def _as_reply(exchange: _Exchange, request: OutboundRequest, limit_seconds: float) -> dict[str, Any]:
    try:
        async with asyncio.timeout(limit_seconds):
            return await exchange.run(request, limit_seconds)
    except (RequestRefused, AddressRefused) as error:
        where = "the redirect was not followed: " if exchange.redirects else ""
        return _reply(error=f"{where}{error}")
    except (TimeoutError, httpcore2.TimeoutException) as error:
        return _reply(error=_timeout_error(error, exchange.host, limit_seconds))
    except (HostUnknown, httpcore2.NetworkError, httpcore2.ProtocolError, OSError) as error:
        return _reply(error=_network_error(error, exchange.host))
    except httpx2.DecodingError:
        return _reply(error=f"the answer of {exchange.host} is packed wrongly")
    except (httpx2.InvalidURL, ValueError):
        return _reply(error="the request cannot be sent as it is")


def _timeout_error(error: Exception, host: str, limit_seconds: float) -> str:
    if isinstance(error, httpcore2.ConnectTimeout):
        return f"{host} does not accept connections"
    return f"there was no complete answer within {limit_seconds:g} s"


def _network_error(error: Exception, host: str) -> str:
    if isinstance(error, HostUnknown):
        return f"the host {host} cannot be found"
    if isinstance(error.__cause__ or error.__context__, ssl.SSLCertVerificationError):
        return f"the certificate of {host} is not valid"
    if isinstance(error.__cause__ or error.__context__, ssl.SSLError):
        return f"no secure connection to {host} could be made"
    if isinstance(error, httpcore2.ConnectError):
        return f"no connection to {host} could be made"
    if isinstance(error, httpcore2.LocalProtocolError):
        return "the request cannot be sent as it is"
    if isinstance(error, httpcore2.ProtocolError):
        return f"the answer of {host} is no valid HTTP"
    return f"the connection to {host} broke"
