"""The broker and the database go away and come back: what was accepted is answered, nobody has to help."""

import asyncio
import random
import signal
import time

import pytest
from redis.asyncio import Redis

from dbcv.kit.streams import make_valkey
from tests.faults.bots import COUNTER
from tests.faults.talk import Client, Connections, crowd
from tests.faults.test_kills import storm
from tests.faults.verdict import drained, judge, percentiles
from tests.faults.world import World

SESSIONS = 100


async def _start(world: World, connections: Connections) -> tuple[str, list[Client]]:
    await world.start_workers(2)
    channel = world.open_channel(world.publish(COUNTER))
    return channel, await crowd(world, connections, channel, SESSIONS)


async def _settled_turns(clients: list[Client], number: int) -> list[float]:
    """Each session's next message, waited for; how long its turn took as its client sees it."""

    async def one(client: Client) -> float:
        began = time.monotonic()
        sent = await client.send(number, wait_seconds=30)
        assert sent.replies == [f"{number} after {number - 1}"]
        return time.monotonic() - began

    return list(await asyncio.gather(*(one(client) for client in clients)))


async def test_the_broker_is_killed_and_restarted(world: World, connections: Connections) -> None:
    channel, clients = await _start(world, connections)
    seconds = await _settled_turns(clients, 1)
    world.stop_service("valkey", signal.SIGKILL)
    world.start_service("valkey")
    began = time.monotonic()
    after = await _settled_turns(clients, 2)
    resumed = time.monotonic() - began
    await asyncio.sleep(2)
    settled = await _settled_turns(clients, 3)
    print(f"\nbroker killed and restarted: before {percentiles(seconds)}; at once {percentiles(after)}, "
          f"all {SESSIONS} answered {resumed:.1f} s after; 2 s later {percentiles(settled)}")  # fmt: skip
    (await judge(world, channel, clients)).check()
    assert all(not client.refusals for client in clients)


@pytest.mark.timeout(300)
async def test_the_broker_is_gone(world: World, connections: Connections, is_long: bool) -> None:
    channel, clients = await _start(world, connections)
    away_seconds = 60.0 if is_long else 6.0
    world.stop_service("valkey", signal.SIGKILL)
    began, number, seconds = time.monotonic(), 0, []
    try:
        while time.monotonic() - began < away_seconds:
            number += 1
            seconds += await _settled_turns(clients[: SESSIONS // 2], number)
    finally:
        world.start_service("valkey")
    await asyncio.sleep(2)
    settled = await _settled_turns(clients[: SESSIONS // 2], number + 1)
    verdict = await judge(world, channel, clients)
    print(f"\nbroker gone for {away_seconds:.0f} s: {percentiles(seconds)} as clients see it; "
          f"2 s after its return {percentiles(settled)}; {verdict}")  # fmt: skip
    verdict.check()
    assert all(not client.refusals for client in clients)


async def test_the_broker_is_wiped_on_a_backlog(world: World, connections: Connections) -> None:
    channel, clients = await _start(world, connections)
    await _settled_turns(clients, 1)
    world.pause_workers()
    began, number = time.monotonic(), 1
    while time.monotonic() - began < 2.0:
        number += 1
        await asyncio.gather(*(client.send(number) for client in clients))
    valkey: Redis = make_valkey(world.settings)
    await valkey.flushall()
    await valkey.aclose()
    world.resume_workers()
    resumed = await drained(world, channel)
    verdict = await judge(world, channel, clients)
    print(
        f"\nbroker wiped on a backlog of {(number - 1) * SESSIONS} messages: drained {resumed:.1f} s later; {verdict}"
    )
    verdict.check()
    assert percentiles(await _settled_turns(clients, number + 1))


@pytest.mark.timeout(300)
async def test_the_database_is_stopped_at_once_and_started(
    world: World, connections: Connections, fault_turns: int
) -> None:
    channel, clients = await _start(world, connections)
    await _settled_turns(clients, 1)
    storming = asyncio.ensure_future(storm(clients, max(2_000, fault_turns // 10), random.Random(1), first=2))
    for _ in range(2):
        await asyncio.sleep(0.7)
        world.stop_service("postgres", signal.SIGQUIT)
        await asyncio.sleep(1.0)
        world.start_service("postgres")
    began = time.monotonic()
    await clients[0].send(1)  # a copy: changes nothing
    back = time.monotonic() - began
    await storming
    await drained(world, channel)
    refusals = [status for client in clients for status in client.refusals]
    verdict = await judge(world, channel, clients)
    refused = f"503 {refusals.count(503)} times, cut off {refusals.count(0)} times"
    print(f"\ndatabase stopped twice (-m immediate): {refused}, accepting {back:.2f} s after it was back; {verdict}")
    verdict.check()
    assert 503 in refusals
    assert world.api is not None and world.api.poll() is None
    assert all(worker.poll() is None for worker in world.workers), world.log_text("worker")[-3000:]
