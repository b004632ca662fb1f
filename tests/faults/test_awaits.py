"""The worker stops dead at each await of its loop in turn: whatever it had in hand is done by the next one, once."""

import asyncio
import os
import signal
import time

import pytest

from tests.faults.bots import COUNTER
from tests.faults.talk import Connections, crowd
from tests.faults.verdict import drained, fetch, judge
from tests.faults.world import World

STEPPING = ("tests.faults.stepping_worker",)
SURVIVED_IN_A_ROW = 3
"""So many n after which the worker has done everything before it dies: larger ones show nothing new."""


SOME_STEPS = (2, 9, 23)
"""The short run's."""


@pytest.mark.timeout(3600)
async def test_a_worker_that_dies_at_each_await_in_turn(world: World, connections: Connections, is_long: bool) -> None:
    channel = world.open_channel(world.publish(COUNTER))
    clients = await crowd(world, connections, channel, 5)
    first, last = int(os.environ.get("FAULT_FIRST", "1")), int(os.environ.get("FAULT_LAST", "400"))
    survived, number = 0, 0
    for step in range(first, last + 1) if is_long else SOME_STEPS:
        for _ in range(2):
            number += 1
            for client in clients:
                await client.send(number)
        survived = survived + 1 if await _outlives(world, channel, step) else 0
        await world.start_workers(1)
        await drained(world, channel, 30)
        world.kill_workers()
        if survived == SURVIVED_IN_A_ROW:
            break
    verdict = await judge(world, channel, clients)
    print(f"\ndeaths at steps up to {step}, one each: {verdict}")
    verdict.check()


async def _outlives(world: World, channel: str, step: int) -> bool:
    """Whether a worker that dies at this step had nothing left to do."""
    world.stop_workers()
    world.workers = [world.new_worker_of(STEPPING, FAULT_DIE_AT=str(step))]
    deadline = time.monotonic() + 30
    query = "SELECT count(*) FROM mailbox"
    while world.workers[0].poll() is None and time.monotonic() < deadline:
        if not (await fetch(world, query))[0][0]:
            break
        await asyncio.sleep(0.05)
    is_done = not (await fetch(world, query))[0][0]
    assert world.workers[0].exit_code in (None, -signal.SIGKILL), world.log_text("worker")[-3000:]
    world.kill_workers()
    return is_done
