"""`POST /messages`: kept before it is answered, answered when the turn is over, refused in plain words."""

import asyncio
import time
from uuid import UUID, uuid4

import pytest
from sqlalchemy import text

from tests.domains.conversations.conftest import House

_BURY = """
WITH gone AS (DELETE FROM mailbox RETURNING *)
INSERT INTO dead_letter (id, kind, bot_id, session_id, shard, content, error, attempts)
SELECT id, 'turn', :bot, session_id, shard, jsonb_build_object('kind', kind, 'event', event), 'engine: it broke', 5
FROM gone
"""


@pytest.fixture
async def room(house: House) -> dict[str, str]:
    token, owner_id = await house.account("owner")
    bot_id = await house.bot(owner_id)
    channel = await house.channel(token, is_public=True, default_bot_id=str(bot_id))
    visitor, visitor_id = await house.visitor(channel["id"])
    return {
        "id": channel["id"], "owner": token, "owner_id": str(owner_id), "bot": str(bot_id), "visitor": visitor,
        "visitor_id": visitor_id,
    }  # fmt: skip


async def test_a_message_is_answered(house: House, room: dict[str, str]) -> None:
    answered = await house.say(room["visitor"], room["id"], "hi", params={"a": [1]}, external_id="m1")
    assert answered.status == 200, answered.body
    message, (reply,) = answered.body["message"], answered.body["replies"]
    assert message["text"] == "hi" and message["params"] == {"a": [1]} and message["external_id"] == "m1"
    assert message["sender_id"] == room["visitor_id"] and message["recipient_id"] == room["bot"]
    assert reply["text"] == "You said hi" and reply["reply_to"] == message["id"]
    assert reply["session_id"] == message["session_id"] and answered.body["error"] is None
    assert answered.headers["preference-applied"] == "wait"


async def test_without_a_wait_it_is_accepted_at_once(house: House, room: dict[str, str]) -> None:
    house.bell.is_heard = False
    answered = await house.say(room["visitor"], room["id"], "hi", wait=0)
    assert answered.status == 202 and set(answered.body) == {"message"}
    async with house.db.read() as session:
        assert await session.scalar(text("SELECT count(*) FROM mailbox")) == 1


async def test_a_wait_that_runs_out_is_accepted(house: House, room: dict[str, str]) -> None:
    house.bell.is_heard = False
    answered = await house.say(room["visitor"], room["id"], "hi", wait=1)
    assert answered.status == 202 and answered.body["message"]["text"] == "hi"


async def test_a_second_copy_gets_the_first_message_and_its_replies(house: House, room: dict[str, str]) -> None:
    first = await house.say(room["visitor"], room["id"], "hi", external_id="x")
    second = await house.say(room["visitor"], room["id"], "other words", external_id="x")
    assert (second.status, second.body["message"]["id"]) == (200, first.body["message"]["id"])
    assert second.body["message"]["text"] == "hi"
    assert [r["id"] for r in second.body["replies"]] == [r["id"] for r in first.body["replies"]]


async def test_fifty_copies_at_once_are_one_turn(house: House, room: dict[str, str]) -> None:
    answers = await asyncio.gather(
        *(house.say(room["visitor"], room["id"], "hi", external_id="same") for _ in range(50))
    )
    assert {a.status for a in answers} == {200}
    assert len({a.body["message"]["id"] for a in answers}) == 1
    assert len({r["id"] for a in answers for r in a.body["replies"]}) == 1
    async with house.db.read() as session:
        assert await session.scalar(text("SELECT count(*) FROM turn_record")) == 1


async def test_an_answer_is_found_without_the_live_channel(house: House, room: dict[str, str]) -> None:
    await house.hub.stop()
    answered = await house.say(room["visitor"], room["id"], "hi", wait=10)
    assert answered.status == 200 and answered.body["replies"][0]["text"] == "You said hi"


async def _bury(house: House, room: dict[str, str]) -> int:
    async with house.db.transaction() as session:
        return int((await session.execute(text(_BURY), {"bot": UUID(room["bot"])})).rowcount)  # type: ignore[attr-defined]


async def test_a_dead_letter_ends_the_wait(house: House, room: dict[str, str]) -> None:
    house.bell.is_heard = False
    waiting = asyncio.create_task(house.say(room["visitor"], room["id"], "hi", wait=10))
    deadline = time.monotonic() + 30
    while not await _bury(house, room):
        assert time.monotonic() < deadline
        await asyncio.sleep(0.05)
    answered = await waiting
    assert answered.status == 200 and answered.body["replies"] == []
    assert answered.body["error"] == {"code": "engine", "message": "it broke"}


async def test_five_messages_in_a_row_are_answered_in_order(house: House, room: dict[str, str]) -> None:
    tasks = []
    for number in range(5):
        tasks.append(asyncio.create_task(house.say(room["visitor"], room["id"], str(number))))
        await asyncio.sleep(0.002)
    replies = [(await task).body["replies"][0]["text"] for task in tasks]
    assert replies == ["You said 0", "Again: 1", "Again: 2", "Again: 3", "Again: 4"]


@pytest.mark.parametrize(
    ("body", "path"),
    [
        (b"", ""),
        (b"[]", ""),
        (b"{", ""),
        (b'{"channel_id": "x"}', "channel_id"),
        (b'{"text": "x"}', "channel_id"),
        (b'{"channel_id": "%(id)s", "text": 5}', "text"),
        (b'{"channel_id": "%(id)s", "text": "x", "id": "y"}', "id"),
        (b'{"channel_id": "%(id)s", "text": "\\ud800"}', ""),
        (b'{"channel_id": "%(id)s", "text": "\xff"}', ""),
        (b'{"channel_id": "%(id)s", "external_id": ""}', "external_id"),
        (b'{"channel_id": "%(id)s", "external_id": "a\\u0000b"}', "external_id"),
        (b'{"channel_id": "%(id)s", "attachments": ["id"]}', "attachments[0]"),
        (b'{"channel_id": "%(id)s", "attachments": [{"url": "javascript:alert(1)"}]}', "attachments[0].url"),
        (b'{"channel_id": "%(id)s", "params": ' + b"[" * 100 + b"]" * 100 + b"}", "params"),
        (b'{"channel_id": "%(id)s", "params": {"n": 1e999}}', "params[...]"),
    ],
)
async def test_what_is_not_well_formed_is_refused_with_its_place(
    house: House, room: dict[str, str], body: bytes, path: str
) -> None:
    answered = await house.call("POST", "/messages", room["visitor"], body.replace(b"%(id)s", room["id"].encode()))
    assert answered.status == 422, answered.body
    assert answered.headers["Content-Type"] == "application/problem+json"
    (error,) = answered.body["errors"]
    assert error["path"] == path and error["message"]
    assert (await house.say(room["visitor"], room["id"], "on")).status == 200


async def test_nul_is_dropped(house: House, room: dict[str, str]) -> None:
    answered = await house.say(room["visitor"], room["id"], "a\x00b", params={"k\x00": ["v\x00"]})
    assert answered.body["message"]["text"] == "ab" and answered.body["message"]["params"] == {"k": ["v"]}
    assert answered.body["replies"][0]["text"] == "You said ab"


async def test_who_may_write(house: House, room: dict[str, str]) -> None:
    stranger, stranger_id = await house.account("stranger")
    private = await house.channel(room["owner"], default_bot_id=room["bot"])
    assert (await house.say(stranger, room["id"], "a public room")).status == 200
    assert (await house.say(stranger, private["id"], "x")).status == 404
    assert (await house.say(room["visitor"], private["id"], "x")).status == 404
    assert (await house.say(stranger, str(uuid4()), "x")).status == 404
    assert (await house.call("POST", "/messages", None, {"channel_id": room["id"]})).status == 401
    assert (await house.call("POST", "/messages", "forged", {"channel_id": room["id"]})).status == 401
    other = await house.channel(room["owner"], is_public=True, default_bot_id=room["bot"])
    assert (await house.say(room["visitor"], other["id"], "another room than the token's")).status == 404
    added = await house.call(
        "POST", f"/channels/{private['id']}/subscribe", room["owner"], {"subscriber_id": str(stranger_id)}
    )
    assert added.status == 200
    assert (await house.say(stranger, private["id"], "x")).status == 200


async def test_the_recipient_is_a_bot_of_the_channel(house: House, room: dict[str, str]) -> None:
    other_token, other_id = await house.account("other")
    other_bot = await house.bot(other_id)
    assert (await house.say(room["visitor"], room["id"], "x", recipient_id=str(other_bot))).status == 404
    assert (await house.say(room["visitor"], room["id"], "x", recipient_id=room["owner_id"])).status == 404
    assert (await house.say(room["visitor"], room["id"], "x", recipient_id=room["bot"])).status == 200
    empty = await house.channel(other_token, is_public=True)
    assert (await house.say(other_token, empty["id"], "x")).status == 409


async def test_who_writes_too_fast_is_told_to_wait(house: House, room: dict[str, str]) -> None:
    limiter = house.parts.messages._limiter
    limiter._cost, limiter._depth = 10.0, 20.0
    statuses = [(await house.say(room["visitor"], room["id"], "x", wait=0)).status for _ in range(4)]
    assert statuses == [202, 202, 429, 429]
    refused = await house.say(room["visitor"], room["id"], "x", wait=0)
    assert int(refused.headers["Retry-After"]) >= 1
    other, _ = await house.visitor(room["id"])
    assert (await house.say(other, room["id"], "x", wait=0)).status == 202


async def test_a_large_message_is_kept_and_a_huge_one_refused(house: House, room: dict[str, str]) -> None:
    assert (await house.say(room["visitor"], room["id"], "a" * 1_000_000)).status == 200
    refused = await house.say(room["visitor"], room["id"], "a" * 50_000_000)
    assert refused.status == 413 and refused.body["code"] == "message_too_large"

    async def endless() -> object:
        for _ in range(100):
            yield b"a" * 100_000

    async with house.http.post(
        house.base + "/api/v1/messages", data=endless(), headers={"authorization": f"Bearer {room['visitor']}"}
    ) as response:
        assert response.status == 413


async def test_members_see_their_own_conversation_and_the_owner_all(house: House, room: dict[str, str]) -> None:
    second, _ = await house.visitor(room["id"])
    await house.say(room["visitor"], room["id"], "one")
    await house.say(second, room["id"], "two")
    await house.say(second, room["id"], "three")
    path = f"/channels/{room['id']}/messages"
    mine = (await house.call("GET", path, room["visitor"])).body["items"]
    assert [m["text"] for m in mine] == ["You said one", "one"]
    theirs = (await house.call("GET", path, second)).body["items"]
    assert [m["text"] for m in theirs] == ["Again: three", "three", "You said two", "two"]
    everything = (await house.call("GET", path, room["owner"])).body["items"]
    assert len(everything) == 6
    page = (await house.call("GET", path + "?limit=3", second)).body
    assert [m["text"] for m in page["items"]] == ["Again: three", "three", "You said two"]
    rest = (await house.call("GET", f"{path}?limit=3&cursor={page['next_cursor']}", second)).body
    assert [m["text"] for m in rest["items"]] == ["two"] and rest["next_cursor"] is None
    newer = (await house.call("GET", f"{path}?after={theirs[2]['id']}&limit=1", second)).body
    assert [m["text"] for m in newer["items"]] == ["three"] and newer["next_cursor"] == theirs[1]["id"]
    one = theirs[0]["id"]
    assert (await house.call("GET", f"/messages/{one}", second)).body["id"] == one
    assert (await house.call("GET", f"/messages/{one}", room["owner"])).status == 200
    assert (await house.call("GET", f"/messages/{one}", room["visitor"])).status == 404
    stranger, _ = await house.account("stranger")
    assert (await house.call("GET", f"/messages/{one}", stranger)).status == 404
    assert (await house.call("GET", path, stranger)).body["items"] == []
    assert (await house.call("GET", f"{path}?limit=201", stranger)).status == 422


async def test_the_openapi_page_names_the_hot_routes(house: House, room: dict[str, str]) -> None:
    page = house.app.openapi()
    posting = page["paths"]["/api/v1/messages"]["post"]
    schema = posting["requestBody"]["content"]["application/json"]["schema"]
    named = page["components"]["schemas"][schema["$ref"].rpartition("/")[2]]
    assert set(named["properties"]) == {
        "channel_id", "text", "params", "attachments", "recipient_id", "external_id"
    }  # fmt: skip
    assert "/api/v1/channels/{channel_id}/{bot_id}/message" in page["paths"]
    answered = await house.say(room["visitor"], room["id"], "hi")
    shown = page["components"]["schemas"]
    assert set(answered.body) == set(shown["AnsweredOut"]["properties"])
    assert set(answered.body["message"]) == set(shown["MessageOut"]["properties"])
    assert set(answered.body["replies"][0]) == set(shown["MessageOut"]["properties"])


async def test_every_wrong_field_is_named_and_broken_json_has_a_place(house: House, room: dict[str, str]) -> None:
    body = {"text": 5, "params": {}, "colour": "red", "attachments": [{"url": "x"}], "external_id": ""}
    refused = await house.call("POST", "/messages", room["visitor"], body)
    assert refused.status == 422
    found = {error["path"] for error in refused.body["errors"]}
    assert found == {"channel_id", "text", "colour", "attachments[0].url", "external_id"}
    for broken, words in [
        (b'{"text": 5,}', "line 1, column 12"),
        (b'{\n "text": "\xd0\xb9", x}', "line 2, column 15"),
        (b'{"text": "x"', "ends too early, at line 1, column 13"),
        (b'{"text": "\xff"}', "line 1, column 11"),
    ]:
        refused = await house.call("POST", "/messages", room["visitor"], broken)
        assert refused.status == 422 and words in refused.body["errors"][0]["message"], refused.body
