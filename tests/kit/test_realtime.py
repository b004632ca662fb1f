"""Live notices: by topic, in order, without hurting anybody when a reader sleeps or Valkey goes away."""

import asyncio
from collections import Counter
from uuid import UUID

import pytest
from redis.asyncio import Redis

from dbcv.kit.ids import new_id
from dbcv.kit.realtime import LIVE_CHANNEL, MISSED, LiveHub, encode_notices
from dbcv.kit.settings import Settings, read_settings
from dbcv.kit.streams import make_valkey, shard_of


@pytest.fixture
async def hub(valkey: Redis):
    made = LiveHub(valkey, queue_size=5)
    await made.start()
    assert await made.wait_connected(30)
    yield made
    await made.stop()


async def publish(valkey: Redis, notices: list[tuple[str, object]]) -> None:
    """As the bell does, each for one topic."""
    await valkey.publish(LIVE_CHANNEL, encode_notices([([topic], payload) for topic, payload in notices]))


async def soon(waiting):
    return await asyncio.wait_for(waiting, 30)


async def test_topics_reach_their_readers_in_order(hub: LiveHub, valkey: Redis) -> None:
    one, both = hub.subscribe("channel:1"), hub.subscribe("channel:1")
    hub.subscribe("channel:2", both)
    await publish(valkey, [("channel:1", {"n": 1}), ("channel:2", "два"), ("channel:3", None)])
    await publish(valkey, [("channel:1", [2])])
    assert [await soon(one.get()) for _ in range(2)] == [("channel:1", {"n": 1}), ("channel:1", [2])]
    assert [await soon(both.get()) for _ in range(3)] == [
        ("channel:1", {"n": 1}),
        ("channel:2", "два"),
        ("channel:1", [2]),
    ]


async def test_who_left_gets_nothing(hub: LiveHub, valkey: Redis) -> None:
    leaving, staying = hub.subscribe("a"), hub.subscribe("a")
    hub.unsubscribe(leaving)
    await publish(valkey, [("a", 1)])
    assert await soon(staying.get()) == ("a", 1)
    assert not leaving.topics


async def test_a_reader_that_sleeps_is_told_what_it_missed_and_holds_up_nobody(hub: LiveHub, valkey: Redis) -> None:
    asleep, awake = hub.subscribe("a"), hub.subscribe("a")
    for number in range(20):
        await publish(valkey, [("a", number)])
        assert await soon(awake.get()) == ("a", number)
    got = [await soon(asleep.get()) for _ in range(6)]
    assert got == [("a", 0), ("a", 1), ("a", 2), ("a", 3), ("a", 4), MISSED]


async def test_a_cut_connection_comes_back_and_readers_know(hub: LiveHub, valkey: Redis) -> None:
    reader = hub.subscribe("a")
    await valkey.execute_command("CLIENT", "KILL", "TYPE", "pubsub")
    assert await soon(reader.get()) is MISSED
    assert await hub.wait_connected(30)
    await publish(valkey, [("a", 1)])
    assert await soon(reader.get()) == ("a", 1)


async def test_what_is_not_ours_on_the_channel_harms_nobody(hub: LiveHub, valkey: Redis) -> None:
    reader = hub.subscribe("a")
    for strange in (b"\xff", b"{}", b"[1]", b'[["a"]]'):
        await valkey.publish(LIVE_CHANNEL, strange)
    await publish(valkey, [("a", 1)])
    assert await soon(reader.get()) == ("a", 1)


async def test_without_a_broker_it_keeps_trying(tmp_path) -> None:
    nowhere = make_valkey(read_settings(redis_url=f"unix://{tmp_path}/none.sock"))
    lonely = LiveHub(nowhere)
    await lonely.start()
    assert not await lonely.wait_connected(0.3)
    await lonely.stop()
    await nowhere.aclose()


def test_users_spread_over_the_shards_and_stay_there(settings: Settings) -> None:
    ids = [new_id() for _ in range(8000)]
    counts = Counter(shard_of(user_id, settings.shards) for user_id in ids)
    assert set(counts) == set(range(settings.shards))
    assert max(counts.values()) < 1.25 * min(counts.values())
    assert shard_of(UUID("01890a5d-ac96-774b-bcce-b302099a8057"), 8) == 0x099A8057 % 8


def test_ids_rise() -> None:
    ids = [new_id() for _ in range(1000)]
    assert ids == sorted(ids)
    assert {made.version for made in ids} == {7}
