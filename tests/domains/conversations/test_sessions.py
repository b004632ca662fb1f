"""Sessions, turns and dead letters: for the bot's people, once, and for nobody else."""

import asyncio
from uuid import UUID, uuid4

import pytest
from sqlalchemy import text

from tests.domains.conversations.conftest import House

_BURY = """
WITH gone AS (DELETE FROM mailbox RETURNING *)
INSERT INTO dead_letter (id, kind, bot_id, session_id, shard, content, error, attempts)
SELECT id, 'turn', :bot, session_id, shard, jsonb_build_object('kind', kind, 'event', event), 'x: broke', 5 FROM gone
"""


@pytest.fixture
async def talk(house: House) -> dict[str, str]:
    token, owner_id = await house.account("owner")
    bot_id = str(await house.bot(owner_id))
    channel = await house.channel(token, is_public=True, default_bot_id=bot_id)
    visitor, visitor_id = await house.visitor(channel["id"])
    answered = await house.say(visitor, channel["id"], "hi")
    return {
        "owner": token, "bot": bot_id, "channel": channel["id"], "visitor": visitor, "visitor_id": visitor_id,
        "session": answered.body["message"]["session_id"], "message": answered.body["message"]["id"],
    }  # fmt: skip


async def test_sessions_and_turns(house: House, talk: dict[str, str]) -> None:
    await house.say(talk["owner"], talk["channel"], "me too")
    listed = (await house.call("GET", f"/bots/{talk['bot']}/sessions?limit=1", talk["owner"])).body
    rest = (await house.call("GET", f"/bots/{talk['bot']}/sessions?cursor={listed['next_cursor']}", talk["owner"])).body
    assert [s["id"] for s in rest["items"]] == [talk["session"]] and rest["next_cursor"] is None
    one = (await house.call("GET", f"/sessions/{talk['session']}", talk["owner"])).body
    assert one["user_id"] == talk["visitor_id"] and one["variables"] == {} and one["version"] >= 1
    turns = (await house.call("GET", f"/sessions/{talk['session']}/turns", talk["owner"])).body["items"]
    assert [turn["id"] for turn in turns] == [talk["message"]]
    assert turns[0]["record"]["trace"] and turns[0]["error"] is None and turns[0]["kind"] == "message"


async def test_nobody_else_sees_them(house: House, talk: dict[str, str]) -> None:
    other, _ = await house.account("other")
    for path in (
        f"/bots/{talk['bot']}/sessions", f"/sessions/{talk['session']}", f"/sessions/{talk['session']}/turns",
        f"/bots/{talk['bot']}/dead_letters", f"/sessions/{uuid4()}",
    ):  # fmt: skip
        assert (await house.call("GET", path, other)).status == 404
        assert (await house.call("GET", path, talk["visitor"])).status == 403
        assert (await house.call("GET", path)).status == 401


async def _dead_letter(house: House, talk: dict[str, str]) -> str:
    house.bell.is_heard = False
    answered = await house.say(talk["visitor"], talk["channel"], "dead", wait=0)
    async with house.db.transaction() as session:
        await session.execute(text(_BURY), {"bot": UUID(talk["bot"])})
    house.bell.is_heard = True
    return str(answered.body["message"]["id"])


async def test_a_dead_letter_is_seen_and_sent_again_once(house: House, talk: dict[str, str]) -> None:
    letter_id = await _dead_letter(house, talk)
    (letter,) = (await house.call("GET", f"/bots/{talk['bot']}/dead_letters", talk["owner"])).body["items"]
    assert letter["id"] == letter_id and letter["error"] == "x: broke" and letter["resent_at"] is None
    answers = await asyncio.gather(
        *(house.call("POST", f"/dead_letters/{letter_id}/resend", talk["owner"]) for _ in range(5))
    )
    assert sorted(a.status for a in answers) == [200, 409, 409, 409, 409]
    for _ in range(100):
        turns = (await house.call("GET", f"/sessions/{talk['session']}/turns", talk["owner"])).body["items"]
        if len(turns) == 2:
            break
        await asyncio.sleep(0.05)
    assert turns[0]["id"] == letter_id and turns[0]["record"]["event"]["message"]["text"] == "dead"
    said = (await house.call("GET", f"/channels/{talk['channel']}/messages", talk["visitor"])).body["items"]
    assert said[0]["text"] == "Again: dead" and said[0]["reply_to"] == letter_id


async def test_who_may_send_again(house: House, talk: dict[str, str]) -> None:
    letter_id = await _dead_letter(house, talk)
    other, other_id = await house.account("other")
    path = f"/dead_letters/{letter_id}/resend"
    assert (await house.call("POST", path, other)).status == 404
    assert (await house.call("POST", f"/dead_letters/{uuid4()}/resend", talk["owner"])).status == 404
    async with house.db.transaction() as session:
        query = text("INSERT INTO bot_access (bot_id, user_id, role) VALUES (:bot, :user, 'viewer')")
        await session.execute(query, {"bot": UUID(talk["bot"]), "user": other_id})
    assert (await house.call("GET", f"/bots/{talk['bot']}/dead_letters", other)).status == 200
    assert (await house.call("POST", path, other)).status == 403
    async with house.db.transaction() as session:
        await session.execute(text("DELETE FROM session"))
    gone = await house.call("POST", path, talk["owner"])
    assert gone.status == 409 and gone.body["code"] == "session_gone"
    async with house.db.read() as session:
        assert await session.scalar(text("SELECT resent_at FROM dead_letter")) is None


async def test_a_dead_letter_is_dropped_by_an_editor(house: House, talk: dict[str, str]) -> None:
    letter_id = await _dead_letter(house, talk)
    other, other_id = await house.account("other")
    path, listed = f"/dead_letters/{letter_id}", f"/bots/{talk['bot']}/dead_letters"
    assert (await house.call("DELETE", path)).status == 401
    assert (await house.call("DELETE", path, other)).status == 404
    async with house.db.transaction() as session:
        query = text("INSERT INTO bot_access (bot_id, user_id, role) VALUES (:bot, :user, 'viewer')")
        await session.execute(query, {"bot": UUID(talk["bot"]), "user": other_id})
    assert (await house.call("DELETE", path, other)).status == 403
    assert len((await house.call("GET", listed, talk["owner"])).body["items"]) == 1
    assert (await house.call("DELETE", path, talk["owner"])).status == 204
    assert (await house.call("GET", listed, talk["owner"])).body["items"] == []
    for method, gone in (("DELETE", path), ("POST", f"{path}/resend")):
        assert (await house.call(method, gone, talk["owner"])).status == 404
    async with house.db.read() as session:
        query = text("SELECT actor_id IS NOT NULL, bot_id, object_id FROM audit_event WHERE action = :action")
        noted = (await session.execute(query, {"action": "dead_letter.dropped"})).one()
    assert noted == (True, UUID(talk["bot"]), UUID(letter_id))


async def test_a_dead_delivery_goes_back_to_the_deliveries(house: House, talk: dict[str, str]) -> None:
    letter_id, target = uuid4(), uuid4()
    async with house.db.transaction() as session:
        await session.execute(
            text(
                "INSERT INTO dead_letter (id, kind, bot_id, session_id, shard, content, error, attempts) VALUES "
                "(:id, 'delivery', :bot, :session, 3, jsonb_build_object('target_kind', 'transport', 'target_id', "
                "CAST(:target AS text), 'payload', jsonb_build_object('a', 1)), 'x', 5)"
            ),
            {"id": letter_id, "bot": UUID(talk["bot"]), "session": UUID(talk["session"]), "target": str(target)},
        )
    assert (await house.call("POST", f"/dead_letters/{letter_id}/resend", talk["owner"])).status == 200
    async with house.db.read() as session:
        query = text("SELECT target_kind, target_id, payload, attempts, shard FROM delivery")
        assert (await session.execute(query)).one() == ("transport", target, {"a": 1}, 0, 3)
