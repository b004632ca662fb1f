"""Kept variables by hand: paths and types, versions, rights, and that the next turn sees them."""

import asyncio
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import text

from dbcv.domains.bots.schemas import AccessIn
from dbcv.domains.conversations.schemas.variables import VariableChange
from dbcv.domains.conversations.service.documents import edited, page_of
from tests.domains.conversations.conftest import House

SAYS_ALL: dict[str, Any] = {
    "format": "dbcv.bot", "version": 1, "name": "Parrot", "first_step_id": "a", "variables": {"tone": "calm"},
    "steps": [{
        "id": "a", "name": "A",
        "message": {"text": "{$bot.tone$} {$user.nick$} {$channel.topic$} {$session.n$}"},
        "connection_groups": [{
            "variables": [{"target": "bot.said", "source": "message.text", "mode": "append"}],
            "connections": [{"rules": {}, "next_step_id": "a"}],
        }],
    }],
}  # fmt: skip


@pytest.fixture
async def talk(house: House) -> dict[str, str]:
    token, owner_id = await house.account("owner")
    bot_id = str(await house.bot(owner_id, SAYS_ALL))
    channel = await house.channel(token, is_public=True, default_bot_id=bot_id)
    visitor, visitor_id = await house.visitor(channel["id"])
    answered = await house.say(visitor, channel["id"], "one")
    session = answered.body["message"]["session_id"]
    return {
        "owner": token, "owner_id": str(owner_id), "bot": bot_id, "channel": channel["id"], "visitor": visitor,
        "bot path": f"/bots/{bot_id}/variables", "user path": f"/bots/{bot_id}/users/{visitor_id}/variables",
        "channel path": f"/channels/{channel['id']}/variables", "session path": f"/sessions/{session}/variables",
        "session": session,
    }  # fmt: skip


def put(path: str, value: Any, **fields: Any) -> dict[str, Any]:
    return {"changes": [{"op": "set", "path": path, "value": value}], **fields}


async def test_the_next_turn_sees_an_edit_of_each_scope(house: House, talk: dict[str, str]) -> None:
    for turn in ("first", "second"):
        for scope, key in (("bot", "tone"), ("user", "nick"), ("channel", "topic"), ("session", "n")):
            answered = await house.call("PATCH", talk[f"{scope} path"], talk["owner"], put(key, f"{turn}-{scope}"))
            assert answered.status == 200, answered.body
        said = await house.say(talk["visitor"], talk["channel"], "x")
        words = said.body["replies"][0]["text"]
        assert words == f"{turn}-bot {turn}-user {turn}-channel {turn}-session"


async def test_types_are_kept_and_big_documents_have_pages(house: House, talk: dict[str, str]) -> None:
    values = {"t": "5", "i": 5, "f": 5.5, "b": True, "n": None, "l": [1, "2"], "o": {"возраст": 7}, "big": 2**60}
    changes = [{"op": "set", "path": name, "value": value} for name, value in values.items()]
    await house.call("PATCH", talk["session path"], talk["owner"], {"changes": changes})
    page = (await house.call("GET", talk["session path"], talk["owner"])).body
    assert {item["path"]: item["value"] for item in page["items"]} == values
    assert {item["path"]: item["kind"] for item in page["items"]}["b"] == "yes_no"
    deep = (await house.call("GET", f"{talk['session path']}?path=o.возраст", talk["owner"])).body
    assert deep["items"][0]["value"] == 7
    large = put("many", {f"k{number:04}": "x" * 10 for number in range(2_000)})
    await house.call("PATCH", talk["session path"], talk["owner"], large)
    page = (await house.call("GET", f"{talk['session path']}?path=many&limit=200", talk["owner"])).body
    assert len(page["items"]) == 200 and page["next_cursor"] == "k0199"
    page = (await house.call("GET", f"{talk['session path']}?path=many&cursor=k1998", talk["owner"])).body
    assert [item["path"] for item in page["items"]] == ["many.k1999"] and page["next_cursor"] is None
    whole = (await house.call("GET", talk["session path"], talk["owner"])).body["items"]
    assert next(item for item in whole if item["path"] == "many")["is_cut"]
    assert (await house.call("GET", f"{talk['session path']}?path=nothing", talk["owner"])).status == 404


async def test_a_known_version_is_checked(house: House, talk: dict[str, str]) -> None:
    for scope in ("bot", "user", "channel", "session"):
        path = talk[f"{scope} path"]
        version = (await house.call("GET", path, talk["owner"])).body["version"]
        done = await house.call("PATCH", path, talk["owner"], put("a", 1, version=version))
        assert done.status == 200 and done.body["version"] > version
        stale = await house.call("PATCH", path, talk["owner"], put("a", 2, version=version))
        assert stale.status == 412 and str(done.body["version"]) in stale.body["errors"][0]["message"]
        seen = (await house.call("GET", f"{path}?path=a", talk["owner"])).body
        assert seen["items"][0]["value"] == 1, scope


async def test_edits_and_turns_at_once_both_win(house: House, talk: dict[str, str]) -> None:
    async def edits(scope: str) -> None:
        for number in range(25):
            answered = await house.call("PATCH", talk[f"{scope} path"], talk["owner"], put(f"e{number}", number))
            assert answered.status == 200, answered.body

    async def speaks() -> None:
        await asyncio.gather(
            *(house.say(talk["visitor"], talk["channel"], f"m{number}", wait=0) for number in range(60))
        )

    await asyncio.gather(edits("bot"), edits("session"), speaks())
    last = await house.say(talk["visitor"], talk["channel"], "last", wait=20)
    assert last.status == 200
    async with house.db.read() as session:
        bot = await session.scalar(text("SELECT data FROM bot_variables"))
        own = await session.scalar(text("SELECT data FROM session_variables"))
        assert await session.scalar(text("SELECT count(*) FROM turn_record")) == 62
    assert len(bot["said"]) == 61, "the first message entered the step, all others were kept once"
    assert [bot[f"e{number}"] for number in range(25)] == [own[f"e{number}"] for number in range(25)]


@pytest.mark.parametrize(
    ("change", "place"),
    [
        ({"op": "set", "path": "id", "value": 1}, "changes[0].path"),
        ({"op": "set", "path": "", "value": 1}, "changes[0].path"),
        ({"op": "set", "path": "a..b", "value": 1}, "changes[0].path"),
        ({"op": "set", "path": "x" * 501, "value": 1}, "changes[0].path"),
        ({"op": "set", "path": ".".join("a" * 33), "value": 1}, "changes[0].path"),
        ({"op": "set", "path": "a"}, "changes[0]"),
        ({"op": "remove", "path": "a", "value": 1}, "changes[0]"),
        ({"op": "remove", "path": "not_there"}, "changes[0].path"),
        ({"op": "set", "path": "tone.below", "value": 1}, "changes[0].path"),
        ({"op": "append", "path": "a", "value": 1}, "changes[0].op"),
        ({"op": "set", "path": "a", "value": 1, "scope": "user"}, "changes[0].scope"),
    ],
)
async def test_edits_that_cannot_be_made_change_nothing(
    house: House, talk: dict[str, str], change: dict[str, Any], place: str
) -> None:
    before = (await house.call("GET", talk["bot path"], talk["owner"])).body
    good = {"op": "set", "path": "good", "value": 1}
    refused = await house.call("PATCH", talk["bot path"], talk["owner"], {"changes": [change, good]})
    assert refused.status == 422 and refused.body["errors"][0]["path"] == place, refused.body
    assert change["path"] != "id" or "facts" in refused.body["errors"][0]["hint"]
    assert (await house.call("GET", talk["bot path"], talk["owner"])).body == before


async def test_what_is_too_large_or_too_deep_is_refused(house: House, talk: dict[str, str]) -> None:
    large = await house.call("PATCH", talk["bot path"], talk["owner"], put("a", "x" * 1_000_001))
    assert large.status == 413
    deep: Any = 1
    for _ in range(70):
        deep = [deep]
    assert (await house.call("PATCH", talk["bot path"], talk["owner"], put("a", deep))).status == 422
    cleaned = await house.call("PATCH", talk["bot path"], talk["owner"], put("a", "x\x00y"))
    assert cleaned.status == 200
    assert (await house.call("GET", f"{talk['bot path']}?path=a", talk["owner"])).body["items"][0]["value"] == "xy"


async def test_who_may(house: House, talk: dict[str, str]) -> None:
    other, other_id = await house.account("other")
    viewer, _ = await house.account("viewer")
    await house.parts.bots.share(
        UUID(talk["owner_id"]), UUID(talk["bot"]), AccessIn(email="viewer@example.com", role="viewer")
    )
    for scope in ("bot", "user", "session", "channel"):
        path = talk[f"{scope} path"]
        for method, body in (("GET", None), ("PATCH", put("a", 1))):
            assert (await house.call(method, path, other, body)).status == 404, path
            assert (await house.call(method, path, talk["visitor"], body)).status == 403
            assert (await house.call(method, path, None, body)).status == 401
        if scope != "channel":
            assert (await house.call("GET", path, viewer)).status == 200
            assert (await house.call("PATCH", path, viewer, put("a", 1))).status == 403
        else:
            assert (await house.call("GET", path, viewer)).status == 404, "the channel is another's"
    for person in (str(other_id), str(uuid4())):
        missing = await house.call("GET", f"/bots/{talk['bot']}/users/{person}/variables", talk["owner"])
        assert missing.status == 404 and missing.body["code"] == "person_not_found"


async def test_a_session_whose_turn_runs_is_left_alone(house: House, talk: dict[str, str]) -> None:
    async with house.db.transaction() as session:
        await session.execute(text("UPDATE session SET claimed_by = 'w', claimed_until = now() + interval '1 minute'"))
    refused = await house.call("PATCH", talk["session path"], talk["owner"], put("a", 1))
    assert refused.status == 409 and refused.body["code"] == "turn_running"


def test_edits_of_documents() -> None:
    def change(op: Any, path: str, **value: Any) -> VariableChange:
        return VariableChange(op=op, path=path, **value)

    document: dict[str, Any] = {"a": {"b": [1, 2, {"c": 3}]}, "d": 4}
    after = edited(document, "bot", [
        change("remove", "a.b.0"), change("set", "a.b.1.c", value=5), change("remove", "d"),
        change("set", "new.way", value=[]), change("set", "a.b.2", value="end"),
    ])  # fmt: skip
    assert after == {"a": {"b": [2, {"c": 5}, "end"]}, "new": {"way": []}}
    assert document == {"a": {"b": [1, 2, {"c": 3}]}, "d": 4}, "the input stays"
    items, cursor = page_of(document, "a.b", 2, None)
    assert [item.path for item in items] == ["a.b.0", "a.b.1"] and cursor == "1"
    assert [item.path for item in page_of(document, "a.b", 2, "1")[0]] == ["a.b.2"]
