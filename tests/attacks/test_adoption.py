"""What somebody writes into a document stays his: other tenants' ids, secrets and files are never taken over, and what
is refused leaves nothing behind, in no table."""

from typing import Any

import pytest
from sqlalchemy import text

from dbcv.kit.db import Database
from tests.attacks.rows import counted
from tests.domains.conftest import Api, Person

SECRET = "hush-hush-key-of-boris"


@pytest.fixture
async def treasure(boris: Person) -> dict[str, str]:
    """Ids of everything Boris has."""
    document = {
        "name": "Private",
        "first_step_id": "a",
        "steps": [
            {"id": "a", "message": {"text": "mine"}, "connection_groups": [{"connections": [{"next_step_id": "a"}]}]}
        ],
        "requests": [{"id": "r", "name": "r", "request_url": "https://crm.example.com/"}],
    }
    bot = (await boris.client.post("/bots/import", json=document)).json()["id"]
    exported = (await boris.client.get(f"/bots/{bot}/export")).json()
    wish = {"bot_id": bot, "name": "CRM", "hosts": ["crm.example.com"], "secret": {"api_key": SECRET}}
    credential = (await boris.client.post("/credentials", json=wish)).json()["id"]
    file = (await boris.client.put("/attachments", params={"name": "a.txt"}, content=b"mine")).json()["id"]
    channel = (await boris.client.post("/channels", json={"name": "mine"})).json()["id"]
    ids = {"bot": bot, "step": exported["steps"][0]["id"], "request": exported["requests"][0]["id"]}
    return ids | {"credential": credential, "file": file, "channel": channel, "user": boris.id}


def documents(ids: dict[str, str]) -> dict[str, dict[str, Any]]:
    """What a thief would send."""
    step = {"id": "s", "message": {"text": "t"}}
    plain = {"name": "t", "first_step_id": "s", "steps": [step]}
    entry = {"id": ids["credential"], "name": "CRM", "provider": "http", "strategy": "api_key"}
    group = {
        "search_type": "integration",
        "integration_id": "telegram_send_message",
        "credentials_id": ids["credential"],
    }
    return {
        "step": plain | {"first_step_id": ids["step"], "steps": [step | {"id": ids["step"]}]},
        "bot": plain | {"id": ids["bot"]},
        "owner": plain | {"owner_id": ids["user"]},
        "credential": plain | {"credentials": [entry]},
        "credential with a secret": plain | {"credentials": [entry | {"secret": {"api_key": "x"}}]},
        "credential of a group": plain | {"steps": [step | {"connection_groups": [group]}]},
        "request": plain | {"requests": [{"id": ids["request"], "name": "r", "request_url": "https://evil.example/"}]},
        "file": plain | {"steps": [step | {"message": {"text": "t", "attachments": [{"id": ids["file"]}]}}]},
        "channel": plain
        | {"emitters": [{"id": "e", "name": "e", "channel_id": ids["channel"], "start_at": "2030-01-01T00:00:00Z"}]},
    }


async def belongings(db: Database, boris: Person) -> list[Any]:
    """Every row of Boris's, as it is."""
    queries = (
        "SELECT b::text FROM bot b WHERE owner_id = :id", "SELECT a::text FROM attachment a WHERE owner_id = :id",
        "SELECT s::text FROM step s JOIN bot b ON b.id = s.bot_id WHERE owner_id = :id",
        "SELECT r::text FROM request r JOIN bot b ON b.id = r.bot_id WHERE owner_id = :id",
        "SELECT c::text FROM credential_entity c JOIN bot b ON b.id = c.bot_id WHERE owner_id = :id",
        "SELECT c::text FROM channel c WHERE owner_id = :id",
    )  # fmt: skip
    async with db.read() as session:
        return [sorted((await session.scalars(text(query), {"id": boris.id})).all()) for query in queries]


NAMES = ("step", "bot", "user", "credential", "request", "file", "channel")


@pytest.mark.parametrize("theft", list(documents(dict.fromkeys(NAMES, ""))))
async def test_nothing_of_another_tenant_is_adopted(
    api: Api, anna: Person, boris: Person, db: Database, treasure: dict[str, str], theft: str
) -> None:
    own = (await anna.client.post("/bots", json={"name": "own"})).json()["id"]
    before, rows = await belongings(db, boris), await counted(db)
    document = documents(treasure)[theft]
    for method, path in (("POST", "/bots/import"), ("PUT", f"/bots/{own}/document"), ("POST", "/templates/import")):
        answer = await anna.client.request(method, path, json=document, headers={"If-Match": "*"})
        assert answer.status_code < 500, answer.text
        if not answer.is_success:
            assert await counted(db) == rows, (path, "a refusal left something behind")
        rows = await counted(db)
        assert await belongings(db, boris) == before, path
    for bot in (await anna.client.get("/bots")).json()["items"]:
        export = (await anna.client.get(f"/bots/{bot['id']}/export")).text
        for name in ("step", "request", "bot", "user"):
            assert treasure[name] not in export, name
        for credential in (await anna.client.get("/credentials", params={"bot_id": bot["id"]})).json()["items"]:
            assert credential["id"] != treasure["credential"]
            assert credential["has_secret"] is False
    assert (await anna.client.get(f"/attachments/{treasure['file']}")).status_code == 404
    assert (await anna.client.get(f"/credentials/{treasure['credential']}")).status_code == 404


async def test_changes_adopt_nothing_either(
    api: Api, anna: Person, boris: Person, db: Database, treasure: dict[str, str]
) -> None:
    bot = (await anna.client.post("/bots", json={"name": "own"})).json()
    before, rows = await belongings(db, boris), await counted(db)
    tries: list[dict[str, Any]] = [
        {"op": "update", "kind": "step", "id": treasure["step"], "fields": {"name": "stolen"}},
        {"op": "remove", "kind": "step", "id": treasure["step"]},
        {"op": "update", "kind": "bot", "id": treasure["bot"], "fields": {"name": "stolen"}},
        {"op": "add", "kind": "step", "id": treasure["step"], "fields": {"name": "s"}},
        {"op": "add", "kind": "step", "fields": {"name": "s", "bot_id": treasure["bot"]}},
        {"op": "add", "kind": "step", "fields": {"name": "s", "owner_id": treasure["user"]}},
        {"op": "add", "kind": "credential", "id": treasure["credential"], "fields": {"name": "c"}},
        {
            "op": "update",
            "kind": "request",
            "id": treasure["request"],
            "fields": {"request_url": "https://evil.example"},
        },
    ]
    for change in tries:
        wish = {"version": bot["version"], "changes": [{"op": "add", "kind": "note", "fields": {"text": "a"}}, change]}
        answer = await anna.client.post(f"/bots/{bot['id']}/changes", json=wish)
        assert 400 <= answer.status_code < 500, (change, answer.text)
        assert await counted(db) == rows, change
        assert await belongings(db, boris) == before, change
