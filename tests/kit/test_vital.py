"""Ending tasks: a cancel can be swallowed on its way, by Python 3.11's wait_for among others."""

import asyncio
import contextlib

import pytest
from redis.asyncio import Redis

from dbcv.kit import vital
from dbcv.kit.metrics import Sharer
from dbcv.kit.settings import Settings
from dbcv.kit.streams import make_valkey
from dbcv.kit.vital import end


@pytest.fixture(autouse=True)
def _soon_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(vital, "CANCEL_AGAIN_SECONDS", 0.01)


async def test_a_task_that_swallows_a_cancel_ends() -> None:
    async def swallow() -> None:
        with contextlib.suppress(asyncio.CancelledError):
            await asyncio.sleep(60)
        await asyncio.sleep(60)

    async def fail() -> None:
        raise ValueError

    tasks = [asyncio.create_task(work) for work in (swallow(), fail())]
    await asyncio.sleep(0)
    async with asyncio.timeout(5):
        await end(*tasks, None)
    assert tasks[0].cancelled()


async def test_stopping_at_any_moment_of_the_first_connection_ends(settings: Settings, valkey: Redis) -> None:
    for moment in range(30):
        client = make_valkey(settings)
        sharer = Sharer(client, f"worker-{moment}")
        await sharer.start()
        for _ in range(moment):
            await asyncio.sleep(0)
        async with asyncio.timeout(5):
            await sharer.stop()
        await client.aclose()
    assert await valkey.hlen("metrics") == 0
