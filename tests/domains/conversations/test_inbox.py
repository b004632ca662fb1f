"""A bot's inbox: conversations by their last activity, who waits for a person, what failed; for the bot's people."""

from copy import deepcopy
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import text

from tests.domains.conversations.conftest import GREETER, House

CALLER = deepcopy(GREETER)
CALLER["steps"][1]["preset_id"] = "handover"


@pytest.fixture
async def talk(house: House) -> dict[str, str]:
    token, owner_id = await house.account("owner")
    bot_id = str(await house.bot(owner_id, CALLER))
    channel = await house.channel(token, is_public=True, default_bot_id=bot_id)
    return {"owner": token, "bot": bot_id, "channel": channel["id"], "channel_name": channel["name"]}


async def _session(house: House, talk: dict[str, str], *texts: str) -> dict[str, str]:
    visitor, visitor_id = await house.visitor(talk["channel"])
    for words in texts:
        answered = await house.say(visitor, talk["channel"], words)
    return {"visitor": visitor, "user": visitor_id, "id": answered.body["message"]["session_id"]}


async def _inbox(house: House, talk: dict[str, str], query: str = "") -> dict[str, Any]:
    answer = await house.call("GET", f"/bots/{talk['bot']}/inbox{query}", talk["owner"])
    assert answer.status == 200, answer.body
    return dict(answer.body)


async def test_by_the_last_activity_with_the_last_words(house: House, talk: dict[str, str]) -> None:
    first, second = await _session(house, talk, "one"), await _session(house, talk, "two")
    await house.say(first["visitor"], talk["channel"], "three")
    page = await _inbox(house, talk, "?limit=1")
    (item,) = page["items"]
    assert item["id"] == first["id"] and item["channel_name"] == talk["channel_name"] and item["person"] is None
    assert item["last"]["text"] == "Again: three" and item["last"]["author"] == "bot"
    assert item["standing"] == "waiting" and item["step_name"] == "Again" and item["error"] is None
    rest = await _inbox(house, talk, f"?limit=1&cursor={page['next_cursor']}")
    assert [one["id"] for one in rest["items"]] == [second["id"]] and rest["next_cursor"] is None


async def test_filters(house: House, talk: dict[str, str]) -> None:
    waits, taken, failed = [await _session(house, talk, "a", "b") for _ in range(3)]
    await house.call("POST", f"/sessions/{taken['id']}/pause", talk["owner"])
    async with house.db.transaction() as session:
        fail = text("UPDATE turn_record SET error = 'code_error: broke' WHERE session_id = :id")
        await session.execute(fail, {"id": UUID(failed["id"])})
        move = text("UPDATE session SET step_id = 'start' WHERE id = :id")
        await session.execute(move, {"id": UUID(failed["id"])})
    for query, expected in (
        ("?standing=waiting", {waits["id"]}),
        ("?standing=person", {taken["id"]}),
        ("?has_failed=true", {failed["id"]}),
        (f"?channel_id={talk['channel']}", {waits["id"], taken["id"], failed["id"]}),
        (f"?channel_id={uuid4()}", set()),
        ("?active_since=2999-01-01T00:00:00Z", set()),
    ):
        items = (await _inbox(house, talk, query))["items"]
        assert {item["id"] for item in items} == expected, query
    (item,) = (await _inbox(house, talk, "?has_failed=true"))["items"]
    assert item["error"] == "code_error: broke" and item["failed_at"]
    counts = await house.call("GET", f"/bots/{talk['bot']}/inbox/counts", talk["owner"])
    assert counts.body == {"waiting": 1, "person": 1, "undelivered": 0}


async def test_an_old_conversation_comes_up_when_it_is_spoken_in(
    house: House, talk: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    old = await _session(house, talk, "old")
    new = await _session(house, talk, "new")
    monkeypatch.setattr("dbcv.domains.conversations.repository.inbox.WINDOW", 1)
    await house.say(old["visitor"], talk["channel"], "back")
    assert [item["id"] for item in (await _inbox(house, talk))["items"]] == [old["id"], new["id"]]


async def test_what_a_person_is_called(house: House, talk: dict[str, str]) -> None:
    named = await _session(house, talk, "hi")
    async with house.db.transaction() as session:
        know = text("INSERT INTO user_variables (user_id, data) VALUES (:id, CAST(:data AS jsonb)) "
                    "ON CONFLICT (user_id) DO UPDATE SET data = excluded.data")  # fmt: skip
        data = '{"first_name": "Ann", "last_name": "Lee", "name": {"odd": 1}}'
        await session.execute(know, {"id": UUID(named["user"]), "data": data})
    (item,) = (await _inbox(house, talk))["items"]
    assert item["person"] == "Ann Lee"


async def test_not_for_others_and_not_with_a_wrong_cursor(house: House, talk: dict[str, str]) -> None:
    await _session(house, talk, "hi")
    other, _ = await house.account("other")
    for path in (f"/bots/{talk['bot']}/inbox", f"/bots/{talk['bot']}/inbox/counts"):
        assert (await house.call("GET", path, other)).status == 404
        assert (await house.call("GET", path)).status == 401
    for cursor in ("x", str(uuid4()), f"{'9' * 18}_{uuid4().hex}"):
        answer = await house.call("GET", f"/bots/{talk['bot']}/inbox?cursor={cursor}", talk["owner"])
        assert answer.status == 422 and answer.body["errors"][0]["path"] == "cursor"
