"""A turn that cannot be done: tried five times, then a dead letter that its owner sees and sends again. Nobody else
is touched, and the session goes on with the next message."""

import asyncio
import time
import urllib.error
from uuid import UUID

import pytest

from tests.faults.bots import BLOCK, COUNTER, DIE, RAISE, WAIT
from tests.faults.talk import Client, Connections, crowd
from tests.faults.verdict import drained, fetch, judge, percentiles
from tests.faults.world import FAULTY, World

QUICK = {"DBCV_TURN_HANG_SECONDS": "0.6", "DBCV_TURN_TIMEOUT_SECONDS": "0.6"}
TRIES = 5


async def _keep_alive(world: World) -> None:
    """The supervisor's work: whoever dies is started anew."""
    while True:
        world.revive()
        await asyncio.sleep(0.05)


async def _dead_letter(world: World, bot_id: str, timeout_seconds: float = 180.0) -> dict[str, object]:
    deadline = time.monotonic() + timeout_seconds
    while True:
        letters = (await asyncio.to_thread(world.call, "GET", f"/bots/{bot_id}/dead_letters"))["items"]
        if letters:
            (letter,) = letters
            return letter  # type: ignore[no-any-return]
        assert time.monotonic() < deadline, world.log_text("worker")[-3000:]
        await asyncio.sleep(0.1)


async def _talk(clients: list[Client], stop: asyncio.Event) -> list[float]:
    """Every session's messages one after the other, until `stop`; how long each turn took."""
    seconds: list[float] = []

    async def one(client: Client) -> None:
        number = 0
        while not stop.is_set():
            number += 1
            began = time.monotonic()
            sent = await client.send(number, wait_seconds=30)
            assert sent.replies == [f"{number} after {number - 1}"], sent
            seconds.append(time.monotonic() - began)
            await asyncio.sleep(0.05)

    await asyncio.gather(*(one(client) for client in clients))
    return seconds


@pytest.mark.timeout(300)
@pytest.mark.parametrize("word", [RAISE, BLOCK, WAIT, DIE])
async def test_a_turn_that_cannot_be_done(world: World, connections: Connections, word: str) -> None:
    await world.start_workers(2, FAULTY, **QUICK)
    bot = world.publish(COUNTER)
    channel = world.open_channel(bot)
    poisoned, *others = await crowd(world, connections, channel, 21)
    assert (await poisoned.send(1, wait_seconds=30)).replies == ["1 after 0"]
    guard, stop = asyncio.ensure_future(_keep_alive(world)), asyncio.Event()
    talking = asyncio.ensure_future(_talk(others, stop))
    await asyncio.sleep(0.3)
    began = time.monotonic()
    await poisoned.send(2, text=word)
    after = asyncio.ensure_future(poisoned.send(3, wait_seconds=30, text="2"))
    letter = await _dead_letter(world, bot)
    dead_seconds = time.monotonic() - began
    assert (letter["attempts"], letter["kind"], letter["resent_at"]) == (TRIES, "turn", None)
    assert "TypeError" not in str(letter["error"]), "the faulty worker fails in another way than it should"
    while (await after).replies is None:  # its wait was over before the five tries were
        after = asyncio.ensure_future(poisoned.send(3, wait_seconds=30, text="2"))
    assert after.result().replies == ["2 after 1"]
    stop.set()
    seconds = await talking
    guard.cancel()
    await drained(world, channel)
    print(f"\n{word}: dead letter after {dead_seconds:.1f} s ({letter['error']}); the others meanwhile: "
          f"{len(seconds)} turns, {percentiles(seconds)}")  # fmt: skip
    verdict = await judge(world, channel, others)
    assert verdict.dead == 1
    verdict.dead = 0
    verdict.check()
    await _resend(world, channel, poisoned, str(letter["id"]))


async def _resend(world: World, channel: str, client: Client, letter_id: str) -> None:
    """With workers that can do it, it is done; once."""
    await world.start_workers(1)
    world.call("POST", f"/dead_letters/{letter_id}/resend")
    with pytest.raises(urllib.error.HTTPError):
        world.call("POST", f"/dead_letters/{letter_id}/resend")
    await drained(world, channel)
    query = "SELECT m.text FROM message m WHERE m.reply_to = $1"
    assert [row[0] for row in await fetch(world, query, UUID(letter_id))], "the turn was not done again"


@pytest.mark.timeout(300)
@pytest.mark.parametrize("word", [BLOCK, DIE])
async def test_those_who_wait_beside_a_killer_are_not_blamed(
    world: World, connections: Connections, word: str, is_long: bool
) -> None:
    """A backlog of many sessions with one deadly message in its middle: that one is buried, everybody is answered."""
    await world.start_workers(1, FAULTY, **QUICK)
    bot = world.publish(COUNTER)
    channel = world.open_channel(bot)
    count = 1_500 if is_long else 500
    clients = await crowd(world, connections, channel, count + 1)
    world.kill_workers()
    poisoned = clients.pop(200)
    for start in range(0, len(clients), 50):
        await asyncio.gather(*(client.send(1) for client in clients[start : start + 50]))
        if start == 200:
            await poisoned.send(1, text=word)
    began = time.monotonic()
    world.workers = [world.new_worker()]  # nobody waits for it to be ready: it may die before
    guard = asyncio.ensure_future(_keep_alive(world))
    await drained(world, channel, 240)
    guard.cancel()
    (letter,) = world.call("GET", f"/bots/{bot}/dead_letters")["items"]
    assert letter["attempts"] == TRIES
    verdict = await judge(world, channel, clients)
    print(f"\n{word} in a backlog of {count}: all done after {time.monotonic() - began:.1f} s: {verdict}")
    assert verdict.dead == 1
    verdict.dead = 0
    verdict.check()


@pytest.mark.faults_long
@pytest.mark.timeout(900)
@pytest.mark.parametrize("word", [RAISE, WAIT, BLOCK, DIE])
async def test_what_a_thousand_others_feel(world: World, connections: Connections, word: str) -> None:
    """Printed, not asserted: the same load without and with one turn that cannot be done."""
    await world.start_workers(2, FAULTY, DBCV_TURN_TIMEOUT_SECONDS="20")  # five tries of 60 s would outlast the test
    bot = world.publish(COUNTER)
    channel = world.open_channel(bot)
    poisoned, *others = await crowd(world, connections, channel, 1001)
    guard = asyncio.ensure_future(_keep_alive(world))
    measured = []
    for round_number in range(2):
        if round_number:
            await poisoned.send(1, text=word)
        seconds: list[float] = []

        async def one(client: Client, delay: float, number: int, seconds: list[float] = seconds) -> None:
            await asyncio.sleep(delay)
            began = time.monotonic()
            await client.send(number, wait_seconds=30)
            seconds.append(time.monotonic() - began)

        await asyncio.gather(*(one(c, place * 0.01, round_number + 1) for place, c in enumerate(others)))
        measured.append(percentiles(seconds))
    guard.cancel()
    await drained(world, channel, 180)
    print(f"\n1,000 others beside {word}: without {measured[0]}; with {measured[1]}")
    assert not (await judge(world, channel, others)).lost
