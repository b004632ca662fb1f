"""More addresses, redirects, names and requests of the kind that lead inside: none of them opens a connection there."""

import asyncio
import socket
from typing import Any

import pytest

from dbcv.kit.outbound import OutboundClient, OutboundRequest, Resolver
from tests.loopback import PUBLIC, Asked, Loopback, outbound, plain, serve

INSIDE = "MARKER-of-the-inside"
SPELLINGS = (
    # IPv4 in the spellings that the C library reads
    "127.0.1", "127.000.000.001", "0x7f.1", "0X7F.0X0.0X0.0X1", "017700000001", "0x7f000001", "127.0.0.1.",
    "2130706433.", "00000177.0.0.1", "0.0.0.0", "0", "00", "10.1", "0xa9fea9fe", "169.254.43518", "172.1048577",
    # IPv6, and IPv4 inside of it
    "[::1]", "[::]", "[0:0:0:0:0:0:0:1]", "[::ffff:127.0.0.1]", "[::ffff:7f00:1]", "[0:0:0:0:0:ffff:127.0.0.1]",
    "[::127.0.0.1]", "[64:ff9b::127.0.0.1]", "[64:ff9b:1::127.0.0.1]", "[2002:7f00:1::]", "[2001::7f00:1]",
    "[fe80::1]", "[fe80::1%25lo]", "[::1%25lo]", "[fd00::1]", "[fec0::1]", "[ff02::1]", "[fd00:ec2::254]",
    "[2a00:1450::5efe:7f00:1]", "[::ffff:0:127.0.0.1]", "[v1.x]", "[::1", "::1",
    # Names in other letters: full width, circled, dots of other alphabets, letters that fold to two
    "１２７.0.0.1", "127。0。0。1", "①②⑦.⓪.⓪.①", "ⓛⓞⓒⓐⓛⓗⓞⓢⓣ", "loca\u00adlhost", "localhost\u200b",
    "ʟocalhost", "localhoſt",
    "LOCALHOST", "localhost.", "localhost..", ".localhost", "localhost%00.example", "localhost%2eexample",
    "xn--localhost-", "%6cocalhost", "%31%32%37.0.0.1", "127.0.0.1%2f", "127.0.0.1%09", "127.0.0.1%23.example",
)  # fmt: skip
FORMS = (
    "http://example.com@127.0.0.1:{port}/",
    "http://127.0.0.1:{port}@example.com/",
    "http://a:b@127.0.0.1:{port}/",
    "http://example.com#@127.0.0.1:{port}/",
    "http://example.com\\@127.0.0.1:{port}/",
    "http:\\\\127.0.0.1:{port}\\",
    "http:/127.0.0.1:{port}/",
    "http:127.0.0.1:{port}/",
    "//127.0.0.1:{port}/",
    "127.0.0.1:{port}",
    "http:///127.0.0.1:{port}/",
    "http://127.0.0.1:{port}\t/",
    "http://127.0.0.1\n:{port}/",
    "http://127.0.0.1\r\nHost: example.com:{port}/",
    " http://127.0.0.1:{port}/",
    "\x00http://127.0.0.1:{port}/",
    "http://127.0.0.1 :{port}/",
    "http://127.0.0.1:{port}:80/",
    "http://127.0.0.1:00{port}/",
    "http://127.0.0.1:+{port}/",
    "http://127.0.0.1:-1/",
    "http://127.0.0.1:99999/",
    "http://127.0.0.1:{port}%00/",
    "hTTp://127.0.0.1:{port}/",
    "http+unix://%2Frun%2Fx/",
    "unix:/run/x",
    "file:///etc/passwd",
    "gopher://127.0.0.1:{port}/_x",
    "dict://127.0.0.1:{port}/",
    "ftp://127.0.0.1:{port}/",
    "ldap://127.0.0.1:{port}/",
    "ws://127.0.0.1:{port}/",
    "jar:http://127.0.0.1:{port}/!/",
    "data:text/plain,x",
    "javascript:1",
    "netdoc:///etc/passwd",
    "http://[::ffff:127.0.0.1]:{port}/",
    "http://{{127.0.0.1}}:{port}/",
    "http://127.0.0.1,example.com:{port}/",
    "http://example.com,127.0.0.1:{port}/",
    "http://127.0.0.1;example.com:{port}/",
    "http://$IP:{port}/",
    "",
    "http://",
    "http://:{port}/",
)


async def by(public: Loopback, **asks: Any) -> Any:
    """A call to the one server that may be called."""
    url = f"http://{PUBLIC}:{public.port}/"
    async with outbound(allowed_hosts=[f"{PUBLIC}:{public.port}"]) as client:
        return await client.call(OutboundRequest(url=url, timeout_seconds=5, **asks))


async def system(host: str, _port: int) -> list[str]:
    """Reads addresses and the names of this machine as the system does, and asks nobody."""
    name = host.lower().rstrip(".")
    return ["127.0.0.1"] if name == "localhost" else [socket.inet_ntoa(socket.inet_aton(name))]


async def never(_host: str, _port: int) -> list[str]:
    raise OSError("no such host")


async def tried(url: str, resolver: Resolver) -> Any:
    """By a client that is allowed nothing inside."""
    client = OutboundClient(allowed_hosts=[], resolver=resolver)
    try:
        return await client.call(OutboundRequest(method="GET", url=url, timeout_seconds=5))
    finally:
        await client.close()


def is_refused(reply: dict[str, Any]) -> None:
    assert (reply["ok"], reply["status"], reply["result"]) == (False, None, None)
    assert 10 < len(reply["error"]) < 250
    assert INSIDE not in repr(reply)


@pytest.mark.parametrize("host", SPELLINGS)
async def test_no_spelling_of_a_host_leads_inside(host: str) -> None:
    async with serve(plain(INSIDE), "127.0.0.1") as inside:
        is_refused(await tried(f"http://{host}:{inside.port}/", system))
    assert inside.connections == 0


@pytest.mark.parametrize("form", FORMS)
async def test_no_form_of_an_address_leads_inside(form: str) -> None:
    async with serve(plain(INSIDE), "127.0.0.1") as inside:
        # Names out there are not looked up: no test leaves this machine.
        is_refused(await tried(form.replace("{port}", str(inside.port)), never))
    assert inside.connections == 0


@pytest.mark.parametrize("answers", [
    ["127.0.0.1"], ["::1"], ["::ffff:127.0.0.1"], ["93.184.216.34", "127.0.0.1"], ["127.0.0.1", "93.184.216.34"],
    ["fe80::1%lo"], ["64:ff9b::7f00:1"], ["0.0.0.0"], ["169.254.169.254"], ["not an address"], [], ["127.0.0.1"] * 500,
    ["2606:4700::1", "::1"], ["192.168.0.1"], ["100.64.0.1"], ["", "127.0.0.1"],
])  # fmt: skip
async def test_no_answer_of_a_name_server_leads_inside(answers: list[str]) -> None:
    async def resolve(_host: str, _port: int) -> list[str]:
        return answers

    async with serve(plain(INSIDE), "127.0.0.1") as inside:
        is_refused(await tried(f"http://rebind.example:{inside.port}/", resolve))
    assert inside.connections == 0


LOCATIONS = (
    "http://127.0.0.1:{port}/", "//127.0.0.1:{port}/", "//inside.test:{port}/", "http://inside.test:{port}/", "http://[::1]:{port}/",
    "http://0:{port}/", "///127.0.0.1:{port}/", "http:\\\\127.0.0.1:{port}", "\\\\127.0.0.1:{port}", "http://user@127.0.0.1:{port}/",
    "http://127.0.0.1:{port}\x00/", "HTTP://INSIDE.TEST:{port}/", "http://inside.test.:{port}/", "ftp://127.0.0.1:{port}/",
    "file:///etc/passwd", "gopher://127.0.0.1:{port}/", "data:,x", "javascript:1", "http://", "http://127.0.0.1:{port}#@public.test/",
)  # fmt: skip


@pytest.mark.parametrize("status", ["301 M", "303 S", "307 T"])
@pytest.mark.parametrize("location", LOCATIONS)
async def test_no_redirect_leads_inside(location: str, status: str) -> None:
    async def answer(_asked: Asked, writer: asyncio.StreamWriter) -> None:
        there = location.replace("{port}", str(inside.port))
        writer.write(plain("go there", status=status, headers=f"Location: {there}"))

    async with serve(plain(INSIDE)) as inside, serve(answer) as public:
        reply = await by(public, method="POST", content="x")
    assert inside.connections == 0
    assert not reply["ok"]
    assert INSIDE not in repr(reply)


async def test_a_name_that_moves_inside_between_redirects_is_not_followed() -> None:
    """The first answer is outside, the second one, for the redirect, is not: each hop is looked up and checked anew."""
    turns = [["127.0.0.8"], ["127.0.0.1"]]

    async def resolve(_host: str, _port: int) -> list[str]:
        return turns.pop(0)

    async def move(asked: Asked, writer: asyncio.StreamWriter) -> None:
        writer.write(plain("", status="302 F", headers=f"Location: {asked.target}again\nConnection: close"))
        writer.close()

    async with (
        serve(move, "127.0.0.8") as outside,
        serve(plain(INSIDE), "127.0.0.1", outside.port) as inside,
        outbound(allowed_hosts=["127.0.0.8"], resolver=resolve) as client,
    ):
        reply = await client.call(OutboundRequest(method="GET", url=f"http://moves.example:{outside.port}/"))
    assert (outside.connections, inside.connections) == (1, 0)
    assert "is private" in reply["error"]


SMUGGLED: tuple[dict[str, Any], ...] = (
    {"headers": {"X": "a\r\nHost: inside"}},
    {"headers": {"X": "a\nb"}},
    {"headers": {"X": "a\x00b"}},
    {"headers": {"X\r\nY": "a"}},
    {"headers": {"X:": "a"}},
    {"headers": {" X": "a"}},
    {"headers": {"": "a"}},
    {"headers": {"Х": "a"}},
    {"headers": {"X": "\x0b\x0c"}},
    {"method": "GET / HTTP/1.1\r\nX: y"},
    {"method": "CONNECT"},
    {"method": "TRACE"},
    {"method": "GET "},
    {"method": "ＧＥＴ"},
    {"path": "/\r\nX: y"},
    {"path": "/ HTTP/1.1\r\nX: y"},
    {"path": "/\x00"},
    {"path": "/" + "a" * 9_000},
    {"params": {"a": "\r\nX-Smuggled: y"}},
    {"params": {"a\r\nX-Smuggled": "y"}},
    {"headers": {"X": "é\u2028\x85"}},
    {"headers": {"Host": "inside"}},
    {"headers": {"Content-Length": "0", "Transfer-Encoding": "chunked"}, "content": "x"},
    {"headers": {"Connection": "upgrade", "Upgrade": "h2c", "HTTP2-Settings": "x"}},
    {"headers": {"Expect": "100-continue"}},
    {"headers": {"X": "a" * 70_000}},
    {"headers": {f"X{index}": "a" for index in range(20_000)}},
    {"data": {"a\r\nContent-Disposition: x": "b"}, "headers": {"Content-Type": "multipart/form-data"}},
)


@pytest.mark.parametrize("asks", SMUGGLED, ids=lambda asks: repr(asks)[:60])
async def test_nothing_is_smuggled_into_a_request(asks: dict[str, Any]) -> None:
    """Refused, or one request whose head says what was asked for and nothing besides."""
    asks = dict(asks)
    async with serve(plain("x")) as server:
        reply = await ask_plainly(server, asks)
    assert len(server.asked) == (1 if reply["status"] else 0)
    for asked in server.asked:
        assert asked.method in ("GET", "POST")
        assert asked.headers["host"] == f"{PUBLIC}:{server.port}"
        assert not {"upgrade", "expect", "transfer-encoding", "x-smuggled", "y"} & set(asked.headers)
        assert asked.body.count(b"\r\nContent-Disposition") <= 1


async def ask_plainly(server: Loopback, asks: dict[str, Any]) -> Any:
    url = f"http://{PUBLIC}:{server.port}{asks.pop('path', '/')}"
    method = asks.pop("method", "POST" if "content" in asks or "data" in asks else "GET")
    async with outbound() as client:
        return await client.call(OutboundRequest(method=method, url=url, timeout_seconds=5, **asks))


@pytest.mark.parametrize("proxy", [
    "http://127.0.0.1:{port}", "http://inside.test:{port}", "http://[::1]:{port}", "http://0:{port}", "socks5://127.0.0.1:{port}",
    {"http": "http://127.0.0.1:{port}"}, {"all": "socks5://inside.test:{port}"}, "https://127.0.0.1:{port}",
    "http://a:b@127.0.0.1:{port}", "file:///x", "unix:/run/x", "http://public.test@127.0.0.1:{port}", ["http://127.0.0.1:{port}"],
])  # fmt: skip
async def test_no_proxy_inside_is_asked(proxy: Any) -> None:
    async with serve(plain(INSIDE)) as inside, serve(plain("x")) as public:
        reply = await by(public, method="GET", proxies=filled_in(proxy, inside.port))
    assert inside.connections == 0
    is_refused(reply)


def filled_in(proxy: Any, port: int) -> Any:
    if isinstance(proxy, dict):
        return {name: filled_in(each, port) for name, each in proxy.items()}
    return [filled_in(each, port) for each in proxy] if isinstance(proxy, list) else proxy.replace("{port}", str(port))
