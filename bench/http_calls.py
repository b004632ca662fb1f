"""How much memory HTTP steps hold: thousands of slow requests at once, then large answers and bombs beside them.

A server in a process of its own answers drop by drop, with 50 MB, or with a bomb; this process performs the effects as
a worker does, with a worker's defaults. Run: python -m bench.http_calls (--slow 10000 for ten thousand).
"""

import argparse
import asyncio
import logging
import multiprocessing
import resource
import time
import zlib
from collections import Counter
from multiprocessing.connection import Connection

import psutil
import structlog

from dbcv.engine.effects import CallHttp
from dbcv.entrypoints.wiring import make_outbound
from dbcv.kit.settings import read_settings
from dbcv.runtime.perform import Performer

LARGE_BYTES = 50_000_000
DROP_SECONDS = 1.0


async def _answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    try:
        head = await reader.readuntil(b"\r\n\r\n")
        what = head.split(b" ")[1]
        if what == b"/large":
            writer.write(f"HTTP/1.1 200 OK\r\nContent-Length: {LARGE_BYTES}\r\n\r\n".encode())
            for _ in range(LARGE_BYTES // 50_000):
                writer.write(b"x" * 50_000)
                await writer.drain()
        elif what == b"/bomb":
            writer.write(b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n\r\n")
            packer = zlib.compressobj(9, zlib.DEFLATED, zlib.MAX_WBITS | 16)
            for _ in range(300):
                writer.write(packer.compress(bytes(1 << 20)) + packer.flush(zlib.Z_SYNC_FLUSH))
                await writer.drain()
        else:
            writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 100000\r\n\r\n")
            while True:
                writer.write(b"x")
                await writer.drain()
                await asyncio.sleep(DROP_SECONDS)
    except (ConnectionError, asyncio.IncompleteReadError):
        pass
    finally:
        writer.close()


def _serve(port_to: Connection) -> None:
    async def run() -> None:
        server = await asyncio.start_server(_answer, "127.0.0.1", 0, backlog=4_096)
        port_to.send(server.sockets[0].getsockname()[1])
        await server.serve_forever()

    asyncio.run(run())


def _rss_mb() -> float:
    return float(psutil.Process().memory_info().rss) / 1e6


async def _many(performer: Performer, url: str, count: int) -> Counter[str]:
    """What came of so many HTTP steps, all asked for at once."""

    async def one(number: int) -> str:
        effect = CallHttp("r", "r", "GET", url, {}, {}, None, None, None, [], None, 300.0, f"{number}:0")
        return str((await performer.perform(effect))["error"] or "answered")

    return Counter(await asyncio.gather(*(one(number) for number in range(count))))


async def _watched(call: "asyncio.Future[Counter[str]]") -> tuple[Counter[str], float]:
    """The outcome, and the most memory on the way."""
    most = _rss_mb()
    while not call.done():
        await asyncio.sleep(0.2)
        most = max(most, _rss_mb())
    return await call, most


async def _measure(base: str, counts: argparse.Namespace) -> None:
    settings = read_settings(
        allowed_hosts=("127.0.0.1",), max_effects=counts.at_once, http_seconds=counts.seconds,
        turn_timeout_seconds=counts.seconds * 2,
    )  # fmt: skip
    client = make_outbound(settings)
    performer = Performer(settings, client)
    await _many(performer, f"{base}/large", 1)
    print(f"before: {_rss_mb():.0f} MB")
    for what, count in (("slow", counts.slow), ("large", counts.large), ("bomb", counts.large)):
        begin, before = time.monotonic(), _rss_mb()
        outcome, most = await _watched(asyncio.ensure_future(_many(performer, f"{base}/{what}", count)))
        spent = time.monotonic() - begin
        grown = (most - before) * 1_000
        print(f"{count} x {what}: {most:.0f} MB at most (+{grown / count:.0f} KB each), {spent:.1f} s")
        print("".join(f"    {number} x {said}\n" for said, number in outcome.most_common()), end="")
    await client.close()
    print(f"after: {_rss_mb():.0f} MB")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--slow", type=int, default=2_000, help="requests answered drop by drop, at once")
    parser.add_argument("--large", type=int, default=200, help="requests answered with 50 MB, and with bombs, at once")
    parser.add_argument("--at-once", type=int, default=200, help="DBCV_MAX_EFFECTS")
    parser.add_argument("--seconds", type=float, default=30.0, help="limit of a request; it may wait as long before")
    counts = parser.parse_args()
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING))
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    ours, theirs = multiprocessing.Pipe()
    server = multiprocessing.get_context("spawn").Process(target=_serve, args=(theirs,), daemon=True)
    server.start()
    asyncio.run(_measure(f"http://127.0.0.1:{ours.recv()}", counts))
    server.kill()


if __name__ == "__main__":
    main()
