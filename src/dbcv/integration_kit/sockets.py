"""The guard for libraries built on aiohttp: connections only to checked addresses, requests only to the call's places.

Imported by the `actions.py` and `transport.py` of those integrations alone: aiohttp costs memory.
"""

import socket
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any, Protocol

import aiohttp

from dbcv.integration_kit.errors import causes
from dbcv.integration_kit.http import PlaceRefused
from dbcv.kit.outbound.network import AddressRefused
from dbcv.kit.outbound.places import place_of


class Way(Protocol):
    """A guarded way out: `http.Network` or `wire.Wire`."""

    ssl_context: ssl.SSLContext

    def check(self, address: str, port: int) -> None:
        """Raises AddressRefused."""
        ...


def guarded_connector(network: Way, trust: ssl.SSLContext | None = None) -> aiohttp.TCPConnector:
    """Opens its sockets only to addresses the guard lets through: the very ones it connects to. Close it. `trust`:
    certificates of a vendor whose authority is not among the usual ones."""

    def open_socket(found: Any) -> socket.socket:
        family, kind, protocol, _, address = found
        network.check(address[0], address[1])
        return socket.socket(family, kind, protocol)

    return aiohttp.TCPConnector(ssl=trust or network.ssl_context, socket_factory=open_socket, limit=10)


def places_only(places: frozenset[str]) -> aiohttp.TraceConfig:
    """Stops every request, redirected ones too, that goes elsewhere. Raises PlaceRefused there."""

    async def check(_session: Any, _context: Any, params: Any) -> None:
        place = place_of(str(params.url))
        if place not in places:
            raise PlaceRefused(f"{place} is none of the hosts that the credential is bound to")

    async def check_redirect(_session: Any, _context: Any, params: Any) -> None:
        raise PlaceRefused(f"{params.url.host} wanted to lead elsewhere")

    trace = aiohttp.TraceConfig()
    trace.on_request_start.append(check)
    trace.on_request_redirect.append(check_redirect)
    return trace


@asynccontextmanager
async def guarded_websocket(way: Way, url: str, max_bytes: int) -> AsyncIterator[aiohttp.ClientWebSocketResponse]:
    """An open WebSocket, closed at the end of the block. The caller has judged the host; `max_bytes`: of one frame.
    Raises aiohttp.ClientError, OSError, PlaceRefused where it leads elsewhere or inside."""

    async def refuse(_session: Any, _context: Any, params: Any) -> None:
        raise PlaceRefused(f"{params.url.host} wanted to lead elsewhere")

    trace = aiohttp.TraceConfig()
    trace.on_request_redirect.append(refuse)
    async with aiohttp.ClientSession(connector=guarded_connector(way), trace_configs=[trace]) as session:
        try:
            opened = await session.ws_connect(url, max_msg_size=max_bytes, autoclose=False)
        except (aiohttp.ClientError, OSError, AddressRefused) as error:
            refused = next((each for each in causes(error) if isinstance(each, AddressRefused)), None)
            if refused is None:
                raise
            raise PlaceRefused(str(refused)) from error
        async with opened:
            yield opened


async def guarded_exchange(
    way: Way, method: str, url: str, *, trust: ssl.SSLContext, max_bytes: int, form: aiohttp.FormData | None = None
) -> tuple[int, bytes]:
    """(status, body) of one exchange without any secret, at most a minute, redirected nowhere. Raises
    aiohttp.ClientError, OSError, TimeoutError, ValueError where the body is larger, AddressRefused."""
    timeout = aiohttp.ClientTimeout(total=60.0)
    async with (
        aiohttp.ClientSession(connector=guarded_connector(way, trust), timeout=timeout) as session,
        session.request(method, url, data=form, allow_redirects=False) as answer,
    ):
        body = bytearray()
        async for piece in answer.content.iter_chunked(65_536):
            body += piece
            if len(body) > max_bytes:
                raise ValueError(f"it is larger than {max_bytes:,} bytes")
        return answer.status, bytes(body)
