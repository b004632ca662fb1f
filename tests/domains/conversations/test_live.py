"""The socket: who may hear what, nothing missed over a reconnect, nobody hurt by a reader that does not read."""

import asyncio
import base64
import json
import os
import socket as sockets
import time
from datetime import timedelta
from typing import Any

import pytest

from dbcv.domains.accounts import service as accounts
from dbcv.domains.conversations.live import outbox, socket, topics, turns
from dbcv.kit import crypto
from dbcv.kit.ids import new_id
from tests.domains.conversations.conftest import House, eventually


@pytest.fixture
async def room(house: House) -> dict[str, str]:
    token, owner_id = await house.account("owner")
    bot_id = await house.bot(owner_id)
    channel = await house.channel(token, is_public=True, default_bot_id=str(bot_id))
    visitor, visitor_id = await house.visitor(channel["id"])
    return {
        "id": channel["id"], "topic": f"channel:{channel['id']}", "owner": token, "bot": str(bot_id),
        "visitor": visitor, "visitor_id": visitor_id, "part": f"channel:{channel['id']}:{visitor_id}",
    }  # fmt: skip


async def test_talking_over_the_socket(house: House, room: dict[str, str]) -> None:
    async with house.socket(room["visitor"]) as one:
        await one.listen(room["topic"])
        await one.send(type="message", channel_id=room["id"], text="hi", external_id="e1")
        accepted = await one.until(type="accepted")
        assert accepted["external_id"] == "e1" and accepted["message"]["text"] == "hi"
        reply = await one.until(type="message")
        while reply["message"]["sender_id"] != room["bot"]:
            reply = await one.until(type="message")
        assert reply["message"]["text"] == "You said hi"
        assert reply["message"]["reply_to"] == accepted["message"]["id"]
        await one.send(type="message", channel_id=room["id"], text="again", external_id="e1")
        copy = await one.until(type="accepted")
        assert copy["message"]["id"] == accepted["message"]["id"] and copy["message"]["text"] == "hi"
        await one.send(type="ping")
        await one.until(type="pong")


async def test_a_member_hears_only_his_own_and_the_owner_all(house: House, room: dict[str, str]) -> None:
    other, _ = await house.visitor(room["id"])
    async with (
        house.socket(room["visitor"]) as mine,
        house.socket(other) as theirs,
        house.socket(room["owner"]) as all_,
    ):
        for one in (mine, theirs, all_):
            await one.listen(room["topic"])
        await mine.send(type="message", channel_id=room["id"], text="secret")
        heard = [(await all_.until(type="message"))["message"]["text"] for _ in range(2)]
        assert sorted(heard) == ["You said secret", "secret"]
        assert await theirs.silent()


async def test_what_one_says_is_not_looked_at_by_all(
    house: House, room: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A turn costs the same whoever else has the channel open."""
    looked: list[str] = []
    plain = topics.Topics.put

    def put(self: topics.Topics, item: Any) -> None:
        looked.append(self._me)
        plain(self, item)

    monkeypatch.setattr(topics.Topics, "put", put)
    other, _ = await house.visitor(room["id"])
    async with house.socket(room["visitor"]) as mine, house.socket(other) as theirs:
        for one in (mine, theirs):
            await one.listen(room["topic"])
        await mine.send(type="message", channel_id=room["id"], text="hi")
        while (await mine.until(type="message"))["message"]["sender_id"] != room["bot"]:
            pass
    assert set(looked) == {room["visitor_id"]}


async def test_topics_are_for_those_who_may(house: House, room: dict[str, str]) -> None:
    stranger, _ = await house.account("stranger")
    private = await house.channel(room["owner"], default_bot_id=room["bot"])
    cases = [
        (room["visitor"], f"bot:{room['bot']}", "not_found", 404),
        (stranger, f"bot:{room['bot']}", "not_found", 404),
        (stranger, f"channel:{private['id']}", "not_found", 404),
        (room["visitor"], f"channel:{private['id']}", "not_found", 404),
        (room["visitor"], "event:1", "", 422),
        (room["visitor"], "channel:x", "", 422),
    ]
    for token, topic, _, status in cases:
        async with house.socket(token) as one:
            await one.send(type="subscribe", topic=topic)
            refused = await one.until(type="error")
            assert refused["status"] == status and refused["topic"] == topic
    async with house.socket(room["owner"]) as one:
        await one.listen(f"bot:{room['bot']}")
        await house.say(room["visitor"], room["id"], "hi")
        assert (await one.until(type="turn"))["step_id"]


@pytest.mark.parametrize("first", ['{"type": "ping"}', "", "[]", '{"type": "auth", "token": "forged"}', '{"type":"x"}'])
async def test_the_first_frame_must_be_a_good_token(house: House, first: str) -> None:
    async with house.socket(None) as one:
        await one.raw.send_str(first)
        assert await one.closed() == 1008


async def test_silence_instead_of_a_token_is_closed(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(socket, "AUTH_TIMEOUT_SECONDS", 0.2)
    async with house.socket(None) as one:
        assert await one.closed() == 1008


async def test_bad_frames_are_answered_and_the_socket_lives(house: House, room: dict[str, str]) -> None:
    async with house.socket(room["visitor"]) as one:
        for frame in (
            "{", "[]", "null", "7", '{"type": "message"}', '{"type": "nothing"}', '{"type": "subscribe"}',
            '{"type": "message", "channel_id": 5, "text": "x", "external_id": "mine"}', "[" * 10_000,
            '{"type": "subscribe", "topic": "' + room["topic"] + '", "after": "7d444840-9dc0-11d1-b245-5ffdce74fad2"}',
        ):  # fmt: skip
            await one.raw.send_str(frame)
            refused = await one.until(type="error")
            assert refused["status"] == 422 and refused["errors"]
            if "mine" in frame:
                assert refused["external_id"] == "mine"
        await one.send(type="ping")
        await one.until(type="pong")


async def test_too_many_topics_and_a_frame_too_large(
    house: House, room: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(topics, "MAX_TOPICS", 1)
    async with house.socket(room["owner"]) as one:
        await one.listen(room["topic"])
        await one.send(type="subscribe", topic=f"bot:{room['bot']}")
        assert (await one.until(type="error"))["code"] == "too_many_topics"
        await one.send(type="unsubscribe", topic=room["topic"])
        await one.until(type="unsubscribed")
        await one.listen(f"bot:{room['bot']}")
        await one.raw.send_str("x" * 2_500_000)
        assert await one.closed() == 1009


async def test_typing_while_a_turn_takes_long(house: House, room: dict[str, str]) -> None:
    house.bell.is_heard = False
    async with house.socket(room["visitor"]) as one:
        await one.listen(room["topic"])
        await one.send(type="message", channel_id=room["id"], text="hi")
        accepted = await one.until(type="accepted")
        began = time.monotonic()
        typing = await one.until(type="typing", is_typing=True)
        assert time.monotonic() - began > 0.3 and typing["reply_to"] == accepted["message"]["id"]
        house.bell.is_heard = True
        house.bell.ring("user_messages.0", accepted["message"]["session_id"])
        await one.until(type="typing", is_typing=False)


async def test_a_quick_turn_shows_no_typing(
    house: House, room: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(turns, "TYPING_AFTER_SECONDS", 1.5)  # also on a machine that stands still a moment
    async with house.socket(room["visitor"]) as one:
        await one.listen(room["topic"])
        await one.send(type="message", channel_id=room["id"], text="hi")
        kinds = [(await one.next())["type"] for _ in range(3)]
        assert sorted(kinds) == ["accepted", "message", "message"]
        assert await one.silent(1.7)


async def test_a_reconnect_gets_what_was_missed_once(house: House, room: dict[str, str]) -> None:
    first = (await house.say(room["visitor"], room["id"], "before")).body
    last = first["replies"][0]["id"]
    await house.say(room["visitor"], room["id"], "meanwhile")
    async with house.socket(room["visitor"]) as one:
        await one.send(type="subscribe", topic=room["topic"], after=last)
        texts = []
        while (frame := await one.next())["type"] == "message":
            texts.append(frame["message"]["text"])
        assert frame == {"type": "subscribed", "topic": room["topic"], "has_more": False}
        assert texts[-2:] == ["meanwhile", "Again: meanwhile"] and len(texts) == len(set(texts))


async def test_more_than_is_sent_at_once_is_said(
    house: House, room: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(topics, "MAX_MISSED", 2)
    first = (await house.say(room["visitor"], room["id"], "1")).body["message"]["id"]
    await house.say(room["visitor"], room["id"], "2")
    async with house.socket(room["visitor"]) as one:
        await one.send(type="subscribe", topic=room["topic"], after=first)
        assert (await one.until(type="subscribed"))["has_more"] is True


async def test_replies_arrive_without_the_live_channel(house: House, room: dict[str, str]) -> None:
    async with house.socket(room["visitor"]) as one:
        await one.listen(room["topic"])
        await house.hub.stop()
        await one.send(type="message", channel_id=room["id"], text="hi")
        reply = await one.until(type="message")
        assert reply["message"]["text"] == "You said hi"


async def test_what_was_said_while_the_broker_was_away_comes_after_it(house: House, room: dict[str, str]) -> None:
    async with house.socket(room["visitor"]) as one:
        await one.listen(room["topic"])
        await house.valkey.execute_command("CLIENT", "KILL", "TYPE", "pubsub")
        answered = await house.say(room["visitor"], room["id"], "hi")
        assert answered.status == 200
        texts = {(await one.until(6, type="message"))["message"]["text"] for _ in range(2)}
        assert texts == {"hi", "You said hi"}
        assert await one.silent(2.5), "nothing twice"


async def test_a_socket_that_never_reads_is_closed_and_others_are_not_hurt(
    house: House, room: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(outbox, "MAX_FRAMES", 32)
    deaf = await _deaf_socket(house, room)
    async with house.socket(room["visitor"]) as other:
        await other.listen(room["topic"])
        size = 200_000
        for _ in range(120):
            house.hub.deliver(room["part"], _notice(room, "x" * size))
            await asyncio.sleep(0)
            assert (await other.next())["message"]["text"] == "x" * size
        took = time.monotonic()
        await house.say(room["visitor"], room["id"], "still here")
        assert time.monotonic() - took < 5, "a deaf socket holds up nobody"
    await eventually(lambda: not house.hub._readers.get(room["part"]))
    deaf.close()


def _notice(room: dict[str, str], text: str) -> dict[str, Any]:
    message = {
        "id": str(new_id()), "channel_id": room["id"], "session_id": str(new_id()), "sender_id": room["bot"],
        "recipient_id": room["visitor_id"], "text": text,
    }  # fmt: skip
    return {"type": "message", "message": message}


async def _deaf_socket(house: House, room: dict[str, str]) -> sockets.socket:
    """A client in plain bytes that shakes hands, subscribes, and never reads again."""
    port = int(house.base.rpartition(":")[2])
    raw = sockets.socket()
    raw.setsockopt(sockets.SOL_SOCKET, sockets.SO_RCVBUF, 4096)
    raw.setblocking(False)
    loop = asyncio.get_running_loop()
    await loop.sock_connect(raw, ("127.0.0.1", port))
    key = base64.b64encode(os.urandom(16)).decode()
    head = (
        f"GET /ws HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        f"Sec-WebSocket-Key: {key}\r\nSec-WebSocket-Version: 13\r\n\r\n"
    )
    await loop.sock_sendall(raw, head.encode())
    await loop.sock_recv(raw, 1000)

    async def send(**frame: str) -> None:
        body = json.dumps(frame).encode()
        length = bytes([0x80 | len(body)]) if len(body) < 126 else b"\xfe" + len(body).to_bytes(2)
        await loop.sock_sendall(raw, b"\x81" + length + b"\0\0\0\0" + body)

    await send(type="auth", token=room["visitor"])
    await send(type="subscribe", topic=room["topic"])
    await eventually(lambda: house.hub._readers.get(room["part"]))
    return raw


async def test_a_token_that_ends_closes_the_socket(
    house: House, room: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    claims = {"sub": room["visitor_id"], "kind": "anonymous"}
    short = crypto.encode_token(claims, house.settings.secret_key, timedelta(seconds=2))
    async with house.socket(short) as one:
        assert await one.closed(8) == 1008
    async with house.socket(crypto.encode_token(claims, house.settings.secret_key, timedelta(seconds=2))) as one:
        await one.send(type="auth", token=room["visitor"])
        await one.until(type="authenticated")
        await asyncio.sleep(0.1)
        await one.send(type="auth", token=room["owner"])
        assert await one.closed() == 1008


async def test_rights_taken_away_end_the_topic(
    house: House, room: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(socket, "CHECK_SECONDS", 0.3)
    async with house.socket(room["visitor"]) as one:
        await one.listen(room["topic"])
        changed = await house.call("PATCH", f"/channels/{room['id']}", room["owner"], {"is_public": False})
        assert changed.status == 200
        assert (await one.until(type="unsubscribed"))["topic"] == room["topic"]


async def test_a_closed_account_closes_its_socket(
    house: House, room: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(socket, "CHECK_SECONDS", 0.3)
    token, user_id = await house.account("leaver")
    async with house.socket(token) as one:
        await accounts.log_out_everywhere(house.db, user_id)
        house.parts.tokens.forget(user_id)
        assert await one.closed() == 1008


async def test_nothing_is_left_of_a_closed_socket(house: House, room: dict[str, str]) -> None:
    async with house.socket(room["visitor"]) as one:
        await one.listen(room["topic"])
        house.bell.is_heard = False
        await one.send(type="message", channel_id=room["id"], text="hi")
        await one.until(type="accepted")
        assert house.hub._readers
    await eventually(lambda: set(house.hub._readers) == {"channels"} and not house.parts.replies._waits)
