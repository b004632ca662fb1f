"""Connections of the guarded client: resolve, check every address, connect to a checked one.

The check sits where the socket is opened, so it cannot be asked about another host than the one connected to, and a
name is never resolved a second time. TLS (SNI, certificate) and the Host header stay with the name.
"""

# ruff: noqa: N818 - exceptions are named by what happened

import asyncio
import socket
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, MutableMapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import aclosing, suppress
from ipaddress import ip_address
from typing import Any

import httpcore2
import httpx2

from dbcv.kit.outbound.addresses import Address, Allowed, read_address

Resolver = Callable[[str, int], Awaitable[Sequence[str]]]
"""`await resolver(host, port)` gives addresses as text, best first, or raises OSError (socket.gaierror)."""

CONNECT_SECONDS = 5.0
MAX_ADDRESSES = 8
KEEP_SECONDS = 4.0  # under the five seconds after which many servers close
_RESOLVER_THREADS = 16


class AddressRefused(Exception):
    """The host leads to an address that is not public and not allowed; the text is for the bot's author."""


class HostUnknown(Exception):
    """The name has no address."""


class AnswerTooLarge(Exception):
    """More bytes came, or came out of the packing, than the caller takes."""


class SystemResolver:
    """The operating system's resolver on threads of its own: slow names must not hold up password hashing and files."""

    def __init__(self) -> None:
        self._threads = ThreadPoolExecutor(_RESOLVER_THREADS, thread_name_prefix="resolve")

    async def __call__(self, host: str, port: int) -> Sequence[str]:
        loop = asyncio.get_running_loop()
        found = await loop.run_in_executor(self._threads, _look_up, host, port)
        return list(dict.fromkeys(str(entry[4][0]) for entry in found))

    def close(self) -> None:
        self._threads.shutdown(wait=False, cancel_futures=True)


def _look_up(host: str, port: int) -> list[Any]:
    return socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)


class GuardedBackend(httpcore2.AsyncNetworkBackend):
    """What httpcore2 opens its sockets with."""

    def __init__(self, allowed: Allowed, resolver: Resolver, connect_seconds: float = CONNECT_SECONDS) -> None:
        self._allowed = allowed
        self._resolver = resolver
        self._connect_seconds = connect_seconds
        self._inner = httpcore2.AnyIOBackend()

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,  # noqa: ASYNC109 - the library's interface
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore2.AsyncNetworkStream:
        failure: Exception = HostUnknown(host)
        limit_seconds = min(timeout or self._connect_seconds, self._connect_seconds)
        for address in await self.addresses(host, port):
            try:
                return await self._inner.connect_tcp(str(address), port, limit_seconds, None, socket_options)
            except (httpcore2.ConnectError, httpcore2.ConnectTimeout) as error:
                failure = error
        raise failure

    def check(self, address: str, port: int) -> None:
        """Raises AddressRefused unless a connection to this address may be made."""
        kind = self._allowed.refusal(address, port, read_address(address))
        if kind is not None:
            raise AddressRefused(f"{address} is {kind}; the operator can allow it with DBCV_ALLOWED_HOSTS")

    async def addresses(self, host: str, port: int) -> list[Address]:
        """Where a host may be connected to, best first. Raises AddressRefused, HostUnknown."""
        found = await self._find(host, port)
        for address in found:
            kind = self._allowed.refusal(host, port, address)
            if kind is not None:
                raise AddressRefused(
                    f"the address of {host} is {kind}; the operator can allow it with DBCV_ALLOWED_HOSTS"
                )
        if not found:
            raise HostUnknown(host)
        return found[:MAX_ADDRESSES]

    async def _find(self, host: str, port: int) -> list[Address]:
        with suppress(ValueError):  # an address in its one plain spelling; all others are the resolver's to read
            return [ip_address(host)]
        try:
            return [read_address(text) for text in await self._resolver(host, port)]
        except (OSError, ValueError) as error:  # ValueError: a label too long for the resolver's own encoding
            raise HostUnknown(host) from error

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds)


TRUSTED = httpx2.create_ssl_context()
"""The authorities this machine trusts: 33 ms and some megabytes, made once for all processes (copies share it)."""


class GuardedTransport(httpx2.AsyncBaseTransport):
    """One pool of connections for the whole process. It keeps no cookies, follows nothing, reads no environment."""

    def __init__(
        self, backend: httpcore2.AsyncNetworkBackend, max_connections: int, ssl_context: ssl.SSLContext | None
    ) -> None:
        self._pool = httpcore2.AsyncConnectionPool(
            ssl_context=ssl_context or TRUSTED,
            max_connections=max_connections,
            max_keepalive_connections=max(1, max_connections // 4),
            keepalive_expiry=KEEP_SECONDS,
            network_backend=backend,
        )

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        url = request.url
        answer = await self._pool.handle_async_request(
            httpcore2.Request(
                method=request.method,
                url=httpcore2.URL(scheme=url.raw_scheme, host=url.raw_host, port=url.port, target=url.raw_path),
                headers=request.headers.raw,
                content=request.stream,
                extensions=request.extensions,
            )
        )
        return httpx2.Response(
            answer.status, headers=answer.headers, stream=_Body(answer, request.extensions), request=request
        )

    async def aclose(self) -> None:
        await self._pool.aclose()


class _Body(httpx2.AsyncByteStream):
    """The packed bytes, at most `max_bytes` of them (a request's extension): what unpacks to nothing counts too."""

    def __init__(self, answer: httpcore2.Response, extensions: MutableMapping[str, Any]) -> None:
        self._answer = answer
        self._left_bytes = int(extensions["max_bytes"])

    async def __aiter__(self) -> AsyncIterator[bytes]:
        async with aclosing(self._answer.aiter_stream()) as chunks:
            async for chunk in chunks:
                self._left_bytes -= len(chunk)
                if self._left_bytes < 0:
                    raise AnswerTooLarge
                yield chunk

    async def aclose(self) -> None:
        await self._answer.aclose()
