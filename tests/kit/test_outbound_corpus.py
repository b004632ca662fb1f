"""Every row of the hostile addresses and answers: nothing inside is ever connected to, nothing of it is revealed."""

import asyncio
import json
import socket
import zlib
from ipaddress import ip_address
from typing import Any

import pytest

from dbcv.kit.outbound import OutboundClient, OutboundRequest, Resolver
from tests import corpus
from tests.loopback import PUBLIC, Asked, Loopback, plain, serve

INSIDE = "MARKER-of-the-inside"
# Stands for the outside: nothing listens there, and no test leaves this machine.
OUTSIDE = {"93.184.216.34": "127.0.0.9"}
HOME_NAMES = {"localhost", "localhost.", "localhost.localdomain"}


def resolver_of(row: dict[str, Any]) -> Resolver:
    """Answers as the row says, for numbers in any spelling as the system does, for the rest not at all."""
    fakes = {name: list(answers) for name, answers in row.get("fake_dns", {}).items()}

    async def resolve(host: str, port: int) -> list[str]:
        if host == PUBLIC or host.lower() in HOME_NAMES:
            return ["127.0.0.1"]
        if host in fakes:
            answers = fakes[host]
            turns = bool(answers) and isinstance(answers[0], list)
            now = answers.pop(0) if turns and len(answers) > 1 else answers[0] if turns else answers
            return [OUTSIDE.get(address, address) for address in now]
        return [socket.inet_ntoa(socket.inet_aton(host.rstrip(".")))]

    return resolve


def answer_of(server: dict[str, Any]) -> Any:
    """What the row's public server does."""

    async def answer(_asked: Asked, writer: asyncio.StreamWriter) -> None:
        if server.get("endless_headers"):
            await forever(writer, b"HTTP/1.1 200 OK\r\n", b"X-A: 1\r\n" * 1000)
        elif "body_bytes" in server:
            await forever(
                writer, f"HTTP/1.1 200 OK\r\nContent-Length: {server['body_bytes']}\r\n\r\n".encode(), b"x" * 65536
            )
        elif "gzip_bomb" in server:
            packer = zlib.compressobj(9, zlib.DEFLATED, zlib.MAX_WBITS | 16)
            head = b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n\r\n" + packer.compress(b"")
            await forever(writer, head, lambda: packer.compress(bytes(1 << 20)) + packer.flush(zlib.Z_SYNC_FLUSH))
        else:
            headers = {"Content-Type": "application/json"} | server.get("headers", {})
            lines = "\n".join(f"{name}: {value}" for name, value in headers.items())
            writer.write(plain(server.get("body", ""), status=f"{server['status']} X", headers=lines))

    return answer


async def forever(writer: asyncio.StreamWriter, head: bytes, more: Any) -> None:
    writer.write(head)
    while True:
        writer.write(more() if callable(more) else more)
        await writer.drain()
        await asyncio.sleep(0)  # drain alone does not let the client run while the socket takes more


def request_of(row: dict[str, Any], inside: Loopback, public: Loopback) -> OutboundRequest:
    filled = corpus.expand(row, PORT=inside.port, PUBLIC=f"http://{PUBLIC}:{public.port}")
    # A placeholder that is the whole address yields the variable's value.
    url = filled["variables"]["user"]["x"] if "variables" in filled else filled["url"]
    return OutboundRequest(method="GET", url=url, proxies=filled.get("proxies"), timeout_seconds=5)


@pytest.mark.parametrize("row", corpus.rows("ssrf_urls.jsonl"))
async def test_row(row: dict[str, Any]) -> None:
    # The answer needs the server's port before there is one: the row is filled in when the request comes.
    async def answer(asked: Asked, writer: asyncio.StreamWriter) -> None:
        address = f"http://{PUBLIC}:{public.port}"
        await answer_of(corpus.expand(row["server"], PORT=inside.port, PUBLIC=address))(asked, writer)

    async with serve(plain(INSIDE)) as inside, serve(answer) as public:
        client = OutboundClient(allowed_hosts=[f"{PUBLIC}:{public.port}", *OUTSIDE.values()], resolver=resolver_of(row))
        replies = [await client.call(request_of(row, inside, public)) for _ in range(2 if "fake_dns" in row else 1)]
        await client.close()
    assert inside.connections == 0
    for reply in replies:
        assert INSIDE not in repr(reply)
        expect(row["safe"]["outcome"], reply)


def expect(outcome: str, reply: dict[str, Any]) -> None:
    if outcome == "value_or_error":
        assert reply["ok"] or reply["error"]
        json.dumps(reply, allow_nan=False)
        assert "\x00" not in repr(reply["result"])
        return
    assert (reply["ok"], reply["result"]) == (False, None)
    assert 10 < len(reply["error"]) < 200


def test_every_numeric_spelling_is_read_as_the_system_does() -> None:
    """The rows rely on it: the resolver of these tests reads numbers as the real one."""
    for text in ("127.1", "0x7f000001", "2130706433", "0177.0.0.1", "0"):
        found = socket.getaddrinfo(text, 80, type=socket.SOCK_STREAM)[0][4][0]
        assert ip_address(str(found)) == ip_address(socket.inet_ntoa(socket.inet_aton(text)))
