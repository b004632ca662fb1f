"""Presence: who has a bot open is told to those who have, to nobody else, and never without bounds."""

import asyncio
import json
from typing import Any
from uuid import UUID

import pytest

from dbcv.domains.bots.schemas import AccessIn
from dbcv.domains.conversations.live import people, socket
from dbcv.kit.ids import new_id
from dbcv.kit.realtime import LiveHub
from tests.domains.conversations.conftest import House, Socket, build_app, serving


@pytest.fixture
async def team(house: House) -> dict[str, str]:
    """Two who may open a bot, and its id."""
    anna, anna_id = await house.account("anna")
    boris, boris_id = await house.account("boris")
    bot_id = await house.bot(anna_id)
    await house.parts.bots.share(anna_id, bot_id, AccessIn(email="boris@example.com", role="viewer"))
    ids = {"anna_id": str(anna_id), "boris_id": str(boris_id), "bot": str(bot_id)}
    return {"anna": anna, "boris": boris, "topic": f"bot:{bot_id}"} | ids


async def enter(one: Socket, team: dict[str, str], **fields: Any) -> None:
    await one.listen(team["topic"])
    await one.send(type="presence", bot_id=team["bot"], **fields)


async def test_two_see_each_other_what_is_selected_and_that_one_left(house: House, team: dict[str, str]) -> None:
    step_id = str(new_id())
    async with house.socket(team["anna"]) as anna:
        await enter(anna, team, selected=[step_id])
        async with house.socket(team["boris"]) as boris:
            await enter(boris, team)
            seen = await boris.until(type="presence", name="anna")
            assert seen["selected"] == [step_id] and seen["bot_id"] == team["bot"] and "asks" not in seen
            came = await anna.until(type="presence", name="boris")
            await anna.send(type="presence", bot_id=team["bot"], editing=step_id, field="step.name")
            told = await boris.until(type="presence", editing=step_id)
            assert told["field"] == "step.name" and told["selected"] == [] and told["id"] == seen["id"]
        gone = await anna.until(type="presence.gone")
        assert gone["id"] == came["id"]


async def test_another_process_hears_it_too(house: House, team: dict[str, str], monkeypatch: Any) -> None:
    """The second process is another hub and another server on the same Valkey."""
    hub = LiveHub(house.valkey)
    await hub.start()
    assert await hub.wait_connected(30)
    async with house.socket(team["anna"]) as anna:
        await enter(anna, team)
        await asyncio.sleep(0)
        monkeypatch.setattr(house.parts, "hub", hub)
        async with serving(build_app(house.parts)) as base, house.http.ws_connect(base + "/ws") as raw:
            boris = Socket(raw)
            await boris.send(type="auth", token=team["boris"])
            await enter(boris, team)
            assert (await boris.until(type="presence"))["name"] == "anna"
            await anna.until(type="presence", name="boris")
    await hub.stop()


async def test_only_for_a_bot_one_listens_to_and_may_see(house: House, team: dict[str, str]) -> None:
    stranger, _ = await house.account("stranger")
    async with house.socket(team["anna"]) as anna, house.socket(stranger) as other:
        await enter(anna, team)
        await other.send(type="subscribe", topic=team["topic"])
        assert (await other.until(type="error"))["status"] == 404
        await other.send(type="presence", bot_id=team["bot"])
        refused = await other.until(type="error")
        assert refused["status"] == 422 and refused["errors"][0]["path"] == "bot_id"
        assert await anna.silent() and await other.silent()


async def test_who_only_listens_hears_nothing_of_people(house: House, team: dict[str, str]) -> None:
    async with house.socket(team["anna"]) as anna, house.socket(team["boris"]) as listener:
        await listener.listen(team["topic"])
        await enter(anna, team)
        assert await listener.silent()


async def test_a_lost_right_and_a_left_topic_end_presence(
    house: House, team: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(socket, "CHECK_SECONDS", 0.1)
    async with house.socket(team["anna"]) as anna, house.socket(team["boris"]) as boris:
        await enter(anna, team)
        await enter(boris, team)
        first = await anna.until(type="presence", name="boris")
        await boris.send(type="unsubscribe", topic=team["topic"])
        assert (await anna.until(type="presence.gone"))["id"] == first["id"]
        await enter(boris, team)
        await anna.until(type="presence", name="boris")
        await house.parts.bots.unshare(UUID(team["anna_id"]), UUID(team["bot"]), UUID(team["boris_id"]))
        await anna.until(type="presence.gone")
        await anna.send(type="presence", bot_id=team["bot"], field="step.name")
        assert (await boris.until(type="unsubscribed"))["topic"] == team["topic"]
        assert await boris.silent()


@pytest.mark.parametrize(
    "fields",
    [
        {"bot_id": "x"}, {"selected": "x"}, {"selected": ["x"]}, {"selected": [str(new_id())] * 21}, {"editing": 7},
        {"field": "x" * 41}, {"field": "<b>"}, {"name": "Somebody else"}, {"subscriber_id": str(new_id())},
        {"selected": [str(new_id())] * 100_000},
    ],
)  # fmt: skip
async def test_hostile_frames_are_answered_and_told_to_nobody(
    house: House, team: dict[str, str], fields: dict[str, Any]
) -> None:
    async with house.socket(team["anna"]) as anna, house.socket(team["boris"]) as boris:
        await enter(anna, team)
        await boris.listen(team["topic"])
        text = json.dumps({"type": "presence", "bot_id": team["bot"]} | fields)
        await boris.raw.send_str(text)
        if len(text) > 2_000_000:
            assert await boris.closed() == 1009
        else:
            assert (await boris.until(type="error"))["status"] == 422
        assert await anna.silent(0.15)


async def test_a_flood_is_refused_and_told_in_few_words(house: House, team: dict[str, str]) -> None:
    async with house.socket(team["anna"]) as anna, house.socket(team["boris"]) as boris:
        await enter(anna, team)
        await enter(boris, team)
        await anna.until(type="presence", name="boris")
        last = str(new_id())
        for number in range(300):
            await boris.send(type="presence", bot_id=team["bot"], selected=[last if number == 150 else str(new_id())])
        assert (await boris.until(type="error"))["retry_after"] > 0
        count = 0
        while not await anna.silent(0.4):
            count += 1
        assert count <= 8


async def test_a_silent_process_is_gone_and_the_crowd_is_bounded(
    house: House, team: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(people, "BEAT_SECONDS", 0.1)
    monkeypatch.setattr(people, "SILENT_SECONDS", 0.4)
    monkeypatch.setattr(people, "MOST_PEOPLE", 3)
    async with house.socket(team["anna"]) as anna:
        await enter(anna, team)
        for number in range(5):
            word = {"type": "presence", "bot_id": team["bot"], "id": f"s{number}", "subscriber_id": "x", "name": "y"}
            house.bell.publish([f"people:{team['bot']}"], word | {"selected": [], "editing": None, "asks": False})
        heard = [(await anna.next())["id"] for _ in range(3)]
        assert heard == ["s0", "s1", "s2"]
        gone = [(await anna.next()) for _ in range(3)]
        assert [frame["type"] for frame in gone] == ["presence.gone"] * 3
