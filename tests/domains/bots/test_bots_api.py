"""Bots over HTTP: import, export, check, publish, revisions, versions, sharing."""

import asyncio
import json
from typing import Any
from uuid import UUID

import yaml
from sqlalchemy import event, text

from dbcv.domains.accounts.schemas import UserPatch
from dbcv.domains.accounts.service import change_user, ensure_first_account
from dbcv.domains.bots.document import normalise
from dbcv.domains.bots.service import load_graph_source, published_revision
from dbcv.engine.graph import compile_bot
from dbcv.kit.db import Database

GREETER: dict[str, Any] = {
    "name": "Greeter",
    "description": "Says hello",
    "variables": {"greeting": "Hello", "visits": 0},
    "first_step_id": "ask",
    "steps": [
        {
            "id": "ask",
            "name": "Ask age",
            "timeout_after": 3600,
            "timeout_step_id": "bye",
            "position": [10, 20.5],
            "message": {
                "text": "{$bot.greeting$}! How old are you?",
                "params": {"buttons": [{"text": "21", "value": "21"}], "a": 1},
                "widget_id": "card",
            },
            "connection_groups": [
                {
                    "variables": [{"target": "session.age", "source": "message.text"}],
                    "connections": [
                        {
                            "rules": {
                                "condition": "AND",
                                "rules": [{"field": "session.age", "operator": "greater_than", "value": 17}],
                            },
                            "next_step_id": "sub",
                        },
                        {"priority": 1, "rules": {}, "next_step_id": "lookup", "filters": [{"id": "x"}]},
                    ],
                }
            ],
        },
        {
            "id": "sub",
            "name": "Sub-flow",
            "is_proxy": True,
            "template_instance": {
                "template_id": "t1",
                "inputs_mapping": {"city": "{$session.age$}"},
                "outputs_mapping": {"forecast": "session.forecast"},
            },
            "connection_groups": [{"connections": [{"next_step_id": "bye"}]}],
        },
        {
            "id": "lookup",
            "name": "Look up",
            "is_proxy": True,
            "connection_groups": [
                {"search_type": "response", "request_id": "crm", "connections": [{"next_step_id": "bye"}]},
                {
                    "search_type": "code",
                    "priority": 1,
                    "code": "async def main(message, variables):\n    return {'n': 1}\n",
                    "connections": [{"next_step_id": "bye"}],
                },
                {
                    "search_type": "integration",
                    "priority": 2,
                    "integration_id": "telegram.send_message",
                    "integration_config": {"z": 1, "a": "{$session.age$}"},
                    "credential_id": "tg",
                    "connections": [{"next_step_id": "bye"}],
                },
            ],
        },
        {"id": "bye", "name": "Bye", "message": {"text": "Bye"}},
    ],
    "master_connection_groups": [
        {
            "connections": [
                {
                    "rules": {
                        "condition": "AND",
                        "rules": [{"field": "message.text", "operator": "equal", "value": "restart"}],
                    },
                    "next_step_id": "ask",
                }
            ]
        }
    ],
    "requests": [{"id": "crm", "name": "CRM", "method": "get", "request_url": "https://crm.example/{$session.age$}"}],
    "templates": [
        {
            "id": "t1",
            "name": "Forecast",
            "inputs": {"city": {"type": "string"}},
            "outputs": {"forecast": {"type": "string"}},
            "first_step_id": "s1",
            "steps": [{"id": "s1", "name": "End", "message": {"text": "in {$template.city$}"}}],
        }
    ],
    "widgets": [{"id": "card", "name": "Card", "body": "<b>{$session.age$}</b>"}],
    "emitters": [
        {"name": "Morning", "message": {"text": "Good morning"}, "cron": {"minute": "0", "hour": "9"}},
        {"name": "Once", "message": {"text": "Hi", "widget_id": "card"}, "send_at": "2030-01-01T09:00:00+03:00"},
    ],
    "credentials": [{"id": "tg", "name": "My bot", "provider": "telegram"}],
    "notes": [{"text": "Remember", "position": [0, 200], "step_id": "bye"}],
}


def small(says: str = "Hello", **more: Any) -> dict[str, Any]:
    """A bot of one step."""
    return {"name": "Small", "first_step_id": "a", "steps": [{"id": "a", "message": {"text": says}}]} | more


async def imported(person: Any, document: dict[str, Any] | None = None) -> dict[str, Any]:
    """A bot made from a document."""
    answer = await person.client.post("/bots/import", json=GREETER if document is None else document)
    assert answer.status_code == 201, answer.text
    return answer.json()


async def exported(person: Any, bot_id: str) -> dict[str, Any]:
    """The draft as a document."""
    answer = await person.client.get(f"/bots/{bot_id}/export")
    assert answer.status_code == 200, answer.text
    return json.loads(answer.text)


def without_ids(document: dict[str, Any]) -> str:
    """The document as text, every id replaced by the order of its first appearance."""
    ids = [
        part["id"] for name in ("steps", "requests", "templates", "widgets", "credentials") for part in document[name]
    ]
    ids += [step["id"] for template in document["templates"] for step in template["steps"]]
    said = json.dumps(document)
    for place, name in enumerate(ids):
        said = said.replace(f'"{name}"', f'"id{place}"')
    return said


async def test_export_of_an_import_is_the_same_bot(anna: Any) -> None:
    first = await exported(anna, (await imported(anna))["id"])
    second = await exported(anna, (await imported(anna, first))["id"])
    assert without_ids(first) == without_ids(second)
    assert not {step["id"] for step in first["steps"]} & {step["id"] for step in second["steps"]}


async def test_export_keeps_everything_of_the_file(anna: Any) -> None:
    document = await exported(anna, (await imported(anna))["id"])
    assert without_ids(normalise(document)) == without_ids(normalise(GREETER))


async def test_yaml_in_and_out(anna: Any) -> None:
    answer = await anna.client.post(
        "/bots/import", content=yaml.safe_dump(GREETER), headers={"Content-Type": "application/yaml"}
    )
    assert answer.status_code == 201, answer.text
    written = (await anna.client.get(f"/bots/{answer.json()['id']}/export", params={"format": "yaml"})).text
    assert yaml.safe_load(written)["name"] == "Greeter"


async def test_an_import_keeps_the_order_of_keys(anna: Any) -> None:
    document = await exported(anna, (await imported(anna))["id"])
    assert list(document["steps"][0]["message"]["params"]) == ["buttons", "a"]
    assert list(document["steps"][2]["connection_groups"][2]["integration_config"]) == ["z", "a"]


async def test_publishing_freezes_and_rolls_back(anna: Any, db: Database) -> None:
    bot_id = (await imported(anna, small("one")))["id"]
    first = await anna.client.post(f"/bots/{bot_id}/publish", json={"comment": "first"})
    assert (first.status_code, first.json()["number"], first.json()["is_published"]) == (201, 1, True)
    await anna.client.put(f"/bots/{bot_id}/document", json=small("two"))
    assert (await anna.client.post(f"/bots/{bot_id}/publish")).json()["number"] == 2

    assert await published_revision(db, UUID(bot_id)) == 2
    assert (await load_graph_source(db, UUID(bot_id), 1))["steps"][0]["message"]["text"] == "one"
    back = await anna.client.post(f"/bots/{bot_id}/revisions/1/publish")
    assert (back.status_code, back.json()["is_published"]) == (200, True)
    assert await published_revision(db, UUID(bot_id)) == 1
    assert (await anna.client.get(f"/bots/{bot_id}")).json()["published_revision"] == 1


async def test_published_documents_compile(anna: Any, db: Database) -> None:
    bot_id = (await imported(anna))["id"]
    answer = await anna.client.post(f"/bots/{bot_id}/publish")
    assert answer.status_code == 201, answer.text
    graph = compile_bot(await load_graph_source(db, UUID(bot_id), 1))
    assert len(graph.flow.steps) == 4


async def test_revisions_come_in_pages(anna: Any) -> None:
    bot_id = (await imported(anna, small()))["id"]
    for number in range(1, 6):
        await anna.client.post(f"/bots/{bot_id}/publish", json={"comment": f"{number}"})
    page = (await anna.client.get(f"/bots/{bot_id}/revisions", params={"limit": 3})).json()
    assert [row["number"] for row in page["items"]] == [5, 4, 3]
    rest = await anna.client.get(f"/bots/{bot_id}/revisions", params={"limit": 3, "cursor": page["next_cursor"]})
    assert [row["number"] for row in rest.json()["items"]] == [2, 1]
    assert rest.json()["next_cursor"] is None
    assert (await anna.client.get(f"/bots/{bot_id}/revisions/2")).json()["document"]["name"] == "Small"


async def test_a_draft_with_errors_is_not_published(anna: Any) -> None:
    bot_id = (await imported(anna, small(first_step_id=None)))["id"]
    check = (await anna.client.get(f"/bots/{bot_id}/check")).json()
    assert not check["publishable"]
    answer = await anna.client.post(f"/bots/{bot_id}/publish")
    assert (answer.status_code, answer.json()["code"]) == (422, "not_publishable")
    assert answer.headers["content-type"] == "application/problem+json"
    assert all(error["message"] and error["hint"] for error in answer.json()["errors"])


async def test_publishing_adds_initial_variables_and_keeps_living_ones(anna: Any, db: Database) -> None:
    async def variables() -> Any:
        async with db.read() as session:
            query = text("SELECT data, version FROM bot_variables WHERE bot_id = :id")
            return (await session.execute(query, {"id": bot_id})).one()

    bot_id = (await imported(anna, small(variables={"visits": 0})))["id"]
    await anna.client.post(f"/bots/{bot_id}/publish")
    assert tuple(await variables()) == ({"visits": 0}, 0)
    async with db.transaction() as session:
        await session.execute(text("""UPDATE bot_variables SET data = '{"visits": 7}', version = 1"""))
    await anna.client.put(f"/bots/{bot_id}/document", json=small(variables={"visits": 1, "new": [1]}))
    await anna.client.post(f"/bots/{bot_id}/publish")
    assert tuple(await variables()) == ({"visits": 7, "new": [1]}, 2)
    await anna.client.post(f"/bots/{bot_id}/publish")
    assert tuple(await variables()) == ({"visits": 7, "new": [1]}, 2)


async def test_replacing_keeps_the_ids_the_document_names(anna: Any, db: Database) -> None:
    bot = await imported(anna)
    before = await exported(anna, bot["id"])
    changed = json.loads(json.dumps(before))
    changed["steps"][0]["name"] = "Renamed"
    changed["steps"].append({"id": "fresh", "name": "Fresh", "message": {"text": "new"}})
    answer = await anna.client.put(f"/bots/{bot['id']}/document", json=changed, headers={"If-Match": '"1"'})
    assert (answer.status_code, answer.json()["version"], answer.headers["etag"]) == (200, 2, '"2"')
    after = await exported(anna, bot["id"])
    assert [step["id"] for step in after["steps"][:4]] == [step["id"] for step in before["steps"]]
    assert after["steps"][0]["name"] == "Renamed"
    assert after["templates"] == before["templates"]


async def test_importing_the_same_file_again_keeps_ids_and_version(anna: Any, db: Database) -> None:
    async def rows() -> Any:
        async with db.read() as session:
            names = ("step", "connection_group", "connection", "request", "widget", "note", "template")
            names += ("credential_entity", "emitter", "template_instance")
            keys = {"template_instance": "step_id"}
            return [
                sorted((await session.scalars(text(f"SELECT {keys.get(name, 'id')} FROM {name}"))).all())
                for name in names
            ]

    bot = await imported(anna)
    before, kept = await exported(anna, bot["id"]), await rows()
    answer = await anna.client.put(f"/bots/{bot['id']}/document", json=GREETER)
    assert (answer.status_code, answer.json()["version"]) == (200, 1), "nothing changed, so there is no new version"
    assert await exported(anna, bot["id"]) == before
    assert await rows() == kept


async def test_a_stale_write_says_what_changed(anna: Any) -> None:
    bot = await imported(anna)
    document = await exported(anna, bot["id"])
    mine, theirs = json.loads(json.dumps(document)), json.loads(json.dumps(document))
    theirs["steps"][0]["name"] = "Theirs"
    del theirs["steps"][3]["message"]
    mine["name"] = "Mine"
    path, version = f"/bots/{bot['id']}/document", {"If-Match": f'"{bot["version"]}"'}
    assert (await anna.client.put(path, json=theirs, headers=version)).status_code == 200
    answer = await anna.client.put(path, json=mine, headers=version)
    assert (answer.status_code, answer.json()["code"]) == (412, "stale")
    assert {error["path"] for error in answer.json()["errors"]} == {
        f"step[{document['steps'][0]['id']}]",
        f"step[{document['steps'][3]['id']}]",
    }
    assert (await exported(anna, bot["id"]))["name"] == "Greeter"
    patched = await anna.client.patch(f"/bots/{bot['id']}", json={"name": "Mine"}, headers=version)
    assert patched.status_code == 412


async def test_two_writers_of_one_version_do_not_both_win(anna: Any) -> None:
    bot = await imported(anna, small())
    path, version = f"/bots/{bot['id']}/document", {"If-Match": '"1"'}
    answers = await asyncio.gather(*(anna.client.put(path, json=small(f"text {n}"), headers=version) for n in range(8)))
    assert sorted(answer.status_code for answer in answers) == [200] + [412] * 7


async def test_patch_list_and_delete(anna: Any) -> None:
    ids = [(await imported(anna, small(name=f"Bot {n}")))["id"] for n in range(5)]
    patched = await anna.client.patch(f"/bots/{ids[0]}", json={"name": "New", "variables": {"x": 1}})
    assert (patched.json()["name"], patched.json()["variables"], patched.json()["version"]) == ("New", {"x": 1}, 2)
    page = (await anna.client.get("/bots", params={"limit": 3})).json()
    rest = (await anna.client.get("/bots", params={"limit": 3, "cursor": page["next_cursor"]})).json()
    assert [row["id"] for row in page["items"] + rest["items"]] == ids[::-1]
    assert (await anna.client.delete(f"/bots/{ids[0]}")).status_code == 204
    assert (await anna.client.get(f"/bots/{ids[0]}")).status_code == 404


async def test_sharing(anna: Any, boris: Any) -> None:
    bot_id = (await imported(anna, small()))["id"]
    await anna.client.put(f"/bots/{bot_id}/access", json={"email": "BORIS@example.com", "role": "viewer"})
    assert (await boris.client.get("/bots")).json()["items"][0]["access"] == "viewer"
    assert (await boris.client.get(f"/bots/{bot_id}/export")).status_code == 200
    for call in (
        boris.client.put(f"/bots/{bot_id}/document", json=small()),
        boris.client.patch(f"/bots/{bot_id}", json={"name": "x"}),
        boris.client.post(f"/bots/{bot_id}/publish"),
        boris.client.delete(f"/bots/{bot_id}"),
        boris.client.put(f"/bots/{bot_id}/access", json={"email": "anna@example.com", "role": "viewer"}),
    ):
        assert (await call).status_code == 403
    await anna.client.put(f"/bots/{bot_id}/access", json={"email": "boris@example.com", "role": "editor"})
    assert (await boris.client.put(f"/bots/{bot_id}/document", json=small("by Boris"))).status_code == 200
    assert (await boris.client.post(f"/bots/{bot_id}/publish")).status_code == 201
    assert (await boris.client.delete(f"/bots/{bot_id}")).status_code == 403
    assert (await boris.client.delete(f"/bots/{bot_id}/access/{boris.id}")).status_code == 204
    assert (await boris.client.get(f"/bots/{bot_id}")).status_code == 404


async def test_another_tenants_bot_is_not_there(api: Any, anna: Any, boris: Any) -> None:
    bot_id = (await imported(anna))["id"]
    await anna.client.post(f"/bots/{bot_id}/publish")
    for person in (boris, await _first_account(api)):
        calls = _every_call(person.client, bot_id)
        assert {name: (await call).status_code for name, call in calls.items()} == dict.fromkeys(calls, 404)
        assert (await person.client.get("/bots")).json()["items"] == []
    assert (await anna.client.get(f"/bots/{bot_id}")).status_code == 200
    for name, call in _every_call(api.nobody, bot_id).items():
        assert (await call).status_code == 401, name


async def _first_account(api: Any) -> Any:
    state = api.edge.app.state
    password = await ensure_first_account(state.db, state.settings)
    assert password is None, "somebody registered before"
    person = await api.person("admin")
    await change_user(state.db, UUID(person.id), UserPatch(role="ADMIN"))
    answer = await api.nobody.post(
        "/login/access-token", data={"username": person.email, "password": "correct horse battery"}
    )
    person.client = api.client(answer.json()["access_token"])
    return person


def _every_call(client: Any, bot_id: str) -> dict[str, Any]:
    path = f"/bots/{bot_id}"
    return {
        "get": client.get(path),
        "patch": client.patch(path, json={"name": "mine"}),
        "delete": client.delete(path),
        "export": client.get(f"{path}/export"),
        "document": client.put(f"{path}/document", json=small()),
        "check": client.get(f"{path}/check"),
        "publish": client.post(f"{path}/publish"),
        "revisions": client.get(f"{path}/revisions"),
        "revision": client.get(f"{path}/revisions/1"),
        "publish again": client.post(f"{path}/revisions/1/publish"),
        "access": client.get(f"{path}/access"),
        "share": client.put(f"{path}/access", json={"email": "boris@example.com", "role": "editor"}),
        "unshare": client.delete(f"{path}/access/{bot_id}"),
    }


async def test_every_call_of_bots_is_in_the_tenancy_test(api: Any) -> None:
    paths = api.edge.app.openapi()["paths"].items()
    calls = [
        call for path, methods in paths if "{bot_id}" in path for call in methods.values() if call["tags"] == ["bots"]
    ]
    assert len(calls) == 13


async def test_a_role_without_rights_makes_no_bots(api: Any, anna: Any) -> None:
    state = api.edge.app.state
    await change_user(state.db, UUID(anna.id), UserPatch(role="USER"))
    answer = await api.nobody.post(
        "/login/access-token", data={"username": anna.email, "password": "correct horse battery"}
    )
    client = api.client(answer.json()["access_token"])
    assert (await client.post("/bots/import", json=small())).status_code == 403
    assert (await client.post("/bots", json={"name": "x"})).status_code == 403


async def test_statements_do_not_grow_with_the_bot(api: Any, anna: Any) -> None:
    def bot_of(size: int) -> dict[str, Any]:
        steps = [
            {
                "id": f"s{n}",
                "message": {"text": f"{n}"},
                "connection_groups": [{"connections": [{"next_step_id": f"s{(n + 1) % size}"}]}],
            }
            for n in range(size)
        ]
        return {"name": "Ring", "first_step_id": "s0", "steps": steps}

    async def statements(size: int) -> list[int]:
        made: list[str] = []
        bot_id = ""
        engine = api.edge.app.state.db.engine.sync_engine
        event.listen(engine, "before_cursor_execute", lambda *details: made.append(details[2]))
        counts = []
        document = bot_of(size)
        for call in ("import", "export", "publish", "document"):
            made.clear()
            if call == "import":
                bot_id = (await imported(anna, document))["id"]
            elif call == "export":
                document = await exported(anna, bot_id)
            elif call == "publish":
                assert (await anna.client.post(f"/bots/{bot_id}/publish")).status_code == 201
            else:
                changed = document | {"name": "Changed"}
                assert (await anna.client.put(f"/bots/{bot_id}/document", json=changed)).status_code == 200
            counts.append(sum('FROM "user"' not in statement for statement in made))  # who calls is remembered a while
        return counts

    assert await statements(3) == await statements(120)
