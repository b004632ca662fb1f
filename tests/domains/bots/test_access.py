"""Whose bot it is: lists, sharing, other tenants, roles."""

import json
from typing import Any
from uuid import UUID

import pytest

from dbcv.domains.accounts.schemas import UserPatch
from dbcv.domains.accounts.service import change_user, ensure_first_account
from tests.domains.bots.documents import ANY, imported, small


async def test_patch_list_and_delete(anna: Any) -> None:
    ids = [(await imported(anna, small(name=f"Bot {n}")))["id"] for n in range(5)]
    patched = await anna.client.patch(f"/bots/{ids[0]}", json={"name": "New", "variables": {"x": 1}}, headers=ANY)
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
        boris.client.put(f"/bots/{bot_id}/document", json=small(), headers=ANY),
        boris.client.patch(f"/bots/{bot_id}", json={"name": "x"}, headers=ANY),
        boris.client.post(f"/bots/{bot_id}/publish"),
        boris.client.delete(f"/bots/{bot_id}"),
        boris.client.put(f"/bots/{bot_id}/access", json={"email": "anna@example.com", "role": "viewer"}),
    ):
        assert (await call).status_code == 403
    await anna.client.put(f"/bots/{bot_id}/access", json={"email": "boris@example.com", "role": "editor"})
    assert (await boris.client.put(f"/bots/{bot_id}/document", json=small("by Boris"), headers=ANY)).status_code == 200
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
    made = await ensure_first_account(state.db, state.settings, "nobody logs in with it")
    assert not made, "somebody registered before"
    person = await api.person("admin")
    await change_user(state.db, UUID(person.id), UserPatch(role="ADMIN"))
    answer = await api.nobody.post(
        "/login/access-token", data={"username": person.email, "password": "correct horse battery"}
    )
    person.client = api.client(answer.json()["access_token"])
    return person


SCRIPT = {"name": "says hello", "turns": [{"user": "hello"}]}


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
        "draft": client.get(f"{path}/draft"),
        "talk": client.post(f"{path}/talk", json={"event": {"text": "hello"}}),
        "tags": client.put(f"{path}/tags", json={"tags": ["mine"]}),
        "access": client.get(f"{path}/access"),
        "share": client.put(f"{path}/access", json={"email": "boris@example.com", "role": "editor"}),
        "changes": client.post(f"{path}/changes", json={"changes": [{"op": "add", "kind": "step"}]}),
        "copy": client.post(f"{path}/copy"),
        "copy steps": client.post(f"{path}/steps/copy", json={"from_bot_id": bot_id, "step_ids": [bot_id]}),
        "diff": client.get(f"{path}/diff"),
        "run code": client.post(
            f"{path}/code/run", json={"code": "async def main(message, variables):\n    return 1\n"}
        ),
        "usage": client.get(f"{path}/variables/usage", params={"path": "bot.greeting"}),
        "tests": client.get(f"{path}/tests"),
        "keep test": client.post(f"{path}/tests", json=SCRIPT),
        "run tests": client.post(f"{path}/tests/run"),
        "one test": client.get(f"{path}/tests/{bot_id}"),
        "change test": client.put(f"{path}/tests/{bot_id}", json=SCRIPT),
        "remove test": client.delete(f"{path}/tests/{bot_id}"),
        "unshare": client.delete(f"{path}/access/{bot_id}"),
    }


async def test_every_call_of_bots_is_in_the_tenancy_test(api: Any) -> None:
    paths = api.edge.app.openapi()["paths"].items()
    calls = [
        call for path, methods in paths if "{bot_id}" in path for call in methods.values() if call["tags"] == ["bots"]
    ]
    assert len(calls) == 28


async def test_a_role_without_rights_makes_no_bots(api: Any, anna: Any) -> None:
    state = api.edge.app.state
    await change_user(state.db, UUID(anna.id), UserPatch(role="USER"))
    answer = await api.nobody.post(
        "/login/access-token", data={"username": anna.email, "password": "correct horse battery"}
    )
    client = api.client(answer.json()["access_token"])
    assert (await client.post("/bots/import", json=small())).status_code == 403
    assert (await client.post("/bots", json={"name": "x"})).status_code == 403


@pytest.mark.parametrize(
    "patch",
    [
        {"name": ""},
        {"name": "a\0b"},
        {"name": "\ud800"},
        {"name": None},
        {"variables": {"id": "a fact"}},
        {"variables": {"n": 2**80}},
        {"variables": {"t": "\0"}},
        {"first_step_id": "01890000-0000-7000-8000-00000000dead"},
        {"owner_id": "01890000-0000-7000-8000-00000000dead"},
        {"published_revision": 7},
    ],
)
async def test_a_patch_is_judged_as_a_document(anna: Any, patch: dict[str, Any]) -> None:
    bot = await imported(anna, small())
    answer = await anna.client.patch(
        f"/bots/{bot['id']}", content=json.dumps(patch), headers={"Content-Type": "application/json"} | ANY
    )
    assert answer.status_code == 422, answer.text
    assert (await anna.client.get(f"/bots/{bot['id']}")).json()["version"] == 1


async def test_words_that_no_row_can_hold(anna: Any) -> None:
    bot = await imported(anna, small())
    assert (await anna.client.post("/bots", json={"name": "a\0b"})).status_code == 422
    assert (await anna.client.post(f"/bots/{bot['id']}/publish", json={"comment": "\0"})).status_code == 422
    share = {"email": "a\0@b", "role": "viewer"}
    assert (await anna.client.put(f"/bots/{bot['id']}/access", json=share)).status_code == 422
    for query in ({"cursor": "x"}, {"limit": 0}, {"limit": 10**30}):
        assert (await anna.client.get("/bots", params=query)).status_code == 422
    stale = {"If-Match": '"x"'}
    assert (await anna.client.patch(f"/bots/{bot['id']}", json={"name": "x"}, headers=stale)).status_code == 422
