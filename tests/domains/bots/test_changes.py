"""A batch of changes over HTTP: done in order or not at all, by the rows it touches, told to whoever knew less."""

from typing import Any
from uuid import uuid4

import pytest

from dbcv.domains.bots.service import storing
from tests.domains.bots.documents import ANY, add, changed, exported, imported, parts, remove, small, update


async def test_a_batch_builds_a_bot(anna: Any) -> None:
    bot = (await anna.client.post("/bots", json={"name": "Built"})).json()
    ask, bye, group = (str(uuid4()) for _ in range(3))
    answer = await changed(
        anna,
        bot["id"],
        add("step", ask, name="Ask", message={"text": "How old?"}),
        add("step", bye, name="Bye", message={"text": "Bye"}, position=[300, 0]),
        add("connection_group", group, step_id=ask),
        add("connection", group_id=group, next_step_id=bye),
        add("note", text="Remember", step_id=bye),
        update("bot", first_step_id=ask),
        version=1,
    )
    assert answer.status_code == 200, answer.text
    body = answer.json()
    assert (body["version"], answer.headers["etag"], body["problems"]) == (2, '"2"', [])
    assert [part["kind"] for part in body["parts"]] == ["step", "step", "connection_group", "connection", "note", "bot"]
    document = await exported(anna, bot["id"])
    assert document["first_step_id"] == ask
    assert document["steps"][0]["connection_groups"] == [{"connections": [{"next_step_id": bye}]}]
    assert document["notes"] == [{"text": "Remember", "step_id": bye}]
    assert (await anna.client.post(f"/bots/{bot['id']}/publish")).status_code == 201


async def test_all_or_nothing(anna: Any) -> None:
    bot = await imported(anna)
    before = await exported(anna, bot["id"])
    answer = await changed(
        anna,
        bot["id"],
        add("step", name="Fine"),
        add("connection", group_id=str(uuid4()), next_step_id=before["steps"][0]["id"]),
        update("step", before["steps"][0]["id"], nmae="x", is_proxy=1),
        update("step", str(uuid4()), name="x"),
        add("unheard of"),
    )
    assert answer.status_code == 422
    found = {error["path"]: error for error in answer.json()["errors"]}
    assert {"changes[2].fields.nmae", "changes[2].fields.is_proxy", "changes[3].id", "changes[4].kind"} == found.keys()
    assert all(error["message"] and error["hint"] for error in found.values())
    alone = await changed(anna, bot["id"], add("step"), add("connection", group_id=str(uuid4())))
    assert (alone.status_code, alone.json()["errors"][0]["path"]) == (422, "changes[1].fields.group_id")
    assert await exported(anna, bot["id"]) == before
    assert (await anna.client.get(f"/bots/{bot['id']}")).json()["version"] == 1


async def test_what_contradicts_is_refused_and_what_is_unfinished_is_told(anna: Any) -> None:
    bot = await imported(anna)
    group = (await parts(anna, "connection_groups", bot["id"]))[0]["id"]
    for fields, place in (
        ({"next_step_id": str(uuid4())}, "next_step_id"),
        ({"rules": {"condition": "XOR", "rules": []}}, "rules.condition"),
        ({"rules": {"field": "nowhere", "operator": "equal", "value": 1}}, "rules.field"),
    ):
        answer = await changed(anna, bot["id"], add("connection", group_id=group, **fields))
        assert answer.status_code == 422
        assert f"changes[0].fields.{place}" in [error["path"] for error in answer.json()["errors"]]
    done = (await changed(anna, bot["id"], add("connection", group_id=group))).json()
    assert [(each["code"], each["path"]) for each in done["problems"]] == [
        ("no_step", "changes[0].fields.next_step_id")
    ]
    published = await anna.client.post(f"/bots/{bot['id']}/publish")
    assert published.status_code == 422
    again = await imported(anna, await exported(anna, bot["id"]))
    assert again["problems"], "a draft that is not finished can be exported and imported all the same"


async def test_removing_a_step_says_what_pointed_at_it(anna: Any) -> None:
    bot = await imported(anna)
    steps = {step["name"]: step["id"] for step in await parts(anna, "steps", bot["id"])}
    answer = await changed(anna, bot["id"], remove("step", steps["Bye"]), remove("step", steps["Ask age"]))
    body = answer.json()
    assert answer.status_code == 200, answer.text
    assert sorted({(each["kind"], each["field"]) for each in body["loosened"]}) == [
        ("bot", "first_step_id"),
        ("connection", "next_step_id"),
        ("note", "step_id"),
    ]
    assert {each["was"] for each in body["loosened"]} == {steps["Bye"], steps["Ask age"]}
    assert sorted(each["kind"] for each in body["removed"]) == ["connection"] * 2 + ["connection_group", "step", "step"]
    document = await exported(anna, bot["id"])
    assert [step["name"] for step in document["steps"]] == ["Sub-flow", "Look up"]
    assert "first_step_id" not in document and "step_id" not in document["notes"][0]


async def test_other_kinds_let_go_too(anna: Any) -> None:
    bot = await imported(anna)
    request, widget = (await parts(anna, "requests", bot["id"]))[0], (await parts(anna, "widgets", bot["id"]))[0]
    body = (await changed(anna, bot["id"], remove("request", request["id"]), remove("widget", widget["id"]))).json()
    assert {(each["kind"], each["field"]) for each in body["loosened"]} >= {
        ("connection_group", "request_id"),
        ("step", "message.widget_id"),
    }
    document = await exported(anna, bot["id"])
    assert "widget_id" not in document["steps"][0]["message"]
    assert "requests" not in document


async def test_two_editors(anna: Any, boris: Any) -> None:
    bot = await imported(anna)
    await anna.client.put(f"/bots/{bot['id']}/access", json={"email": boris.email, "role": "editor"})
    step = (await parts(anna, "steps", bot["id"]))[0]["id"]
    assert (await changed(anna, bot["id"], update("step", step, name="Anna's"), version=1)).status_code == 200
    late = await changed(boris, bot["id"], update("step", step, name="Boris's"), version=1)
    assert late.status_code == 412
    assert late.json()["errors"][0]["path"] == f"step[{step}]"
    assert late.json()["errors"][0]["message"] == 'step "Anna\'s" was updated (name) in version 2'
    assert (await changed(boris, bot["id"], update("step", step, name="Boris's"), version=2)).json()["version"] == 3


async def test_a_write_says_which_version_it_knows(anna: Any) -> None:
    bot = await imported(anna, small())
    step = (await parts(anna, "steps", bot["id"]))[0]["id"]
    path = f"/bots/{bot['id']}"
    for call in (
        anna.client.put(f"{path}/document", json=small("x")),
        anna.client.patch(path, json={"name": "x"}),
        anna.client.post(f"{path}/changes", json={"changes": [update("step", step, name="x")]}),
        anna.client.patch(f"/steps/{step}", json={"name": "x"}),
        anna.client.delete(f"/steps/{step}"),
        anna.client.delete(f"/steps/{step}/message"),
    ):
        answer = await call
        assert (answer.status_code, answer.json()["errors"][0]["path"]) == (428, "If-Match")
    assert (await anna.client.post("/steps", json={"bot_id": bot["id"], "name": "New"})).status_code == 201
    both = {"version": 1, "changes": [add("step")]}
    assert (await anna.client.post(f"{path}/changes", json=both, headers={"If-Match": '"2"'})).status_code == 422
    assert (await anna.client.post(f"{path}/changes", json=both)).status_code == 412


async def test_nothing_changed_is_no_version(anna: Any) -> None:
    bot = await imported(anna)
    first = (await parts(anna, "steps", bot["id"]))[0]
    assert (await changed(anna, bot["id"], update("step", first["id"], name=first["name"]))).json()["version"] == 1


@pytest.mark.parametrize(("place", "order"), [(0, "cabd"), (1, "acbd"), (3, "abcd"), (4, "abdc"), (10**9, "abdc")])
async def test_moving_a_step(anna: Any, place: int, order: str) -> None:
    steps = [{"id": name, "name": name, "message": {"text": name}} for name in "abcd"]
    bot = await imported(anna, {"name": "Order", "first_step_id": "a", "steps": steps})
    third = (await parts(anna, "steps", bot["id"]))[2]["id"]
    done = await changed(anna, bot["id"], update("step", third, ordinal=place))
    assert "".join(step["name"] for step in (await exported(anna, bot["id"]))["steps"]) == order
    assert done.json()["version"] == (1 if order == "abcd" else 2)


async def test_moving_a_connection_to_another_group(anna: Any) -> None:
    bot = await imported(anna)
    groups = await parts(anna, "connection_groups", bot["id"])
    edge = (await parts(anna, "connections", bot["id"], group_id=groups[0]["id"]))[0]
    done = await changed(anna, bot["id"], update("connection", edge["id"], group_id=groups[1]["id"], priority=5))
    assert done.status_code == 200, done.text
    assert [each["id"] for each in await parts(anna, "connections", bot["id"], group_id=groups[1]["id"])][-1] == edge[
        "id"
    ]


async def test_an_order_of_changes(anna: Any) -> None:
    bot = await imported(anna, small())
    step = (await parts(anna, "steps", bot["id"]))[0]["id"]
    group, other = str(uuid4()), str(uuid4())
    rescued = [add("step", other, name="Other"), add("connection_group", group, step_id=step)]
    done = await changed(
        anna, bot["id"], *rescued, update("connection_group", group, step_id=other), remove("step", step)
    )
    assert done.status_code == 200, done.text
    assert (await parts(anna, "connection_groups", bot["id"]))[0]["step_id"] == other
    late = await changed(anna, bot["id"], remove("step", other), update("connection_group", group, priority=1))
    assert late.json()["errors"][0]["path"] == "changes[1].id"
    dangling = await changed(anna, bot["id"], remove("step", other), add("note", step_id=other))
    assert dangling.json()["errors"][0]["path"] == "changes[1].fields.step_id"


async def test_ids_of_other_bots_are_not_there(anna: Any, boris: Any) -> None:
    theirs, mine = await imported(boris), await imported(anna, small())
    before = await exported(boris, theirs["id"])
    step = before["steps"][0]["id"]
    group = (await parts(boris, "connection_groups", theirs["id"]))[0]["id"]
    own = (await parts(anna, "steps", mine["id"]))[0]["id"]
    for change, place in (
        (update("step", step, name="x"), "changes[0].id"),
        (remove("step", step), "changes[0].id"),
        (update("step", own, timeout_after=1, timeout_step_id=step), "changes[0].fields.timeout_step_id"),
        (add("connection", group_id=group, next_step_id=own), "changes[0].fields.group_id"),
        (add("connection_group", step_id=step), "changes[0].fields.step_id"),
        (
            add("connection_group", step_id=own, search_type="response", request_id=before["requests"][0]["id"]),
            "changes[0].fields.request_id",
        ),
        (
            add(
                "connection_group",
                step_id=own,
                search_type="integration",
                integration_id="a.b",
                credential_id=before["credentials"][0]["id"],
            ),
            "changes[0].fields.credential_id",
        ),
        (add("note", step_id=step), "changes[0].fields.step_id"),
        (update("bot", first_step_id=step), "changes[0].fields.first_step_id"),
        (update("bot", theirs["id"], name="mine"), "changes[0].id"),
        (add("step", step, name="taken"), "changes[0].id"),
        (update("message", step, text="x"), "changes[0].id"),
    ):
        answer = await changed(anna, mine["id"], change)
        assert (answer.status_code, [each["path"] for each in answer.json()["errors"]]) == (422, [place]), change
    assert await exported(boris, theirs["id"]) == before
    assert (await anna.client.get(f"/bots/{mine['id']}")).json()["version"] == 1


@pytest.mark.parametrize(
    "fields",
    [
        {"name": "a\0b"},
        {"name": "x" * 201},
        {"name": 1},
        {"message": {"text": "\0"}},
        {"message": {"text": "x", "params": {"n": 2**80}}},
        {"message": {"text": "x", "params": {"\0": 1}}},
        {"message": {"txt": "x"}},
        {"timeout_after": -1},
        {"timeout_after": 1e300},
        {"timeout_step_id": "not a uuid"},
        {"position": [0]},
        {"ordinal": -1},
        {"ordinal": 2**70},
        {"id": "x"},
        {"bot_id": "01890000-0000-7000-8000-00000000dead"},
        {"connection_groups": []},
    ],
)
async def test_hostile_fields(anna: Any, fields: dict[str, Any]) -> None:
    bot = await imported(anna, small())
    step = (await parts(anna, "steps", bot["id"]))[0]["id"]
    for change in (add("step", **fields), update("step", step, **fields)):
        answer = await changed(anna, bot["id"], change)
        assert answer.status_code == 422, answer.text
        assert answer.json()["errors"][0]["path"].startswith("changes[0].fields")


async def test_hostile_batches(anna: Any) -> None:
    bot = await imported(anna, small())
    path = f"/bots/{bot['id']}/changes"
    deep = '{"changes": [{"op": "add", "kind": "note", "fields": {"text": ' + "[" * 500 + "]" * 500 + "}}]}"
    far = '{"changes": [{"op": "add", "kind": "note", "fields": {"text": ' + "[" * 90_000 + "]" * 90_000 + "}}]}"
    lone = '{"changes": [{"op": "add", "kind": "note", "fields": {"text": "\\ud800"}}]}'
    for body in (
        deep,
        far,
        lone,
        "{}",
        "[]",
        '{"changes": []}',
        '{"changes": [{}]}',
        '{"version": 1e99, "changes": [{}]}',
    ):
        answer = await anna.client.post(path, content=body, headers={"Content-Type": "application/json"})
        assert 400 <= answer.status_code < 500, body[:80]
    assert (await changed(anna, bot["id"], *[add("note")] * 1_001)).status_code == 422
    assert (await anna.client.get(f"/bots/{bot['id']}")).json()["version"] == 1


async def test_a_draft_stays_as_small_as_a_document_may_be(anna: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    bot = (await anna.client.post("/bots", json={"name": "Small"})).json()
    step = str(uuid4())
    first = await changed(anna, bot["id"], add("step", step, name="x" * 100, message={"text": "y" * 500}))
    monkeypatch.setattr(storing, "MAX_BYTES", {"json": 1_000})
    refused = await changed(anna, bot["id"], add("step", message={"text": "z" * 500}))
    assert (first.status_code, refused.status_code) == (200, 422)
    (error,) = refused.json()["errors"]
    assert error["path"] == "changes[0].fields" and "the limit is 1000" in error["message"]
    assert len((await exported(anna, bot["id"]))["steps"]) == 1
    monkeypatch.setattr(storing, "MAX_BYTES", {"json": 600})
    assert (await changed(anna, bot["id"], update("step", step, name="x"), version="*")).status_code == 200


async def test_what_changed_since_a_version_is_all_that_an_open_editor_reads(anna: Any, boris: Any) -> None:
    bot = await imported(anna)
    path = f"/bots/{bot['id']}/draft"
    whole = (await anna.client.get(path)).json()
    assert whole["is_whole"] and whole["removed"] == whole["authors"] == []
    steps = [part["id"] for part in whole["parts"] if part["kind"] == "step"]
    await changed(anna, bot["id"], update("step", steps[0], name="Renamed"), add("note", text="New"))
    await changed(anna, bot["id"], remove("step", steps[-1]))
    news = (await anna.client.get(path, params={"since": bot["version"]})).json()
    assert not news["is_whole"] and news["bot"]["version"] == bot["version"] + 2 and len(news["authors"]) == 1
    now = (await anna.client.get(path)).json()["parts"]
    patched = {(part["kind"], part["id"]): part for part in whole["parts"]}
    patched |= {(part["kind"], part["id"]): part for part in news["parts"]}
    for gone in news["removed"]:
        del patched[gone["kind"], gone["id"]]
    assert patched == {(part["kind"], part["id"]): part for part in now}
    assert len(news["parts"]) < len(now)
    same = (await anna.client.get(path, params={"since": bot["version"] + 2})).json()
    assert not same["is_whole"] and same["parts"] == same["removed"] == []
    assert (await boris.client.get(path, params={"since": 1})).status_code == 404


async def test_what_is_not_known_part_by_part_is_read_whole(anna: Any) -> None:
    bot = await imported(anna)
    path = f"/bots/{bot['id']}/draft"
    document = await exported(anna, bot["id"])
    document["steps"][0]["name"] = "By a document"
    written = await anna.client.put(f"/bots/{bot['id']}/document", json=document, headers=ANY)
    assert written.status_code == 200, written.text
    for since in (bot["version"], bot["version"] + 1_000, 2**31 - 1):
        assert (await anna.client.get(path, params={"since": since})).json()["is_whole"], since
    for since in ("0", "-1", "x", "9" * 30):
        assert (await anna.client.get(path, params={"since": since})).status_code == 422
