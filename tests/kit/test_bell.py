"""The bell: what is rung arrives once a batch, notices in order; a broker that is away or dead stops nobody."""

import asyncio
import re
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from redis.asyncio import Redis

from dbcv.kit import bell as bells
from dbcv.kit.bell import Bell
from dbcv.kit.realtime import LiveHub
from dbcv.kit.settings import Settings
from dbcv.kit.streams import make_broker, make_valkey


@asynccontextmanager
async def ringing(settings: Settings) -> AsyncIterator[Bell]:
    broker, client = make_broker(settings, logger=None), make_valkey(settings)
    made = Bell(broker, client)
    await made.start()
    yield made
    await made.stop()
    await broker.stop()
    await client.aclose()


async def count(valkey: Redis, stream: str, wanted: int) -> None:
    deadline = time.monotonic() + 10
    while await valkey.xlen(stream) < wanted:
        assert time.monotonic() < deadline, f"{await valkey.xlen(stream)} entries"
        await asyncio.sleep(0.01)


async def test_rings_are_gathered_by_stream_without_copies(settings: Settings, valkey: Redis) -> None:
    async with ringing(settings) as bell:
        for _ in range(3):
            for number in range(250):
                bell.ring("one", f"key-{number}")
        bell.ring("two", "x")
        await count(valkey, "one", 3)
        await count(valkey, "two", 1)
    assert (await valkey.xlen("one"), await valkey.xlen("two")) == (3, 1)
    raw = repr(await valkey.xrange("one"))
    places = [re.search(rf"key-{number}\D", raw).start() for number in range(250)]  # type: ignore[union-attr]
    assert places == sorted(places)


async def test_notices_arrive_all_and_in_order(settings: Settings, valkey: Redis) -> None:
    hub = LiveHub(make_valkey(settings))
    await hub.start()
    assert await hub.wait_connected(30)
    heard = hub.subscribe("t")
    async with ringing(settings) as bell:
        for number in range(100):
            bell.publish(["other", "t"], {"n": number})
            if number % 10 == 0:
                await asyncio.sleep(0.001)
        got: list[Any] = [await asyncio.wait_for(heard.get(), 30) for _ in range(100)]
    await hub.stop()
    assert [payload["n"] for _, payload in got] == list(range(100))


async def test_what_is_gathered_is_sent_at_the_end(settings: Settings, valkey: Redis) -> None:
    async with ringing(settings) as bell:
        bell.ring("last", "x")
    assert await valkey.xlen("last") == 1


async def test_a_broker_that_is_away_blocks_nobody_and_is_found_again(
    settings: Settings, valkey: Redis, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bells, "RETRY_SECONDS", 0.02)
    socket = Path(settings.redis_url.removeprefix("unix://").partition("?")[0])
    door = tmp_path / "door.sock"
    async with ringing(settings.model_copy(update={"redis_url": f"unix://{door}"})) as bell:
        begin = time.monotonic()
        for number in range(1000):
            bell.ring("s", str(number))
            bell.publish(["t"], number)
        assert time.monotonic() - begin < 5, "it waits for nobody"
        await asyncio.sleep(0.2)
        door.symlink_to(socket)
        bell.ring("s", "after")
        await count(valkey, "s", 1)
        await valkey.client_kill_filter(_type="normal", skipme=True)  # every connection dies
        deadline = time.monotonic() + 10
        before = await valkey.xlen("s")
        while await valkey.xlen("s") == before:
            assert time.monotonic() < deadline
            bell.ring("s", "again")
            await asyncio.sleep(0.02)


async def test_held_notices_are_bounded(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bells, "MAX_PENDING_NOTICES", 5)
    bell = Bell(make_broker(settings, logger=None), make_valkey(settings))
    for number in range(100):
        bell.publish(["t"], number)
    assert [payload for _, payload in bell._notices] == [0, 1, 2, 3, 4]


@pytest.mark.parametrize("payload", ["\ud800", {"n": 10**5000}, [float("nan")], {"\udfff": "\x00"}])
async def test_a_notice_that_cannot_be_written_takes_nothing_with_it(
    settings: Settings, valkey: Redis, payload: Any
) -> None:
    async with ringing(settings) as bell:
        bell.publish(["t"], payload)
        bell.ring("s", "x")
        await count(valkey, "s", 1)
        assert bell._task is not None and not bell._task.done()
