"""The guarded HTTP client: one a process, shared by all bots, with nothing of one bot left for the next.

It makes the exchange (redirects by hand, each hop checked like the first; what failed in passing once more) and says
how it went. Files and credentials are not its business.
"""

import asyncio
import random
import ssl
import time
from collections.abc import Iterable
from contextlib import AsyncExitStack
from dataclasses import dataclass
from typing import Any

import httpcore2
import httpx2
import structlog

from dbcv.kit.clock import utc_now
from dbcv.kit.outbound.addresses import read_allowed
from dbcv.kit.outbound.answers import AnswerRefused, NoRoom, Room, read_value
from dbcv.kit.outbound.bodies import RequestRefused
from dbcv.kit.outbound.network import (
    CONNECT_SECONDS,
    TRUSTED,
    AddressRefused,
    AnswerTooLarge,
    GuardedBackend,
    GuardedTransport,
    HostUnknown,
    Resolver,
    SystemResolver,
)
from dbcv.kit.outbound.proxies import Proxy, proxies_of
from dbcv.kit.outbound.requests import Hop, OutboundRequest, first_hop, next_hop, seconds
from dbcv.kit.outbound.retries import BUSY, REPEATED_METHODS, pause_seconds
from dbcv.kit.outbound.tunnels import ProxyFailed, TunnelBackend

TOTAL_SECONDS = 30.0
MAX_SECONDS = 300.0
MAX_BYTES = 5_000_000
MAX_HELD_BYTES = 100_000_000
MAX_CONNECTIONS = 200
MAX_REDIRECTS = 5
_REDIRECTS = frozenset({301, 302, 303, 307, 308})

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Patience:
    """How long a client waits and how often it tries. `read_seconds`: the longest silence of a server; None: the whole
    limit. `retries`: attempts after the first, of what may arrive twice."""

    total_seconds: float = TOTAL_SECONDS
    connect_seconds: float = CONNECT_SECONDS
    read_seconds: float | None = None
    retries: int = 0


class OutboundClient:
    """`allowed_hosts` as in DBCV_ALLOWED_HOSTS (ValueError if one is malformed). `resolver` and `ssl_context` are for
    tests and for operators with an authority of their own; None takes the system's. `max_bytes`: of one answer,
    unpacked; `max_held_bytes`: of all answers that are being read."""

    def __init__(
        self,
        *,
        allowed_hosts: Iterable[str] = (),
        resolver: Resolver | None = None,
        ssl_context: ssl.SSLContext | None = None,
        max_bytes: int = MAX_BYTES,
        max_held_bytes: int = MAX_HELD_BYTES,
        max_connections: int = MAX_CONNECTIONS,
        patience: Patience = Patience(),
    ) -> None:
        self._own_resolver = None if resolver else SystemResolver()
        self._patience = patience
        look_up = resolver or self._own_resolver or SystemResolver()
        backend = GuardedBackend(read_allowed(allowed_hosts), look_up, patience.connect_seconds)
        self._ways = _Ways(backend, max_connections, ssl_context or TRUSTED)
        self._max_bytes, self._room = max_bytes, Room(max(max_bytes, max_held_bytes))

    async def close(self) -> None:
        """Ends all connections; requests under way fail."""
        await self._ways.direct.aclose()
        if self._own_resolver is not None:
            self._own_resolver.close()

    async def call(self, request: OutboundRequest) -> dict[str, Any]:
        """{"ok", "status", "headers", "result", "error", "elapsed_ms"} of the last answer, redirects followed.

        `ok`: an answer came and its status is below 400. Without an answer `status` is None. `headers`: lower-case
        names, repeated ones joined by ", ". `error` is None or one short sentence. Raises nothing for what the
        author wrote or the network does.
        """
        started = time.monotonic()
        most = min(self._patience.total_seconds, MAX_SECONDS)
        limit_seconds = seconds(request.timeout_seconds, most, most)
        tries = 1 + self._retries(request)
        for tried in range(1, tries + 1):
            left_seconds = limit_seconds - (time.monotonic() - started)
            exchange = self._exchange(left_seconds)
            reply, in_passing = await _as_reply(exchange, request, limit_seconds)
            if not in_passing or tried == tries:
                break
            pause = pause_seconds(tried, reply["headers"].get("retry-after"), utc_now(), random.random())  # noqa: S311
            if time.monotonic() - started + pause >= limit_seconds:
                break
            await asyncio.sleep(pause)
        reply["elapsed_ms"] = round((time.monotonic() - started) * 1000)
        log.info("outbound", tries=tried, status=reply["status"], ms=reply["elapsed_ms"], **exchange.seen())
        return reply

    def _retries(self, request: OutboundRequest) -> int:
        if request.method.strip().upper() not in REPEATED_METHODS:
            return 0
        most = self._patience.retries
        return most if request.retries is None else max(0, min(request.retries, most))

    def _exchange(self, limit_seconds: float) -> "_Exchange":
        read_seconds = min(self._patience.read_seconds or limit_seconds, limit_seconds)
        return _Exchange(self._ways, _Bounds(limit_seconds, read_seconds, self._max_bytes, self._room))


class _Ways:
    """To servers: the shared pool, or a tunnel that serves one exchange, so that nobody gets another bot's proxy."""

    def __init__(self, backend: GuardedBackend, max_connections: int, ssl_context: ssl.SSLContext) -> None:
        self._backend, self._ssl_context = backend, ssl_context
        self.direct = GuardedTransport(backend, max_connections, ssl_context)

    def through(self, proxy: Proxy) -> GuardedTransport:
        return GuardedTransport(TunnelBackend(self._backend, proxy, self._ssl_context), 1, self._ssl_context)


@dataclass(frozen=True, slots=True)
class _Bounds:
    """Of one exchange: its whole time, the longest silence, the size of its answer, the room all answers share."""

    limit_seconds: float
    read_seconds: float
    max_bytes: int
    room: Room


class _Exchange:
    """One request of an author's with its redirects. `method` and `host` are those of the hop under way."""

    def __init__(self, ways: _Ways, bounds: _Bounds) -> None:
        self._ways = ways
        self.bounds = bounds
        self._cookies = httpx2.Cookies()
        self._follows = True
        self._proxies: dict[str, Proxy] = {}
        self._proxy: Proxy | None = None
        self.method = ""
        self.host = ""
        self.redirects = 0

    def seen(self) -> dict[str, Any]:
        """What the log may know of it: no path, no header, no password of a proxy."""
        return {"method": self.method, "host": self.host} | ({"proxy": self._proxy.shown} if self._proxy else {})

    async def run(self, request: OutboundRequest) -> dict[str, Any]:
        hop: Hop | None = first_hop(request)
        self._proxies = proxies_of(request.proxies)
        self._follows = request.follow_redirects
        while hop is not None:
            hop, reply = await self._make(hop)
        return reply

    async def _make(self, hop: Hop) -> tuple[Hop | None, dict[str, Any]]:
        self.method, self.host = hop.method, hop.url.host
        message = hop.message()
        self._cookies.set_cookie_header(message)
        message.extensions["max_bytes"] = self.bounds.max_bytes
        message.extensions["timeout"] = dict.fromkeys(("connect", "write", "pool"), self.bounds.limit_seconds)
        message.extensions["timeout"]["read"] = self.bounds.read_seconds
        async with AsyncExitStack() as stack:
            answer = await self._transport(hop, stack).handle_async_request(message)
            stack.push_async_callback(answer.aclose)
            self._cookies.extract_cookies(answer)
            following = self._following(hop, answer)
            return following, {} if following else await self._read(answer)

    def _transport(self, hop: Hop, stack: AsyncExitStack) -> GuardedTransport:
        self._proxy = self._proxies.get(hop.url.scheme)
        if self._proxy is None:
            return self._ways.direct
        transport = self._ways.through(self._proxy)
        stack.push_async_callback(transport.aclose)
        return transport

    def _following(self, hop: Hop, answer: httpx2.Response) -> Hop | None:
        location = answer.headers.get("location")
        if answer.status_code not in _REDIRECTS or not location or not self._follows:
            return None
        self.redirects += 1
        if self.redirects > MAX_REDIRECTS:
            raise RequestRefused(f"the server redirected more than {MAX_REDIRECTS} times")
        return next_hop(hop, answer.status_code, location)

    async def _read(self, answer: httpx2.Response) -> dict[str, Any]:
        headers, status, max_bytes = dict(answer.headers), answer.status_code, self.bounds.max_bytes
        try:
            result = await read_value(answer, max_bytes, self.bounds.room)
        except NoRoom:
            raise
        except AnswerRefused as error:
            return _reply(status=status, headers=headers, error=str(error))
        except AnswerTooLarge:
            return _reply(status=status, headers=headers, error=f"the answer is larger than {max_bytes} bytes")
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


async def _as_reply(exchange: _Exchange, request: OutboundRequest, limit_seconds: float) -> tuple[dict[str, Any], bool]:
    """The reply, and whether the same request may fare better in a moment."""
    try:
        async with asyncio.timeout(exchange.bounds.limit_seconds):
            reply = await exchange.run(request)
            return reply, reply["status"] in BUSY
    except (RequestRefused, AddressRefused) as error:
        where = "the redirect was not followed: " if exchange.redirects else ""
        return _reply(error=f"{where}{error}"), False
    except (TimeoutError, httpcore2.TimeoutException) as error:
        return _reply(error=_timeout_error(error, exchange, limit_seconds)), isinstance(error, httpcore2.ConnectTimeout)
    except ProxyFailed as error:
        return _reply(error=str(error)), False
    except NoRoom as error:
        return _reply(error=str(error)), True
    except (HostUnknown, httpcore2.NetworkError, httpcore2.ProtocolError, OSError) as error:
        return _reply(error=_network_error(error, exchange.host)), _is_passing(error)
    except httpx2.DecodingError:
        return _reply(error=f"the answer of {exchange.host} is packed wrongly"), False
    except (httpx2.InvalidURL, ValueError):
        return _reply(error="the request cannot be sent as it is"), False


def _is_passing(error: Exception) -> bool:
    """A connection that was not made, or broke; not a wrong certificate, name or answer."""
    if isinstance(error.__cause__ or error.__context__, ssl.SSLCertVerificationError):
        return False
    if isinstance(error, httpcore2.RemoteProtocolError):
        return "disconnected without sending" in str(error)
    return isinstance(error, httpcore2.NetworkError | OSError)


def _timeout_error(error: Exception, exchange: _Exchange, limit_seconds: float) -> str:
    if isinstance(error, httpcore2.ConnectTimeout):
        return f"{exchange.host} does not accept connections"
    read_seconds = exchange.bounds.read_seconds
    if isinstance(error, httpcore2.ReadTimeout) and read_seconds < exchange.bounds.limit_seconds:
        return f"{exchange.host} was silent for {read_seconds:g} s"
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
