"""Bots share the children fairly, nothing crosses from one to another, and no process is left behind."""

import asyncio
import contextlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest

from dbcv.sandbox.jailed import JailedSandbox
from dbcv.sandbox.port import CodeCall, CodeLimits
from tests.sandbox.jail import NOW, call

ECHO = "async def main(message, variables):\n    return message['text']"
SPIN = "async def main(message, variables):\n    while True: pass"
NAP = "async def main(message, variables):\n    time.sleep(0.2)\n    return 1"
TRACES = "async def main(message, variables):\n    setattr(json, 'dumps', None)\n    return message['text']"
CRASH = "async def main(message, variables):\n    json.codecs.sys.modules['posix']._exit(3)"


def descendants(root: int) -> list[int]:
    """Processes below `root` that are no zombies."""
    parents = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            with contextlib.suppress(OSError):
                fields = (entry / "stat").read_text().rpartition(")")[2].split()
                if fields[0] != "Z":
                    parents[int(entry.name)] = int(fields[1])
    found, pending = [], [root]
    while pending:
        parent = pending.pop()
        below = [pid for pid, its_parent in parents.items() if its_parent == parent]
        found += below
        pending += below
    return found


async def until(holds: Callable[[], bool], timeout_seconds: float = 30.0) -> None:
    deadline = time.monotonic() + timeout_seconds
    while not holds():
        assert time.monotonic() < deadline, "it never came to hold"
        await asyncio.sleep(0.01)


@pytest.fixture
async def sandbox() -> AsyncIterator[JailedSandbox]:
    made = JailedSandbox(CodeLimits(seconds=0.5, children=4, idle_seconds=0.4, calls_a_child=20))
    yield made
    await made.close()


@pytest.fixture
async def patient() -> AsyncIterator[JailedSandbox]:
    """For code that ends by itself: neither its time nor its idleness ends when the machine stands still a moment."""
    made = JailedSandbox(CodeLimits(seconds=10, children=4, idle_seconds=60, calls_a_child=20))
    yield made
    await made.close()


def said(text: str, code: str = ECHO, owner: str = "bot") -> CodeCall:
    return call(code, owner, message={"text": text})


async def test_answers_belong_to_their_questions(patient: JailedSandbox) -> None:
    calls = [said(f"{number}", owner=f"bot {number % 7}") for number in range(200)]
    replies = await asyncio.gather(*map(patient.run, calls))
    assert [reply["result"] for reply in replies] == [f"{number}" for number in range(200)]
    assert len(patient._alive) <= 4


async def test_nothing_is_started_before_the_first_call(sandbox: JailedSandbox) -> None:
    before = descendants(os.getpid())
    assert (sandbox.walls, descendants(os.getpid())) == ([], before)


async def test_a_child_serves_one_bot_only(sandbox: JailedSandbox) -> None:
    pid = "async def main(message, variables):\n    return uuid.os.getpid()"
    first = [(await sandbox.run(said("", pid, "a")))["result"] for _ in range(3)]
    second = [(await sandbox.run(said("", pid, "b")))["result"] for _ in range(3)]
    assert len(set(first)) == len(set(second)) == 1
    assert set(first).isdisjoint(second)


async def test_a_child_is_replaced_after_its_calls(patient: JailedSandbox) -> None:
    pid = "async def main(message, variables):\n    return uuid.os.getpid()"
    seen = [(await patient.run(said("", pid)))["result"] for _ in range(45)]
    assert len(set(seen)) == 3


async def test_a_slow_bot_waits_for_itself_only(sandbox: JailedSandbox) -> None:
    """40 calls of one bot that never end: the calls of others do not stand behind them."""
    await sandbox.run(said("warm"))
    slow = [asyncio.create_task(sandbox.run(said("", SPIN, "slow"))) for _ in range(10)]
    await asyncio.sleep(0.1)
    for number in range(20):
        assert (await sandbox.run(said("x", owner=f"quick {number % 3}")))["result"] == "x"
        if number < 3:
            assert sum(task.done() for task in slow) < 8, "two of ten are at work at a time"
    assert all(not reply["ok"] for reply in await asyncio.gather(*slow))


async def test_bots_take_turns(sandbox: JailedSandbox) -> None:
    """One call of a bot that comes late goes before the many of those that came first."""
    done: list[str] = []

    async def one(owner: str) -> None:
        await sandbox.run(said("", NAP, owner))
        done.append(owner)

    crowd = [asyncio.create_task(one(f"crowd {number % 2}")) for number in range(16)]
    await asyncio.sleep(0.05)
    await one("late")
    assert len(done) <= 12, "behind the crowd it would begin when 13 of 16 are done"
    await asyncio.gather(*crowd)


async def test_a_crowd_waits_its_turn(patient: JailedSandbox) -> None:
    replies = await asyncio.gather(*(patient.run(said(f"{number}")) for number in range(1_000)))
    assert [reply["result"] for reply in replies] == [f"{number}" for number in range(1_000)]


@pytest.mark.parametrize(("bad", "words"), [(CRASH, "ended its process"), (SPIN, "took longer"), (TRACES, None)])
async def test_whoever_stands_in_line_behind_a_bad_call_is_served(bad: str, words: str | None) -> None:
    made = JailedSandbox(CodeLimits(seconds=0.5, children=2))
    calls = [said(f"{number}", bad if number in (3, 11, 12, 30) else ECHO) for number in range(40)]
    try:
        replies = await asyncio.gather(*map(made.run, calls))
    finally:
        await made.close()
    for number, reply in enumerate(replies):
        if number in (3, 11, 12, 30) and words is not None:
            assert words in reply["error"]
        else:
            assert reply["result"] == f"{number}", reply


async def test_a_line_is_no_way_past_others() -> None:
    """However many calls of one bot stand in line, another's is served after few of them."""
    made = JailedSandbox(CodeLimits(seconds=5, children=2))
    done: list[str] = []

    async def one(owner: str) -> None:
        await made.run(said("", NAP, owner))
        done.append(owner)

    try:
        crowd = [asyncio.create_task(one("crowd")) for _ in range(20)]
        await asyncio.sleep(0.3)
        await one("late")
        assert len(done) <= 10, "its turn comes when a line of eight is served"
        await asyncio.gather(*crowd)
    finally:
        await made.close()


async def test_what_waits_is_bounded_in_bytes() -> None:
    made = JailedSandbox(CodeLimits(children=4, waiting_bytes=100_000))
    try:
        replies = await asyncio.gather(*(made.run(said("x" * 20_000, NAP)) for _ in range(10)))
    finally:
        await made.close()
    refused = [reply for reply in replies if "wait already" in (reply["error"] or "")]
    assert len(refused) == 4  # 2 run, 4 of 21 kB wait


async def test_nobody_waits_for_ever() -> None:
    made = JailedSandbox(CodeLimits(seconds=1, children=2, waiting_seconds=0.3))
    try:
        replies = await asyncio.gather(*(made.run(said("", SPIN)) for _ in range(3)))
    finally:
        await made.close()
    assert ["for its turn" in (reply["error"] or "") for reply in replies] == [False, True, True]


async def test_idle_children_go(sandbox: JailedSandbox) -> None:
    await asyncio.gather(*(sandbox.run(said("", owner=f"{number}")) for number in range(4)))
    assert sandbox._alive
    await until(lambda: not sandbox._alive)
    assert (await sandbox.run(said("again")))["result"] == "again"


async def test_a_crashed_child_is_replaced(sandbox: JailedSandbox) -> None:
    for _ in range(5):
        assert "ended its process" in (await sandbox.run(said("", CRASH)))["error"]
        assert (await sandbox.run(said("on")))["result"] == "on"
    below = len(descendants(os.getpid()))
    for _ in range(20):
        await sandbox.run(said("", CRASH))
    await until(lambda: len(descendants(os.getpid())) <= below)


async def test_the_zygote_is_replaced(sandbox: JailedSandbox) -> None:
    await sandbox.run(said("one"))
    process = sandbox._zygote._process
    assert process is not None
    os.kill(process.pid, signal.SIGKILL)
    process.wait()
    assert (await sandbox.run(said("two")))["result"] == "two"


async def test_a_cancelled_call_frees_its_place(patient: JailedSandbox) -> None:
    for _ in range(12):
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(0.02):
                await patient.run(said("", SPIN))
    reply = await patient.run(said("free"))
    assert reply["result"] == "free", reply
    await until(lambda: len(patient._alive) <= 4)


async def test_large_variables_are_refused_not_sent(sandbox: JailedSandbox) -> None:
    reply = await sandbox.run(call(ECHO, variables={"session": {"x": "y" * 9_000_000}}))
    assert "larger than" in reply["error"]


async def test_close_leaves_no_process() -> None:
    sandbox = JailedSandbox(CodeLimits())
    before = set(descendants(os.getpid()))
    hanging = asyncio.create_task(sandbox.run(said("", SPIN, "slow")))
    await sandbox.run(said("x"))
    assert set(descendants(os.getpid())) > before
    await sandbox.close()
    assert not (await hanging)["ok"]
    await until(lambda: set(descendants(os.getpid())) <= before)
    assert not (await sandbox.run(said("late")))["ok"]


OWNER = """
import asyncio, sys
from dbcv.sandbox.jailed import JailedSandbox
from dbcv.sandbox.port import CodeLimits
from tests.sandbox.test_pool import SPIN, said

async def main():
    sandbox = JailedSandbox(CodeLimits(seconds=60))
    await sandbox.run(said("x"))
    asyncio.create_task(sandbox.run(said("", SPIN, "slow")))
    await asyncio.sleep(0.3)
    print("ready", flush=True)
    await asyncio.sleep(60)

asyncio.run(main())
"""


def test_a_killed_worker_leaves_no_orphan() -> None:
    root = Path(__file__).resolve().parents[2]
    owner = subprocess.Popen([sys.executable, "-c", OWNER], stdout=subprocess.PIPE, cwd=root)
    assert owner.stdout is not None
    assert owner.stdout.readline() == b"ready\n"
    below = descendants(owner.pid)
    assert len(below) >= 4
    owner.kill()
    owner.wait()
    owner.stdout.close()
    asyncio.run(until(lambda: not any(is_running(pid) for pid in below)))


def is_running(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


async def test_the_same_turn_gives_the_same(sandbox: JailedSandbox) -> None:
    code = (
        "import secrets, asyncio\n"
        "async def main(message, variables):\n"
        "    return [random.random(), str(uuid4()), sample(range(99), 5), time.time(), datetime.now(), hash('x'),\n"
        "            list({'b', 'a', 'c', 'd'}), time.strftime('%c'), date.today()]"
    )
    first, second = [(await sandbox.run(call(code, owner, seed=5)))["result"] for owner in ("a", "b")]
    other = (await sandbox.run(call(code, "a", seed=6)))["result"]
    assert first == second
    assert first[:3] != other[:3]
    assert first[4] == NOW.replace(tzinfo=None).isoformat()
