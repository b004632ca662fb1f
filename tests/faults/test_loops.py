"""Bots that would go on for ever are stopped at a limit, it is written down, and their sessions stay usable."""

import asyncio
import urllib.error
from typing import Any
from uuid import UUID

import msgspec
import pytest

from tests.faults.bots import COUNTER, document, echo
from tests.faults.talk import Connections, crowd
from tests.faults.verdict import drained, fetch
from tests.faults.world import World

MOST_BOT_TURNS = 200
"""What one message may set off among bots: generous, and far from what grows with every answer."""


def _circle() -> dict[str, Any]:
    """Two proxies that lead to each other as long as the last message is "round"."""

    def to(step: str) -> list[dict[str, Any]]:
        rule = {"condition": "AND", "rules": [{"field": "message.text", "operator": "equal", "value": "round"}]}
        return [{"connections": [{"rules": rule, "next_step_id": step}, {"next_step_id": "wait", "priority": 1}]}]

    steps = [
        {"id": "wait", "name": "Wait", "connection_groups": to("one")},
        {"id": "one", "name": "One", "is_proxy": True, "connection_groups": to("two")},
        {"id": "two", "name": "Two", "is_proxy": True, "connection_groups": to("one")},
    ]
    master = [
        {
            "connections": [
                {
                    "rules": {"rules": [{"field": "message.text", "operator": "equal", "value": "hello"}]},
                    "next_step_id": "greet",
                }
            ]
        }
    ]
    greet = {"id": "greet", "name": "Greet", "message": {"text": "hi"}, "connection_groups": to("one")}
    return document("Circle", [*steps, greet], master_connection_groups=master)


async def test_a_circle_of_proxies(world: World, connections: Connections) -> None:
    await world.start_workers(1)
    channel = world.open_channel(world.publish(_circle()))
    client, other = await crowd(world, connections, channel, 2)
    assert (await client.send(1, wait_seconds=20, text="hello")).replies == ["hi"]
    status, answer = await client.try_once(2, 20, "round")
    assert status == 200 and answer["error"]["code"] == "loop", answer
    assert (await other.send(1, wait_seconds=20, text="hello")).replies == ["hi"]
    assert (await client.send(3, wait_seconds=20, text="hello")).replies == ["hi"]
    errors = await fetch(world, "SELECT error FROM turn_record WHERE id = $1", UUID(answer["message"]["id"]))
    assert errors[0][0].startswith("loop: ")


async def test_a_template_in_itself(world: World, connections: Connections) -> None:
    """Refused when it is imported or published, or stopped when it runs."""
    await world.start_workers(1)
    inner = {
        "id": "inside",
        "name": "Inside",
        "is_proxy": True,
        "template_instance": {"template_id": "t", "inputs_mapping": {}, "outputs_mapping": {}},
        "connection_groups": [],
    }
    template = {"id": "t", "name": "T", "first_step_id": "inside", "steps": [inner]}
    outer = inner | {"id": "outer", "name": "Outer"}
    try:
        bot = world.publish(document("Matryoshka", [outer], templates=[template]))
    except urllib.error.HTTPError as error:
        problem = msgspec.json.decode(error.read())
        assert error.code == 422 and "template" in str(problem).lower(), problem
        print(f"\na template in itself: refused, {problem['errors'][0]['message']}")
        return
    (client,) = await crowd(world, connections, world.open_channel(bot), 1)
    for number in (1, 2):
        status, answer = await client.try_once(number, 20)
        assert status == 200 and answer["error"], answer
    print(f"\na template in itself: stopped, {answer['error']}")


@pytest.mark.parametrize("bots", [2, 3, 6])
async def test_bots_that_answer_each_other(world: World, connections: Connections, bots: int) -> None:
    await world.start_workers(1)
    ids = [world.publish(echo(f"Echo {number}")) for number in range(bots)]
    channel = world.open_channel(ids[0])
    quiet = world.open_channel(world.publish(COUNTER))
    for bot in ids:
        world.call("POST", f"/channels/{channel}/subscribe", {"subscriber_id": bot})
    (client,) = await crowd(world, connections, channel, 1)
    (other,) = await crowd(world, connections, quiet, 1)
    assert (await client.send(1, wait_seconds=20)).replies == ["Echo 0!"]
    assert (await other.send(1, wait_seconds=20)).replies == ["1 after 0"]
    await asyncio.wait_for(drained(world, channel, 40), 45)
    turns = await _turns(world, channel)
    letters = [
        letter for bot in ids for letter in world.call("GET", f"/bots/{bot}/dead_letters")["items"]
    ]  # fmt: skip
    print(f"\n{bots} bots in one channel: stopped after {turns} turns, {len(letters)} dead letters")
    assert 2 < turns <= MOST_BOT_TURNS
    assert letters and "answered each other" in letters[0]["error"]
    assert (await client.send(2, wait_seconds=20)).replies == ["Echo 0!"]
    await drained(world, channel, 40)


async def _turns(world: World, channel: str) -> int:
    query = "SELECT count(*) FROM turn_record t JOIN session s ON s.id = t.session_id WHERE s.channel_id = $1"
    return int((await fetch(world, query, UUID(channel)))[0][0])
