"""What the guarded client makes of answers, and what it survives: bombs, drips, nonsense."""

import asyncio
import gzip
import tracemalloc
import zlib
from typing import Any

import pytest

from tests.loopback import PUBLIC, Asked, ask, outbound, plain, serve


@pytest.mark.parametrize(
    ("status", "ok"),
    [("200 OK", True), ("304 Not Modified", True), ("399 X", True), ("404 X", False), ("503 X", False)],
)
async def test_ok_is_a_status_below_400(status: str, ok: bool) -> None:
    async with serve(plain("" if status.startswith("304") else "why", status=status)) as server:
        reply = await ask(server)
    assert reply["ok"] is ok
    assert (reply["error"] is None) is ok
    if not ok:
        assert reply["error"].startswith(f"the server answered {status[:3]}")
        assert reply["result"] == "why"


@pytest.mark.parametrize(
    ("content_type", "body", "result"),
    [
        ("application/problem+json", b'{"a":1}', {"a": 1}),
        ("application/json", b"\xef\xbb\xbf[1]", [1]),
        ("application/json; charset=utf-16", '"я"'.encode("utf-16"), "я"),
        ("application/json", b"<html>", "<html>"),
        ("application/json", b'{"a":NaN,"b":-Infinity,"c":1e999}', {"a": None, "b": None, "c": None}),
        ("application/json", b'{"d":"a\\u0000b"}', {"d": "ab"}),
        ("application/json", b'["\\ud800x"]', ["x"]),
        ("application/json", b"9" * 400, int("9" * 400)),
        ("application/json", b"9" * 100_000, "9" * 100_000),
        ("application/json", b"", None),
        ("text/html; charset=windows-1251", "да".encode("cp1251"), "да"),
        ("text/plain; charset=punycode", b"abc-", "abc-"),
        ("text/plain; charset=zlib", b"abc", "abc"),
        ("text/plain; charset=no-such", "é".encode(), "é"),
        ("text/plain", b"a\x00\xff", "a\ufffd"),
        ("application/xml", b"<a/>", "<a/>"),
        ("", b"plain", "plain"),
        ("", b"\xff\xfe\x00", {"content_type": "application/octet-stream", "size": 3}),
        ("image/png", b"\x89PNG", {"content_type": "image/png", "size": 4}),
    ],
)
async def test_results_by_content_type(content_type: str, body: bytes, result: Any) -> None:
    async with serve(plain(body, headers=f"Content-Type: {content_type}" if content_type else "")) as server:
        reply = await ask(server)
    assert reply["ok"]
    assert reply["result"] == result


@pytest.mark.parametrize(
    ("body", "error"),
    [
        ("[" * 65 + "]" * 65, "nested deeper"),
        ("[" * 100_000 + "]" * 100_000, "nested deeper"),
        ('{"a":' * 1000 + "1" + "}" * 1000, "nested deeper"),
        ("[" + "[]," * 300_000 + "[]]", "more than"),
    ],
)
async def test_json_that_is_a_burden_is_an_error(body: str, error: str) -> None:
    async with serve(plain(body, headers="Content-Type: application/json")) as server:
        reply = await ask(server)
    assert (reply["ok"], reply["status"], reply["result"]) == (False, 200, None)
    assert error in reply["error"]


async def test_64_levels_of_json_are_fine() -> None:
    async with serve(plain("[" * 64 + "]" * 64, headers="Content-Type: application/json")) as server:
        assert (await ask(server))["ok"]


@pytest.mark.parametrize("packing", ["gzip", "deflate", "GZIP, identity"])
async def test_packed_answers_are_unpacked(packing: str) -> None:
    body = zlib.compress(b"hello") if packing == "deflate" else gzip.compress(b"hello")
    async with serve(plain(body, headers=f"Content-Type: text/plain\nContent-Encoding: {packing}")) as server:
        assert (await ask(server))["result"] == "hello"


@pytest.mark.parametrize("packing", ["br", "zstd", "gzip, gzip", "x" * 1000, "gzip," * 5000])
async def test_packing_that_was_not_asked_for_is_refused(packing: str) -> None:
    async with serve(plain(b"hello", headers=f"Content-Encoding: {packing}")) as server:
        reply = await ask(server)
    assert (reply["ok"], reply["result"]) == (False, None)
    assert "packed" in reply["error"]


async def test_broken_packing_is_an_error() -> None:
    async with serve(plain(b"hello", headers="Content-Encoding: gzip")) as server:
        assert "packed wrongly" in (await ask(server))["error"]


async def endless_chunks(_asked: Asked, writer: asyncio.StreamWriter) -> None:
    writer.write(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
    while True:
        writer.write(b"100000\r\n" + b"x" * 0x100000 + b"\r\n")
        await writer.drain()


def bomb(size_bytes: int) -> bytes:
    """The beginning of a gzip that opens to so much. A part that is packed alone can stand there again and again: to
    pack all of it takes a second."""
    packer = zlib.compressobj(9, zlib.DEFLATED, zlib.MAX_WBITS | 16)
    head = packer.compress(b"") + packer.flush(zlib.Z_FULL_FLUSH)
    part = packer.compress(bytes(1 << 20)) + packer.flush(zlib.Z_FULL_FLUSH)
    return head + part * (size_bytes >> 20)


async def endless_nothing(_asked: Asked, writer: asyncio.StreamWriter) -> None:
    """Gzip blocks without content: much comes over the wire, nothing comes out."""
    packer = zlib.compressobj(9, zlib.DEFLATED, zlib.MAX_WBITS | 16)
    writer.write(b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n\r\n" + packer.compress(b""))
    nothing = packer.flush(zlib.Z_FULL_FLUSH) * 100_000
    while True:
        writer.write(nothing)
        await writer.drain()


@pytest.mark.parametrize(
    "answer",
    [
        endless_chunks,
        endless_nothing,
        plain(bomb(300 << 20), headers="Content-Encoding: gzip"),
        b"HTTP/1.1 200 OK\r\nContent-Length: 10000000000\r\n\r\n" + b"x" * 6_000_000,
    ],
    ids=["chunks", "nothing", "bomb", "length"],
)
async def test_too_much_is_cut_off_in_bounded_memory(answer: Any) -> None:
    async with serve(answer) as server, outbound(max_bytes=1_000_000) as client:
        tracemalloc.start()
        reply = await ask(server, client=client, timeout_seconds=20)
        peak_bytes = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
    assert (reply["ok"], reply["status"], reply["result"]) == (False, 200, None)
    assert reply["error"] == "the answer is larger than 1000000 bytes"
    assert peak_bytes < 20_000_000


async def test_answers_that_are_read_at_once_share_one_room() -> None:
    async with serve(plain(b"x" * 600_000)) as server, outbound(max_bytes=600_000, max_held_bytes=1_000_000) as client:
        replies = await asyncio.gather(*(ask(server, client=client) for _ in range(4)))
        full = {reply["error"] for reply in replies if not reply["ok"]}
        assert full == {"too many large answers are being read at once, try again later"}
        for _ in range(5):
            assert (await ask(server, client=client))["ok"], "what was read gave its room back"


async def drip(_asked: Asked, writer: asyncio.StreamWriter) -> None:
    writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n")
    while True:
        writer.write(b"x")
        await writer.drain()
        await asyncio.sleep(0.02)


async def drip_headers(_asked: Asked, writer: asyncio.StreamWriter) -> None:
    writer.write(b"HTTP/1.1 200 OK\r\n")
    while True:
        writer.write(b"X-A: 1\r\n")
        await writer.drain()
        await asyncio.sleep(0.02)


async def silence(_asked: Asked, _writer: asyncio.StreamWriter) -> None:
    await asyncio.sleep(60)


@pytest.mark.parametrize("answer", [drip, drip_headers, silence])
async def test_the_whole_exchange_has_one_time_limit(answer: Any) -> None:
    async with serve(answer) as server:
        reply = await ask(server, timeout_seconds=0.3)
    assert (reply["ok"], reply["status"], reply["result"]) == (False, None, None)
    assert reply["error"] == "there was no complete answer within 0.3 s"
    assert 250 <= reply["elapsed_ms"] < 2_000


async def test_slow_redirects_share_that_limit() -> None:
    async def slow(_asked: Asked, writer: asyncio.StreamWriter) -> None:
        await asyncio.sleep(0.15)
        writer.write(plain(status="302 Found", headers="Location: /again"))

    async with serve(slow) as server:
        reply = await ask(server, timeout_seconds=0.4)
    assert "within 0.4 s" in reply["error"]


async def test_a_cancelled_call_is_cancelled() -> None:
    async with serve(silence) as server:
        task = asyncio.create_task(ask(server))
        await asyncio.sleep(0.1)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        (b"nonsense\r\n\r\n", "no valid HTTP"),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n", "no valid HTTP"),
        (b"HTTP/1.1 200 OK\r\n" + b"X-A: 1\r\n" * 50_000, "no valid HTTP"),
    ],
)
async def test_answers_that_are_no_http(answer: bytes, error: str) -> None:
    async with serve(answer) as server:
        reply = await ask(server)
    assert (reply["ok"], reply["status"]) == (False, None)
    assert error in reply["error"]


@pytest.mark.parametrize("answer", [b"", b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf"])
async def test_a_server_that_hangs_up(answer: bytes) -> None:
    async def hang_up(_asked: Asked, writer: asyncio.StreamWriter) -> None:
        writer.write(answer)
        writer.close()

    async with serve(hang_up) as server:
        reply = await ask(server)
    assert (reply["ok"], reply["result"]) == (False, None)
    assert PUBLIC in reply["error"]
