"""Messages are found by their words, in one's own channels and bots, and cost nothing when they are kept."""

import time
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import text

from dbcv.domains.conversations.service.words import write_all
from tests.domains.conversations.conftest import House


async def index(house: House) -> None:
    """As the scheduler will have done in some minutes."""
    async with house.db.driver() as connection:
        await write_all(connection, time.time() + 1_000)


@pytest.fixture
async def room(house: House) -> dict[str, str]:
    token, owner_id = await house.account("owner")
    bot_id = str(await house.bot(owner_id))
    channel = (await house.channel(token, is_public=True, default_bot_id=bot_id))["id"]
    first, first_id = await house.visitor(channel)
    second, _ = await house.visitor(channel)
    said = await house.say(first, channel, "Доставка заказов задержалась на два дня")
    await house.say(second, channel, "Where are my deliveries, please?")
    await index(house)
    return {
        "owner": token, "bot": bot_id, "id": channel, "first": first, "first_id": first_id, "second": second,
        "session": said.body["message"]["session_id"],
    }  # fmt: skip


async def found(house: House, token: str, **query: Any) -> list[str]:
    answered = await house.call("GET", "/messages?" + "&".join(f"{k}={v}" for k, v in query.items()), token)
    assert answered.status == 200, answered.body
    return [item["text"] for item in answered.body["items"]]


async def test_words_are_found_in_any_form(house: House, room: dict[str, str]) -> None:
    owner, channel = room["owner"], room["id"]
    for query in ("заказ", "ДОСТАВКИ", "задержалась дня", '"два дня"', "дня -вчера", "нет or доставка"):
        texts = await found(house, owner, channel_id=channel, query=query)
        assert texts and all("Доставка" in words for words in texts), query
    assert await found(house, owner, channel_id=channel, query="delivery", sender_id=room["bot"]) == [
        "You said Where are my deliveries, please?"
    ]
    assert await found(house, owner, bot_id=room["bot"], query="delivery", session_id=room["session"]) == []
    assert len(await found(house, owner, bot_id=room["bot"], query="заказ", session_id=room["session"])) == 2
    assert await found(house, owner, channel_id=channel, query="c:" + channel) == []


async def test_filters_without_words(house: House, room: dict[str, str]) -> None:
    owner, channel = room["owner"], room["id"]
    assert len(await found(house, owner, channel_id=channel)) == 4
    assert len(await found(house, owner, channel_id=channel, sender_id=room["first_id"])) == 1
    assert len(await found(house, owner, bot_id=room["bot"], session_id=room["session"])) == 2
    assert await found(house, owner, channel_id=channel, since="2099-01-01T00:00:00Z") == []
    assert await found(house, owner, channel_id=channel, until="2000-01-01T00:00:00Z") == []
    first = (await house.call("GET", f"/messages?channel_id={channel}&limit=3", owner)).body
    rest = (await house.call("GET", f"/messages?channel_id={channel}&cursor={first['next_cursor']}", owner)).body
    assert len(first["items"]) == 3 and len(rest["items"]) == 1 and rest["next_cursor"] is None


async def test_others_find_only_what_was_said_with_them(house: House, room: dict[str, str]) -> None:
    other, _ = await house.account("other")
    assert await found(house, room["second"], channel_id=room["id"], query="доставка") == []
    assert len(await found(house, room["first"], channel_id=room["id"], query="доставка")) == 2
    assert await found(house, other, channel_id=room["id"]) == [], "a public channel, but nothing was said with him"
    private = (await house.channel(room["owner"]))["id"]
    for query in (f"channel_id={private}", f"channel_id={uuid4()}", f"bot_id={room['bot']}&query=доставка"):
        assert (await house.call("GET", f"/messages?{query}", other)).status == 404, query
    assert (await house.call("GET", "/messages?channel_id=" + room["id"])).status == 401


async def test_a_foreign_session_is_not_read_through_an_own_bot_or_channel(house: House, room: dict[str, str]) -> None:
    thief, thief_id = await house.account("thief")
    own_bot = str(await house.bot(thief_id))
    own_channel = (await house.channel(thief, default_bot_id=own_bot))["id"]
    for place in (f"bot_id={own_bot}", f"channel_id={own_channel}"):
        for more in ("", "&query=доставка"):
            answered = await house.call("GET", f"/messages?{place}&session_id={room['session']}{more}", thief)
            assert answered.status == 200 and answered.body["items"] == [], place + more


@pytest.mark.parametrize(
    "query", ["query=x", "channel_id={id}&bot_id={bot}", "channel_id={id}&query=и", "bot_id={bot}", "channel_id=x",
              "channel_id={id}&query=", "channel_id={id}&since=yesterday", "channel_id={id}&query=a%00b",
              "channel_id={id}&query=%27%20|%20!%26%20("],
)  # fmt: skip
async def test_what_cannot_be_looked_for_is_refused(house: House, room: dict[str, str], query: str) -> None:
    refused = await house.call("GET", "/messages?" + query.format(**room), room["owner"])
    assert refused.status == 422 and refused.body["errors"]


async def test_what_is_committed_late_is_met_by_the_second_pass(house: House, room: dict[str, str]) -> None:
    async with house.db.transaction() as session:
        await session.execute(text("DELETE FROM message_words"))
    await index(house)
    assert await found(house, room["owner"], channel_id=room["id"], query="доставка") == [], "both passes are by"
    async with house.db.transaction() as session:
        await session.execute(text("DELETE FROM words_progress WHERE name = 'late'"))
    await index(house)
    assert len(await found(house, room["owner"], channel_id=room["id"], query="доставка")) == 2


async def test_a_message_that_is_gone_is_not_found(house: House, room: dict[str, str]) -> None:
    assert (await house.call("DELETE", f"/sessions/{room['session']}", room["owner"])).status == 204
    assert await found(house, room["owner"], channel_id=room["id"], query="доставка") == []
    async with house.db.read() as session:
        assert await session.scalar(text("SELECT count(*) FROM message_words")) == 2
