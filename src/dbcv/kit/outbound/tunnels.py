"""Connections through a proxy: a tunnel (CONNECT or SOCKS5) to an address that was checked before.

Both ends are guarded: the proxy's own address is checked like any other, and the proxy is told an address, never a
name, so it cannot be made to look up what the check did not see. TLS with the target runs inside the tunnel.
"""

# ruff: noqa: N818 - exceptions are named by what happened

import base64
import ssl
from collections.abc import Iterable
from ipaddress import IPv4Address
from typing import Any

import httpcore2

from dbcv.kit.outbound.addresses import Address
from dbcv.kit.outbound.network import GuardedBackend
from dbcv.kit.outbound.proxies import Proxy

MAX_HEAD_BYTES = 16_384


class ProxyFailed(Exception):
    """The proxy does not let through; the text is for the bot's author."""


class TunnelBackend(httpcore2.AsyncNetworkBackend):
    """What httpcore2 opens its sockets with when a request goes through `proxy`."""

    def __init__(self, guarded: GuardedBackend, proxy: Proxy, ssl_context: ssl.SSLContext) -> None:
        self._guarded, self._proxy, self._ssl_context = guarded, proxy, ssl_context

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,  # noqa: ASYNC109 - the library's interface
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore2.AsyncNetworkStream:
        target = (await self._guarded.addresses(host, port))[0]
        proxy = self._proxy
        stream = await self._guarded.connect_tcp(proxy.host, proxy.port, timeout, None, socket_options)
        try:
            if proxy.scheme == "https":
                stream = await stream.start_tls(self._ssl_context, proxy.host, timeout)
            open_tunnel = _through_socks if proxy.scheme == "socks5" else _through_http
            await open_tunnel(stream, proxy, target, port)
        except BaseException:
            await stream.aclose()
            raise
        return stream

    async def sleep(self, seconds: float) -> None:
        await self._guarded.sleep(seconds)


async def _through_http(stream: httpcore2.AsyncNetworkStream, proxy: Proxy, target: Address, port: int) -> None:
    place = f"{target}:{port}" if isinstance(target, IPv4Address) else f"[{target}]:{port}"
    head = f"CONNECT {place} HTTP/1.1\r\nHost: {place}\r\n"
    if proxy.username or proxy.password:
        pair = base64.b64encode(f"{proxy.username}:{proxy.password}".encode()).decode()
        head += f"Proxy-Authorization: Basic {pair}\r\n"
    await stream.write(f"{head}\r\n".encode())
    answer = b""
    while b"\r\n\r\n" not in answer:
        more = await stream.read(4_096)
        answer += more
        if not more or len(answer) > MAX_HEAD_BYTES:
            raise ProxyFailed("the proxy gave no valid answer")
    words = answer.split(b"\r\n", 1)[0].split(b" ", 2)
    if len(words) < 2 or not words[0].startswith(b"HTTP/1.") or not words[1].isdigit():
        raise ProxyFailed("the proxy gave no valid answer")
    if not words[1].startswith(b"2"):
        raise ProxyFailed(f"the proxy answered {words[1][:3].decode()}")
    if not answer.endswith(b"\r\n\r\n"):
        raise ProxyFailed("the proxy spoke before the server did")


async def _through_socks(stream: httpcore2.AsyncNetworkStream, proxy: Proxy, target: Address, port: int) -> None:
    named = bool(proxy.username or proxy.password)
    await stream.write(b"\x05\x01" + (b"\x02" if named else b"\x00"))
    version, method = await _exactly(stream, 2)
    if version != 5 or method not in (0, 2) or (method == 2 and not named):
        raise ProxyFailed("the proxy asks for another kind of log-in")
    if method == 2:
        user, password = proxy.username.encode(), proxy.password.encode()
        await stream.write(bytes((1, len(user))) + user + bytes((len(password),)) + password)
        if (await _exactly(stream, 2))[1] != 0:
            raise ProxyFailed("the proxy refused user name or password")
    kind = b"\x01" if isinstance(target, IPv4Address) else b"\x04"
    await stream.write(b"\x05\x01\x00" + kind + target.packed + port.to_bytes(2, "big"))
    version, code, _, bound = await _exactly(stream, 4)
    if version != 5 or code != 0:
        raise ProxyFailed("the proxy could not reach the server")
    length = {1: 4, 4: 16}.get(bound) or (await _exactly(stream, 1))[0]
    await _exactly(stream, length + 2)


async def _exactly(stream: httpcore2.AsyncNetworkStream, count: int) -> bytes:
    found = b""
    while len(found) < count:
        more = await stream.read(count - len(found))
        if not more:
            raise ProxyFailed("the proxy gave no valid answer")
        found += more
    return found
