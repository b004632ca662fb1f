"""A person answers instead of the bot: silence, replies, handing back; reset, move, delete. Also while turns run."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import text

from dbcv.domains.bots.schemas import AccessIn
from dbcv.domains.conversations.repository import sessions
from dbcv.runtime.timers import fire_due
from tests.domains.conversations.conftest import House

COUNTER: dict[str, Any] = {
    "format": "dbcv.bot", "version": 1, "name": "Counter", "first_step_id": "ask",
    "steps": [
        {
            "id": "ask", "name": "Ask", "message": {"text": "asked {$session.last|default:nothing$}"},
            "timeout_after": 3600, "timeout_step_id": "late",
            "connection_groups": [{
                "variables": [{"target": "session.last", "source": "message.text"}],
                "connections": [{"rules": {}, "next_step_id": "ask"}],
            }],
        },
        {"id": "late", "name": "Late", "message": {"text": "too late"},
         "connection_groups": [{"connections": [{"rules": {}, "next_step_id": "ask"}]}]},
    ],
}  # fmt: skip


@pytest.fixture
async def talk(house: House) -> AsyncIterator[dict[str, str]]:
    token, owner_id = await house.account("owner")
    bot_id = str(await house.bot(owner_id, COUNTER))
    channel = await house.channel(token, is_public=True, default_bot_id=bot_id)
    visitor, visitor_id = await house.visitor(channel["id"])
    answered = await house.say(visitor, channel["id"], "one")
    yield {
        "owner": token, "owner_id": str(owner_id), "bot": bot_id, "channel": channel["id"], "visitor": visitor,
        "visitor_id": visitor_id, "session": answered.body["message"]["session_id"],
    }  # fmt: skip


async def steer(house: House, talk: dict[str, str], what: str, body: Any = None, status: int = 200) -> Any:
    answered = await house.call("POST", f"/sessions/{talk['session']}/{what}", talk["owner"], body)
    assert answered.status == status, answered.body
    return answered.body


async def said(house: House, talk: dict[str, str]) -> list[str]:
    page = (await house.call("GET", f"/sessions/{talk['session']}/messages", talk["owner"])).body
    return [item["text"] for item in page["items"]][::-1]


async def scalar(house: House, query: str, **values: Any) -> Any:
    async with house.db.read() as session:
        return await session.scalar(text(query), values)


async def steps(house: House, talk: dict[str, str]) -> dict[str, str]:
    document = await scalar(house, "SELECT document FROM revision WHERE bot_id = :id", id=UUID(talk["bot"]))
    return {step["name"]: step["id"] for step in document["steps"]}


async def test_the_bot_is_silent_and_a_person_answers(house: House, talk: dict[str, str]) -> None:
    paused = await steer(house, talk, "pause")
    assert paused["paused_by"] == talk["owner_id"] and paused["paused_at"] and not paused["is_turn_running"]
    kept = await house.say(talk["visitor"], talk["channel"], "is anybody there")
    assert kept.status == 200 and kept.body["replies"] == [] and kept.body["error"] is None
    reply = await steer(house, talk, "messages", {"text": "I am", "external_id": "r1"}, 201)
    again = await steer(house, talk, "messages", {"text": "I am", "external_id": "r1"}, 201)
    assert again["id"] == reply["id"] and reply["sender_id"] == talk["owner_id"]
    assert reply["recipient_id"] == talk["visitor_id"]
    assert await said(house, talk) == ["one", "asked nothing", "is anybody there", "I am"]
    seen = (await house.call("GET", f"/channels/{talk['channel']}/messages", talk["visitor"])).body["items"]
    assert seen[0]["text"] == "I am", "the person reads it"
    resumed = await steer(house, talk, "resume")
    assert resumed["paused_by"] is None and resumed["waiting_events"] == 0
    await steer(house, talk, "messages", {"text": "late"}, 409)
    await steer(house, talk, "resume", status=409)
    answered = await house.say(talk["visitor"], talk["channel"], "two")
    assert [reply["text"] for reply in answered.body["replies"]] == ["asked two"]
    assert await scalar(house, "SELECT count(*) FROM mailbox") == 0


async def test_the_last_message_is_answered_at_the_hand_back_if_asked_for(house: House, talk: dict[str, str]) -> None:
    await steer(house, talk, "pause")
    for words in ("two", "three"):
        await house.say(talk["visitor"], talk["channel"], words)
    await steer(house, talk, "resume", {"answer_last": True})
    await eventually_said(house, talk, ["one", "asked nothing", "two", "three", "asked three"])
    await steer(house, talk, "pause")
    await house.say(talk["visitor"], talk["channel"], "four")
    await steer(house, talk, "messages", {"text": "answered by hand"}, 201)
    await steer(house, talk, "resume", {"answer_last": True})
    after = await house.say(talk["visitor"], talk["channel"], "five")
    assert [reply["text"] for reply in after.body["replies"]] == ["asked five"]
    assert "asked four" not in await said(house, talk)


async def eventually_said(house: House, talk: dict[str, str], wanted: list[str]) -> None:
    for _ in range(200):
        if await said(house, talk) == wanted:
            return
        await asyncio.sleep(0.02)
    assert await said(house, talk) == wanted


async def test_time_stands_still_while_a_person_answers(house: House, talk: dict[str, str]) -> None:
    due = "SELECT due_at FROM timer WHERE session_id = :id"
    first = await scalar(house, due, id=UUID(talk["session"]))
    assert first is not None
    await steer(house, talk, "pause")
    assert await scalar(house, due, id=UUID(talk["session"])) is None
    await steer(house, talk, "resume")
    assert await scalar(house, due, id=UUID(talk["session"])) > first, "the wait begins anew"
    async with house.db.transaction() as session:
        await session.execute(text("UPDATE timer SET due_at = now()"))
    async with house.db.driver() as connection:
        assert await fire_due(connection, house.bell) == 1
    await eventually_said(house, talk, ["one", "asked nothing", "too late"])


async def test_a_timeout_that_fired_before_the_pause_says_nothing(house: House, talk: dict[str, str]) -> None:
    house.bell.is_heard = False
    async with house.db.transaction() as session:
        await session.execute(text("UPDATE timer SET due_at = now()"))
    async with house.db.driver() as connection:
        assert await fire_due(connection, house.bell) == 1
    await steer(house, talk, "pause")
    house.bell.is_heard = True
    answered = await house.say(talk["visitor"], talk["channel"], "hello")
    assert answered.body["replies"] == []
    assert "too late" not in await said(house, talk)


async def test_reset_and_move(house: House, talk: dict[str, str]) -> None:
    await house.say(talk["visitor"], talk["channel"], "two")
    reset = await steer(house, talk, "reset")
    assert reset["step_id"] is None and reset["variables"] == {} and reset["revision"] is None
    answered = await house.say(talk["visitor"], talk["channel"], "three")
    assert [reply["text"] for reply in answered.body["replies"]] == ["asked nothing"]
    late = (await steps(house, talk))["Late"]
    moved = await steer(house, talk, "move", {"step_id": late})
    assert moved["step_id"] == late and moved["step_name"] == "Late"
    assert await scalar(house, "SELECT count(*) FROM timer") == 0, "the step has no timeout"
    answered = await house.say(talk["visitor"], talk["channel"], "four")
    assert [reply["text"] for reply in answered.body["replies"]] == ["asked nothing"]
    ask = (await steps(house, talk))["Ask"]
    await steer(house, talk, "move", {"step_id": ask})
    assert await scalar(house, "SELECT step_id FROM timer") == ask
    refused = await steer(house, talk, "move", {"step_id": "nowhere"}, 422)
    assert refused["errors"][0]["path"] == "step_id"
    turns = (await house.call("GET", f"/sessions/{talk['session']}/turns", talk["owner"])).body["items"]
    did = [turn["record"]["trace"][0]["at"] for turn in turns if turn["kind"] == "operator"]
    assert did == ["moved", "moved", "reset"]


async def test_a_deleted_session_leaves_nothing_and_begins_anew(house: House, talk: dict[str, str]) -> None:
    deleted = await house.call("DELETE", f"/sessions/{talk['session']}", talk["owner"])
    assert deleted.status == 204
    assert (await house.call("GET", f"/sessions/{talk['session']}", talk["owner"])).status == 404
    assert (await house.call("GET", f"/bots/{talk['bot']}/sessions", talk["owner"])).body["items"] == []
    for table in ("message", "mailbox", "turn_record", "timer", "session_variables", "delivery", "dead_letter"):
        assert await scalar(house, f"SELECT count(*) FROM {table}") == 0, table
    assert (await house.call("DELETE", f"/sessions/{talk['session']}", talk["owner"])).status == 404
    answered = await house.say(talk["visitor"], talk["channel"], "hello again")
    assert [reply["text"] for reply in answered.body["replies"]] == ["asked nothing"]
    (found,) = (await house.call("GET", f"/bots/{talk['bot']}/sessions", talk["owner"])).body["items"]
    assert found["user_id"] == talk["visitor_id"] and found["variables"] is None


async def test_nothing_is_lost_or_said_twice_while_everybody_steers(house: House, talk: dict[str, str]) -> None:
    """Messages, pauses, hand-backs, moves and resets at once: each message has one record, in order, none waits."""
    ask = (await steps(house, talk))["Ask"]

    async def steers() -> None:
        for number in range(12):
            what, body = [("pause", None), ("resume", None), ("reset", None), ("move", {"step_id": ask})][number % 4]
            answered = await house.call("POST", f"/sessions/{talk['session']}/{what}", talk["owner"], body)
            assert answered.status in (200, 409), answered.body

    async def speaks() -> list[str]:
        ids = []
        for number in range(60):
            answered = await house.say(talk["visitor"], talk["channel"], f"m{number}", wait=0)
            assert answered.status == 202
            ids.append(answered.body["message"]["id"])
        return ids

    ids, *_ = await asyncio.gather(speaks(), steers(), steers(), steers())
    await house.call("POST", f"/sessions/{talk['session']}/resume", talk["owner"])
    last = await house.say(talk["visitor"], talk["channel"], "last", wait=10)
    assert last.status == 200 and len(last.body["replies"]) == 1
    assert await scalar(house, "SELECT count(*) FROM mailbox") == 0
    async with house.db.read() as session:
        rows = (await session.execute(text(
            "SELECT r.id::text, r.kind, jsonb_array_length(r.record->'replies'), r.record->'trace'->0->>'at' "
            "FROM turn_record r WHERE r.kind = 'message' ORDER BY r.id"
        ))).all()  # fmt: skip
        replies = (await session.execute(text("SELECT reply_to::text FROM message WHERE sender_id = :id ORDER BY id"),
                                         {"id": UUID(talk["bot"])})).scalars().all()  # fmt: skip
    assert [row[0] for row in rows if row[0] in ids] == ids
    answered = [row[0] for row in rows if row[2]]
    assert list(replies) == answered, "one reply to each that was walked, in order"
    assert all(row[2] == 1 or row[3] == "paused" for row in rows)


async def test_only_those_who_may_change_the_bot(house: House, talk: dict[str, str]) -> None:
    other, _ = await house.account("other")
    viewer, _ = await house.account("viewer")
    owner_id = UUID(talk["owner_id"])
    await house.parts.bots.share(owner_id, UUID(talk["bot"]), AccessIn(email="viewer@example.com", role="viewer"))
    ask = (await steps(house, talk))["Ask"]
    calls: list[tuple[str, str, Any]] = [
        ("POST", "/pause", None), ("POST", "/resume", None), ("POST", "/reset", None), ("DELETE", "", None),
        ("POST", "/move", {"step_id": ask}), ("POST", "/messages", {"text": "x"}),
    ]  # fmt: skip
    before = await scalar(house, "SELECT version FROM session")
    for method, path, body in calls:
        for session_id in (talk["session"], str(uuid4())):
            refused = await house.call(method, f"/sessions/{session_id}{path}", other, body)
            assert refused.status == 404 and refused.body["code"] == "session_not_found", (path, refused.body)
        assert (await house.call(method, f"/sessions/{talk['session']}{path}", viewer, body)).status == 403
        assert (await house.call(method, f"/sessions/{talk['session']}{path}", talk["visitor"], body)).status == 403
        assert (await house.call(method, f"/sessions/{talk['session']}{path}", None, body)).status == 401
    for path in ("", "/messages", "/turns"):
        assert (await house.call("GET", f"/sessions/{talk['session']}{path}", viewer)).status == 200
        assert (await house.call("GET", f"/sessions/{talk['session']}{path}", other)).status == 404
    assert await scalar(house, "SELECT version FROM session") == before


@pytest.mark.parametrize(
    "body", [{}, {"text": " "}, {"text": "x" * 20_001}, {"text": "x", "sender_id": "me"}, {"text": 5},
             {"text": "x", "attachments": [{"url": "file:///etc/passwd"}]}, {"params": [1]}, {"external_id": ""}],
)  # fmt: skip
async def test_bad_replies_are_refused(house: House, talk: dict[str, str], body: Any) -> None:
    await steer(house, talk, "pause")
    refused = await steer(house, talk, "messages", body, 422)
    assert refused["errors"]
    assert await said(house, talk) == ["one", "asked nothing"]


async def test_a_turn_that_waits_outside_is_finished_first(house: House, talk: dict[str, str]) -> None:
    async with house.db.transaction() as session:
        await session.execute(
            text("UPDATE session SET claimed_by = 'w-far', claimed_until = now() + interval '1 minute'")
        )
    for what, body in (("reset", None), ("move", {"step_id": (await steps(house, talk))["Ask"]})):
        refused = await steer(house, talk, what, body, 409)
        assert refused["code"] == "turn_running"
    before = await scalar(house, "SELECT version FROM session")
    paused = await steer(house, talk, "pause")
    assert paused["is_turn_running"] and paused["version"] == before, "its commit must still win"
    async with house.db.transaction() as session:
        await session.execute(text("UPDATE session SET claimed_by = NULL, claimed_until = NULL"))
    answered = await house.say(talk["visitor"], talk["channel"], "hello")
    assert answered.body["replies"] == []


async def test_the_socket_tells_who_answers_and_that_somebody_types(house: House, talk: dict[str, str]) -> None:
    other, _ = await house.account("other")
    async with house.socket(talk["visitor"]) as visitor, house.socket(talk["owner"]) as owner:
        await visitor.listen(f"channel:{talk['channel']}")
        await owner.listen(f"session:{talk['session']}")
        await steer(house, talk, "pause")
        told = await visitor.until(type="session")
        assert told["is_paused"] is True and "paused_by" not in told and told["change"] == "paused"
        assert (await owner.until(type="session"))["paused_by"] == talk["owner_id"]
        await owner.send(type="typing", session_id=talk["session"], is_typing=True)
        assert (await visitor.until(type="typing"))["is_typing"] is True
        await steer(house, talk, "messages", {"text": "hello"}, 201)
        for socket in (visitor, owner):
            assert (await socket.until(type="message"))["message"]["text"] == "hello"
        await house.say(talk["visitor"], talk["channel"], "thanks")
        assert (await owner.until(type="message"))["message"]["text"] == "thanks"
        await visitor.send(type="typing", session_id=talk["session"], is_typing=True)
        assert (await visitor.until(type="error"))["code"] == "session_not_found"
        await visitor.send(type="subscribe", topic=f"session:{talk['session']}")
        assert (await visitor.until(type="error"))["code"] == "session_not_found"
    async with house.socket(other) as stranger:
        await stranger.send(type="subscribe", topic=f"session:{talk['session']}")
        assert (await stranger.until(type="error"))["code"] == "session_not_found"


async def test_one_subscriber_has_so_many_sockets(house: House, talk: dict[str, str]) -> None:
    house.parts.sockets._limit = 1
    async with house.socket(talk["visitor"]), house.socket(None) as second:
        await second.send(type="auth", token=talk["visitor"])
        assert await second.closed() == 1013
    async with house.socket(talk["owner"]) as another:
        await another.send(type="ping")
        assert (await another.until(type="pong"))["type"] == "pong"


async def test_lists_filter_and_count(house: House, talk: dict[str, str]) -> None:
    second, _ = await house.visitor(talk["channel"])
    await house.say(second, talk["channel"], "hi")
    await steer(house, talk, "pause")
    ask = (await steps(house, talk))["Ask"]
    base = f"/bots/{talk['bot']}/sessions"
    for query, count in [
        ("", 2), ("?is_paused=true", 1), ("?is_paused=false", 1), (f"?step_id={ask}", 2), ("?step_id=x", 0),
        ("?revision=1", 2), ("?revision=2", 0), (f"?user_id={talk['visitor_id']}", 1),
        ("?active_since=2099-01-01T00:00:00Z", 0), ("?active_since=2000-01-01T00:00:00Z", 2),
        (f"?channel_id={talk['channel']}", 2), (f"?channel_id={uuid4()}", 0),
    ]:  # fmt: skip
        page = await house.call("GET", base + query, talk["owner"])
        assert page.status == 200 and len(page.body["items"]) == count, query
        assert page.body["next_cursor"] is None
    for query in ("?active_since=2000-01-01T00:00:00", "?revision=0", "?is_paused=perhaps", "?limit=0", "?cursor=x"):
        assert (await house.call("GET", base + query, talk["owner"])).status == 422, query
    mine = await house.call("GET", f"/channels/{talk['channel']}/sessions?limit=1", talk["owner"])
    assert mine.body["items"][0]["step_name"] == "Ask" and mine.body["next_cursor"]
    summary = (await house.call("GET", f"{base}/summary", talk["owner"])).body
    assert summary["counted"] == 2 and summary["paused"] == 1 and not summary["is_partial"]
    assert summary["by_step"] == [{"step_id": ask, "step_name": "Ask", "count": 2}]
    assert summary["by_revision"] == [{"revision": 1, "count": 2}]
    other, _ = await house.account("other")
    for path in (base, f"{base}/summary", f"/channels/{talk['channel']}/sessions"):
        assert (await house.call("GET", path, other)).status == 404


async def test_a_filter_that_finds_little_goes_on_by_windows(
    house: House, talk: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sessions, "WINDOW", 2)
    for _ in range(5):
        visitor, _ = await house.visitor(talk["channel"])
        await house.say(visitor, talk["channel"], "hi")
    found, cursor, pages = [], "", 0
    while pages == 0 or cursor:
        query = f"?user_id={talk['visitor_id']}&limit=5" + (f"&cursor={cursor}" if cursor else "")
        page = (await house.call("GET", f"/bots/{talk['bot']}/sessions{query}", talk["owner"])).body
        found += [item["id"] for item in page["items"]]
        cursor, pages = page["next_cursor"], pages + 1
    assert found == [talk["session"]] and pages > 2


async def test_a_turn_shows_what_it_changed_without_secrets(house: House, talk: dict[str, str]) -> None:
    answered = await house.say(talk["visitor"], talk["channel"], "two", params={"api_key": "sk-1", "n": 1})
    path = f"/sessions/{talk['session']}/turns/{answered.body['message']['id']}"
    turn = (await house.call("GET", path, talk["owner"])).body
    assert turn["changed"] == [{"target": "session.last", "before": None, "after": "two"}]
    assert turn["record"]["event"]["message"]["params"] == {"api_key": "***", "n": 1}
    assert any(entry["at"] == "connection" and entry["held"] for entry in turn["record"]["trace"])
    assert (await house.call("GET", f"/sessions/{talk['session']}/turns/{uuid4()}", talk["owner"])).status == 404
