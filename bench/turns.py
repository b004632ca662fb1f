"""Turns a second, end to end and durable: the greet conversation in a closed loop, through HTTP and the WebSocket.

Beside it in the same run: a bare POST on the same HTTP server, the smallest program of the same design on the same
database and broker (bench/smallest.py), and pgbench writing the same rows, one commit a turn and 100 turns a commit.
The load generator shares the machine. Run: make bench-turns (or python bench/turns.py).
"""

import argparse
import asyncio
import contextlib
import json
import socket
import statistics
import subprocess
import sys
import threading
import time
import uuid
from collections.abc import Iterator
from pathlib import Path

import uvloop
from load import Talker, post_bare, talk_http, talk_ws
from pg_limits import pgbench_limits
from product import BENCH, Product, free_port, machine, running
from smallest import smallest_program


def percentiles(latencies: list[float]) -> tuple[float, float, float]:
    """p50, p95, p99 in milliseconds."""
    ordered = sorted(latencies) or [0.0]
    return tuple(round(ordered[int((len(ordered) - 1) * p)] * 1000, 2) for p in (0.5, 0.95, 0.99))  # type: ignore[return-value]


class MemoryWatch(threading.Thread):
    """The largest sum of PSS over all processes, looked at once a second."""

    def __init__(self, product: Product) -> None:
        super().__init__(daemon=True)
        self.product, self.peak_mb, self.at_peak = product, 0.0, {}
        self.ended = threading.Event()

    def run(self) -> None:
        while not self.ended.wait(1.0):
            found = self.product.memory_mb()
            if sum(found.values()) > self.peak_mb:
                self.peak_mb, self.at_peak = sum(found.values()), found


@contextlib.contextmanager
def bare_server() -> Iterator[int]:
    port = free_port()
    server = subprocess.Popen([sys.executable, str(BENCH / "bare_app.py"), str(port)])
    try:
        for _ in range(100):
            with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
                break
            time.sleep(0.2)
        yield port
    finally:
        server.terminate()
        server.wait(20)


async def measure_turns(product: Product, tokens: list[str], channel: str, how: str, seconds: float) -> dict:
    talkers = [Talker(token, channel) for token in tokens]
    talk = talk_http if how == "http" else talk_ws
    before, started = product.cpu_seconds(), time.perf_counter()
    await asyncio.gather(*(talk(product.host, product.port, talker, started + seconds) for talker in talkers))
    took, after = time.perf_counter() - started, product.cpu_seconds()
    latencies = [latency for talker in talkers for latency in talker.latencies]
    wrong = [talker.first_wrong for talker in talkers if talker.wrong]
    if wrong:
        print(f"WRONG REPLIES: {len(wrong)} sessions, e.g. {wrong[0]}", file=sys.stderr)
    cpu = {kind: round((after[kind] - before.get(kind, 0)) / max(len(latencies), 1) * 1e6) for kind in after}
    return {"rate": len(latencies) / took, "latency_ms": percentiles(latencies), "wrong": len(wrong), "cpu_us": cpu}


async def measure_smallest(port: int, sessions: int, seconds: float) -> dict:
    talkers = [Talker(uuid.uuid4().hex, "") for _ in range(sessions)]
    started = time.perf_counter()
    talks = (talk_http("127.0.0.1", port, talker, started + seconds) for talker in talkers)
    await asyncio.wait_for(asyncio.gather(*talks), seconds + 20)
    took = time.perf_counter() - started
    latencies = [latency for talker in talkers for latency in talker.latencies]
    assert not any(talker.wrong for talker in talkers)
    return {"rate": len(latencies) / took, "latency_ms": percentiles(latencies)}


async def measure_bare(port: int, path: str, sessions: int, seconds: float) -> dict:
    latencies: list[float] = []
    started = time.perf_counter()
    loops = (post_bare("127.0.0.1", port, path, started + seconds, latencies) for _ in range(sessions))
    await asyncio.gather(*loops)
    return {"rate": len(latencies) / (time.perf_counter() - started), "latency_ms": percentiles(latencies)}


def show(name: str, found: dict, extra: str = "") -> None:
    p50, p95, p99 = found["latency_ms"]
    print(f"{name:34} {found['rate']:8.0f}/s   p50 {p50:7.2f}  p95 {p95:7.2f}  p99 {p99:7.2f} ms  {extra}", flush=True)


async def rounds(product: Product, smallest_port: int, arguments: argparse.Namespace, results: dict) -> None:
    bot = product.publish((BENCH / "bots" / f"{arguments.bot}.yaml").read_bytes())
    channel = product.open_channel(bot)
    sessions = [int(part) for part in arguments.sessions.split(",")]
    tokens = [product.anonymous(channel) for _ in range(max(sessions))]
    await measure_turns(product, tokens[:16], channel, "http", 2.0)
    with bare_server() as port:
        for count in sessions:
            for turn in range(arguments.rounds):
                bare = await measure_bare(port, "/raw", count, arguments.seconds / 2)
                fast = await measure_bare(port, "/fastapi", count, arguments.seconds / 2)
                small = await measure_smallest(smallest_port, count, arguments.seconds / 2)
                http = await measure_turns(product, tokens[:count], channel, "http", arguments.seconds)
                live = await measure_turns(product, tokens[:count], channel, "ws", arguments.seconds)
                results.setdefault(count, []).append(
                    {"bare": bare, "fastapi": fast, "small": small, "http": http, "ws": live}
                )
                show(f"{count:4} sessions, bare POST (ASGI)", bare)
                show(f"{count:4} sessions, bare POST (FastAPI)", fast)
                show(f"{count:4} sessions, smallest program", small)
                ratio = f"= {http['rate'] / bare['rate']:.2f} of bare, {http['rate'] / fast['rate']:.2f} of FastAPI, "
                ratio += f"{http['rate'] / small['rate']:.2f} of the smallest"
                show(f"{count:4} sessions, turns over HTTP", http, ratio)
                show(f"{count:4} sessions, turns over /ws", live)
                print(f"     CPU, µs a turn over HTTP: {http['cpu_us']}  (round {turn + 1})", flush=True)
                print(f"     CPU, µs a turn over /ws: {live['cpu_us']}", flush=True)


def medians(results: dict) -> None:
    print("\nMedians of the rounds")
    for count, found in results.items():
        rate = {kind: statistics.median(one[kind]["rate"] for one in found) for kind in found[0]}
        p50 = statistics.median(one["http"]["latency_ms"][0] for one in found)
        p99 = statistics.median(one["http"]["latency_ms"][2] for one in found)
        print(
            f"{count:4} sessions: HTTP {rate['http']:.0f}/s (p50 {p50:.2f} ms, p99 {p99:.2f} ms), "
            f"/ws {rate['ws']:.0f}/s, "
            f"bare ASGI {rate['bare']:.0f}/s (ratio {rate['http'] / rate['bare']:.2f}), "
            f"bare FastAPI {rate['fastapi']:.0f}/s (ratio {rate['http'] / rate['fastapi']:.2f}), "
            f"smallest program {rate['small']:.0f}/s (ratio {rate['http'] / rate['small']:.2f})"
        )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--bot", choices=("greet", "greet_code"), default="greet", help="greet_code: code in each turn")
    parser.add_argument("--sessions", default="1,16,64,256")
    parser.add_argument("--seconds", type=float, default=6.0)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--no-limits", action="store_true", help="leave pgbench out")
    parser.add_argument("--json", type=Path)
    arguments = parser.parse_args()
    print(machine(), flush=True)
    results: dict = {}
    with running() as product:
        watch = MemoryWatch(product)
        watch.start()
        with smallest_program(product) as smallest_port:
            uvloop.run(rounds(product, smallest_port, arguments, results))
        watch.ended.set()
        medians(results)
        parts = ", ".join(f"{kind} {mb:.0f}" for kind, mb in sorted(watch.at_peak.items()))
        print(f"Peak memory of all processes: {watch.peak_mb:.0f} MB PSS ({parts})")
        if not arguments.no_limits:
            pgbench_limits(product)
    if arguments.json:
        arguments.json.write_text(json.dumps(results))


if __name__ == "__main__":
    main()
