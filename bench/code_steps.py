"""What a code step costs: the wait of one caller, and calls a second, on one core and on all. Not part of the product.

Service and children share one core for the first table (everything is pinned to it), so that its calls a second are
calls a second of a core. Run: make bench-code (or python bench/code_steps.py).
"""

import argparse
import asyncio
import os
import statistics
import time
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from pathlib import Path

import uvloop

from dbcv.sandbox.jailed import JailedSandbox
from dbcv.sandbox.port import CodeCall, CodeLimits

WANTED_MS, WANTED_CALLS = 1.0, 1_200.0
"""Median wait and calls a second of one core that the product promises."""
GREET = """
async def main(message, variables):
    name = variables.get("user.name", "Guest")
    score = variables["session"].get("score", 0) + len(message["text"])
    return {"greeting": f"Hello {name}, your score is {score}", "score": score, "dice": randint(1, 6)}
"""
ORDER = """
import json, re
from dataclasses import dataclass

@dataclass
class Item:
    name: str
    price: Decimal
    count: int

def read(line):
    found = re.fullmatch(r"(.+?) x(\\d+) @(\\d+\\.\\d\\d)", line)
    return Item(found[1], Decimal(found[3]), int(found[2]))

async def main(message, variables):
    items = [read(line) for line in message["text"].splitlines()]
    total = sum(item.price * item.count for item in items)
    due = datetime.now() + timedelta(days=14)
    print("total", total)
    return {"total": total, "due": due.strftime("%d.%m.%Y"), "items": [item.name for item in items]}
"""
CASES = {
    "greet": (GREET, "hello there"),
    "order": (ORDER, "\n".join(f"Thing {n} x{n} @{n}.50" for n in range(1, 11))),
}
VARIABLES = {
    "user": {"id": "u1", "username": "ann", "name": "Ann"},
    "bot": {"id": "b1", "name": "Shop"},
    "session": {"id": "s1", "score": 5},
    "channel": {"id": "c1"},
    "event": {"id": "e1", "kind": "message"},
}
Call = Callable[[str], Awaitable[None]]


def caller(sandbox: JailedSandbox, case: str) -> Call:
    """One call for an owner; it has to succeed."""
    code, text = CASES[case]
    now = datetime.now(UTC)

    async def call(owner: str) -> None:
        reply = await sandbox.run(CodeCall(owner, code, {"text": text}, VARIABLES, now, 7))
        assert reply["ok"], reply

    return call


async def waits(call: Call, calls: int) -> list[float]:
    """Milliseconds of calls one after the other."""
    found = []
    for _ in range(calls):
        begin = time.perf_counter()
        await call("bot 1")
        found.append((time.perf_counter() - begin) * 1_000)
    return sorted(found)


async def rate(call: Call, calls: int, owners: int) -> float:
    """Calls a second of so many bots side by side."""

    async def one(owner: str) -> None:
        for _ in range(calls // owners):
            await call(owner)

    begin = time.perf_counter()
    await asyncio.gather(*(one(f"bot {number}") for number in range(owners)))
    return calls // owners * owners / (time.perf_counter() - begin)


def private_megabytes(root: int) -> float:
    """PSS of the jail's processes: a service process's descendants."""
    total = 0
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit() and _descends(int(entry.name), root):
            rollup = (entry / "smaps_rollup").read_text().split("\n")
            total += next(int(line.split()[1]) for line in rollup if line.startswith("Pss:"))
    return total / 1024


def cpu_seconds(root: int) -> float:
    """What the service and all processes of the jail, ended ones too, have used so far."""
    ticks = 0
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit() and _descends(int(entry.name), root):
            fields = (entry / "stat").read_text().rpartition(")")[2].split()
            ticks += sum(map(int, fields[11:15]))
    return time.process_time() + ticks / os.sysconf("SC_CLK_TCK")


def _descends(pid: int, root: int) -> bool:
    while pid > 1:
        try:
            pid = int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[1])
        except OSError:
            return False
        if pid == root:
            return True
    return False


async def measure(options: argparse.Namespace) -> bool:
    """Prints the tables; whether what is promised was reached."""
    is_reached = True
    cores = os.sched_getaffinity(0)
    for where, allowed in (("one core", {min(cores)}), (f"{len(cores)} cores", cores)):
        os.sched_setaffinity(0, allowed)
        sandbox = JailedSandbox(CodeLimits())
        print(f"{where:9} first call, zygote included: ", end="")
        print(f"{(await waits(caller(sandbox, 'greet'), 1))[0]:.0f} ms")
        for case in CASES:
            call = caller(sandbox, case)
            await rate(call, 200, 4)
            found = await waits(call, options.calls)
            used = cpu_seconds(os.getpid())
            a_second = await rate(call, options.calls * 2, 4)
            used = (cpu_seconds(os.getpid()) - used) / (options.calls * 2)
            p50, p99 = statistics.median(found), found[int(len(found) * 0.99)]
            print(
                f"{where:9} {case:6} p50 {p50:6.3f} ms  p99 {p99:6.3f} ms  {a_second:7.0f} calls/s (4 bots)  ", end=""
            )
            print(f"{used * 1_000:.3f} ms of a processor each: {1 / used:.0f} a second of a core of its own")
            if len(allowed) == 1 and case == "greet":
                is_reached = p50 <= WANTED_MS and 1 / used >= WANTED_CALLS
        print(f"{where:9} all processes of the jail: {private_megabytes(os.getpid()):.1f} MB (PSS)")
        await sandbox.close()
    return is_reached


def main() -> int:
    """Exit 1 when the promise is not kept."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--calls", type=int, default=3_000)
    options = parser.parse_args()
    print(f"load of the machine before: {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores")
    is_reached = uvloop.run(measure(options))
    print(f"wanted on one core: p50 <= {WANTED_MS} ms, >= {WANTED_CALLS:.0f} calls/s: {'yes' if is_reached else 'NO'}")
    return 0 if is_reached else 1


if __name__ == "__main__":
    raise SystemExit(main())
