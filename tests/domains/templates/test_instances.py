"""Steps that run templates: mappings judged, copies kept, updates shown and done, batches of changes."""

from typing import Any

import pytest

from tests.domains.templates.things import FITTING, FORECAST, draft, group, host, library_template, made, place

ANY = {"If-Match": "*"}


async def test_a_library_template_comes_into_a_bot_with_all_it_needs(anna: Any) -> None:
    template = await library_template(anna, await group(anna))
    bot_id = await host(anna)
    placed = await place(anna, bot_id, template["id"])
    assert (placed["step_name"], placed["needs"], placed["problems"], placed["bot_version"]) == ("Forecast", [], [], 2)
    assert placed["source"] == {
        "template_id": template["id"],
        "version": 1,
        "latest_version": 1,
        "moved_on": False,
        "modified": False,
    }
    document = await draft(anna, bot_id)
    (copy,), (request,), (widget,) = document["templates"], document["requests"], document["widgets"]
    assert copy["id"] == placed["template_id"] != template["id"]
    groups = copy["steps"][0]["connection_groups"]
    assert (groups[0]["request_id"], copy["steps"][1]["message"]["widget_id"]) == (request["id"], widget["id"])
    assert groups[1]["credential_id"] == document["credentials"][0]["id"]
    again = await place(anna, bot_id, template["id"])
    assert again["template_id"] == copy["id"]
    published = await anna.client.get(f"/bots/{bot_id}/check")
    assert [p for p in published.json()["problems"] if p["severity"] == "error"] == []


@pytest.mark.parametrize(
    ("mapping", "place_of_it"),
    [
        ({"inputs_mapping": {"city": 5}}, "inputs_mapping.city"),
        ({"inputs_mapping": {"city": "x"}}, "inputs_mapping.city"),
        ({"inputs_mapping": {"city": "Oslo", "days": "{$user.a$} days"}}, "inputs_mapping.days"),
        ({"inputs_mapping": {"city": "Oslo", "nonsense": 1}}, "inputs_mapping.nonsense"),
        ({"outputs_mapping": {"nonsense": "session.x"}}, "outputs_mapping.nonsense"),
        ({"outputs_mapping": {"forecast": "message.text"}}, "outputs_mapping.forecast"),
        ({"outputs_mapping": {"forecast": "user.id"}}, "outputs_mapping.forecast"),
        ({"outputs_mapping": {"forecast": 7}}, "outputs_mapping.forecast"),
    ],
)
async def test_mappings_that_do_not_fit_are_refused(anna: Any, mapping: Any, place_of_it: str) -> None:
    template = await library_template(anna, await group(anna))
    bot_id = await host(anna)
    wish = {"bot_id": bot_id, "template_id": template["id"]} | FITTING | mapping
    answer = await anna.client.post("/template_instances", json=wish)
    assert answer.status_code == 422
    assert any(error["path"].endswith(place_of_it) for error in answer.json()["errors"]), answer.text
    assert (await draft(anna, bot_id))["templates"] == []


async def test_mappings_change_and_instances_go(anna: Any) -> None:
    template = await library_template(anna, await group(anna))
    bot_id = await host(anna)
    placed = await place(anna, bot_id, template["id"])
    path = f"/template_instances/{placed['id']}"
    patch = {"inputs_mapping": {"city": "Oslo", "days": "{$user.days$}"}}
    assert (await anna.client.patch(path, json=patch)).status_code == 428
    changed = await made(await anna.client.patch(path, json=patch, headers={"If-Match": '"2"'}), 200)
    assert (changed["inputs_mapping"], changed["outputs_mapping"]) == (
        patch["inputs_mapping"],
        FITTING["outputs_mapping"],
    )
    assert (await anna.client.patch(path, json=patch, headers={"If-Match": '"2"'})).status_code == 412
    page = await made(await anna.client.get("/template_instances", params={"bot_id": bot_id}), 200)
    assert [each["id"] for each in page["items"]] == [placed["id"]]
    of_bot = f"/templates/{placed['template_id']}"
    refused = await anna.client.delete(of_bot, headers=ANY)
    assert (refused.status_code, placed["id"] in refused.json()["errors"][0]["path"]) == (409, True)
    assert (await anna.client.delete(path, headers=ANY)).status_code == 204
    assert (await anna.client.get(path)).status_code == 404
    assert (await anna.client.delete(of_bot, headers=ANY)).status_code == 204
    assert (await draft(anna, bot_id))["templates"] == []


async def test_an_instance_keeps_its_copy_until_it_is_updated(anna: Any) -> None:
    template = await library_template(anna, await group(anna))
    bot_id = await host(anna)
    first, second = [await place(anna, bot_id, template["id"]) for _ in range(2)]
    before = (await draft(anna, bot_id))["templates"][0]
    steps = [*template["steps"], template["steps"][1] | {"id": "more", "name": "More"}]
    steps[1] = steps[1] | {"message": steps[1]["message"] | {"text": "Now in {$template.city$}"}}
    inputs = {
        "type": "object",
        "properties": {"city": {"type": "string"}, "unit": {"type": "string"}},
        "required": ["city", "unit"],
    }
    patch = {"steps": steps, "inputs": inputs, "requests": [template["requests"][0] | {"name": "Weather 2"}]}
    await made(await anna.client.patch(f"/templates/{template['id']}", json=patch, headers=ANY), 200)
    assert (await draft(anna, bot_id))["templates"][0] == before
    path = f"/template_instances/{first['id']}"
    assert (await made(await anna.client.get(path), 200))["source"]["moved_on"] is True
    preview = await made(await anna.client.get(f"{path}/update"), 200)
    assert (preview["from_version"], preview["to_version"], preview["modified"]) == (1, 2, False)
    assert preview["shared_with"] == [second["id"]]
    assert {(each["op"], each["kind"], each["name"]) for each in preview["changes"]} == {
        ("removed", "input", "days"),
        ("added", "input", "unit"),
        ("updated", "input", "city"),
        ("updated", "input", "inputs"),
        ("updated", "step", "Say"),
        ("added", "step", "More"),
        ("updated", "request", "Weather 2"),
    }
    assert [problem["path"] for problem in preview["problems"]] == ["inputs_mapping.unit"]
    wish = {"inputs_mapping": {"city": "Oslo", "unit": "C"}}
    updated = await made(await anna.client.post(f"{path}/update", json=wish, headers=ANY), 200)
    assert (updated["source"]["version"], updated["problems"]) == (2, [])
    document = await draft(anna, bot_id)
    assert len(document["templates"]) == 2 == len(document["requests"])
    assert next(each for each in document["templates"] if each["id"] == before["id"]) == before
    other = f"/template_instances/{second['id']}"
    updated = await made(await anna.client.post(f"{other}/update", json=wish, headers=ANY), 200)
    assert updated["template_id"] == before["id"]
    after = next(each for each in (await draft(anna, bot_id))["templates"] if each["id"] == before["id"])
    assert [step["id"] for step in after["steps"]][:2] == [step["id"] for step in before["steps"]]


async def test_a_changed_copy_says_so(anna: Any) -> None:
    template = await library_template(anna, await group(anna))
    bot_id = await host(anna)
    placed = await place(anna, bot_id, template["id"])
    of_bot = f"/templates/{placed['template_id']}"
    changed = await made(await anna.client.patch(of_bot, json={"variables": {"tries": 5}}, headers=ANY), 200)
    assert (changed["source"]["modified"], changed["variables"]) == (True, {"tries": 5})
    preview = await made(await anna.client.get(f"/template_instances/{placed['id']}/update"), 200)
    assert preview["modified"] is True
    document = await draft(anna, bot_id)
    replaced = await anna.client.put(f"/bots/{bot_id}/document", json=document, headers=ANY)
    assert replaced.status_code == 200, replaced.text
    kept = await made(await anna.client.get(of_bot), 200)
    assert kept["source"]["template_id"] == template["id"]


async def test_templates_of_a_bot_one_by_one_and_in_batches(anna: Any, boris: Any) -> None:
    bot_id = await host(anna)
    body = {name: FORECAST[name] for name in ("name", "inputs", "outputs", "variables")}
    say = {"id": "say", "message": {"text": "In {$template.city$}"}}
    body |= {"first_step_id": "say", "steps": [say]}
    template = await made(await anna.client.post("/templates", json=body | {"bot_id": bot_id}))
    assert template["first_step_id"] == template["steps"][0]["id"] != "say"
    assert (await anna.client.post("/templates", json=body | {"bot_id": bot_id, "requests": []})).status_code == 422
    hello = (await draft(anna, bot_id))["steps"][0]["id"]
    batch = [
        {"op": "add", "kind": "template_instance", "id": hello, "fields": {"template_id": template["id"]} | FITTING},
        {"op": "update", "kind": "template", "id": template["id"], "fields": {"name": "Renamed"}},
    ]
    version = (await anna.client.get(f"/bots/{bot_id}")).json()["version"]
    answer = await anna.client.post(f"/bots/{bot_id}/changes", json={"version": version, "changes": batch})
    assert answer.status_code == 200, answer.text
    step = (await draft(anna, bot_id))["steps"][0]
    assert step["template_instance"]["template_id"] == template["id"]
    inside = [
        {
            "op": "update",
            "kind": "template",
            "id": template["id"],
            "fields": {"steps": [say | {"is_proxy": True, "template_instance": {"template_id": template["id"]}}]},
        }
    ]
    ring = await anna.client.post(f"/bots/{bot_id}/changes", json={"version": version + 1, "changes": inside})
    assert ring.status_code == 422
    assert '"Renamed" → "Renamed"' in str(ring.json()["errors"])
    theirs = await host(boris)
    for fields in ({"template_id": template["id"]} | FITTING, {"template_id": None}):
        stolen = [{"op": "add", "kind": "template_instance", "id": hello, "fields": fields}]
        answer = await boris.client.post(f"/bots/{theirs}/changes", json={"version": 1, "changes": stolen})
        assert answer.status_code == 422, answer.text
    taken = [{"op": "add", "kind": "template", "id": template["id"], "fields": body}]
    answer = await boris.client.post(f"/bots/{theirs}/changes", json={"version": 1, "changes": taken})
    assert answer.status_code in (409, 422), answer.text
    gone = [{"op": "remove", "kind": "template", "id": template["id"]}]
    answer = await anna.client.post(f"/bots/{bot_id}/changes", json={"version": version + 1, "changes": gone})
    assert answer.status_code == 200, answer.text
    assert (await draft(anna, bot_id))["steps"][0]["template_instance"] is None


async def test_another_tenants_instances_are_not_there(anna: Any, boris: Any) -> None:
    template = await library_template(anna, await group(anna))
    bot_id = await host(anna)
    placed = await place(anna, bot_id, template["id"])
    path = f"/template_instances/{placed['id']}"
    of_bot = f"/templates/{placed['template_id']}"
    for call in (
        boris.client.get(path),
        boris.client.patch(path, json={"inputs_mapping": {}}, headers=ANY),
        boris.client.delete(path, headers=ANY),
        boris.client.get(f"{path}/update"),
        boris.client.post(f"{path}/update", json={}, headers=ANY),
        boris.client.get("/template_instances", params={"bot_id": bot_id}),
        boris.client.post("/template_instances", json={"bot_id": bot_id, "template_id": template["id"]}),
        boris.client.get("/templates", params={"bot_id": bot_id}),
        boris.client.get(of_bot),
        boris.client.patch(of_bot, json={"name": "mine"}, headers=ANY),
        boris.client.delete(of_bot, headers=ANY),
        boris.client.get(f"{of_bot}/uses"),
        boris.client.post("/templates", json=FORECAST | {"bot_id": bot_id, "name": "x"}),
        boris.client.post("/templates/from_steps", json={"bot_id": bot_id, "step_ids": [placed["id"]], "name": "x"}),
    ):
        assert (await call).status_code in (404, 422)
    assert (await made(await anna.client.get(path), 200))["inputs_mapping"] == FITTING["inputs_mapping"]
