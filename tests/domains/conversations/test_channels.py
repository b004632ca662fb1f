"""Channels: whose they are, who takes part, and that nobody else learns of them."""

import asyncio
from uuid import UUID, uuid4

import pytest
from sqlalchemy import text

from dbcv.domains.bots.schemas import AccessIn
from dbcv.domains.conversations.service.rooms import Rooms
from dbcv.domains.conversations.service.webhooks import find_or_make_person
from dbcv.kit.errors import NotFound
from dbcv.runtime.mailbox import late_sessions
from tests.domains.conversations.conftest import House, eventually

SECRET = "a secret of a webhook"


async def _version(house: House, channel_id: str) -> int:
    async with house.db.read() as session:
        query = text("SELECT version FROM channel_variables WHERE channel_id = :id")
        return int((await session.execute(query, {"id": UUID(channel_id)})).scalar_one())


async def test_the_life_of_a_channel(house: House) -> None:
    token, owner_id = await house.account("owner")
    bot_id = await house.bot(owner_id)
    channel = await house.channel(token, name="  Room  ", default_bot_id=str(bot_id))
    assert channel["name"] == "Room" and channel["is_public"] is False and channel["owner_id"] == str(owner_id)
    assert channel["config"]["webhook"] is None and channel["transport"] == "web"
    path = f"/channels/{channel['id']}"
    assert (await house.call("GET", path, token)).body == channel
    before = await _version(house, channel["id"])
    changed = await house.call("PATCH", path, token, {"name": "Hall", "is_public": True})
    assert changed.status == 200 and changed.body["name"] == "Hall" and changed.body["is_public"] is True
    assert await _version(house, channel["id"]) > before
    cleared = await house.call("PATCH", path, token, {"default_bot_id": None})
    assert cleared.body["default_bot_id"] is None
    assert (await house.call("DELETE", path, token)).status == 204
    assert (await house.call("GET", path, token)).status == 404
    assert (await house.call("GET", "/channels", token)).body == {"items": [], "next_cursor": None}


async def test_the_list_has_pages(house: House) -> None:
    token, _ = await house.account("owner")
    made = [(await house.channel(token, name=str(number)))["id"] for number in range(3)]
    first = (await house.call("GET", "/channels?limit=2", token)).body
    second = (await house.call("GET", f"/channels?limit=2&cursor={first['next_cursor']}", token)).body
    assert [item["id"] for item in first["items"] + second["items"]] == made[::-1]
    assert second["next_cursor"] is None


async def test_other_tenants_learn_nothing(house: House) -> None:
    token, owner_id = await house.account("owner")
    other, other_id = await house.account("other")
    bot_id = str(await house.bot(owner_id))
    private = (await house.channel(token, default_bot_id=bot_id))["id"]
    public = (await house.channel(token, is_public=True, default_bot_id=bot_id))["id"]
    for method, path, body in [
        ("GET", "", None),
        ("PATCH", "", {"name": "x"}),
        ("DELETE", "", None),
        ("POST", "/subscribe", {}),
        ("POST", "/subscribe", {"subscriber_id": str(other_id)}),
        ("GET", "/subscribers", None),
        ("DELETE", f"/subscribers/{other_id}", None),
        ("GET", "/messages", None),
    ]:
        refused = await house.call(method, f"/channels/{private}{path}", other, body)
        assert refused.status == 404, (method, path, refused.body)
        missing = await house.call(method, f"/channels/{uuid4()}{path}", other, body)
        assert missing.body == refused.body
    assert (await house.call("GET", "/channels", other)).body["items"] == []
    seen = await house.call("GET", f"/channels/{public}", other)
    assert seen.status == 200 and seen.body["config"] is None
    for method, path, body in [("PATCH", "", {"name": "x"}), ("DELETE", "", None), ("GET", "/subscribers", None)]:
        assert (await house.call(method, f"/channels/{public}{path}", other, body)).status == 404
    assert (await house.call("POST", "/channels", other, {"name": "x", "default_bot_id": bot_id})).status == 404
    own = (await house.channel(other))["id"]
    assert (await house.call("PATCH", f"/channels/{own}", other, {"default_bot_id": bot_id})).status == 404
    assert (await house.call("POST", f"/channels/{own}/subscribe", other, {"subscriber_id": bot_id})).status == 404
    assert (await house.call("POST", "/login/anonymous-access-token", body={"channel_id": private})).status == 404
    assert (await house.call("POST", "/login/anonymous-access-token", body={"channel_id": str(uuid4())})).status == 404


async def test_taking_part(house: House) -> None:
    token, owner_id = await house.account("owner")
    friend, friend_id = await house.account("friend")
    bot_id = str(await house.bot(owner_id))
    second_bot = str(await house.bot(owner_id))
    private = (await house.channel(token, default_bot_id=bot_id))["id"]
    path = f"/channels/{private}"
    added = await house.call("POST", f"{path}/subscribe", token, {"subscriber_id": str(friend_id)})
    assert added.body["kind"] == "user"
    again = await house.call("POST", f"{path}/subscribe", token, {"subscriber_id": str(friend_id)})
    assert again.body == added.body
    assert (await house.call("POST", f"{path}/subscribe", token, {"subscriber_id": second_bot})).body["kind"] == "bot"
    assert (await house.call("POST", f"{path}/subscribe", token, {"subscriber_id": str(uuid4())})).status == 404
    assert [c["id"] for c in (await house.call("GET", "/channels", friend)).body["items"]] == [private]
    listed = (await house.call("GET", f"{path}/subscribers", token)).body["items"]
    assert {item["subscriber_id"] for item in listed} == {str(owner_id), str(friend_id), second_bot}
    named = await house.say(friend, private, "hi", recipient_id=second_bot)
    assert named.body["replies"][0]["sender_id"] == second_bot
    assert (await house.call("DELETE", f"{path}/subscribers/{owner_id}", token)).status == 422
    assert (await house.call("DELETE", f"{path}/subscribers/{friend_id}", friend)).status == 204
    assert (await house.call("GET", path, friend)).status == 404
    public = (await house.channel(token, is_public=True))["id"]
    assert (await house.call("POST", f"/channels/{public}/subscribe", friend)).status == 200
    assert (await house.call("POST", f"/channels/{public}/subscribe", friend, {"subscriber_id": bot_id})).status == 404


async def test_a_shared_bot_may_be_used_by_its_editors(house: House) -> None:
    _, owner_id = await house.account("owner")
    friend, friend_id = await house.account("friend")
    bot_id = await house.bot(owner_id)
    async with house.db.transaction() as session:
        query = text("INSERT INTO bot_access (bot_id, user_id, role) VALUES (:bot, :user, 'viewer')")
        await session.execute(query, {"bot": bot_id, "user": friend_id})
    wish = {"name": "x", "default_bot_id": str(bot_id)}
    assert (await house.call("POST", "/channels", friend, wish)).status == 403
    async with house.db.transaction() as session:
        await session.execute(text("UPDATE bot_access SET role = 'editor'"))
    assert (await house.call("POST", "/channels", friend, wish)).status == 201


async def test_visitors_have_no_channels_of_their_own(house: House) -> None:
    token, _ = await house.account("owner")
    public = (await house.channel(token, is_public=True))["id"]
    visitor, visitor_id = await house.visitor(public)
    assert (await house.call("POST", "/channels", visitor, {"name": "x"})).status == 403
    assert (await house.call("GET", f"/channels/{public}", visitor)).status == 200
    assert (await house.call("PATCH", f"/channels/{public}", visitor, {"name": "x"})).status == 404
    other = (await house.channel(token, is_public=True))["id"]
    assert (await house.call("GET", f"/channels/{other}", visitor)).status == 404
    assert (
        await house.call("POST", f"/channels/{public}/subscribe", token, {"subscriber_id": visitor_id})
    ).status == 404
    house.parts.visitors._cost, house.parts.visitors._depth = 10.0, 11.0
    statuses = [
        (await house.call("POST", "/login/anonymous-access-token", body={"channel_id": public})).status
        for _ in range(2)
    ]
    assert statuses == [200, 429]


async def test_bad_channels_are_refused(house: House) -> None:
    token, _ = await house.account("owner")
    for wish in (
        {},
        {"name": ""},
        {"name": "x", "unknown": 1},
        {"name": "a\x00b"},
        {"name": "a\ud800b"},
        {"name": "x", "config": {"webhook": {"sender": "a\x00", "secret": SECRET}}},
        {"name": "x", "default_bot_id": str(uuid4())},
        {"name": "x", "transport": "pigeon"},
        {"name": "x", "config": {"webhook": {"sender": "a..b", "secret": SECRET}}},
        {"name": "x", "config": {"webhook": {"secret": "short"}}},
        {"name": "x", "config": {"webhook": {"sender": "from"}}},
    ):
        refused = await house.call("POST", "/channels", token, wish)
        assert refused.status in {404, 422} and refused.body["errors"], wish
    channel = await house.channel(token)
    for patch in ({"name": None}, {"is_public": None}, {"config": None}, {"owner_id": str(uuid4())}):
        assert (await house.call("PATCH", f"/channels/{channel['id']}", token, patch)).status == 422


async def test_a_deleted_channel_leaves_nothing(house: House) -> None:
    token, owner_id = await house.account("owner")
    channel = await house.channel(token, is_public=True, default_bot_id=str(await house.bot(owner_id)))
    kept = await house.channel(token, is_public=True, default_bot_id=str(await house.bot(owner_id)))
    visitor, _ = await house.visitor(channel["id"])
    assert (await house.say(visitor, channel["id"], "hi")).status == 200
    assert (await house.say(token, kept["id"], "hi")).status == 200
    assert (await house.call("DELETE", f"/channels/{channel['id']}", token)).status == 204
    async with house.db.read() as session:
        for table, left in {"session": 1, "message": 2, "turn_record": 1, "session_variables": 0, "channel": 1}.items():
            assert await session.scalar(text(f"SELECT count(*) FROM {table}")) == left, table
    assert (await house.say(visitor, channel["id"], "hi")).status == 404


async def test_a_webhooks_secret_is_never_shown_and_kept_over_a_change(house: House) -> None:
    token, _ = await house.account("owner")
    webhook = {"sender": "from.id", "text": "text", "id": "id", "secret_header": "X-Key", "secret": SECRET}
    channel = await house.channel(token, config={"webhook": webhook})
    shown = {"sender": "from.id", "text": "text", "id": "id", "secret_header": "X-Key", "has_secret": True}
    assert channel["config"]["webhook"] == shown
    path = f"/channels/{channel['id']}"
    changed = await house.call("PATCH", path, token, {"config": {"webhook": {"sender": "who"}}})
    assert changed.body["config"]["webhook"]["has_secret"] is True
    async with house.db.read() as session:
        stored = str(await session.scalar(text("SELECT config::text FROM channel")))
    assert SECRET not in stored and "who" in stored
    gone = await house.call("PATCH", path, token, {"config": {"webhook": None}})
    assert gone.body["config"]["webhook"] is None


async def test_a_change_is_seen_in_every_process_at_once(house: House) -> None:
    token, owner_id = await house.account("owner")
    bot_id = str(await house.bot(owner_id))
    channel = (await house.channel(token, is_public=True, default_bot_id=bot_id))["id"]
    elsewhere = Rooms(house.db, house.bell, house.hub)
    assert (await elsewhere.room(UUID(channel))).is_public
    await house.call("PATCH", f"/channels/{channel}", token, {"is_public": False})
    await eventually(lambda: elsewhere._rooms.peek(UUID(channel)) is None, 1)
    assert not (await elsewhere.room(UUID(channel))).is_public
    await house.call("DELETE", f"/channels/{channel}", token)
    await eventually(lambda: elsewhere._rooms.peek(UUID(channel)) is None, 1)
    with pytest.raises(NotFound):
        await elsewhere.room(UUID(channel))


async def test_what_was_read_before_a_change_is_not_remembered_after_it(house: House) -> None:
    token, _ = await house.account("owner")
    channel = UUID((await house.channel(token))["id"])
    rooms = Rooms(house.db)
    reading = asyncio.ensure_future(rooms.room(channel))
    await asyncio.sleep(0)
    rooms.forget(channel)
    await reading
    assert rooms._rooms.peek(channel) is None


async def test_mail_of_a_deleted_channel_ends(house: House) -> None:
    """Another process may take a message in while the channel is being deleted."""
    token, owner_id = await house.account("owner")
    bot_id = str(await house.bot(owner_id))
    channel = (await house.channel(token, default_bot_id=bot_id))["id"]
    house.bell.is_heard = False
    await house.say(token, channel, "hi", wait=0)
    async with house.db.transaction() as session:
        await session.execute(text("DELETE FROM session"))
    async with house.db.driver() as connection:
        assert len(await late_sessions(connection, list(range(house.settings.shards)), 0, 10)) == 1
        assert await late_sessions(connection, list(range(house.settings.shards)), 0, 10) == []
        assert await connection.fetchval("SELECT count(*) FROM message") == 0


async def test_a_bots_channels_are_seen_by_whoever_sees_the_bot(house: House) -> None:
    token, owner_id = await house.account("owner")
    viewer, _ = await house.account("viewer")
    stranger, _ = await house.account("stranger")
    bot_id, other_bot = str(await house.bot(owner_id)), str(await house.bot(owner_id))
    made = [(await house.channel(token, name=str(number), default_bot_id=bot_id))["id"] for number in range(3)]
    await house.channel(token, default_bot_id=other_bot)
    first = (await house.call("GET", f"/bots/{bot_id}/channels?limit=2", token)).body
    second = (await house.call("GET", f"/bots/{bot_id}/channels?limit=2&cursor={first['next_cursor']}", token)).body
    assert [item["id"] for item in first["items"] + second["items"]] == made[::-1]
    assert second["next_cursor"] is None
    newest = first["items"][0]
    assert (newest["is_own"], newest["binding"], newest["waiting"], newest["sessions"]) == (True, None, 0, 0)
    assert newest["config"] is not None
    assert (await house.call("GET", f"/bots/{bot_id}/channels/{newest['id']}", token)).body == newest
    assert (await house.call("GET", f"/bots/{other_bot}/channels/{newest['id']}", token)).status == 404
    await house.parts.bots.share(owner_id, UUID(bot_id), AccessIn(email="viewer@example.com", role="viewer"))
    seen = (await house.call("GET", f"/bots/{bot_id}/channels", viewer)).body["items"]
    assert [(item["is_own"], item["config"]) for item in seen] == [(False, None)] * 3
    refused = await house.call("GET", f"/bots/{bot_id}/channels", stranger)
    missing = await house.call("GET", f"/bots/{uuid4()}/channels", stranger)
    assert (refused.status, refused.body) == (404, missing.body)


async def test_what_waits_and_who_has_written_is_told_to_the_owner(house: House) -> None:
    token, owner_id = await house.account("owner")
    other, _ = await house.account("other")
    bot_id = str(await house.bot(owner_id))
    channel = (await house.channel(token, default_bot_id=bot_id))["id"]
    people = [await find_or_make_person(house.db, UUID(channel), f"p{number}") for number in range(2)]
    async with house.db.transaction() as session:
        query = "INSERT INTO delivery (session_id, shard, target_kind, target_id, payload) VALUES (:s, 0, :k, :c, '{}')"
        for kind in ("telegram", "telegram", "bot"):
            await session.execute(text(query), {"s": uuid4(), "k": kind, "c": UUID(channel)})
        profile = """UPDATE channel_sender SET profile = '{"first_name": "Anna"}' WHERE external_id = 'p1'"""
        await session.execute(text(profile))
    await house.say(token, channel, "hi")
    item = (await house.call("GET", f"/bots/{bot_id}/channels", token)).body["items"][0]
    assert (item["waiting"], item["sessions"]) == (2, 1)
    first = (await house.call("GET", f"/channels/{channel}/senders?limit=1", token)).body
    assert (first["items"][0]["name"], first["items"][0]["external_id"]) == ("Anna", "p1")
    rest = (await house.call("GET", f"/channels/{channel}/senders?cursor={first['next_cursor']}", token)).body
    assert [(each["subscriber_id"], each["name"]) for each in rest["items"]] == [(str(people[0]), "p0")]
    assert rest["next_cursor"] is None
    assert (await house.call("GET", f"/channels/{channel}/senders", other)).status == 404


async def test_transports_describe_themselves_in_two_languages(house: House) -> None:
    token, _ = await house.account("owner")
    english = (await house.call("GET", "/transports", token)).body["items"]
    russian = (await house.call("GET", "/transports", token, accept_language="ru")).body["items"]
    assert {each["id"] for each in english} >= {"telegram", "email", "webhook"}
    for en, ru in zip(english, russian, strict=True):
        assert en["id"] == ru["id"] and len(en["steps"]) == len(ru["steps"]) and en["config"]["properties"]
        assert (en["steps"] != ru["steps"] and en["description"] != ru["description"]) or not en["steps"]
    telegram = next(each for each in russian if each["id"] == "telegram")
    assert telegram["providers"] == ["telegram"] and telegram["public_modes"] == ["webhook"]
    assert telegram["config"]["properties"]["mode"]["x-labels"]["polling"] == "Мы спрашиваем Telegram"
    assert (await house.call("GET", "/transports")).status == 401


async def test_who_may_change_a_bot_no_more_has_it_in_no_channel(house: House) -> None:
    token, owner_id = await house.account("owner")
    other, other_id = await house.account("other")
    bot_id = await house.bot(owner_id)
    email = (await house.call("GET", "/users/me", other)).body["email"]
    own = (await house.channel(token, default_bot_id=str(bot_id)))["id"]
    for end in ("taken back", "viewer only"):
        await house.parts.bots.share(owner_id, bot_id, AccessIn(email=email, role="editor"))
        room = (await house.channel(other, default_bot_id=str(bot_id)))["id"]
        guests = (await house.channel(other))["id"]
        joined = await house.call("POST", f"/channels/{guests}/subscribe", other, {"subscriber_id": str(bot_id)})
        assert joined.status == 200
        version = await _version(house, room)
        if end == "taken back":
            await house.parts.bots.unshare(owner_id, bot_id, other_id)
        else:
            await house.parts.bots.share(owner_id, bot_id, AccessIn(email=email, role="viewer"))
        assert (await house.call("GET", f"/channels/{room}", other)).body["default_bot_id"] is None, end
        there = (await house.call("GET", f"/channels/{guests}/subscribers", other)).body["items"]
        assert [each["subscriber_id"] for each in there] == [str(other_id)], end
        assert await _version(house, room) > version
    assert (await house.call("GET", f"/channels/{own}", token)).body["default_bot_id"] == str(bot_id)
