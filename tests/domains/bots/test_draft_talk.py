"""A talk with a draft, turn by turn over HTTP: the way, the reasons, what was saved and called, halts and timeouts."""

from typing import Any

import pytest

from tests.domains.bots.documents import exported, imported

CODE = "async def main(message, variables):\n    print('seen', message['text'])\n    return {'n': len(message['text'])}"
BOT: dict[str, Any] = {
    "name": "Greeter",
    "variables": {"greeting": "Hello"},
    "first_step_id": "ask",
    "steps": [
        {
            "id": "ask",
            "name": "Ask",
            "timeout_after": 3600,
            "timeout_step_id": "bye",
            "message": {
                "text": "{$bot.greeting$}! How old are you?",
                "params": {"buttons": [{"text": "21", "value": "21"}]},
            },
            "connection_groups": [
                {
                    "variables": [{"target": "session.age", "source": "message.text"}],
                    "connections": [
                        {
                            "rules": {"rules": [{"field": "session.age", "operator": "greater_than", "value": 17}]},
                            "next_step_id": "count",
                        },
                        {"rules": {}, "next_step_id": "bye"},
                    ],
                }
            ],
        },
        {
            "id": "count",
            "name": "Count",
            "is_proxy": True,
            "connection_groups": [
                {"search_type": "code", "code": CODE, "connections": [{"next_step_id": "call"}]},
            ],
        },
        {
            "id": "call",
            "name": "Call",
            "is_proxy": True,
            "connection_groups": [
                {
                    "search_type": "response",
                    "request_id": "crm",
                    "variables": [{"target": "user.length", "source": "result.n"}],
                    "connections": [{"next_step_id": "welcome"}],
                }
            ],
        },
        {"id": "welcome", "name": "Welcome", "message": {"text": "Welcome, {$session.age$} {$response.error$}"}},
        {"id": "bye", "name": "Bye", "message": {"text": "Bye"}},
    ],
    "requests": [{"id": "crm", "name": "CRM", "method": "get", "request_url": "http://127.0.0.1:9/{$session.age$}"}],
}


async def made(anna: Any) -> tuple[str, dict[str, str]]:
    """The bot's id, and the ids of its steps by name."""
    bot_id = (await imported(anna, BOT))["id"]
    document = await exported(anna, bot_id)
    return bot_id, {step["name"]: step["id"] for step in document["steps"]}


async def said(anna: Any, bot_id: str, event: dict[str, Any], **more: Any) -> dict[str, Any]:
    answer = await anna.client.post(f"/bots/{bot_id}/talk", json={"event": event} | more)
    assert answer.status_code == 200, answer.text
    body: dict[str, Any] = answer.json()
    return body


async def test_a_talk_shows_its_way_and_what_it_saved(anna: Any) -> None:
    bot_id, steps = await made(anna)
    first = await said(anna, bot_id, {"text": "/start"})
    assert [reply["text"] for reply in first["replies"]] == ["Hello! How old are you?"]
    assert first["entered"] == [steps["Ask"]]
    assert first["state"]["step_id"] == steps["Ask"]
    assert first["state"]["timer"]["step_id"] == steps["Ask"]
    second = await said(anna, bot_id, {"text": "21"}, state=first["state"])
    assert second["entered"] == [steps["Count"], steps["Call"], steps["Welcome"]]
    assert {"path": "session.age", "before": None, "after": "21"} in second["changed"]
    assert {"path": "user.length", "before": None, "after": 2} in second["changed"]
    code, request = second["errands"]
    assert (code["kind"], code["reply"]["result"], code["reply"]["log"]) == ("code", {"n": 2}, "seen 21\n")
    assert (request["kind"], request["asked"]["url"], request["reply"]["ok"]) == (
        "request",
        "http://127.0.0.1:9/21",
        False,
    )
    assert request["reply"]["error"] in second["replies"][0]["text"], (
        "addresses inside are refused, as in a conversation"
    )
    held = [entry for entry in second["trace"] if entry["at"] == "connection" and entry["held"]]
    assert held[0]["rules"], "which rule held on which value"
    assert second["taken"][0] == {"step": steps["Ask"], "group": 0, "connection": 0}


async def test_nothing_of_it_is_kept(anna: Any) -> None:
    bot_id, _ = await made(anna)
    before = await exported(anna, bot_id)
    talk = await said(anna, bot_id, {"text": "/start"})
    await said(anna, bot_id, {"text": "21"}, state=talk["state"])
    assert await exported(anna, bot_id) == before
    assert (await anna.client.get(f"/bots/{bot_id}/sessions")).json()["items"] == []


async def test_it_halts_before_a_step_and_goes_on_as_if_it_had_not(anna: Any) -> None:
    bot_id, steps = await made(anna)
    talk = await said(anna, bot_id, {"text": "/start"})
    stops = [steps["Count"], steps["Welcome"]]
    halted = await said(anna, bot_id, {"text": "21"}, state=talk["state"], stops=stops)
    assert (halted["halted_before"], halted["errands"], halted["replies"]) == (steps["Count"], [], [])
    assert halted["changed"] == [{"path": "session.age", "before": None, "after": "21"}]
    assert halted["state"] == talk["state"]
    again = await said(anna, bot_id, {"text": "21"}, state=talk["state"], stops=stops, resume=halted["resume"])
    assert again["halted_before"] == steps["Welcome"]
    assert [errand["kind"] for errand in again["errands"]] == ["code", "request"]
    end = await said(anna, bot_id, {"text": "21"}, state=talk["state"], stops=stops, resume=again["resume"])
    assert (end["halted_before"], end["resume"]) == (None, None)
    assert end["state"]["step_id"] == steps["Welcome"]
    assert [errand["reply"] for errand in end["errands"]] == [errand["reply"] for errand in again["errands"]]


async def test_time_is_jumped_and_any_step_begun(anna: Any) -> None:
    bot_id, steps = await made(anna)
    talk = await said(anna, bot_id, {"text": "/start"})
    late = await said(anna, bot_id, {"kind": "timeout"}, state=talk["state"])
    assert [reply["text"] for reply in late["replies"]] == ["Bye"]
    assert late["state"]["ahead_seconds"] > 3500
    started = await said(anna, bot_id, {"kind": "start", "step_id": steps["Call"]}, state=late["state"], live=False)
    assert started["entered"] == [steps["Call"], steps["Welcome"]]
    assert "nothing outside is called" in started["replies"][0]["text"]
    refused = await anna.client.post(f"/bots/{bot_id}/talk", json={"event": {"kind": "timeout"}})
    assert (refused.status_code, refused.json()["code"]) == (422, "no_timer")
    nowhere = await anna.client.post(f"/bots/{bot_id}/talk", json={"event": {"kind": "start", "step_id": "gone"}})
    assert (nowhere.status_code, nowhere.json()["code"]) == (422, "no_such_step")


async def test_an_edit_is_talked_to_at_once(anna: Any) -> None:
    bot_id, steps = await made(anna)
    talk = await said(anna, bot_id, {"text": "/start"})
    change = {"op": "update", "kind": "message", "id": steps["Bye"], "fields": {"text": "See you"}}
    answer = await anna.client.post(f"/bots/{bot_id}/changes", json={"changes": [change]}, headers={"If-Match": "*"})
    assert answer.status_code == 200, answer.text
    child = await said(anna, bot_id, {"text": "5"}, state=talk["state"])
    assert [reply["text"] for reply in child["replies"]] == ["See you"]


async def test_only_who_may_edit(anna: Any, api: Any) -> None:
    bot_id, _ = await made(anna)
    boris = await api.person("boris")
    wish = {"event": {"text": "hi"}}
    assert (await boris.client.post(f"/bots/{bot_id}/talk", json=wish)).status_code == 404
    await anna.client.put(f"/bots/{bot_id}/access", json={"email": boris.email, "role": "viewer"})
    assert (await boris.client.post(f"/bots/{bot_id}/talk", json=wish)).status_code == 403


@pytest.mark.parametrize(
    "state",
    [
        {"step_id": "no such step"},
        {"frames": [{"step_id": 5}]},
        {"frames": [{}], "step_id": "x"},
        {"session": {"id": "forged", "a": {"b": [1] * 50}}},
        {"bot": {"name": "forged"}},
        {"turns": 10**6},
        {"ahead_seconds": 1e9},
    ],
)
async def test_a_forged_state_harms_nobody(anna: Any, state: dict[str, Any]) -> None:
    bot_id, _ = await made(anna)
    answer = await anna.client.post(f"/bots/{bot_id}/talk", json={"event": {"text": "hi"}, "state": state})
    assert answer.status_code in (200, 422), answer.text
