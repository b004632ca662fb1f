"""The parts of a draft as plain REST: thin wrappers around changes; ids stay, another tenant's are not there."""

import copy
import json
from typing import Any
from uuid import uuid4

import pytest

from dbcv.domains.bots.document import normalise
from tests import corpus
from tests.domains.bots.documents import ANY, GREETER, exported, imported, parts, small, without_ids
from tests.domains.bots.test_hostile_imports import PLACES

KINDS: dict[str, dict[str, Any]] = {
    "steps": {"name": "New"},
    "connection_groups": {"priority": 3},
    "connections": {"priority": 4},
    "requests": {"name": "New"},
    "widgets": {"name": "New"},
    "notes": {"text": "New"},
}


@pytest.mark.parametrize("plural", KINDS)
async def test_a_part_from_birth_to_death(anna: Any, plural: str) -> None:
    bot = await imported(anna)
    group = (await parts(anna, "connection_groups", bot["id"]))[0]["id"]
    fields = KINDS[plural] | ({"group_id": group} if plural == "connections" else {})
    own = str(uuid4())
    made = await anna.client.post(f"/{plural}", json={"bot_id": bot["id"], "id": own} | fields)
    assert made.status_code == 201, made.text
    assert (made.json()["id"], made.json()["version"], made.headers["etag"]) == (own, 2, '"2"')
    assert fields.items() <= made.json().items()
    read = (await anna.client.get(f"/{plural}/{own}")).json()
    assert read | {"problems": []} == made.json() | {"problems": []}
    assert (await parts(anna, plural, bot["id"]))[-1] == read
    changed = await anna.client.patch(f"/{plural}/{own}", json={"ordinal": 0}, headers={"If-Match": '"2"'})
    assert (changed.status_code, changed.json()["ordinal"], changed.json()["version"]) == (200, 0, 3)
    stale = await anna.client.patch(f"/{plural}/{own}", json={"ordinal": 1}, headers={"If-Match": '"2"'})
    assert stale.status_code == 412
    gone = await anna.client.delete(f"/{plural}/{own}", headers={"If-Match": '"3"'})
    assert (gone.status_code, gone.json()["removed"][0]["id"]) == (200, own)
    assert (await anna.client.get(f"/{plural}/{own}")).status_code == 404
    assert without_ids(normalise(await exported(anna, bot["id"]))) == without_ids(normalise(GREETER))


@pytest.mark.parametrize("plural", KINDS)
async def test_parts_of_others_are_not_there(anna: Any, boris: Any, api: Any, plural: str) -> None:
    bot = await imported(boris)
    before = await exported(boris, bot["id"])
    part = (await parts(boris, plural, bot["id"]))[0]["id"]
    for client, status in ((anna.client, 404), (api.nobody, 401)):
        for call in (
            client.get(f"/{plural}", params={"bot_id": bot["id"]}),
            client.post(f"/{plural}", json={"bot_id": bot["id"]}),
            client.get(f"/{plural}/{part}"),
            client.patch(f"/{plural}/{part}", json={}, headers=ANY),
            client.patch(f"/{plural}/{part}", json={}),
            client.delete(f"/{plural}/{part}", headers=ANY),
        ):
            assert (await call).status_code == status
    assert await exported(boris, bot["id"]) == before


async def test_viewers_look_and_do_not_touch(anna: Any, boris: Any) -> None:
    bot = await imported(anna)
    await anna.client.put(f"/bots/{bot['id']}/access", json={"email": boris.email, "role": "viewer"})
    step = (await parts(boris, "steps", bot["id"]))[0]["id"]
    for call in (
        boris.client.post("/steps", json={"bot_id": bot["id"]}),
        boris.client.patch(f"/steps/{step}", json={"name": "x"}, headers=ANY),
        boris.client.delete(f"/steps/{step}", headers=ANY),
        boris.client.put(f"/steps/{step}/message", json={"text": "x"}, headers=ANY),
    ):
        assert (await call).status_code == 403


async def test_the_draft_is_all_parts_at_once(anna: Any, boris: Any) -> None:
    bot = await imported(anna)
    draft = await anna.client.get(f"/bots/{bot['id']}/draft")
    assert (draft.status_code, draft.headers["etag"]) == (200, f'"{bot["version"]}"')
    assert draft.json()["bot"] == (await anna.client.get(f"/bots/{bot['id']}")).json()
    for plural in KINDS:
        listed = await parts(anna, plural, bot["id"])
        given = [each for each in draft.json()["parts"] if each["kind"] == plural[:-1]]
        assert given == [
            {
                "kind": plural[:-1],
                "id": each["id"],
                "fields": {k: v for k, v in each.items() if k not in ("id", "bot_id", "version", "problems")},
            }
            for each in listed
        ]
    assert (await boris.client.get(f"/bots/{bot['id']}/draft")).status_code == 404


async def test_a_list_goes_page_by_page(anna: Any) -> None:
    bot = await imported(anna, small(steps=[{"id": f"{n}", "name": f"{n}"} for n in range(5)], first_step_id="0"))
    names, cursor = [], None
    while True:
        query = {"bot_id": bot["id"], "limit": 2} | ({} if cursor is None else {"cursor": cursor})
        page = (await anna.client.get("/steps", params=query)).json()
        names += [step["name"] for step in page["items"]]
        cursor = page["next_cursor"]
        if cursor is None:
            break
    assert names == ["0", "1", "2", "3", "4"]


async def test_the_message_of_a_step(anna: Any, boris: Any) -> None:
    bot = await imported(anna, small())
    step = (await parts(anna, "steps", bot["id"]))[0]["id"]
    path = f"/steps/{step}/message"
    assert (await anna.client.get(path)).json()["text"] == "Hello"
    changed = await anna.client.patch(path, json={"params": {"a": 1}}, headers={"If-Match": '"1"'})
    assert (changed.json()["text"], changed.json()["params"], changed.json()["version"]) == ("Hello", {"a": 1}, 2)
    replaced = await anna.client.put(path, json={"text": "New"}, headers={"If-Match": '"2"'})
    assert (replaced.json()["text"], replaced.json()["params"]) == ("New", {})
    assert (await anna.client.delete(path, headers={"If-Match": '"3"'})).status_code == 200
    assert (await anna.client.get(path)).status_code == 404
    assert (await anna.client.put(path, json={"text": "Again"})).status_code == 200, "there was nothing to overwrite"
    for call in (
        boris.client.get(path),
        boris.client.put(path, json={}, headers=ANY),
        boris.client.patch(path, json={}, headers=ANY),
        boris.client.delete(path, headers=ANY),
    ):
        assert (await call).status_code == 404


async def test_mistakes_are_told_at_their_place(anna: Any) -> None:
    bot = await imported(anna, small())
    for body, places in (
        ({"bot_id": bot["id"], "nmae": "x"}, ["nmae"]),
        ({"bot_id": bot["id"], "message": {"text": 1}}, ["message.text"]),
        ({"bot_id": bot["id"], "id": "x"}, ["id"]),
        ({"bot_id": 7}, ["bot_id"]),
        ({}, ["bot_id"]),
    ):
        answer = await anna.client.post("/steps", json=body, headers={"Accept-Language": "ru"})
        assert (answer.status_code, [each["path"] for each in answer.json()["errors"]]) == (422, places)


@pytest.mark.parametrize("row", corpus.rows("bot_import_hostile.jsonl"))
async def test_hostile_documents_part_by_part(anna: Any, row: dict[str, Any]) -> None:
    """What an import refuses, changes refuse too, and never with a 500."""
    payload = row["payload"]
    if not isinstance(payload, dict) or not isinstance(payload.get("steps"), list):
        return
    if any(name in json.dumps(payload) for name in ("$nest", "$list", "$int", "REPEAT")):
        return
    bot = (await anna.client.post("/bots", json={"name": "Target"})).json()
    payload = corpus.expand(payload, **PLACES, OTHER_TENANT_STEP_ID=str(uuid4()), OTHER_TENANT_USER_ID=str(uuid4()))
    changes: list[dict[str, Any]] = []
    for step in payload["steps"][:200]:
        groups = step.pop("connection_groups", []) if isinstance(step, dict) else []
        if not isinstance(step, dict) or not isinstance(groups, list):
            continue
        step.pop("id", None)
        step_id = str(uuid4())
        changes.append({"op": "add", "kind": "step", "id": step_id, "fields": step})
        for group in groups[:20]:
            if isinstance(group, dict):
                group = {name: value for name, value in group.items() if name != "connections"}
                changes.append({"op": "add", "kind": "connection_group", "fields": group | {"step_id": step_id}})
    for change in changes[:50]:
        answer = await anna.client.post(
            f"/bots/{bot['id']}/changes",
            content=json.dumps({"changes": [change]}),
            headers={"Content-Type": "application/json"},
        )
        assert answer.status_code in (200, 413, 422), answer.text
    assert (await anna.client.get(f"/bots/{bot['id']}/check")).status_code == 200
    assert (await anna.client.get(f"/bots/{bot['id']}/export")).status_code == 200


async def test_changes_do_what_the_same_edits_of_the_document_do(anna: Any) -> None:
    """Random edits, done to the document by hand and to the draft by changes, give equal bots."""
    from random import Random

    random = Random(3)
    bot = await imported(anna)
    expected = normalise(await exported(anna, bot["id"]))
    for turn in range(25):
        changes, expected = _edit(random, copy.deepcopy(expected), turn)
        answer = await anna.client.post(f"/bots/{bot['id']}/changes", json={"changes": changes}, headers=ANY)
        assert answer.status_code == 200, answer.text
        assert normalise(await exported(anna, bot["id"])) == expected


def _edit(random: Any, document: dict[str, Any], turn: int) -> tuple[list[dict[str, Any]], dict[str, Any]]:
    """A change and the document as it must be afterwards."""
    steps = document["steps"]
    step = random.choice(steps)
    which = random.choice(["add", "rename", "say", "move", "remove", "wait"] if len(steps) > 3 else ["add", "say"])
    if which == "add":
        new = str(uuid4())
        steps.append(normalise({"name": "x", "steps": [{"id": new, "name": f"New {turn}"}]})["steps"][0])
        return [{"op": "add", "kind": "step", "id": new, "fields": {"name": f"New {turn}"}}], document
    fields: dict[str, Any] = {"name": f"Turn {turn}"}
    if which == "say":
        fields = {"message": {"text": f"Turn {turn}"}}
        step["message"] = {"text": f"Turn {turn}", "params": {}, "attachments": [], "widget_id": None}
    elif which == "wait":
        target = random.choice(steps)["id"]
        fields = {"timeout_after": turn + 1, "timeout_step_id": target}
        step |= fields
    elif which == "move":
        fields = {"ordinal": 0}
        steps.insert(0, steps.pop(steps.index(step)))
    elif which == "remove":
        steps.remove(step)
        _forget(document, step["id"])
        return [{"op": "remove", "kind": "step", "id": step["id"]}], document
    else:
        step |= fields
    return [{"op": "update", "kind": "step", "id": step["id"], "fields": fields}], document


def _forget(value: Any, step_id: str) -> None:
    """Every link to the step names nothing now."""
    for key, inner in value.items() if isinstance(value, dict) else enumerate(value):
        if inner == step_id and key in ("next_step_id", "timeout_step_id", "step_id", "first_step_id"):
            value[key] = None
        elif isinstance(inner, (dict, list)):
            _forget(inner, step_id)
