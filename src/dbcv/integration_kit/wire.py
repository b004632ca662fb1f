"""The guarded way out for libraries that bring their own protocol: bytes over HTTP, and checked addresses for sockets.

Every address is judged where the socket is opened, as for HTTP steps. No redirects, no cookies, nothing read from the
environment.
"""

import asyncio
import socket
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import httpcore2
import httpx2

from dbcv.kit.outbound.addresses import read_allowed
from dbcv.kit.outbound.answers import AnswerRefused, read_body
from dbcv.kit.outbound.network import (
    TRUSTED,
    AddressRefused,
    AnswerTooLarge,
    GuardedBackend,
    GuardedTransport,
    HostUnknown,
    SystemResolver,
)

CONNECT_SECONDS = 10.0
MAX_CONNECTIONS = 1_000
"""One for each channel that is polled, and some for each that is written to: slow ones must not use up all."""
_BROKEN = (HostUnknown, httpcore2.NetworkError, httpcore2.ProtocolError, httpcore2.TimeoutException, OSError)


class WireError(Exception):
    """No answer came, or none that can be used. The text names no secret."""


@dataclass(frozen=True, slots=True)
class WireAnswer:
    """What came back; header names in lower case."""

    status: int
    headers: Mapping[str, str]
    body: bytes


class Wire:
    """One a process."""

    def __init__(self, allowed_hosts: Iterable[str], max_bytes: int) -> None:
        self._resolver = SystemResolver()
        self._backend = GuardedBackend(read_allowed(allowed_hosts), self._resolver)
        self._transport = GuardedTransport(self._backend, MAX_CONNECTIONS, None)
        self._max_bytes = max_bytes
        self.ssl_context = TRUSTED

    async def close(self) -> None:
        """End all connections."""
        await self._transport.aclose()
        self._resolver.close()

    async def request(
        self,
        method: str,
        url: str,
        *,
        timeout_seconds: float,
        headers: Mapping[str, str] | None = None,
        content: bytes | None = None,
        data: Mapping[str, Any] | None = None,
        files: Mapping[str, Any] | None = None,
        max_bytes: int | None = None,
    ) -> WireAnswer:
        """One exchange. `data` and `files` as httpx takes them. Raises WireError."""
        message = httpx2.Request(method, url, headers=headers, content=content, data=data, files=files)
        message.extensions["max_bytes"] = most = max_bytes or self._max_bytes
        message.extensions["timeout"] = dict.fromkeys(("connect", "read", "write", "pool"), timeout_seconds)
        try:
            async with asyncio.timeout(timeout_seconds):
                answer = await self._transport.handle_async_request(message)
                try:
                    return WireAnswer(answer.status_code, dict(answer.headers), await read_body(answer, most))
                finally:
                    await answer.aclose()
        except TimeoutError as error:
            raise WireError(f"{message.url.host} did not answer within {timeout_seconds:g} s") from error
        except (AddressRefused, AnswerRefused) as error:
            raise WireError(str(error)) from error
        except AnswerTooLarge as error:
            raise WireError(f"the answer of {message.url.host} is larger than {most} bytes") from error
        except _BROKEN as error:
            raise WireError(f"no connection to {message.url.host} could be made, or it broke") from error

    def check(self, address: str, port: int) -> None:
        """For libraries that resolve names themselves: called with the very address they are about to connect to.
        Raises AddressRefused."""
        self._backend.check(address, port)

    async def socket(self, host: str, port: int) -> socket.socket:
        """A connected socket, for libraries that take one. Raises WireError."""
        try:
            stream = await self._backend.connect_tcp(host, port, CONNECT_SECONDS)
        except (AddressRefused, *_BROKEN) as error:
            raise WireError(str(error) or f"no connection to {host} could be made") from error
        connected: socket.socket = stream.get_extra_info("socket")
        own = socket.fromfd(connected.fileno(), connected.family, connected.type)
        own.setblocking(False)
        await stream.aclose()  # the duplicate keeps the connection open
        return own
