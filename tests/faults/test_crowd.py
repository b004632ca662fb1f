"""Many sessions at once, and one session's messages close together: all answered, in order, one turn at a time."""

import asyncio
import time
from pathlib import Path

import pytest

from dbcv.kit.processes import Child
from tests.faults.bots import COUNTER
from tests.faults.talk import Client, Connections, crowd
from tests.faults.verdict import drained, judge
from tests.faults.world import GREEDY, World


async def _send_close_together(world: World, client: Client, count: int, gap_seconds: float) -> None:
    """The next one leaves before the last one is answered, each on a connection of its own that is open already."""
    client.connections = Connections(world)
    await client.connections.open(count)
    sending = []
    for number in range(1, count + 1):
        sending.append(asyncio.ensure_future(client.send(number, wait_seconds=30)))
        await asyncio.sleep(gap_seconds)
    await asyncio.gather(*sending)
    client.connections.close()
    assert not client.refusals


async def test_five_messages_two_milliseconds_apart(world: World, connections: Connections) -> None:
    await world.start_workers(2)
    channel = world.open_channel(world.publish(COUNTER))
    clients = await crowd(world, connections, channel, 20)
    for client in clients:
        await _send_close_together(world, client, 5, 0.002)
    await drained(world, channel)
    verdict = await judge(world, channel, clients)
    print(f"\nfive messages 2 ms apart, 20 sessions one by one: {verdict}")
    verdict.check()
    right = [[f"{k} after {k - 1}"] for k in range(1, 6)]
    answers = [[s.replies for s in sorted(client.sent, key=lambda s: s.number)] for client in clients]
    assert sum(one == right for one in answers) == 20


async def test_five_messages_of_twenty_sessions_side_by_side(world: World, connections: Connections) -> None:
    await world.start_workers(2)
    channel = world.open_channel(world.publish(COUNTER))
    clients = await crowd(world, connections, channel, 20)
    await asyncio.gather(*(_send_close_together(world, client, 5, 0.002) for client in clients))
    await drained(world, channel)
    verdict = await judge(world, channel, clients)
    print(f"\nfive messages 2 ms apart, 20 sessions at once: {verdict}")
    verdict.check()


async def test_two_messages_one_millisecond_apart_in_a_thousand_sessions(
    world: World, connections: Connections
) -> None:
    await world.start_workers(4)
    channel = world.open_channel(world.publish(COUNTER))
    clients = await crowd(world, connections, channel, 1000)
    places = asyncio.Semaphore(50)

    async def one(client: Client) -> None:
        async with places:
            await _send_close_together(world, client, 2, 0.001)

    began = time.monotonic()
    await asyncio.gather(*(one(client) for client in clients))
    await drained(world, channel)
    verdict = await judge(world, channel, clients)
    print(f"\ntwo messages 1 ms apart, 1,000 sessions, 4 workers, {time.monotonic() - began:.1f} s: {verdict}")
    verdict.check()


async def test_workers_that_meet_in_every_session(world: World, connections: Connections) -> None:
    """Shards are for speed only: where all of them are everybody's, the session's version still decides."""
    world.stop_workers()
    quick = {"DBCV_SWEEP_AFTER_SECONDS": "0.02"}
    world.workers = [world.new_worker_of(GREEDY, **quick) for _ in range(3)]
    channel = world.open_channel(world.publish(COUNTER))
    clients = await crowd(world, connections, channel, 40)

    async def one(client: Client) -> None:
        for number in range(1, 26):
            await client.send(number, wait_seconds=0 if number % 5 else 30)

    await asyncio.gather(*(one(client) for client in clients))
    await drained(world, channel)
    verdict = await judge(world, channel, clients)
    print(f"\n3 workers that all took every shard, 40 sessions: {verdict}")
    verdict.check()


def peak_mb(child: Child) -> float:
    """The most memory the process ever had (VmHWM)."""
    status = Path(f"/proc/{child.pid}/status").read_text()
    return int(status.partition("VmHWM:")[2].split()[0]) / 1024


@pytest.mark.timeout(300)
async def test_ten_thousand_sessions_at_once(world: World, connections: Connections) -> None:
    await world.start_workers(1)
    channel = world.open_channel(world.publish(COUNTER))
    clients = await crowd(world, connections, channel, 10_000)
    await clients[0].send(1, wait_seconds=30)
    world.pause_workers()
    places = asyncio.Semaphore(128)

    async def one(client: Client) -> None:
        async with places:
            await client.send(1)

    began = time.monotonic()
    await asyncio.gather(*(one(client) for client in clients[1:]))
    accepted_seconds = time.monotonic() - began
    world.resume_workers()
    drain_seconds = await drained(world, channel, 120)
    world.revive()
    verdict = await judge(world, channel, clients)
    peak = peak_mb(world.workers[0])
    print(
        f"\n10,000 sessions: accepted in {accepted_seconds:.1f} s, drained by one worker in {drain_seconds:.1f} s, "
        f"its peak {peak:.0f} MB: {verdict}"
    )
    verdict.check()
    assert peak < 1000
