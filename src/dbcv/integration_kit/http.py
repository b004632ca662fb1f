"""The way out for vendors' libraries: the same address guard as HTTP steps, and no place but those of the call.

One `Network` a process; `Network.client(places)` is what a library built on httpx2 is given, `Network.socket` what
speaks another protocol. No proxy, no environment, no redirect, no cookie of another call, bounded answers.
"""

# ruff: noqa: N818 - named by what happened

import asyncio
import socket
import ssl
from collections.abc import AsyncIterator, Iterable
from contextlib import aclosing

import httpcore2
import httpx2

from dbcv.integration_kit.errors import IntegrationFailed, causes
from dbcv.kit.outbound import RequestRefused, Resolver, read_allowed
from dbcv.kit.outbound.network import (
    TRUSTED,
    AddressRefused,
    AnswerTooLarge,
    GuardedBackend,
    GuardedTransport,
    HostUnknown,
    SystemResolver,
)
from dbcv.kit.outbound.places import place_of

CONNECT_SECONDS = 10.0
MAX_CONNECTIONS = 100
_PROTOCOL = {"http_version": b"HTTP/1.1"}
MAX_ANSWER_BYTES = 25_000_000


class PlaceRefused(Exception):
    """A call was about to go where its secret may not."""


class Network:
    """`allowed_hosts` as in DBCV_ALLOWED_HOSTS. `resolver` and `ssl_context` are for tests; None takes the system's."""

    def __init__(
        self,
        *,
        allowed_hosts: Iterable[str] = (),
        resolver: Resolver | None = None,
        ssl_context: ssl.SSLContext | None = None,
        max_bytes: int = MAX_ANSWER_BYTES,
    ) -> None:
        self._own_resolver = None if resolver else SystemResolver()
        self._backend = GuardedBackend(read_allowed(allowed_hosts), resolver or self._own_resolver or SystemResolver())
        self.ssl_context = ssl_context or TRUSTED
        self._transport = GuardedTransport(self._backend, MAX_CONNECTIONS, self.ssl_context)
        self._max_bytes = max_bytes

    async def close(self) -> None:
        """Ends all connections; calls under way fail."""
        await self._transport.aclose()
        if self._own_resolver is not None:
            self._own_resolver.close()

    def client(self, places: frozenset[str], timeout_seconds: float) -> httpx2.AsyncClient:
        """A client of one call, to these places only; close it (`async with`) when the call is over."""
        transport = _BoundTransport(self._transport, places, self._max_bytes)
        return httpx2.AsyncClient(
            transport=transport, trust_env=False, follow_redirects=False, timeout=httpx2.Timeout(timeout_seconds)
        )

    def check(self, address: str, port: int) -> None:
        """For libraries that resolve names themselves: called with the very address they are about to connect to.
        Raises AddressRefused."""
        self._backend.check(address, port)

    async def addresses(self, host: str, port: int) -> list[str]:
        """Where a host may be connected to, best first: connect to one of these and never resolve the name again.
        Raises AddressRefused, HostUnknown."""
        return [str(address) for address in await self._backend.addresses(host, port)]

    async def socket(self, host: str, port: int) -> socket.socket:
        """A connected socket, for libraries that take one. Raises AddressRefused, HostUnknown, OSError."""
        failure = OSError("no address")
        for address in await self.addresses(host, port):
            try:
                return await _connected(address, port)
            except OSError as error:  # TimeoutError is one
                failure = error
        raise failure


async def _connected(address: str, port: int) -> socket.socket:
    made = socket.socket(socket.AF_INET6 if ":" in address else socket.AF_INET, socket.SOCK_STREAM)
    made.setblocking(False)
    try:
        async with asyncio.timeout(CONNECT_SECONDS):
            await asyncio.get_running_loop().sock_connect(made, (address, port))
    except BaseException:
        made.close()
        raise
    return made


class _BoundTransport(httpx2.AsyncBaseTransport):
    """One call's view of the process's connections."""

    def __init__(self, inner: GuardedTransport, places: frozenset[str], max_bytes: int) -> None:
        self._inner, self._places, self._max_bytes = inner, places, max_bytes

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        place = place_of(str(request.url))
        if place not in self._places:
            raise PlaceRefused(f"{place} is none of the hosts that the credential is bound to")
        request.headers["accept-encoding"] = "identity"  # what is not packed cannot grow
        request.extensions["max_bytes"] = self._max_bytes
        try:
            answer = await self._inner.handle_async_request(request)
        except httpcore2.TimeoutException as error:
            raise httpx2.ReadTimeout(str(error), request=request) from error
        except (httpcore2.NetworkError, httpcore2.ProtocolError, HostUnknown) as error:
            raise httpx2.ConnectError(str(error), request=request) from error
        if answer.headers.get("content-encoding", "identity") != "identity":
            await answer.aclose()
            raise RequestRefused("the answer is packed in a way that was not asked for")
        return httpx2.Response(
            answer.status_code, headers=answer.headers, stream=_Once(answer), request=request, extensions=_PROTOCOL
        )

    async def aclose(self) -> None:
        """The connections are the process's."""


class _Once(httpx2.AsyncByteStream):
    """The bytes of an answer. Some libraries ask again for what they read already, and take StreamConsumed for it."""

    def __init__(self, answer: httpx2.Response) -> None:
        self._answer = answer
        self._is_read = False

    async def __aiter__(self) -> AsyncIterator[bytes]:
        if self._is_read:
            raise httpx2.StreamConsumed
        self._is_read = True
        async with aclosing(self._answer.aiter_raw()) as chunks:
            async for chunk in chunks:
                yield chunk

    async def aclose(self) -> None:
        await self._answer.aclose()


NETWORK_ERRORS = (
    PlaceRefused, AddressRefused, AnswerTooLarge, HostUnknown, RequestRefused, TimeoutError, OSError,
    httpcore2.TimeoutException, httpcore2.NetworkError, httpcore2.ProtocolError, httpx2.HTTPError, httpx2.InvalidURL,
)  # fmt: skip
"""What the way out may raise."""


def network_failure(error: BaseException) -> IntegrationFailed | None:
    """What the network did, in a sentence, if that is what the error comes from; None: it is the vendor's."""
    for cause in causes(error):
        if isinstance(cause, AddressRefused | PlaceRefused | RequestRefused):
            return IntegrationFailed(str(cause), code="refused")
        if isinstance(cause, AnswerTooLarge):
            return IntegrationFailed("the answer is too large", code="network")
        if isinstance(cause, HostUnknown):
            return IntegrationFailed(f"the host {cause} cannot be found", code="network")
        if isinstance(cause, ssl.SSLCertVerificationError):
            words = f"the server's certificate is not trusted: {cause.verify_message or 'it cannot be checked'}"
            return IntegrationFailed(words, code="network")
        if isinstance(cause, ssl.SSLError):
            return IntegrationFailed("no secure connection could be made", code="network")
    return _broken(error)


def _broken(error: BaseException) -> IntegrationFailed | None:
    for cause in causes(error):
        if isinstance(cause, TimeoutError | httpx2.TimeoutException | httpcore2.TimeoutException):
            return IntegrationFailed("there was no complete answer in time", code="timeout")
        if isinstance(cause, (OSError, httpx2.NetworkError, httpx2.ProtocolError, httpcore2.NetworkError)):
            return IntegrationFailed("no connection could be made, or it broke", code="network")
    return None
