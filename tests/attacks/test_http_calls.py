"""An HTTP step as a way inside: more spellings of our own machine than the corpus has, by address, redirect and proxy;
names that change their mind; requests that another server would read as two."""

import socket
from typing import Any

import pytest

from dbcv.kit.outbound import OutboundClient, OutboundRequest
from tests.loopback import PUBLIC, Loopback, plain, serve

INSIDE = "MARKER-of-the-inside"
HOSTS = [
    "127.0.0.1", "127.0.0.1.", "127.1", "127.0.1", "0", "0.0.0.0", "0x7f.1", "0x7F000001", "0177.1",
    "017700000001", "2130706433", "127.0.0.1%2e", "127。0。0。1", "１２７.０.０.１", "①②⑦.⓪.⓪.①", "127．0．0．1",
    "127.0.0.1%00.public.test", "[::1]", "[::]", "[0:0:0:0:0:0:0:1]", "[::ffff:127.0.0.1]", "[::ffff:7f00:1]",
    "[::127.0.0.1]", "[::1%25lo]", "[::1%lo]", "[fe80::1%25eth0]", "[64:ff9b::127.0.0.1]", "[2002:7f00:1::]",
    "[2001:0:7f00:1::]", "[::ffff:0:7f00:1]", "localhost", "LOCALHOST", "localhost.", "ｌｏｃａｌｈｏｓｔ",
    "loca\u00adlhost", "local\u200bhost", "ⓛocalhost", "inside.test", "INSIDE.test.", "both.test",
    "xn--localhost-", "[v1.127]", "127.0.0.1:80@public.test", "public.test@127.0.0.1",
    "public.test\\@127.0.0.1", "public.test#@127.0.0.1", "127.0.0.1 public.test", "127.0.0.1\tx",
    "169.254.169.254", "metadata.google.internal", "[fd00:ec2::254]", "100.100.100.200", "192.0.0.192",
    "10.0.0.1", "[fc00::1]", "100.64.0.1",
]  # fmt: skip
NAMES = {
    "inside.test": ["127.0.0.1"],
    "both.test": ["93.184.216.34", "127.0.0.1"],
    "metadata.google.internal": ["169.254.169.254"],
    "localhost": ["127.0.0.1", "::1"],
}


async def resolve(host: str, _port: int) -> list[str]:
    """As the system does: names, and numbers in any spelling."""
    bare = host.lower().rstrip(".")
    if bare == PUBLIC:
        return ["127.0.0.1"]
    return NAMES.get(bare) or [socket.inet_ntoa(socket.inet_aton(bare))]


async def call(public: Loopback, url: str, **fields: Any) -> dict[str, Any]:
    client = OutboundClient(allowed_hosts=[f"{PUBLIC}:{public.port}"], resolver=resolve)
    request = OutboundRequest(method="GET", url=url, timeout_seconds=5, **fields)
    reply = await client.call(request)
    await client.close()
    return reply


@pytest.mark.parametrize("way", ["address", "redirect", "proxy", "socks"])
async def test_no_spelling_leads_inside(way: str) -> None:
    wrong = []
    async with serve(plain(INSIDE)) as inside:
        for host in HOSTS:
            target = f"http://{host}:{inside.port}/"
            there = plain("", status="302 Found", headers=f"Location: {target}")
            async with serve(there if way == "redirect" else plain("outside")) as public:
                own = f"http://{PUBLIC}:{public.port}/"
                if way == "address":
                    reply = await call(public, target)
                elif way == "redirect":
                    reply = await call(public, own)
                else:
                    address = target.rstrip("/") if way == "proxy" else target.replace("http", "socks5").rstrip("/")
                    reply = await call(public, own, proxies=address)
            if reply["ok"] or INSIDE in repr(reply) or not 10 < len(reply["error"] or "") < 300:
                wrong.append((host, reply))
        assert inside.connections == 0
    assert wrong == []


@pytest.mark.parametrize(
    "location",
    [
        "//127.0.0.1:{}/",
        "///127.0.0.1:{}/",
        "http:127.0.0.1:{}/",
        "http:/127.0.0.1:{}/",
        "HTTP://127.0.0.1:{}/",
        "\\\\127.0.0.1:{}/",
        "/\\127.0.0.1:{}/",
        "//127.1:{}",
        "http://a@127.0.0.1:{}/",
        "gopher://127.0.0.1:{}/_x",
    ],
)
async def test_no_location_leads_inside(location: str) -> None:
    async with serve(plain(INSIDE)) as inside:
        there = plain("", status="307 X", headers=f"Location: {location.format(inside.port)}")
        async with serve(there) as public:
            reply = await call(public, f"http://{PUBLIC}:{public.port}/")
        assert inside.connections == 0
    assert not reply["ok"] and INSIDE not in repr(reply)


async def test_a_name_that_changes_its_mind_between_hops_and_tries_is_asked_once_a_connection() -> None:
    answers = [["127.0.0.9"], ["127.0.0.1"], ["127.0.0.1"]]
    asked: list[str] = []

    async def rebinding(host: str, _port: int) -> list[str]:
        asked.append(host)
        return answers[min(len(asked), len(answers)) - 1]

    async with serve(plain(INSIDE)) as inside:
        client = OutboundClient(allowed_hosts=["127.0.0.9"], resolver=rebinding)
        for _ in range(3):
            reply = await client.call(OutboundRequest(method="GET", url=f"http://a.test:{inside.port}/"))
            assert not reply["ok"]
        await client.close()
        assert inside.connections == 0
    assert asked == ["a.test"] * 3


@pytest.mark.parametrize(
    "fields",
    [
        {"headers": {"Transfer-Encoding": "chunked"}},
        {"headers": {"Content-Length": "0"}},
        {"headers": {"Connection": "upgrade", "Upgrade": "h2c"}},
        {"headers": {"Host": "inside.test"}},
        {"headers": {"Proxy-Authorization": "Basic x"}},
        {"headers": {"Content-Type": "multipart/form-data; boundary=evil"}, "data": {"a": "--evil--"}},
    ],
)
async def test_an_author_does_not_decide_where_a_request_ends(fields: dict[str, Any]) -> None:
    async with serve(plain("x")) as public:
        url = f"http://{PUBLIC}:{public.port}/"
        client = OutboundClient(allowed_hosts=[PUBLIC], resolver=resolve)
        given = {"data": {"a": "GET /x HTTP/1.1\r\n\r\n"}} | fields
        assert (await client.call(OutboundRequest(method="POST", url=url, **given)))["ok"]
        await client.close()
    (asked,) = public.asked
    assert asked.headers["host"] == f"{PUBLIC}:{public.port}"
    assert int(asked.headers["content-length"]) == len(asked.body) > 0
    assert not {"transfer-encoding", "upgrade", "proxy-authorization"} & set(asked.headers)
    assert "evil" not in asked.headers["content-type"]
