"""Requests through proxies: a tunnel to a checked address, both ends guarded, its password shown to nobody."""

import asyncio
import base64
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from ipaddress import ip_address
from typing import Any

import pytest
from structlog.testing import capture_logs

from dbcv.kit.outbound import OutboundRequest, describe
from dbcv.kit.outbound.proxies import proxies_of
from tests.loopback import PUBLIC, ask, outbound, plain, resolving, serve

PASSWORD = "proxy-pass-31"
NAMES = {PUBLIC: ["127.0.0.1"], "proxy.test": ["127.0.0.1"], "inside.test": ["127.0.0.1"]}


@dataclass(slots=True)
class Proxied:
    """A running proxy. `heads`: what it was told; `targets`: where it went."""

    port: int = 0
    heads: list[bytes] = field(default_factory=list)
    targets: list[tuple[str, int]] = field(default_factory=list)


@asynccontextmanager
async def proxy(talk: Any) -> AsyncIterator[Proxied]:
    running = Proxied()

    async def on_connection(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            target = await talk(running, reader, writer)
            if target is not None:
                running.targets.append(target)
                await relay(reader, writer, *target)
        except (ConnectionError, asyncio.IncompleteReadError):
            pass
        finally:
            writer.close()

    listening = await asyncio.start_server(on_connection, "127.0.0.1", 0)
    running.port = listening.sockets[0].getsockname()[1]
    yield running
    listening.close()


async def relay(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, host: str, port: int) -> None:
    far_reader, far_writer = await asyncio.open_connection(host, port)

    async def pump(source: asyncio.StreamReader, target: asyncio.StreamWriter) -> None:
        while piece := await source.read(65_536):
            target.write(piece)
        target.close()

    await asyncio.gather(pump(reader, far_writer), pump(far_reader, writer))


async def connect(running: Proxied, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> tuple[str, int]:
    """An HTTP proxy."""
    head = await reader.readuntil(b"\r\n\r\n")
    running.heads.append(head)
    host, _, port = head.split(b" ")[1].decode().rpartition(":")
    writer.write(b"HTTP/1.1 200 Connection established\r\n\r\n")
    return host, int(port)


async def socks(running: Proxied, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> tuple[str, int]:
    """A SOCKS5 proxy that asks for user and password."""
    _, count = await reader.readexactly(2)
    method = 2 if 2 in await reader.readexactly(count) else 0
    writer.write(bytes((5, method)))
    if method == 2:
        _, size = await reader.readexactly(2)
        user = await reader.readexactly(size)
        password = await reader.readexactly((await reader.readexactly(1))[0])
        running.heads.append(user + b":" + password)
        writer.write(b"\x01\x00")
    kind = (await reader.readexactly(4))[3]
    host = ip_address(await reader.readexactly({1: 4, 4: 16}[kind]))
    port = int.from_bytes(await reader.readexactly(2), "big")
    writer.write(b"\x05\x00\x00\x01\x00\x00\x00\x00\x00\x00")
    return str(host), port


def allowing(*hosts: str) -> Any:
    return outbound(allowed_hosts=[PUBLIC, *hosts], resolver=resolving(dict(NAMES)))


@pytest.mark.parametrize(
    ("kind", "talk", "heard"),
    [
        ("http", connect, b"Proxy-Authorization: Basic " + base64.b64encode(b"u:" + PASSWORD.encode())),
        ("socks5", socks, b"u:" + PASSWORD.encode()),
    ],
)
async def test_a_request_goes_through_the_proxy_to_the_checked_address(kind: str, talk: Any, heard: bytes) -> None:
    async with serve(plain("arrived")) as server, proxy(talk) as between, allowing("proxy.test") as client:
        with capture_logs() as logs:
            address = f"{kind}://u:{PASSWORD}@proxy.test:{between.port}"
            reply = await ask(server, client=client, proxies=address, headers={"Authorization": "Bearer mine"})
    assert reply["result"] == "arrived", reply
    assert between.targets == [("127.0.0.1", server.port)], "an address, never a name to look up"
    assert heard in between.heads[0]
    assert b"mine" not in between.heads[0]
    assert server.asked[0].headers["host"] == f"{PUBLIC}:{server.port}"
    assert "proxy-authorization" not in server.asked[0].headers
    assert PASSWORD not in repr(logs) + repr(reply)
    assert logs[0]["proxy"] == f"{kind}://•••@proxy.test:{between.port}"


async def test_the_proxys_own_address_is_guarded() -> None:
    async with serve(plain("x")) as server, proxy(connect) as between, outbound() as client:
        for address in (f"http://127.0.0.1:{between.port}", f"socks5://[::ffff:127.0.0.1]:{between.port}"):
            reply = await ask(server, client=client, proxies=address)
            assert (reply["ok"], "is private" in reply["error"]) == (False, True)
    assert (between.heads, server.connections) == ([], 0)


async def test_a_proxy_does_not_open_what_the_guard_keeps_shut() -> None:
    async with serve(plain("inside")) as inside, proxy(connect) as between, allowing("proxy.test") as client:
        for host in ("inside.test", "127.0.0.1", "[::1]", "2130706433"):
            url = f"http://{host}:{inside.port}/"
            request = OutboundRequest(method="GET", url=url, proxies=f"http://proxy.test:{between.port}")
            assert not (await client.call(request))["ok"]
    assert (between.heads, inside.connections) == ([], 0)


async def test_a_redirect_is_checked_behind_a_proxy_too() -> None:
    async with serve(plain("inside")) as inside, proxy(connect) as between, allowing("proxy.test") as client:
        there = plain("", status="302 Found", headers=f"Location: http://inside.test:{inside.port}/")
        async with serve(there) as server:
            reply = await ask(server, client=client, proxies=f"http://proxy.test:{between.port}")
    assert reply["error"].startswith("the redirect was not followed: the address of inside.test is private")
    assert inside.connections == 0


async def test_no_connection_of_a_proxy_is_shared() -> None:
    async with serve(plain("x")) as server, proxy(connect) as between, allowing("proxy.test") as client:
        for user in ("a", "b"):
            await ask(server, client=client, proxies=f"http://{user}:x@proxy.test:{between.port}")
        await ask(server, client=client)
    assert len(between.heads) == 2
    assert server.connections == 3


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        (b"HTTP/1.1 407 Proxy Authentication Required\r\n\r\n", "the proxy answered 407"),
        (b"garbage\r\n\r\n", "no valid answer"),
        (b"", "no valid answer"),
        (b"HTTP/1.1 200 OK\r\nX: " + b"x" * 20_000, "no valid answer"),
        (b"HTTP/1.1 200 OK\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nfake", "spoke before the server"),
    ],
)
async def test_a_proxy_that_misbehaves(answer: bytes, error: str) -> None:
    async def talk(_running: Proxied, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(answer)
        await writer.drain()

    async with serve(plain("x")) as server, proxy(talk) as between, allowing("proxy.test") as client:
        reply = await ask(server, client=client, proxies=f"http://proxy.test:{between.port}")
    assert (reply["ok"], error in reply["error"]) == (False, True), reply["error"]
    assert server.connections == 0


async def test_a_silent_proxy_ends_with_the_limit() -> None:
    async def talk(_running: Proxied, reader: asyncio.StreamReader, _writer: asyncio.StreamWriter) -> None:
        await reader.read()

    async with serve(plain("x")) as server, proxy(talk) as between, allowing("proxy.test") as client:
        reply = await ask(server, client=client, proxies=f"http://proxy.test:{between.port}", timeout_seconds=0.1)
    assert reply["error"] == "there was no complete answer within 0.1 s"


def test_the_ways_to_write_proxies() -> None:
    one = {"http": "http://p.test:80", "https": "http://p.test:80"}
    for value, expected in (
        (None, {}),
        ("", {}),
        ({}, {}),
        ("p.test", one),
        ("http://p.test/", one),
        ({"all": "http://p.test"}, one),
        ({"http://": "http://p.test", "https": "socks5h://q.test"}, one | {"https": "socks5://q.test:1080"}),
        ({"HTTPS": "https://u:p%40@[2606:4700::1]:8443"}, {"https": "https://•••@[2606:4700::1]:8443"}),
        ({"http": "", "all": None}, {}),
    ):
        assert {scheme: proxy.shown for scheme, proxy in proxies_of(value).items()} == expected
    assert proxies_of("https://u:p%40@p.test")["http"].password == "p@"


def test_what_people_see_of_a_request_holds_no_secret() -> None:
    request = OutboundRequest(
        method="POST",
        url="https://api.test/bot123456789:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw/x?api_key=s3cret&q=1",
        headers={"Authorization": "Bearer s3cret", "X-Auth-Token": "s3cret", "Cookie": "a=s3cret", "X-A": "b"},
        params={"token": "s3cret"},
        proxies=f"http://u:{PASSWORD}@proxy.test",
    )
    shown = describe(request)
    assert "s3cret" not in repr(shown) and PASSWORD not in repr(shown) and "AAHdq" not in repr(shown)
    assert shown["url"] == "https://api.test/bot•••/x?api_key=•••&q=1&token=•••"
    assert (shown["headers"]["Authorization"], shown["headers"]["X-A"]) == ("Bearer •••", "b")
    assert shown["proxy"] == "http://•••@proxy.test:80"
