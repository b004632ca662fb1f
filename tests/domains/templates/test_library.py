"""Libraries of templates: groups, sharing, versions, nesting, files, and who has copies."""

from typing import Any

from dbcv.domains.templates.service.library import body_of
from dbcv.domains.templates.tables import TemplateRow
from tests.domains.templates.things import FORECAST, draft, group, host, library_template, made, place


async def test_groups_are_owned_listed_and_shared(anna: Any, boris: Any) -> None:
    ids = [await group(anna, f"Group {n}") for n in range(3)]
    page = await made(await anna.client.get("/template_groups", params={"limit": 2}), 200)
    rest = await made(await anna.client.get("/template_groups", params={"cursor": page["next_cursor"]}), 200)
    assert [each["id"] for each in page["items"] + rest["items"]] == ids[::-1]
    patched = await made(await anna.client.patch(f"/template_groups/{ids[0]}", json={"name": "New"}), 200)
    assert (patched["name"], patched["access"]) == ("New", "owner")
    assert (await boris.client.get(f"/template_groups/{ids[0]}")).status_code == 404
    wish = {"email": boris.email, "role": "viewer"}
    assert len(await made(await anna.client.put(f"/template_groups/{ids[0]}/access", json=wish), 200)) == 1
    assert (await made(await boris.client.get(f"/template_groups/{ids[0]}"), 200))["access"] == "viewer"
    assert (await boris.client.post("/templates", json=FORECAST | {"group_id": ids[0]})).status_code == 403
    await anna.client.put(f"/template_groups/{ids[0]}/access", json=wish | {"role": "editor"})
    await library_template(boris, ids[0])
    assert (await boris.client.delete(f"/template_groups/{ids[0]}")).status_code == 403
    assert (await boris.client.delete(f"/template_groups/{ids[0]}/access/{boris.id}")).status_code == 204
    assert (await boris.client.get("/templates", params={"group_id": ids[0]})).status_code == 404
    assert (await anna.client.delete(f"/template_groups/{ids[0]}")).status_code == 204


async def test_a_template_has_versions(anna: Any) -> None:
    made_one = await library_template(anna, await group(anna))
    assert (made_one["version"], made_one["problems"], made_one["source"]) == (1, [], None)
    path = f"/templates/{made_one['id']}"
    assert (await anna.client.patch(path, json={"name": "x"})).status_code == 428
    changed = await anna.client.patch(path, json={"name": "Weather"}, headers={"If-Match": '"1"'})
    assert (await made(changed, 200))["version"] == 2
    assert changed.headers["ETag"] == '"2"'
    stale = await anna.client.patch(path, json={"name": "x"}, headers={"If-Match": '"1"'})
    assert stale.status_code == 412
    same = await made(await anna.client.patch(path, json={"name": "Weather"}, headers={"If-Match": "*"}), 200)
    assert (same["version"], same["steps"]) == (2, made_one["steps"])


async def test_what_cannot_be_kept_is_refused_with_its_places(anna: Any) -> None:
    group_id = await group(anna)
    bad = FORECAST | {
        "group_id": group_id,
        "inputs": {"type": "object", "properties": {"city": {"$ref": "https://evil.example/schema"}}},
        "outputs": {"type": "nonsense"},
        "steps": [
            {"id": "ask", "connection_groups": [{"connections": [{"next_step_id": "nowhere"}]}]},
            {"id": "x", "message": {"widget_id": "gone"}},
        ],
    }
    answer = await anna.client.post("/templates", json=bad)
    assert answer.status_code == 422
    assert {error["path"] for error in answer.json()["errors"]} == {
        "steps[0].connection_groups[0].connections[0].next_step_id",
        "steps[1].message.widget_id",
        "inputs.properties.city.$ref",
        "outputs.type",
    }
    for wrong in ({}, {"group_id": group_id, "bot_id": group_id}, {"group_id": group_id, "surprise": 1}):
        assert (await anna.client.post("/templates", json=FORECAST | wrong)).status_code == 422
    assert (await made(await anna.client.get("/templates"), 200))["items"] == []


async def test_a_template_comes_into_another_one_and_never_into_itself(anna: Any) -> None:
    group_id = await group(anna)
    inner = await library_template(anna, group_id, name="Inner")
    run = {
        "id": "run",
        "is_proxy": True,
        "template_instance": {"template_id": inner["id"], "inputs_mapping": {"city": "X1"}},
    }
    body = {"group_id": group_id, "name": "Outer", "first_step_id": "run", "steps": [run]}
    outer = await made(await anna.client.post("/templates", json=body))
    (nested,) = outer["templates"]
    assert nested["name"] == "Inner"
    assert nested["id"] == outer["steps"][0]["template_instance"]["template_id"] != inner["id"]
    assert [request["name"] for request in outer["requests"]] == ["Weather"]
    into_itself = {"steps": [run | {"template_instance": {"template_id": outer["id"], "inputs_mapping": {}}}]}
    into_itself["first_step_id"] = "run"
    for template, names in ((inner, ["Inner", "Outer", "Inner"]), (outer, ["Outer", "Outer"])):
        answer = await anna.client.patch(f"/templates/{template['id']}", json=into_itself, headers={"If-Match": "*"})
        assert answer.status_code == 422
        assert " → ".join(f'"{name}"' for name in names) in answer.json()["errors"][0]["message"]
    ring = [
        {
            "id": each,
            "name": each.upper(),
            "first_step_id": "s",
            "steps": [{"id": "s", "is_proxy": True, "template_instance": {"template_id": other}}],
        }
        for each, other in (("a", "b"), ("b", "a"))
    ]
    answer = await anna.client.post("/templates", json=body | {"steps": [], "first_step_id": None, "templates": ring})
    assert '"A" → "B" → "A"' in answer.json()["errors"][0]["message"]


async def test_a_file_goes_out_and_comes_in(anna: Any, boris: Any) -> None:
    template = await library_template(anna, await group(anna))
    for format in ("json", "yaml"):
        file = await anna.client.get(f"/templates/{template['id']}/export", params={"format": format})
        assert file.status_code == 200
        headers = {"Content-Type": f"application/{format}"}
        where = {"group_id": await group(boris)}
        twin = await made(
            await boris.client.post("/templates/import", content=file.content, params=where, headers=headers)
        )
        assert twin["id"] != template["id"]
        assert [len(twin[part]) for part in ("steps", "requests", "widgets", "credentials")] == [2, 1, 1, 1]
        assert {name: twin[name] for name in ("name", "description", "inputs", "outputs", "variables")} == {
            name: template[name] for name in ("name", "description", "inputs", "outputs", "variables")
        }
    as_bot = await boris.client.post("/bots/import", content=file.content, headers=headers)
    assert as_bot.status_code == 201
    for junk in (b"{", b"[]", b'{"name": "x"}', b"\xff", b"a: &a [*a]"):
        answer = await boris.client.post("/templates/import", content=junk, params=where)
        assert answer.status_code == 422, answer.text


async def test_who_has_copies_is_said_before_it_goes(anna: Any, boris: Any) -> None:
    group_id = await group(anna)
    template = await library_template(anna, group_id)
    await anna.client.put(f"/template_groups/{group_id}/access", json={"email": boris.email, "role": "viewer"})
    mine, his = await host(anna), await host(boris)
    await place(anna, mine, template["id"])
    await place(boris, his, template["id"])
    uses = await made(await anna.client.get(f"/templates/{template['id']}/uses"), 200)
    assert (uses["count"], [each["id"] for each in uses["items"]]) == (2, [mine])
    refused = await anna.client.delete(f"/templates/{template['id']}")
    assert refused.status_code == 409
    assert [error["path"] for error in refused.json()["errors"]] == [f"bot[{mine}]", ""]
    assert his not in refused.text
    assert (await anna.client.delete(f"/template_groups/{group_id}")).status_code == 409
    forced = await anna.client.delete(f"/templates/{template['id']}", params={"force": True})
    assert forced.status_code == 204
    assert len((await draft(boris, his))["templates"]) == 1
    (kept,) = (await made(await boris.client.get("/templates", params={"bot_id": his}), 200))["items"]
    assert kept["source"]["template_id"] is None


async def test_another_tenants_library_is_not_there(anna: Any, boris: Any) -> None:
    group_id = await group(anna)
    template = await library_template(anna, group_id)
    for path in (f"/template_groups/{group_id}", f"/templates/{template['id']}"):
        headers = {"If-Match": "*"}
        calls = [
            boris.client.get(path),
            boris.client.patch(path, json={"name": "mine"}, headers=headers),
            boris.client.delete(path, params={"force": True}),
        ]
        assert [(await call).status_code for call in calls] == [404, 404, 404]
    for call in (
        boris.client.get(f"/templates/{template['id']}/uses"),
        boris.client.get(f"/templates/{template['id']}/export"),
        boris.client.get("/templates", params={"group_id": group_id}),
        boris.client.post("/templates", json=FORECAST | {"group_id": group_id}),
        boris.client.post("/templates/import", json=FORECAST, params={"group_id": group_id}),
        boris.client.get(f"/template_groups/{group_id}/access"),
        boris.client.put(f"/template_groups/{group_id}/access", json={"email": boris.email, "role": "editor"}),
        boris.client.delete(f"/template_groups/{group_id}/access/{boris.id}"),
    ):
        assert (await call).status_code in (404, 422)
    bot_id = await host(boris)
    wish = {"bot_id": bot_id, "template_id": template["id"]}
    assert (await boris.client.post("/template_instances", json=wish)).status_code == 404
    assert (await made(await anna.client.get(f"/templates/{template['id']}"), 200))["version"] == 1


def test_requests_that_were_stored_before_they_had_a_wait_are_read() -> None:
    row = TemplateRow(requests=[{"id": "r", "name": "CRM"}, {"id": "s", "timeout_seconds": 5, "retries": 0}])
    old, new = body_of(row)["requests"]
    assert old == {"id": "r", "name": "CRM", "timeout_seconds": None, "retries": None}
    assert (new["timeout_seconds"], new["retries"]) == (5, 0)
