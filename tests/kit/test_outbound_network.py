"""Connections of the guarded client: one look-up, checked addresses, names in TLS, bounds, quiet logs."""

import asyncio
import json

import pytest
from structlog.testing import capture_logs

from dbcv.kit.outbound import OutboundRequest
from tests.loopback import PUBLIC, Asked, ask, outbound, plain, resolving, serve


async def test_nothing_listens_and_no_such_host() -> None:
    async with serve(plain()) as server:
        port = server.port
    async with outbound() as client:
        closed = await client.call(OutboundRequest(method="GET", url=f"http://{PUBLIC}:{port}/"))
        unknown = await client.call(OutboundRequest(method="GET", url="http://nowhere.test/?key=secret"))
    assert closed["error"] == f"no connection to {PUBLIC} could be made"
    assert unknown["error"] == "the host nowhere.test cannot be found"


async def test_environment_proxies_are_not_used(monkeypatch: pytest.MonkeyPatch) -> None:
    async with serve(plain("proxied")) as proxy, serve(plain("direct")) as server:
        for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
            monkeypatch.setenv(name, f"http://127.0.0.1:{proxy.port}")
        assert (await ask(server))["result"] == "direct"
    assert proxy.connections == 0


async def test_a_name_is_resolved_once_and_the_checked_address_is_used() -> None:
    looked_up: list[str] = []
    resolver = resolving({"rebind.test": [["127.0.0.2"], ["127.0.0.1"]]}, looked_up)
    closing = plain("x", headers="Connection: close")
    async with (
        serve(closing, "127.0.0.2") as good,
        serve(closing, "127.0.0.1", good.port) as bad,
        outbound(allowed_hosts=["127.0.0.2"], resolver=resolver) as client,
    ):
        url = f"http://rebind.test:{good.port}/"
        first = await client.call(OutboundRequest(method="GET", url=url))
        assert looked_up == ["rebind.test"]
        second = await client.call(OutboundRequest(method="GET", url=url))
    assert first["result"] == "x"
    assert "is private" in second["error"]
    assert (good.connections, bad.connections) == (1, 0)


async def test_one_bad_address_among_good_ones_refuses_the_host() -> None:
    async with serve(plain("x")) as server:
        resolver = resolving({"mixed.test": ["127.0.0.1", "10.0.0.1"]})
        async with outbound(allowed_hosts=["127.0.0.1"], resolver=resolver) as client:
            reply = await client.call(OutboundRequest(method="GET", url=f"http://mixed.test:{server.port}/"))
    assert "is private" in reply["error"]
    assert server.connections == 0


async def test_the_next_address_is_tried_when_one_does_not_answer() -> None:
    async with serve(plain("x")) as server:
        resolver = resolving({"two.test": ["127.0.0.3", "127.0.0.1"]})
        async with outbound(allowed_hosts=["127.0.0.0/8"], resolver=resolver) as client:
            reply = await client.call(OutboundRequest(method="GET", url=f"http://two.test:{server.port}/"))
    assert reply["result"] == "x"


async def test_without_permission_the_machine_itself_is_out_of_reach() -> None:
    async with serve(plain("x")) as server, outbound(allowed_hosts=[], resolver=None) as client:
        for host in (
            "127.0.0.1",
            "localhost",
            "127.1",
            "0x7f000001",
            "2130706433",
            "0177.0.0.1",
            "[::ffff:7f00:1]",
            "0",
        ):
            reply = await client.call(OutboundRequest(method="GET", url=f"http://{host}:{server.port}/"))
            assert (reply["ok"], reply["status"]) == (False, None), host
    assert server.connections == 0


async def test_tls_is_spoken_with_the_name() -> None:
    hello = bytearray()

    async def take(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        hello.extend(await reader.read(4096))
        writer.write(b"no tls here")
        writer.close()

    listening = await asyncio.start_server(take, "127.0.0.1", 0)
    port = listening.sockets[0].getsockname()[1]
    async with outbound() as client:
        reply = await client.call(OutboundRequest(method="GET", url=f"https://{PUBLIC}:{port}/"))
    listening.close()
    assert PUBLIC.encode() in hello
    assert reply["error"] == f"no secure connection to {PUBLIC} could be made"


async def test_connections_are_bounded_and_all_calls_are_answered() -> None:
    open_now, most = 0, 0

    async def count(_asked: Asked, writer: asyncio.StreamWriter) -> None:
        nonlocal open_now, most
        open_now += 1
        most = max(most, open_now)
        await asyncio.sleep(0.02)
        open_now -= 1
        writer.write(plain("x"))

    async with serve(count) as server, outbound(max_connections=5) as client:
        replies = await asyncio.gather(*(ask(server, client=client) for _ in range(40)))
    assert all(reply["ok"] for reply in replies)
    assert most == 5


async def test_logs_hold_no_secrets() -> None:
    async with serve(plain(json.dumps({"token": "s3cret"}))) as server:
        with capture_logs() as entries:
            await ask(
                server, path="/s3cret?k=s3cret", headers={"Authorization": "s3cret"}, method="POST", content="s3cret"
            )
    assert [entry["event"] for entry in entries] == ["outbound"]
    assert {"method": "POST", "host": PUBLIC, "status": 200}.items() <= entries[0].items()
    assert "s3cret" not in repr(entries)
