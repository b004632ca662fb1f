"""Workers that are killed, and workers that are replaced in order, under load: nothing lost, doubled, out of order."""

import asyncio
import random
import signal
import time
from collections.abc import Awaitable, Callable, Sequence

import pytest

from tests.faults.bots import COUNTER, caller
from tests.faults.silent_server import silent_server
from tests.faults.talk import Client, Connections, crowd
from tests.faults.verdict import drained, fetch, judge
from tests.faults.world import World

SEED = 20_251_122
SENDERS = 160
TURNS_A_SECOND = 400
"""About half of what two cores do while a worker dies every 0.7 s: the test is about waiting for another worker, not
about a queue that grows because more is sent than can be done."""


async def storm(
    clients: Sequence[Client], turns: int, chance: random.Random, first: int = 1, per_second: float = 1e9
) -> int:
    """So many messages, at most so many a second, each session's in order from number `first` on, every tenth waited
    for. How many copies were sent beside them (5 %)."""
    numbers = [first] * len(clients)
    places = list(range(len(clients)))
    left, copies, began = turns, 0, time.monotonic()

    async def send_on() -> None:
        nonlocal left, copies
        while left > 0 and places:
            left -= 1
            place = places.pop(chance.randrange(len(places)))
            await asyncio.sleep(began + (turns - left) / per_second - time.monotonic())
            number = numbers[place]
            numbers[place] += 1
            await clients[place].send(number, wait_seconds=30 if chance.random() < 0.1 else 0)
            if chance.random() < 0.05:
                copies += 1
                await clients[place].send(chance.randint(max(1, number - 3), number))
            places.append(place)

    await asyncio.gather(*(send_on() for _ in range(SENDERS)))
    return copies


async def until_done(work: Awaitable[int], harm: Callable[[], Awaitable[None]]) -> int:
    """`harm()` again and again until `work` is done."""
    working = asyncio.ensure_future(work)
    while not working.done():
        await harm()
    return await working


@pytest.mark.timeout(3600)
async def test_workers_killed_at_random(world: World, connections: Connections, fault_turns: int) -> None:
    chance = random.Random(SEED)
    await world.supervise_workers(3)
    channel = world.open_channel(world.publish(COUNTER))
    clients = await crowd(world, connections, channel, max(200, fault_turns // 20))
    began, kills_before = time.monotonic(), world.kills

    async def kill() -> None:
        await asyncio.sleep(chance.uniform(0.4, 1.0))
        await world.await_workers(at_least=2)  # a machine that starts them slowly would see none of them work
        world.kill_one(chance)

    copies = await until_done(storm(clients, fault_turns, random.Random(SEED + 1), per_second=TURNS_A_SECOND), kill)
    sent_seconds = time.monotonic() - began
    await drained(world, channel, 120)
    verdict = await judge(world, channel, clients)
    print(
        f"\n{fault_turns} turns, {copies} copies, {len(clients)} sessions, 3 workers, {world.kills - kills_before} x "
        f"kill -9 (seed {SEED}), sent in {sent_seconds:.1f} s, done after {time.monotonic() - began:.1f} s: {verdict}"
    )
    verdict.check()
    assert verdict.turns == fault_turns
    assert world.kills > kills_before


async def test_a_rolling_restart_under_load(world: World, connections: Connections, fault_turns: int) -> None:
    turns = fault_turns // 8
    await world.start_workers(2)
    channel = world.open_channel(world.publish(COUNTER))
    clients = await crowd(world, connections, channel, 200)
    codes: list[int | None] = []

    async def roll() -> None:
        place = len(codes) % 2
        old = world.workers[place]
        world.workers[place] = world.new_worker()
        await world.await_workers(at_least=3)
        old.send(signal.SIGTERM)
        await asyncio.to_thread(old.wait, 30)
        codes.append(old.exit_code)

    began = time.monotonic()
    await until_done(storm(clients, turns, random.Random(SEED)), roll)
    await drained(world, channel)
    verdict = await judge(world, channel, clients)
    print(f"\n{turns} turns through {len(codes)} restarts in order, {time.monotonic() - began:.1f} s: {verdict}")
    verdict.check()
    assert set(codes) == {0}


async def test_a_turn_in_flight_is_finished_at_a_stop(world: World, connections: Connections) -> None:
    """Its call outside takes a second: SIGTERM waits for it, it is not made again."""
    with silent_server(answer_after_seconds=1.0) as server:
        await world.start_workers(1, DBCV_ALLOWED_HOSTS="127.0.0.1")
        channel = world.open_channel(world.publish(caller(server.url, 30)))
        (client,) = await crowd(world, connections, channel, 1)
        await client.send(1)
        await server.called(1)
        world.stop_workers()
        assert server.calls == 1
        texts = await fetch(world, "SELECT text FROM message WHERE session_id = (SELECT id FROM session "
                            "WHERE user_id = $1) AND reply_to IS NOT NULL", client.sender_id)  # fmt: skip
        assert [row[0] for row in texts] == ["called: true"]


async def test_a_turn_cut_off_at_a_stop_goes_on_elsewhere_soon(world: World, connections: Connections) -> None:
    """Its call outside takes longer than a stop waits: the next worker makes it again, not only when a claim ends."""
    with silent_server(answer_after_seconds=3600.0) as server:
        environment = {"DBCV_ALLOWED_HOSTS": "127.0.0.1", "DBCV_STOP_TIMEOUT_SECONDS": "0.5"}
        await world.start_workers(1, **environment)
        channel = world.open_channel(world.publish(caller(server.url, 30)))
        (client,) = await crowd(world, connections, channel, 1)
        await client.send(1)
        await server.called(1)
        await world.start_workers(1, **environment)
        began = time.monotonic()
        await server.called(2)
        print(f"\na turn cut off by a stop was in hand again after {time.monotonic() - began:.1f} s")
        server.answer_after_seconds = 0.0
        server.release()
        await drained(world, channel, 20)
