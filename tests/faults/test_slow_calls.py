"""Sessions that wait long for the outside: the others do not feel it, and the database is not held meanwhile."""

import asyncio
import time
from collections.abc import Sequence

import pytest

from tests.faults.bots import caller, echo
from tests.faults.silent_server import silent_server
from tests.faults.talk import Client, Connections, crowd
from tests.faults.verdict import fetch
from tests.faults.world import World

WAITING, OTHERS, TURNS = 100, 10, 20
_HELD = """
SELECT count(*) FILTER (WHERE state LIKE 'idle in transaction%' AND now() - state_change > interval '0.1 s')::int,
       count(*)::int
FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()
"""
PROCESSES = 3
"""API, worker and scheduler, each with a pool and a few connections that listen or hold a lock."""


async def _talk(clients: Sequence[Client], first: int) -> list[float]:
    """How long each answer took, seconds, sorted."""
    spent: list[float] = []

    async def one(client: Client) -> None:
        for number in range(first, first + TURNS):
            begin = time.monotonic()
            sent = await client.send(number, wait_seconds=20)
            assert sent.replies, "answered in time"
            spent.append(time.monotonic() - begin)

    await asyncio.gather(*(one(client) for client in clients))
    return sorted(spent)


@pytest.mark.alone
async def test_a_hundred_slow_steps_are_not_felt(world: World, connections: Connections) -> None:
    with silent_server(answer_after_seconds=30.0) as server:
        await world.start_workers(1, DBCV_ALLOWED_HOSTS="127.0.0.1")
        talking = world.open_channel(world.publish(echo("Echo")))
        slow = world.open_channel(world.publish(caller(server.url, 30)))
        others = await crowd(world, connections, talking, OTHERS)
        waiting = await crowd(world, connections, slow, WAITING)
        await _talk(others, 1)
        alone = await _talk(others, 1 + TURNS)
        await asyncio.gather(*(client.send(1) for client in waiting))
        await server.called(WAITING)
        beside = await _talk(others, 1 + 2 * TURNS)
        held = [tuple((await fetch(world, _HELD))[0]) for _ in range(5)]
        assert server.calls == WAITING, "they wait still"
    p99_alone, p99_beside = alone[int(len(alone) * 0.99)], beside[int(len(beside) * 0.99)]
    print(
        f"\np99 of {OTHERS} others: {p99_alone * 1e3:.0f} ms, beside {WAITING} slow: {p99_beside * 1e3:.0f} ms; {held}"
    )
    assert p99_beside < max(2 * p99_alone, 0.25)
    assert {idle for idle, _ in held} == {0}
    pool = world.settings.db_pool_size + world.settings.db_max_overflow
    assert all(connections <= PROCESSES * (pool + 3) for _, connections in held)
