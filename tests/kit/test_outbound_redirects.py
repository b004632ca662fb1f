"""Redirects by hand: each hop checked like the first, nothing secret changes host, no cookie stays."""

import asyncio
from collections.abc import Callable
from typing import Any

import pytest

from dbcv.kit.outbound import OutboundRequest, RequestRefused
from dbcv.kit.outbound.client import MAX_REDIRECTS
from dbcv.kit.outbound.requests import Hop, first_hop, next_hop
from tests.loopback import PUBLIC, Asked, ask, outbound, plain, serve


def redirect(location: str, status: str = "302 Found") -> bytes:
    return plain("not for the bot", status=status, headers=f"Location: {location}\nSet-Cookie: seen=1; Path=/")


def routes(table: Callable[[int], dict[str, bytes]]) -> Any:
    """Answers by path; `table` is given the server's port at the time of the request."""

    async def answer(asked: Asked, writer: asyncio.StreamWriter) -> None:
        port = int(writer.get_extra_info("sockname")[1])
        writer.write(table(port).get(asked.target, plain("arrived")))

    return answer


@pytest.mark.parametrize(
    ("status", "method", "then"),
    [
        ("301 M", "POST", "GET"),
        ("302 F", "POST", "GET"),
        ("303 S", "PUT", "GET"),
        ("303 S", "HEAD", "HEAD"),
        ("302 F", "PUT", "PUT"),
        ("307 T", "POST", "POST"),
        ("308 P", "PATCH", "PATCH"),
    ],
)
async def test_redirects_are_followed(status: str, method: str, then: str) -> None:
    async def answer(asked: Asked, writer: asyncio.StreamWriter) -> None:
        writer.write(
            redirect("/b?c=d#e", status) if asked.target == "/" else plain("" if then == "HEAD" else "arrived")
        )

    async with serve(answer) as server:
        reply = await ask(server, method=method, content="body")
    assert reply["ok"]
    last = server.asked[-1]
    assert (last.method, last.target) == (then, "/b?c=d")
    assert last.body == (b"" if then == "GET" else b"body")
    assert last.headers["cookie"] == "seen=1"


async def test_credentials_stay_on_the_same_host() -> None:
    async with serve(routes(lambda _port: {"/": redirect("/next")})) as server:
        await ask(server, headers={"Authorization": "Bearer s", "X-Api-Key": "s"})
    assert server.asked[1].headers["authorization"] == "Bearer s"
    assert server.asked[1].headers["x-api-key"] == "s"


@pytest.mark.parametrize("where", ["http://other.test:{port}/next", "//other.test:{port}/next"])
async def test_nothing_that_could_be_a_credential_changes_host(where: str) -> None:
    async with serve(routes(lambda port: {"/": redirect(where.format(port=port))})) as server:
        headers = {"Authorization": "Bearer s", "Cookie": "s=1", "X-Api-Key": "s", "Accept-Language": "ru"}
        reply = await ask(server, headers=headers)
    assert reply["result"] == "arrived"
    sent = server.asked[1].headers
    assert set(sent) == {"host", "accept", "accept-encoding", "accept-language", "user-agent"}
    assert sent["host"] == f"other.test:{server.port}"


async def test_another_port_is_another_host() -> None:
    async with serve(plain("arrived")) as other, serve(redirect(f"http://{PUBLIC}:{other.port}/")) as server:
        await ask(server, headers={"Authorization": "Bearer s"})
    assert "authorization" not in other.asked[0].headers


@pytest.mark.parametrize(
    ("location", "error"),
    [
        ("http://inside.test:{port}/", "is private"),
        ("http://127.0.0.1:{port}/", "is private"),
        ("http://user:secret@other.test:{port}/", "user name or password"),
        ("file:///etc/passwd", "must begin with http"),
        ("gopher://other.test:{port}/", "must begin with http"),
        ("http://other.test\\@inside.test/", "not well-formed"),
        ("http://[::1", "not well-formed"),
        ("/" + "x" * 9000, "not well-formed"),
    ],
)
async def test_each_redirect_is_checked_like_the_first_address(location: str, error: str) -> None:
    async with serve(plain("inside")) as inside, serve(redirect(location.format(port=inside.port))) as server:
        reply = await ask(server)
    assert (reply["ok"], reply["status"], reply["result"], reply["headers"]) == (False, None, None, {})
    assert reply["error"].startswith("the redirect was not followed: ")
    assert error in reply["error"]
    assert inside.connections == 0


def hop(url: str) -> Hop:
    return first_hop(OutboundRequest(method="POST", url=url, headers={"Authorization": "s"}, content="x"))


def test_nothing_goes_on_without_encryption() -> None:
    with pytest.raises(RequestRefused, match="from https to http"):
        next_hop(hop("https://api.test/a"), 307, "http://api.test/a")
    up = next_hop(hop("http://api.test/a"), 307, "https://api.test/a")
    assert (up.method, dict(up.headers)["Authorization"]) == ("POST", "s")
    elsewhere = next_hop(hop("https://api.test/a"), 307, "https://api.test:8443/a")
    assert "Authorization" not in dict(elsewhere.headers)


async def test_redirects_end() -> None:
    async with serve(redirect("/again")) as server:
        reply = await ask(server)
    assert f"more than {MAX_REDIRECTS} times" in reply["error"]
    assert len(server.asked) == MAX_REDIRECTS + 1


async def test_a_redirect_without_a_place_is_an_answer() -> None:
    async with serve(plain("moved", status="302 Found")) as server:
        reply = await ask(server)
    assert (reply["ok"], reply["status"], reply["result"]) == (True, 302, "moved")


async def test_no_cookie_outlives_its_request() -> None:
    async with serve(plain("x", headers="Set-Cookie: session=of-another-bot; Path=/")) as server, outbound() as client:
        await ask(server, client=client)
        await ask(server, client=client)
    assert [asked.headers.get("cookie") for asked in server.asked] == [None, None]
    assert server.connections == 1, "the connection itself is used again"
