"""Bots that talk through messengers while workers, the API and the scheduler are killed: nothing lost, nothing out of
order, and at most the call that a kill cut off is made twice, where the messenger has no way to tell that it was.

Telegram and MAX have none; Discord is given a nonce by which it knows, so there nothing at all is doubled. They talk
ten times as long in `make faults`.
"""

import asyncio
import random
import signal
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from typing import Any, Protocol
from uuid import UUID

import pytest

from tests.faults.bots import COUNTER, crier
from tests.faults.verdict import drained, fetch
from tests.faults.world import World
from tests.transports import discord_server, max_server, telegram_server

CHATS, MESSAGES, LONG = range(1, 7), 20, 10
PAUSE_SECONDS = 0.1
HARM_EVERY = 7
"""A kill after so many messages."""
ROUNDS, TOLD = 1, 30
"""Broadcasts, and to how many people each goes."""
_SHARES = """
SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND objsubid = 2 AND granted AND mode = 'ExclusiveLock'
GROUP BY pid
"""
_OF_CHANNEL = "FROM {} t JOIN session s ON s.id = t.session_id WHERE s.channel_id = $1"


class Server(Protocol):
    """What speaks a messenger's language on loopback."""

    @property
    def url(self) -> str: ...

    def write(self, chat: int, text: str, /) -> Any: ...

    def texts(self, chat: int, /) -> list[str]: ...


@dataclass(frozen=True)
class Messenger:
    """`serve` runs its server; `test_path` is where its credential is tried; `hears`: whether it tells what is written
    now; `knows_copies`: a call that is made again with the same key is none."""

    name: str
    serve: Callable[[], AbstractAsyncContextManager[Any]]
    token: str
    test_path: str
    hears: Callable[[Any], bool] = lambda _: True
    knows_copies: bool = False


TELEGRAM = Messenger("telegram", telegram_server.serve, telegram_server.TOKEN, "/bot{api_key}/getMe")
MAX = Messenger("max", max_server.serve, max_server.TOKEN, "/me")
DISCORD = Messenger(
    "discord", discord_server.serve, discord_server.TOKEN, "/api/v10/gateway/bot",
    hears=lambda server: bool(server._sessions), knows_copies=True,
)  # fmt: skip


@pytest.fixture(scope="module")
def open_world() -> Iterator[World]:
    """That may reach loopback, and says where it is."""
    world = World(DBCV_ALLOWED_HOSTS="127.0.0.1")
    world._environment["DBCV_PUBLIC_URL"] = world.url
    with world:
        yield world


@pytest.fixture
def messages(is_long: bool) -> int:
    """How many everybody writes."""
    return MESSAGES * (LONG if is_long else 1)


@asynccontextmanager
async def bound(
    world: World, messenger: Messenger, server: Server, document: dict[str, Any], **config: Any
) -> AsyncIterator[str]:
    """A channel of the bot while it is bound, and two workers under the supervisor, which stay for the next test."""
    if not world.workers:
        await world.supervise_workers(2)
    await shared_evenly(world)
    channel = await asyncio.to_thread(bind, world, messenger, server, document, **config)
    await until(lambda: messenger.hears(server))
    yield channel
    await asyncio.to_thread(world.call, "DELETE", f"/channels/{channel}/transport")


async def shared_evenly(world: World) -> None:
    """Until both workers have their shards: one that moves takes its connections along, and who is a stranger yet would
    not be heard meanwhile."""
    share = world.settings.shards // 2
    async with asyncio.timeout(40.0):
        while sorted(row[0] for row in await fetch(world, _SHARES)) != [share] * 4:  # noqa: ASYNC110
            await asyncio.sleep(0.05)


def bind(world: World, messenger: Messenger, server: Server, document: dict[str, Any], **config: Any) -> str:
    """With a credential of its own."""
    bot_id = world.publish(document)
    wish = {
        "name": "Key", "provider": messenger.name, "strategy": "api_key", "bot_id": bot_id, "hosts": [server.url],
        "secret": {"api_key": messenger.token}, "test_url": server.url + messenger.test_path,
    }  # fmt: skip
    made = world.call("POST", "/credentials", wish)
    channel = world.open_channel(bot_id)
    transport = {"transport": messenger.name, "credential_id": made["id"], "config": {"api_url": server.url} | config}
    assert world.call("PUT", f"/channels/{channel}/transport", transport)["account"] == "@demo_bot"
    return channel


async def until(holds: Callable[[], bool], timeout_seconds: float = 40.0) -> None:
    async with asyncio.timeout(timeout_seconds):
        while not holds():  # noqa: ASYNC110 - a server that speaks another's language wakes nobody
            await asyncio.sleep(0.01)


async def talk(server: Server, messages: int, harm: Callable[[], Awaitable[None]]) -> None:
    """Everybody says 1, 2, 3 …, whatever happens meanwhile; harm is done again and again, once all are no strangers any
    more: Discord tells nothing later of a stranger who wrote while nobody was connected."""
    harms = []
    for number in range(1, messages + 1):
        for chat in CHATS:
            server.write(chat, str(number))
        if number == 1:
            await until(lambda: all(server.texts(chat) for chat in CHATS))
        if number % HARM_EVERY == HARM_EVERY - 1 and number < messages:
            harms.append(asyncio.ensure_future(harm()))
        await asyncio.sleep(PAUSE_SECONDS)
    await asyncio.gather(*harms)
    last = f"{messages} after {messages - 1}"
    await until(lambda: all(last in server.texts(chat) for chat in CHATS), 40.0 + messages / 2)


async def count(world: World, table: str, channel: str) -> int:
    (row,) = await fetch(world, f"SELECT count(*) {_OF_CHANNEL.format(table)}", UUID(channel))
    return int(row[0])


@dataclass
class Storm:
    """What is harmed, and the verdict afterwards."""

    world: World
    messenger: Messenger
    server: Any
    channel: str
    messages: int
    kills_before: int
    began: float

    @property
    def kills(self) -> int:
        return self.world.kills - self.kills_before

    async def check(self) -> None:
        await drained(self.world, self.channel, 20)
        expected = [f"{number} after {number - 1}" for number in range(1, self.messages + 1)]
        repeated = 0
        for chat in CHATS:
            texts = self.server.texts(chat)
            once = [text for place, text in enumerate(texts) if not place or texts[place - 1] != text]
            assert once == expected, f"chat {chat}: {texts}"
            repeated += len(texts) - len(once)
        turns, dead = [await count(self.world, table, self.channel) for table in ("turn_record", "dead_letter")]
        print(
            f"\n{self.messenger.name}: {len(CHATS) * self.messages} messages of {len(CHATS)} people, {self.kills} "
            f"kills, {time.monotonic() - self.began:.1f} s: turns {turns}, calls repeated {repeated}, "
            f"dead letters {dead}"
        )
        assert self.kills >= 2
        assert (turns, dead) == (len(CHATS) * self.messages, 0)
        allowed = 0 if self.messenger.knows_copies else self.kills * len(CHATS)
        assert repeated <= allowed, "each session has one call under way at most"


@asynccontextmanager
async def storm(world: World, messenger: Messenger, messages: int, **config: Any) -> AsyncIterator[Storm]:
    """The counting bot behind the messenger."""
    began = time.monotonic()
    async with messenger.serve() as server, bound(world, messenger, server, COUNTER, **config) as channel:
        yield Storm(world, messenger, server, channel, messages, world.kills, began)


@pytest.mark.parametrize("messenger", [TELEGRAM, MAX, DISCORD], ids=lambda messenger: messenger.name)
async def test_asking_for_news_while_workers_are_killed(open_world: World, messenger: Messenger, messages: int) -> None:
    chance = random.Random(7)

    async def kill() -> None:
        open_world.kill_one(chance)

    async with storm(open_world, messenger, messages) as found:
        await talk(found.server, messages, kill)
        await found.check()


async def test_webhooks_while_the_api_and_workers_are_killed(open_world: World, messages: int) -> None:
    world, chance = open_world, random.Random(8)

    async def kill() -> None:
        world.kill_one(chance)
        if found.kills == 1:
            await asyncio.to_thread(world.stop_api, signal.SIGKILL)
            await asyncio.to_thread(world.start_api)

    async with storm(world, TELEGRAM, messages, mode="webhook") as found:
        found.server.keeps_order = True
        await talk(found.server, messages, kill)
        await found.check()


async def test_a_broadcast_while_workers_and_the_scheduler_are_killed(open_world: World, is_long: bool) -> None:
    """A turn begins a broadcast by the integration `dbcv` and is cut off, so is the scheduler that leads it on, so are
    those who deliver: everybody gets every broadcast once."""
    world, chance, began, before = open_world, random.Random(9), time.monotonic(), open_world.kills
    rounds, told = (3 * ROUNDS, LONG * TOLD) if is_long else (ROUNDS, TOLD)
    people, expected = range(1, told + 1), ["hi", *(f"All go {number}" for number in range(1, rounds + 1))]
    cries = crier("All {$message.text$}")
    async with DISCORD.serve() as discord, bound(world, DISCORD, discord, cries) as channel:
        for person in people:
            discord.write(person, "hi")
        await until(lambda: all(discord.texts(person) for person in people))
        for number in range(1, rounds + 1):
            discord.write(1, f"go {number}")
            await begun(world, channel, number)
            world.kill_all()
            world.kill_scheduler()
            await until(lambda: any(expected[number] in discord.texts(person) for person in people))  # noqa: B023
            world.kill_one(chance)
            await until(lambda: all(expected[number] in discord.texts(person) for person in people))  # noqa: B023
        await drained(world, channel, 20)
        assert {tuple(discord.texts(person)) for person in people} == {tuple(expected)}
        reached = await fetch(world, "SELECT reached, done_at IS NOT NULL, error FROM firing WHERE channel_id = $1",
                              UUID(channel))  # fmt: skip
        assert [tuple(row) for row in reached] == [(told, True, None)] * rounds
        assert await count(world, "dead_letter", channel) == 0
        print(f"\n{rounds} broadcasts to {told} people, {world.kills - before} kills, {time.monotonic() - began:.1f} s")


async def begun(world: World, channel: str, number: int) -> None:
    """Until that broadcast is kept: at this moment the turn that began it is still running, or only just not."""
    query = "SELECT count(*) FROM firing WHERE channel_id = $1"
    async with asyncio.timeout(40.0):
        while (await fetch(world, query, UUID(channel)))[0][0] < number:
            pass
