"""Credentials over HTTP: what people see and may do, what is refused, and that a secret never comes back."""

import json
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import text as sql

from dbcv.kit.db import Database
from tests.domains.bots.documents import imported, small
from tests.domains.credentials.conftest import json_answer, made
from tests.loopback import serve

ANY = {"If-Match": "*"}
NO_ID = "01890000-0000-7000-8000-00000000dead"


async def test_a_secret_goes_in_and_never_comes_out(anna: Any, bot_id: str, db: Database) -> None:
    credential = await made(anna, bot_id)
    shown = await anna.client.get(f"/credentials/{credential['id']}")
    listed = await anna.client.get("/credentials", params={"bot_id": bot_id})
    exported = await anna.client.get(f"/bots/{bot_id}/export")
    for text in (json.dumps(credential), shown.text, listed.text, exported.text):
        assert "hush" not in text
    assert (credential["has_secret"], credential["is_readable"], credential["hosts"]) == (
        True,
        True,
        ["crm.example.com"],
    )
    entries = exported.json()["credentials"]
    assert entries == [{"id": credential["id"], "name": "CRM", "provider": "http"}]
    async with db.driver() as connection:
        sealed = await connection.fetchval("SELECT secret FROM credential_entity")
    assert b"hush" not in sealed


async def test_the_draft_counts_each_change_and_says_which(anna: Any, bot_id: str) -> None:
    before = (await anna.client.get(f"/bots/{bot_id}")).json()["version"]
    credential = await made(anna, bot_id)
    await anna.client.patch(f"/credentials/{credential['id']}", json={"name": "Sales"})
    await anna.client.delete(f"/credentials/{credential['id']}")
    assert (await anna.client.get(f"/bots/{bot_id}")).json()["version"] == before + 3
    stale = await anna.client.patch(f"/bots/{bot_id}", json={"name": "x"}, headers={"If-Match": f'"{before}"'})
    said = " ".join(detail["message"] for detail in stale.json()["errors"])
    assert 'credential "CRM" was added' in said
    assert 'credential "Sales" was removed' in said


async def test_pages_follow_each_other(anna: Any, bot_id: str) -> None:
    ids = [(await made(anna, bot_id, name=f"n{number}"))["id"] for number in range(5)]
    first = (await anna.client.get("/credentials", params={"bot_id": bot_id, "limit": 3})).json()
    rest = await anna.client.get("/credentials", params={"bot_id": bot_id, "cursor": first["next_cursor"]})
    assert [item["id"] for item in first["items"] + rest.json()["items"]] == ids
    assert rest.json()["next_cursor"] is None


async def test_an_address_may_name_somebody_behind_its_host(anna: Any, bot_id: str) -> None:
    url = "https://crm.example.com/v1/@me?mail=anna@example.com"
    assert (await made(anna, bot_id, test_url=url))["test_url"] == url


async def test_a_kept_secret_goes_nowhere_else(anna: Any, bot_id: str) -> None:
    path = f"/credentials/{(await made(anna, bot_id))['id']}"
    elsewhere: list[dict[str, Any]] = [
        {"hosts": ["crm.example.com", "evil.example.com"]},
        {"hosts": []},
        {"placement": {"where": "query", "name": "key"}},
        {"provider": "openai"},
        {"strategy": "bearer"},
        {"token_url": "https://evil.example.com/token"},
        {"test_url": "https://crm.example.com/{api_key}"},
    ]
    for patch in elsewhere:
        answer = await anna.client.patch(path, json=patch)
        assert (answer.status_code, answer.json()["code"]) == (422, "secret_needed"), patch
    given = {"hosts": ["other.example.com"], "secret": {"api_key": "another"}}
    assert (await anna.client.patch(path, json=given)).json()["hosts"] == ["other.example.com"]
    forgotten = (await anna.client.patch(path, json={"hosts": ["third.example.com"], "secret": None})).json()
    assert (forgotten["has_secret"], forgotten["hosts"]) == (False, ["third.example.com"])


async def test_an_import_keeps_the_secret_of_the_same_credential_only(anna: Any, bot_id: str) -> None:
    credential = await made(anna, bot_id)
    document = (await anna.client.get(f"/bots/{bot_id}/export")).json()
    document["credentials"][0]["name"] = "Renamed"
    assert (await anna.client.put(f"/bots/{bot_id}/document", json=document, headers=ANY)).status_code == 200
    kept = (await anna.client.get(f"/credentials/{credential['id']}")).json()
    assert (kept["name"], kept["has_secret"]) == ("Renamed", True)
    document["credentials"][0]["provider"] = "openai"
    assert (await anna.client.put(f"/bots/{bot_id}/document", json=document, headers=ANY)).status_code == 200
    assert not (await anna.client.get(f"/credentials/{credential['id']}")).json()["has_secret"]


async def test_a_copy_by_import_has_no_secret(anna: Any, boris: Any, bot_id: str) -> None:
    await made(anna, bot_id)
    document = (await anna.client.get(f"/bots/{bot_id}/export")).json()
    copied = (await imported(boris, document))["id"]
    items = (await boris.client.get("/credentials", params={"bot_id": copied})).json()["items"]
    assert [(item["name"], item["has_secret"]) for item in items] == [("CRM", False)]


async def test_where_it_is_used_and_that_it_is_not_deleted_there(anna: Any, bot_id: str) -> None:
    credential = await made(anna, bot_id)
    document = (await anna.client.get(f"/bots/{bot_id}/export")).json()
    urls = [
        "https://crm.example.com/{$user.id$}",
        "https://crm.example.com:8443/",
        "{$user.url$}",
        "https://else.example/",
    ]
    document["requests"] = [{"id": f"r{n}", "name": f"R{n}", "request_url": url} for n, url in enumerate(urls)]
    group = {"search_type": "integration", "integration_id": "x.y", "credential_id": credential["id"]}
    document["steps"][0]["connection_groups"] = [group]
    put = await anna.client.put(f"/bots/{bot_id}/document", json=document, headers=ANY)
    assert put.status_code == 200, put.text
    items = (await anna.client.get(f"/credentials/{credential['id']}/used-by")).json()["items"]
    assert [(item["kind"], item["name"]) for item in items] == [
        ("connection_group", document["steps"][0].get("name", "")),
        ("request", "R0"),
    ]
    refused = await anna.client.delete(f"/credentials/{credential['id']}")
    assert (refused.status_code, refused.json()["code"]) == (409, "credential_in_use")
    assert (await anna.client.delete(f"/credentials/{credential['id']}", params={"force": True})).status_code == 204
    assert (await anna.client.get(f"/credentials/{credential['id']}")).status_code == 404


async def test_the_list_of_all_bots_says_how_often_each_is_used(anna: Any, boris: Any, bot_id: str) -> None:
    mine = await made(anna, bot_id)
    document = (await anna.client.get(f"/bots/{bot_id}/export")).json()
    document["requests"] = [{"id": "r", "name": "R", "request_url": "https://crm.example.com/x"}]
    group = {"search_type": "integration", "integration_id": "x.y", "credential_id": mine["id"]}
    document["steps"][0]["connection_groups"] = [group]
    assert (await anna.client.put(f"/bots/{bot_id}/document", json=document, headers=ANY)).status_code == 200
    second = (await imported(anna, small()))["id"]
    other = await made(anna, second, hosts=["elsewhere.example.com"])
    theirs = await made(boris, (await imported(boris, small()))["id"])
    first = (await anna.client.get("/credentials", params={"limit": 1})).json()
    rest = (await anna.client.get("/credentials", params={"cursor": first["next_cursor"]})).json()
    found = [(item["id"], item["used_by"]) for item in first["items"] + rest["items"]]
    assert found == [(mine["id"], 2), (other["id"], 0)] and rest["next_cursor"] is None
    await boris.client.put(f"/bots/{theirs['bot_id']}/access", json={"email": anna.email, "role": "viewer"})
    assert len((await anna.client.get("/credentials")).json()["items"]) == 3


async def test_a_channel_holds_on_to_its_credential(anna: Any, bot_id: str, db: Database) -> None:
    credential = await made(anna, bot_id)
    channel = (await anna.client.post("/channels", json={"name": "Shop", "default_bot_id": bot_id})).json()["id"]
    async with db.transaction() as session:
        query = "INSERT INTO channel_transport (channel_id, kind, credential_id, binding) VALUES (:c, 'x', :i, :c)"
        await session.execute(sql(query), {"c": UUID(channel), "i": UUID(credential["id"])})
    items = (await anna.client.get(f"/credentials/{credential['id']}/used-by")).json()["items"]
    assert [(item["kind"], item["id"], item["name"]) for item in items] == [("channel", channel, "Shop")]
    assert (await anna.client.get("/credentials")).json()["items"][0]["used_by"] == 1
    refused = await anna.client.delete(f"/credentials/{credential['id']}")
    assert refused.status_code == 409 and "Shop" in refused.json()["errors"][0]["message"]


async def test_viewers_look_and_editors_change(anna: Any, boris: Any, bot_id: str) -> None:
    path = f"/credentials/{(await made(anna, bot_id))['id']}"
    await anna.client.put(f"/bots/{bot_id}/access", json={"email": boris.email, "role": "viewer"})
    assert (await boris.client.get(path)).status_code == 200
    assert (await boris.client.get(f"{path}/used-by")).status_code == 200
    wish = {"bot_id": bot_id, "name": "x"}
    calls = [
        boris.client.post("/credentials", json=wish),
        boris.client.patch(path, json={"name": "x"}),
        boris.client.delete(path),
        boris.client.post(f"{path}/test"),
    ]
    assert [(await call).status_code for call in calls] == [403] * 4
    await anna.client.put(f"/bots/{bot_id}/access", json={"email": boris.email, "role": "editor"})
    assert (await boris.client.patch(path, json={"name": "x"})).status_code == 200


async def test_another_tenants_credential_is_not_there(api: Any, anna: Any, boris: Any, bot_id: str) -> None:
    credential = await made(anna, bot_id)
    for client, status in ((boris.client, 404), (api.nobody, 401)):
        calls = every_call(client, bot_id, credential["id"])
        assert {name: (await call).status_code for name, call in calls.items()} == dict.fromkeys(calls, status)
    assert (await anna.client.get(f"/credentials/{credential['id']}")).json() == credential
    assert (await boris.client.get(f"/credentials/{NO_ID}")).json()["code"] == "credential_not_found"


def every_call(client: Any, bot_id: str, credential_id: str) -> dict[str, Any]:
    path = f"/credentials/{credential_id}"
    return {
        "list": client.get("/credentials", params={"bot_id": bot_id}),
        "create": client.post("/credentials", json={"bot_id": bot_id, "name": "mine"}),
        "get": client.get(path),
        "change": client.patch(path, json={"hosts": ["evil.example.com"], "secret": {"api_key": "x"}}),
        "delete": client.delete(path, params={"force": True}),
        "test": client.post(f"{path}/test"),
        "used-by": client.get(f"{path}/used-by"),
    }


async def test_every_call_of_credentials_is_in_the_tenancy_test(api: Any) -> None:
    paths = {path: methods for path, methods in api.edge.app.openapi()["paths"].items() if "/credentials" in path}
    assert sum(len(methods) for methods in paths.values()) == 8  # the seven of `every_call`, and providers


@pytest.mark.parametrize(
    "wrong",
    [
        {"hosts": ["https://a.example/path"]},
        {"hosts": ["user@a.example"]},
        {"hosts": ["*.example"]},
        {"hosts": ["a.example\r\nX: y"]},
        {"hosts": ["ftp://a.example"]},
        {"hosts": ["a.example:99999"]},
        {"hosts": ["a.example"] * 21},
        {"name": ""},
        {"name": "a\0b"},
        {"provider": "Not A Provider"},
        {"provider": "telegram", "strategy": "oauth", "secret": None},
        {"strategy": "password"},
        {"strategy": "bearer"},
        {"strategy": "oauth", "secret": {"client_id": "a", "client_secret": "b"}},
        {"secret": {"api_key": ""}},
        {"secret": {"api_key": "line\nbreak"}},
        {"secret": {"api_key": "x" * 5000}},
        {"secret": {"token": "of another strategy"}},
        {"secret": {"api_key": "x", "more": 1}},
        {"secret": "bare"},
        {"placement": {"where": "header", "name": "Two Words"}},
        {"placement": {"where": "header", "name": "X", "prefix": "\r\n"}},
        {"test_url": "https://elsewhere.example/"},
        {"test_url": "javascript:alert(1)"},
        {"test_url": "https://anna:secret@crm.example.com/"},
        {"test_url": "https://evil.example@crm.example.com"},
        {"unknown": 1},
        {"has_secret": True},
    ],
)
async def test_what_makes_no_sense_is_refused_without_repeating_the_secret(
    anna: Any, bot_id: str, wrong: dict[str, Any]
) -> None:
    wish = {"bot_id": bot_id, "name": "n", "hosts": ["crm.example.com"], "secret": {"api_key": "hush-hush-key"}}
    answer = await anna.client.post("/credentials", json=wish | wrong)
    assert answer.status_code == 422, answer.text
    assert answer.json()["errors"]
    assert "hush" not in answer.text
    assert (await anna.client.get("/credentials", params={"bot_id": bot_id})).json()["items"] == []


async def test_the_test_button_asks_the_provider(anna: Any, bot_id: str) -> None:
    async with serve(json_answer({"you": "hush-hush-key"})) as server:
        host = f"http://127.0.0.1:{server.port}"
        credential = await made(anna, bot_id, hosts=[host], test_url=f"{host}/me")
        answer = await anna.client.post(f"/credentials/{credential['id']}/test")
    assert answer.json() == {"ok": True, "status": 200, "message": "The secret works"}
    assert (server.asked[0].target, server.asked[0].headers["x-api-key"]) == ("/me", "hush-hush-key")


@pytest.mark.parametrize(
    ("status", "word"), [("401 Unauthorized", "refused the secret"), ("500 Oh", "could not be tried")]
)
async def test_the_test_button_says_what_went_wrong(anna: Any, bot_id: str, status: str, word: str) -> None:
    async with serve(json_answer({}, status)) as server:
        host = f"http://127.0.0.1:{server.port}"
        credential = await made(anna, bot_id, hosts=[host], test_url=f"{host}/me")
        answer = (await anna.client.post(f"/credentials/{credential['id']}/test")).json()
    assert (answer["ok"], answer["status"]) == (False, int(status[:3]))
    assert word in answer["message"]


async def test_the_test_button_stays_within_the_guard(anna: Any, bot_id: str) -> None:
    host = "http://169.254.169.254"
    credential = await made(anna, bot_id, hosts=[host], test_url=f"{host}/latest/meta-data")
    answer = (await anna.client.post(f"/credentials/{credential['id']}/test")).json()
    assert (answer["ok"], answer["status"]) == (False, None)
    nothing = await made(anna, bot_id, secret=None)
    answer = (await anna.client.post(f"/credentials/{nothing['id']}/test")).json()
    assert "has no secret yet" in answer["message"]


async def test_a_provider_s_key_may_be_bound_to_a_server_of_one_s_own(anna: Any, bot_id: str) -> None:
    """The provider's own test address is then asked by nobody."""
    own = await made(anna, bot_id, provider="openai", hosts=["llm.example.com"])
    assert own["hosts"] == ["llm.example.com"]
    answer = (await anna.client.post(f"/credentials/{own['id']}/test")).json()
    assert (answer["ok"], answer["message"]) == (False, "The test address is on none of the credential's hosts")


async def test_the_catalogue_says_what_a_form_asks_for(anna: Any) -> None:
    found = {entry["id"]: entry for entry in (await anna.client.get("/credentials/providers")).json()}
    assert found["telegram"]["hosts"] == ["api.telegram.org"]
    assert found["google"]["fields"]["oauth"] == ["client_id", "client_secret", "refresh_token", "redirect_uri"]


async def test_a_bot_has_no_end_of_credentials(anna: Any, bot_id: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("dbcv.domains.credentials.service.credentials.MAX_CREDENTIALS", 2)
    for _ in range(2):
        await made(anna, bot_id)
    answer = await anna.client.post("/credentials", json={"bot_id": bot_id, "name": "one more"})
    assert (answer.status_code, answer.json()["code"]) == (409, "too_many_credentials")


async def test_a_document_with_secrets_is_refused(anna: Any) -> None:
    document = small() | {"credentials": [{"id": "c", "name": "n", "provider": "http", "secret": "hush"}]}
    answer = await anna.client.post("/bots/import", json=document)
    assert answer.status_code == 422


async def test_a_stale_version_is_said_and_the_audit_log_knows_no_secret(anna: Any, bot_id: str) -> None:
    credential = await made(anna, bot_id)
    stale = {"If-Match": '"1"'}
    assert (
        await anna.client.patch(f"/credentials/{credential['id']}", json={"name": "x"}, headers=stale)
    ).status_code == 412
    assert (await anna.client.delete(f"/credentials/{credential['id']}", headers=stale)).status_code == 412
    await anna.client.patch(f"/credentials/{credential['id']}", json={"secret": {"api_key": "hush-hush-key"}})
    logged = await anna.client.get(f"/bots/{bot_id}/audit")
    assert {"credential.created", "credential.changed"} <= {entry["action"] for entry in logged.json()["items"]}
    assert "hush" not in logged.text
