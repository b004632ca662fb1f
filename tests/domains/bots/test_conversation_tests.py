"""Conversation tests kept with a bot: kept, run against the draft, and what they mean when it is published."""

import asyncio
import copy
from pathlib import Path
from typing import Any

import pytest

from dbcv.entrypoints.test import main
from tests.domains.bots.documents import ANY, imported
from tests.domains.bots.test_draft_talk import BOT

RUSSIAN = {"Accept-Language": "ru"}
CALL = {"request": "CRM", "reply": {"status": 200, "result": {"n": 2}}}
GROWN_UP = {
    "name": "A grown-up comes in",
    "effects": [CALL],
    "turns": [
        {"user": "start", "bot": ["Hello! How old are you?"]},
        {"user": "21", "bot": ["Welcome, 21 "], "then": {"user.length": 2}},
    ],
}
LATE = {"name": "Nobody answers", "turns": [{"user": "start"}, {"wait": 3600, "bot": ["Bye"]}]}


@pytest.fixture
async def bot_id(anna: Any) -> str:
    return str((await imported(anna, BOT))["id"])


async def kept(person: Any, bot_id: str, test: dict[str, Any]) -> dict[str, Any]:
    answer = await person.client.post(f"/bots/{bot_id}/tests", json=test)
    assert answer.status_code == 201, answer.text
    made: dict[str, Any] = answer.json()
    return made


async def ran(person: Any, bot_id: str, **headers: str) -> dict[str, Any]:
    answer = await person.client.post(f"/bots/{bot_id}/tests/run", headers=headers)
    assert answer.status_code == 200, answer.text
    done: dict[str, Any] = answer.json()
    return done


async def test_kept_listed_changed_and_deleted(anna: Any, bot_id: str) -> None:
    first = await kept(anna, bot_id, GROWN_UP)
    second = await kept(anna, bot_id, LATE)
    page = (await anna.client.get(f"/bots/{bot_id}/tests", params={"limit": 1})).json()
    assert [(test["name"], test["turns"], test["version"]) for test in page["items"]] == [("A grown-up comes in", 2, 1)]
    rest = (await anna.client.get(f"/bots/{bot_id}/tests", params={"cursor": page["next_cursor"]})).json()
    assert ([test["id"] for test in rest["items"]], rest["next_cursor"]) == ([second["id"]], None)

    path = f"/bots/{bot_id}/tests/{first['id']}"
    whole = await anna.client.get(path)
    assert whole.json()["script"] == {"effects": GROWN_UP["effects"], "turns": GROWN_UP["turns"]}
    assert whole.headers["ETag"] == '"1"'
    changed = await anna.client.put(path, json=GROWN_UP | {"name": "Adults"}, headers={"If-Match": '"1"'})
    assert (changed.json()["name"], changed.json()["version"]) == ("Adults", 2)
    stale = await anna.client.put(path, json=GROWN_UP, headers={"If-Match": '"1"'})
    assert (stale.status_code, stale.json()["code"]) == (412, "stale")
    assert (await anna.client.delete(path)).status_code == 204
    assert (await anna.client.get(path)).status_code == 404


@pytest.mark.parametrize(
    ("test", "path"),
    [
        ({"turns": [{"user": "hi"}]}, "name"),
        ({"name": "x", "turns": []}, "turns"),
        ({"name": "x", "turns": [{"user": "hi", "wait": 3}]}, "turns[0]"),
        ({"name": "x", "turns": [{"user": "hi", "bto": []}]}, "turns[0].bto"),
        ({"name": "x" * 201, "turns": [{"user": "hi"}]}, "name"),
        ({"name": "x\0", "turns": [{"user": "hi"}]}, "name"),
        ({"name": "x", "bot": "a.yaml", "turns": [{"user": "hi"}]}, "bot"),
    ],
)
async def test_a_test_with_mistakes_is_not_kept(anna: Any, bot_id: str, test: dict[str, Any], path: str) -> None:
    answer = await anna.client.post(f"/bots/{bot_id}/tests", json=test)
    assert (answer.status_code, answer.json()["code"]) == (422, "test_invalid")
    assert path in [error["path"] for error in answer.json()["errors"]]
    assert (await anna.client.get(f"/bots/{bot_id}/tests")).json()["items"] == []


async def test_viewers_see_and_run_strangers_do_neither(anna: Any, boris: Any, bot_id: str) -> None:
    test_id = (await kept(anna, bot_id, LATE))["id"]
    for method, path in (("GET", ""), ("POST", "/run"), ("DELETE", f"/{test_id}"), ("PUT", f"/{test_id}")):
        body = LATE if method == "PUT" else None
        answer = await boris.client.request(method, f"/bots/{bot_id}/tests{path}", json=body)
        assert answer.status_code == 404, (method, path)
    await anna.client.put(f"/bots/{bot_id}/access", json={"email": boris.email, "role": "viewer"})
    assert (await ran(boris, bot_id))["passed"] == 1
    assert (await boris.client.delete(f"/bots/{bot_id}/tests/{test_id}")).status_code == 403
    own = str((await imported(boris, BOT))["id"])
    assert (await boris.client.get(f"/bots/{own}/tests/{test_id}")).status_code == 404
    strange = await boris.client.post(f"/bots/{own}/tests/run", json={"ids": [test_id]})
    assert (strange.status_code, strange.json()["code"]) == (404, "test_not_found")


async def test_what_is_run_says_what_was_reached(anna: Any, bot_id: str) -> None:
    await kept(anna, bot_id, LATE)
    done = await ran(anna, bot_id)
    assert (done["passed"], done["failed"]) == (1, 0)
    steps = {row["id"]: row["name"] for row in (await anna.client.get(f"/steps?bot_id={bot_id}")).json()["items"]}
    assert [steps[step] for step in done["coverage"]["steps"]] == ["Ask", "Bye"]
    assert [steps[step] for step in done["coverage"]["missed_steps"]] == ["Count", "Call", "Welcome"]
    assert [steps[step] for step in done["coverage"]["timeouts"]] == ["Ask"]
    assert done["coverage"]["connections"] == []
    await kept(anna, bot_id, GROWN_UP)
    done = await ran(anna, bot_id)
    assert (done["passed"], done["coverage"]["missed_steps"]) == (2, [])
    assert [edge["connection"] for edge in done["coverage"]["missed_connections"]] == [1]


async def test_a_failure_is_told_in_words_of_the_caller(anna: Any, bot_id: str) -> None:
    wrong = {"name": "Wrong", "turns": [{"user": "start", "bot": ["Hi"], "then": {"session.age": "3"}}]}
    unforeseen = {"name": "Called", "turns": [{"user": "start"}, {"user": "21"}]}
    await kept(anna, bot_id, wrong)
    await kept(anna, bot_id, unforeseen)
    first, second = (await ran(anna, bot_id, **RUSSIAN))["results"]
    assert (first["passed"], first["failed_turn"], first["happened"]) == (False, 0, "человек: start")
    assert first["differences"][0] == {
        "words": "бот отвечает иначе", "expected": "Hi", "got": "Hello! How old are you?",
    }  # fmt: skip
    assert first["differences"][1]["expected"] == "'3'"
    assert second["failed_turn"] == 1
    assert second["differences"][0]["words"].startswith("бот обратился: запрос ")


async def test_a_clock_beyond_the_calendar_and_a_draft_that_does_not_run_fail_in_words(anna: Any, bot_id: str) -> None:
    late = {"name": "Late", "given": {"now": "9999-12-31T23:00:00Z"}, "turns": [{"user": "start"}, {"wait": 1e9}]}
    await kept(anna, bot_id, late)
    assert "calendar" in (await ran(anna, bot_id))["results"][0]["differences"][0]["words"]


async def test_failing_tests_and_errors_are_a_gate_that_a_reason_opens(anna: Any, bot_id: str) -> None:
    wrong = {"name": "Wrong", "turns": [{"user": "start", "bot": ["Hi"]}]}
    test_id = (await kept(anna, bot_id, wrong))["id"]
    refused = await anna.client.post(f"/bots/{bot_id}/publish", json={})
    assert (refused.status_code, refused.json()["code"]) == (422, "tests_failed")
    assert refused.json()["errors"][0]["path"] == f"tests[{test_id}]"
    blank = await anna.client.post(f"/bots/{bot_id}/publish", json={"overrule_reason": "  "})
    assert blank.status_code == 422
    done = await anna.client.post(f"/bots/{bot_id}/publish", json={"overrule_reason": "The greeting is new"})
    assert done.status_code == 201, done.text
    overruled = {"reason": "The greeting is new", "problems": [], "tests": ["Wrong"], "more": 0}
    assert done.json()["overruled"] == overruled
    assert (await anna.client.get(f"/bots/{bot_id}/revisions")).json()["items"][0]["overruled"] == overruled
    logged = (await anna.client.get(f"/bots/{bot_id}/audit")).json()["items"][0]
    assert (logged["action"], logged["after"]["overrule_reason"]) == ("bot.published", "The greeting is new")

    await anna.client.delete(f"/bots/{bot_id}/tests/{test_id}")
    assert (await anna.client.patch(f"/bots/{bot_id}", json={"first_step_id": None}, headers=ANY)).is_success
    check = (await anna.client.get(f"/bots/{bot_id}/check")).json()
    assert (check["publishable"], check["runnable"]) == (False, True)
    assert (await anna.client.post(f"/bots/{bot_id}/publish")).json()["code"] == "not_publishable"
    forced = await anna.client.post(f"/bots/{bot_id}/publish", json={"overrule_reason": "A stub for now"})
    assert (forced.status_code, len(forced.json()["overruled"]["problems"])) == (201, 1)


async def test_no_reason_publishes_what_the_engine_refuses(anna: Any, bot_id: str) -> None:
    groups = (await anna.client.get(f"/connection_groups?bot_id={bot_id}")).json()["items"]
    group = next(group["id"] for group in groups if group["search_type"] == "response")
    change = {"op": "update", "kind": "connection_group", "id": group, "fields": {"request_id": None}}
    answer = await anna.client.post(f"/bots/{bot_id}/changes", json={"changes": [change]}, headers=ANY)
    assert answer.is_success, answer.text
    assert (await anna.client.get(f"/bots/{bot_id}/check")).json()["runnable"] is False
    await kept(anna, bot_id, LATE)
    assert (await ran(anna, bot_id))["results"][0]["differences"][0]["words"].startswith("the bot cannot run")
    forced = await anna.client.post(f"/bots/{bot_id}/publish", json={"overrule_reason": "I want it"})
    assert (forced.status_code, forced.json()["code"]) == (422, "not_runnable")


async def test_tests_go_with_the_bot(anna: Any, boris: Any, bot_id: str, tmp_path: Path) -> None:
    ids = {row["name"]: row["id"] for row in (await anna.client.get(f"/steps?bot_id={bot_id}")).json()["items"]}
    crm = (await anna.client.get(f"/requests?bot_id={bot_id}")).json()["items"][0]["id"]
    led = copy.deepcopy(GROWN_UP)
    led["effects"][0]["request"] = crm
    led["turns"][0]["then"] = {"step": ids["Ask"]}
    for test in (led, LATE):
        await kept(anna, bot_id, test)
    for format in ("yaml", "json"):
        text = (await anna.client.get(f"/bots/{bot_id}/export", params={"format": format})).text
        (tmp_path / f"bot.{format}").write_text(text)
        assert await asyncio.to_thread(main, [tmp_path / f"bot.{format}"]) == 0
        made = await boris.client.post("/bots/import", content=text, headers=_type(format))
        assert made.status_code == 201, made.text
        assert await _tests(boris, made.json()["id"]) == [GROWN_UP["name"], LATE["name"]]
        assert (await ran(boris, made.json()["id"]))["passed"] == 2
    twin = (await anna.client.post(f"/bots/{bot_id}/copy")).json()["id"]
    assert (await ran(anna, twin))["passed"] == 2
    assert (await _tests(anna, bot_id)) == [GROWN_UP["name"], LATE["name"]]


async def test_a_document_in_place_of_the_draft_brings_its_tests_or_leaves_those_there_are(
    anna: Any, bot_id: str
) -> None:
    first, second = [await kept(anna, bot_id, test) for test in (GROWN_UP, LATE)]
    path = f"/bots/{bot_id}/document"
    document = (await anna.client.get(f"/bots/{bot_id}/export")).json()
    silent = {name: part for name, part in document.items() if name != "tests"}
    assert (await anna.client.put(path, json=silent, headers=ANY)).status_code == 200
    assert (await _kept_rows(anna, bot_id)) == [(first["id"], 1), (second["id"], 1)]

    later = LATE | {"turns": [*LATE["turns"], {"user": "x"}]}
    changed = await anna.client.put(path, json=document | {"tests": [later, {**LATE, "name": "New"}]}, headers=ANY)
    assert changed.status_code == 200, changed.text
    (one, version), (other, _) = await _kept_rows(anna, bot_id)
    assert (one, version, other not in (first["id"], second["id"])) == (second["id"], 2, True)
    logged = (await anna.client.get(f"/bots/{bot_id}/audit", params={"limit": 3})).json()["items"]
    assert {(row["action"], (row["after"] or row["before"])["test"]) for row in logged} == {
        ("bot.test_changed", LATE["name"]), ("bot.test_added", "New"), ("bot.test_removed", GROWN_UP["name"]),
    }  # fmt: skip

    wrong = {"name": "x", "turns": [{"user": "a", "wait": 1}]}
    refused = await anna.client.put(path, json=document | {"tests": [wrong]}, headers=ANY)
    assert (refused.status_code, refused.json()["errors"][0]["path"]) == (422, "tests[0].turns[0]")
    assert len(await _kept_rows(anna, bot_id)) == 2
    assert (await anna.client.put(path, json=document | {"tests": []}, headers=ANY)).status_code == 200
    assert await _kept_rows(anna, bot_id) == []


async def test_tests_of_a_bot_are_bounded_together(anna: Any, bot_id: str) -> None:
    large = [LATE | {"name": f"{n}", "turns": [{"user": "a" * 900_000}]} for n in range(3)]
    test_id = (await kept(anna, bot_id, large[0]))["id"]
    await kept(anna, bot_id, large[1])
    answer = await anna.client.post(f"/bots/{bot_id}/tests", json=large[2])
    assert (answer.status_code, answer.json()["code"]) == (409, "tests_too_large")
    again = await anna.client.put(f"/bots/{bot_id}/tests/{test_id}", json=large[2])
    assert again.status_code == 200
    document = (await anna.client.get(f"/bots/{bot_id}/export")).json()
    assert (await anna.client.post("/bots/import", json=document)).status_code == 201
    refused = await anna.client.post("/bots/import", json=document | {"tests": large})
    assert (refused.status_code, refused.json()["errors"][0]["path"]) == (422, "tests")


def _type(format: str) -> dict[str, str]:
    return {"Content-Type": f"application/{format}"}


async def _tests(person: Any, bot_id: str) -> list[str]:
    return [test["name"] for test in (await person.client.get(f"/bots/{bot_id}/tests")).json()["items"]]


async def _kept_rows(person: Any, bot_id: str) -> list[tuple[str, int]]:
    found = (await person.client.get(f"/bots/{bot_id}/tests")).json()["items"]
    return [(test["id"], test["version"]) for test in found]
