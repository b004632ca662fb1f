"""The audit log: kept with the change or not at all, without secrets, read by those who may."""

import json
from typing import Any
from uuid import UUID, uuid4

import pytest

from dbcv.domains.accounts.schemas import UserPatch
from dbcv.domains.accounts.service import audit, change_user
from dbcv.kit.db import Database


async def note(db: Database, action: str, **more: Any) -> None:
    async with db.transaction() as session:
        await audit.record(session, more.pop("actor_id", None), action, more.pop("object_id", None), **more)


async def test_an_event_is_kept_with_the_change_or_not_at_all(db: Database) -> None:
    with pytest.raises(RuntimeError):
        async with db.transaction() as session:
            await audit.record(session, None, "bot.deleted", uuid4())
            raise RuntimeError
    assert (await audit.page(db, 10, None))[0] == []


async def test_secrets_and_long_values_do_not_get_in(db: Database) -> None:
    before = {"password_hash": "$argon2", "api_token": "x", "Client_Secret": "y", "name": "a" * 1000, "nul": "a\0b"}
    await note(db, "credential.changed", before=before, after={"scopes": ["a"], "number": 1, "none": None})
    [[row], _] = await audit.page(db, 10, None)
    kept = row.before
    assert (kept["password_hash"], kept["api_token"], kept["Client_Secret"]) == (audit.MASK,) * 3
    assert len(kept["name"]) == audit.MAX_TEXT_CHARS and kept["nul"] == "ab"
    assert row.after == {"scopes": ["a"], "number": 1, "none": None}
    assert row.via == "system"


async def test_pages_and_filters(db: Database) -> None:
    bot, other = uuid4(), uuid4()
    for n in range(5):
        await note(db, f"bot.changed{n % 2}", bot_id=bot if n < 4 else other, object_id=bot)
    first, cursor = await audit.page(db, 3, None, bot_id=bot)
    rest, end = await audit.page(db, 3, UUID(cursor), bot_id=bot)
    assert ([len(first), len(rest)], end) == ([3, 1], None)
    assert len((await audit.page(db, 10, None, action="bot.changed1"))[0]) == 2
    assert len((await audit.page(db, 10, None, object_id=bot, action="bot.changed0"))[0]) == 3


async def test_what_people_do_to_accounts_is_in_it(api: Any, anna: Any, boris: Any, db: Database) -> None:
    wish = {"current_password": "correct horse battery", "password": "a new one, longer", "email": "ann@example.com"}
    assert (await anna.client.patch("/users/me", json=wish, headers={"user-agent": "x"})).status_code == 200
    await change_user(db, UUID(boris.id), UserPatch(role="ADMIN"))
    api.edge.app.state.authenticator.forget(UUID(boris.id))
    await boris.client.patch(f"/users/{anna.id}", json={"role": "USER"})
    answer = await boris.client.get("/audit", params={"object_id": anna.id})
    found = {event["action"]: event for event in answer.json()["items"]}
    newest = answer.json()["items"][0]
    assert (newest["actor_name"], newest["before"], newest["after"]) == (
        boris.email,
        {"role": "DEVELOPER"},
        {"role": "USER"},
    )
    assert found["account.registered"]["via"] == "nobody"
    changed = answer.json()["items"][1]
    assert changed["before"] == {"email": "anna@example.com", "password_hash": audit.MASK}
    assert (changed["via"], bool(changed["address"])) == ("login", True)
    assert "argon2" not in json.dumps(answer.json())


async def test_only_administrators_read_all_of_it(anna: Any) -> None:
    assert (await anna.client.get("/audit")).status_code == 403
    mine = (await anna.client.get("/users/me/audit")).json()["items"]
    assert {event["actor_id"] for event in mine} == {anna.id}
    assert {"login.made", "account.registered"} <= {event["action"] for event in mine}


async def test_an_api_token_is_told_apart(api: Any, anna: Any) -> None:
    made = await anna.client.post("/users/me/api_tokens", json={"name": "x", "scopes": ["bots:share", "bots:write"]})
    client = api.client(made.json()["token"])
    bot = (await client.post("/bots", json={"name": "b"})).json()["id"]
    assert (await client.post(f"/bots/{bot}/invitations", json={"email": "a@b", "role": "viewer"})).status_code == 201
    newest = (await anna.client.get(f"/bots/{bot}/audit")).json()["items"][0]
    assert newest["via"] == "api_token"


async def test_a_bots_log_is_narrowed_down(anna: Any) -> None:
    bot = (await anna.client.post("/bots", json={"name": "b"})).json()["id"]
    await anna.client.post(f"/bots/{bot}/invitations", json={"email": "a@b", "role": "viewer"})
    for query, expected in (
        ({}, {"bot.created", "bot.invited"}),
        ({"action": "bot.invited"}, {"bot.invited"}),
        ({"actor_id": anna.id}, {"bot.created", "bot.invited"}),
        ({"actor_id": bot}, set()),
    ):
        items = (await anna.client.get(f"/bots/{bot}/audit", params=query)).json()["items"]
        assert {event["action"] for event in items} == expected
