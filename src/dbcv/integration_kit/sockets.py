"""The guard for libraries built on aiohttp: connections only to checked addresses, requests only to the call's places.

Imported by the `actions.py` of those integrations alone: aiohttp costs memory.
"""

import socket
from typing import Any

import aiohttp

from dbcv.integration_kit.http import Network, PlaceRefused
from dbcv.kit.outbound.places import place_of


def guarded_connector(network: Network) -> aiohttp.TCPConnector:
    """Opens its sockets only to addresses the guard lets through: the very ones it connects to. Close it."""

    def open_socket(found: Any) -> socket.socket:
        family, kind, protocol, _, address = found
        network.check(address[0], address[1])
        return socket.socket(family, kind, protocol)

    return aiohttp.TCPConnector(ssl=network.ssl_context, socket_factory=open_socket, limit=10)


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
