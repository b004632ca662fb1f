"""A copy of the process goes through suspected turns: killers and hangers are found, and touch nothing here."""

import asyncio
import os
import signal
import time
from collections.abc import Callable

import psutil

from dbcv.runtime.rehearsal import ENDED, STOOD_STILL, Rehearsed, rehearse

Turn = Callable[[], object]


def fine() -> None:
    """A turn like any other."""


def die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def leave() -> None:
    raise SystemExit(3)


def stand_still() -> None:
    time.sleep(3600)


def defect() -> None:
    raise ZeroDivisionError("a defect")


async def test_all_go_well_and_a_defect_is_no_killer() -> None:
    assert await rehearse([fine, defect, fine]) == Rehearsed(3, None)
    assert await rehearse([]) == Rehearsed(0, None)


async def test_the_killer_is_found_among_many() -> None:
    assert await rehearse([fine] * 300 + [die, fine]) == Rehearsed(300, ENDED)
    assert await rehearse([leave, fine]) == Rehearsed(0, ENDED)


async def test_one_that_stands_still_is_found_and_nothing_of_it_stays() -> None:
    before = {child.pid for child in psutil.Process().children()}
    assert await rehearse([fine, stand_still], most_seconds=0.3) == Rehearsed(1, STOOD_STILL)
    assert {child.pid for child in psutil.Process().children()} <= before


async def test_what_a_rehearsal_changes_stays_in_the_copy() -> None:
    seen: list[int] = []
    assert await rehearse([lambda: seen.append(1)]) == Rehearsed(1, None)
    assert seen == []


async def test_the_process_goes_on_meanwhile() -> None:
    """Its loop, its threads and its signals are not those of the copy."""
    beats = 0

    async def beat() -> None:
        nonlocal beats
        while True:
            await asyncio.sleep(0.01)
            beats += 1

    task = asyncio.ensure_future(beat())
    try:
        await asyncio.gather(*(rehearse([stand_still], most_seconds=0.3) for _ in range(3)))
    finally:
        task.cancel()
    assert beats > 5
    assert await asyncio.to_thread(lambda: 7) == 7
