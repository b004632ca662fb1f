"""A bot that talks through Telegram while workers and the API are killed: nothing lost, nothing out of order, and at
most the call that a kill cut off is made twice (Telegram has no way to tell that it was)."""

import asyncio
import random
import signal
import time
from collections.abc import Awaitable, Callable, Iterator
from uuid import UUID

import pytest

from tests.faults.bots import COUNTER
from tests.faults.verdict import drained, fetch
from tests.faults.world import World
from tests.transports.telegram_server import TOKEN, TelegramServer, serve

CHATS, MESSAGES = range(1, 7), 20
PAUSE_SECONDS = 0.1


@pytest.fixture(scope="module")
def telegram_world() -> Iterator[World]:
    """That may reach loopback, and says where it is."""
    world = World(DBCV_ALLOWED_HOSTS="127.0.0.1")
    world._environment["DBCV_PUBLIC_URL"] = world.url
    with world:
        yield world


def bind(world: World, telegram: TelegramServer, mode: str) -> str:
    """A channel of the counting bot, bound with a credential of its own."""
    bot_id = world.publish(COUNTER)
    wish = {
        "name": "Telegram", "provider": "telegram", "strategy": "api_key", "bot_id": bot_id, "hosts": [telegram.url],
        "secret": {"api_key": TOKEN}, "test_url": f"{telegram.url}/bot{{api_key}}/getMe",
    }  # fmt: skip
    made = world.call("POST", "/credentials", wish)
    channel = world.open_channel(bot_id)
    config = {"mode": mode, "api_url": telegram.url}
    bound = world.call(
        "PUT", f"/channels/{channel}/transport",
        {"transport": "telegram", "credential_id": made["id"], "config": config},
    )  # fmt: skip
    assert bound["account"] == "@demo_bot"
    return channel


async def talk(telegram: TelegramServer, harm: Callable[[], Awaitable[None]]) -> None:
    """Everybody says 1, 2, 3 …, whatever happens meanwhile; the harm is done at a third and at two thirds."""
    harms = []
    for number in range(1, MESSAGES + 1):
        for chat in CHATS:
            telegram.write(chat, str(number))
        if number in (MESSAGES // 3, 2 * MESSAGES // 3):
            harms.append(asyncio.ensure_future(harm()))
        await asyncio.sleep(PAUSE_SECONDS)
    await asyncio.gather(*harms)


async def heard(telegram: TelegramServer, timeout_seconds: float = 40.0) -> None:
    expected = f"{MESSAGES} after {MESSAGES - 1}"
    async with asyncio.timeout(timeout_seconds):
        while not all(expected in telegram.texts(chat) for chat in CHATS):  # noqa: ASYNC110
            await asyncio.sleep(0.02)


async def check(world: World, telegram: TelegramServer, channel: str, kills: int, began: float) -> None:
    await drained(world, channel, 20)
    expected = [f"{number} after {number - 1}" for number in range(1, MESSAGES + 1)]
    repeated = 0
    for chat in CHATS:
        texts = telegram.texts(chat)
        once = [text for place, text in enumerate(texts) if not place or texts[place - 1] != text]
        assert once == expected, f"chat {chat}: {texts}"
        repeated += len(texts) - len(once)
    turns = await fetch(world, "SELECT count(*) FROM turn_record t JOIN session s ON s.id = t.session_id "
                        "WHERE s.channel_id = $1", UUID(channel))  # fmt: skip
    dead = await fetch(world, "SELECT count(*) FROM dead_letter d JOIN session s ON s.id = d.session_id "
                       "WHERE s.channel_id = $1", UUID(channel))  # fmt: skip
    print(
        f"\n{len(CHATS) * MESSAGES} messages of {len(CHATS)} people, {kills} kills, {time.monotonic() - began:.1f} s: "
        f"turns {turns[0][0]}, calls repeated {repeated}, dead letters {dead[0][0]}"
    )
    assert turns[0][0] == len(CHATS) * MESSAGES
    assert dead[0][0] == 0
    assert repeated <= kills * len(CHATS), "each session has one call under way at most"


async def test_long_polling_while_workers_are_killed(telegram_world: World) -> None:
    world, chance, began = telegram_world, random.Random(7), time.monotonic()
    async with serve() as telegram:
        await world.supervise_workers(2)
        channel, before = await asyncio.to_thread(bind, world, telegram, "polling"), world.kills

        async def kill() -> None:
            world.kill_one(chance)

        await talk(telegram, kill)
        await heard(telegram)
        assert world.kills > before
        await check(world, telegram, channel, world.kills - before, began)
        world.kill_workers()


async def test_webhooks_while_the_api_and_workers_are_killed(telegram_world: World) -> None:
    world, chance, began = telegram_world, random.Random(8), time.monotonic()
    async with serve() as telegram:
        await world.supervise_workers(2)
        telegram.keeps_order = True
        channel, before = await asyncio.to_thread(bind, world, telegram, "webhook"), world.kills

        async def kill() -> None:
            world.kill_one(chance)
            if world.kills == before + 1:
                await asyncio.to_thread(world.stop_api, signal.SIGKILL)
                await asyncio.to_thread(world.start_api)

        await talk(telegram, kill)
        await heard(telegram)
        await check(world, telegram, channel, world.kills - before, began)
        world.kill_workers()
