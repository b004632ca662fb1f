"""Invitations to a bot: by a link, for an e-mail, also one without an account; and what its owner reads of the log."""

import asyncio
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import text

from dbcv.domains.accounts.schemas import UserPatch
from dbcv.domains.accounts.service import change_user
from dbcv.kit.db import Database


@pytest.fixture
async def bot(anna: Any) -> str:
    made = await anna.client.post("/bots", json={"name": "Anna's bot"})
    bot_id: str = made.json()["id"]
    return bot_id


async def invited(owner: Any, bot: str, email: str, role: str = "editor", **more: Any) -> dict[str, Any]:
    answer = await owner.client.post(f"/bots/{bot}/invitations", json={"email": email, "role": role, **more})
    assert answer.status_code == 201, answer.text
    body: dict[str, Any] = answer.json()
    return body


async def accept(person: Any, token: str) -> Any:
    return await person.client.post("/invitations/accept", json={"token": token})


async def test_somebody_without_an_account_is_invited(api: Any, anna: Any, bot: str) -> None:
    made = await invited(anna, bot, "Clara@Example.com", "viewer")
    assert made["token"].startswith("dbcv_inv_") and made["path"].endswith(made["token"])
    seen = (await api.nobody.post("/invitations/look", json={"token": made["token"]})).json()
    assert (seen["bot_name"], seen["role"], seen["email"]) == ("Anna's bot", "viewer", "clara@example.com")
    clara = await api.person("clara")
    assert (await clara.client.get(f"/bots/{bot}")).status_code == 404
    assert (await accept(clara, made["token"])).json() == {"bot_id": bot, "access": "viewer"}
    assert (await clara.client.get(f"/bots/{bot}")).json()["access"] == "viewer"
    assert (await accept(clara, made["token"])).status_code == 404, "one use"


async def test_a_link_is_for_its_email_only(api: Any, anna: Any, boris: Any, bot: str) -> None:
    made = await invited(anna, bot, "clara@example.com")
    answer = await accept(boris, made["token"])
    assert (answer.status_code, answer.json()["code"]) == (403, "invitation_of_another")
    assert (await boris.client.get(f"/bots/{bot}")).status_code == 404
    assert (await accept(await api.person("clara"), made["token"])).status_code == 200


@pytest.mark.parametrize("token", ["", "x", "dbcv_inv_", "dbcv_inv_" + "a" * 43, "\0", "é"])
async def test_made_up_links(api: Any, anna: Any, bot: str, token: str) -> None:
    await invited(anna, bot, "anna@example.com")
    assert (await accept(anna, token)).status_code == 404
    assert (await api.nobody.post("/invitations/look", json={"token": token})).status_code == 404


async def test_only_the_owner_invites(anna: Any, boris: Any, bot: str) -> None:
    wish = {"email": "clara@example.com", "role": "viewer"}
    path = f"/bots/{bot}/invitations"
    first = await invited(anna, bot, "x@example.com")
    calls = [("GET", path, None), ("POST", path, wish), ("DELETE", f"{path}/{first['id']}", None)]
    for method, address, body in [*calls, ("GET", f"/bots/{bot}/audit", None)]:
        assert (await boris.client.request(method, address, json=body)).status_code == 404
    await anna.client.put(f"/bots/{bot}/access", json={"email": boris.email, "role": "editor"})
    for method, address, body in [*calls, ("GET", f"/bots/{bot}/audit", None)]:
        assert (await boris.client.request(method, address, json=body)).status_code == 403
    other = (await boris.client.post("/bots", json={"name": "Boris's"})).json()["id"]
    assert (await boris.client.delete(f"/bots/{other}/invitations/{first['id']}")).status_code == 404
    assert len((await anna.client.get(path)).json()["items"]) == 1


async def test_taken_back_expired_and_replaced(api: Any, anna: Any, boris: Any, bot: str, db: Database) -> None:
    path = f"/bots/{bot}/invitations"
    first = await invited(anna, bot, boris.email, "viewer")
    second = await invited(anna, bot, boris.email, "editor")
    assert (await accept(boris, first["token"])).status_code == 404, "the second one replaced it"
    listed = (await anna.client.get(path)).json()["items"]
    assert [(one["role"], "token" in one) for one in listed] == [("editor", False)]
    assert (await anna.client.delete(f"{path}/{second['id']}")).status_code == 204
    assert (await anna.client.delete(f"{path}/{second['id']}")).status_code == 404
    assert (await accept(boris, second["token"])).status_code == 404
    third = await invited(anna, bot, boris.email)
    async with db.transaction() as session:
        await session.execute(text("UPDATE bot_invitation SET expires_at = now()"))
    assert (await accept(boris, third["token"])).status_code == 404
    assert (await anna.client.get(path)).json()["items"] == []


async def test_a_bot_is_handed_over(api: Any, anna: Any, boris: Any, bot: str, db: Database) -> None:
    other = await invited(anna, bot, "clara@example.com")
    made = await invited(anna, bot, boris.email, "owner")
    await change_user(db, UUID(boris.id), UserPatch(role="USER"))
    api.edge.app.state.authenticator.forget(UUID(boris.id))
    assert (await accept(boris, made["token"])).status_code == 403, "who may not build, may not own"
    await change_user(db, UUID(boris.id), UserPatch(role="DEVELOPER"))
    api.edge.app.state.authenticator.forget(UUID(boris.id))
    assert (await accept(boris, made["token"])).json()["access"] == "owner"
    assert (await boris.client.get(f"/bots/{bot}")).json()["owner_id"] == boris.id
    assert (await anna.client.get(f"/bots/{bot}")).json()["access"] == "editor"
    assert (await anna.client.delete(f"/bots/{bot}")).status_code == 403
    assert (await accept(await api.person("clara"), other["token"])).status_code == 404, "the former owner's word"


async def test_nobody_loses_a_right_by_accepting(anna: Any, boris: Any, bot: str) -> None:
    assert (await accept(anna, (await invited(anna, bot, anna.email, "viewer"))["token"])).json()["access"] == "owner"
    await anna.client.put(f"/bots/{bot}/access", json={"email": boris.email, "role": "editor"})
    assert (await accept(boris, (await invited(anna, bot, boris.email, "viewer"))["token"])).json()[
        "access"
    ] == "editor"


async def test_a_link_used_twice_at_once_counts_once(anna: Any, boris: Any, bot: str) -> None:
    token = (await invited(anna, bot, boris.email))["token"]
    answers = await asyncio.gather(*(accept(boris, token) for _ in range(6)))
    assert sorted(answer.status_code for answer in answers) == [200] + [404] * 5


@pytest.mark.parametrize(
    "wish",
    [
        {"email": "x", "role": "viewer"},
        {"email": "a@b", "role": "admin"},
        {"email": "a@b", "role": "viewer", "expires_in_days": 0},
        {"email": "a@b", "role": "viewer", "bot_id": str(uuid4())},
    ],
)
async def test_bad_invitations(anna: Any, bot: str, wish: Any) -> None:
    assert (await anna.client.post(f"/bots/{bot}/invitations", json=wish)).status_code == 422


async def test_open_invitations_are_bounded_and_paged(anna: Any, bot: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("dbcv.domains.bots.service.invitations.MAX_OPEN", 3)
    for n in range(3):
        await invited(anna, bot, f"{n}@example.com")
    wish = {"email": "more@example.com", "role": "viewer"}
    assert (await anna.client.post(f"/bots/{bot}/invitations", json=wish)).status_code == 409
    page = (await anna.client.get(f"/bots/{bot}/invitations", params={"limit": 2})).json()
    rest = await anna.client.get(f"/bots/{bot}/invitations", params={"limit": 2, "cursor": page["next_cursor"]})
    assert [one["email"][0] for one in page["items"] + rest.json()["items"]] == ["2", "1", "0"]


async def test_the_owner_reads_who_did_what(anna: Any, boris: Any, bot: str) -> None:
    made = await invited(anna, bot, boris.email)
    await accept(boris, made["token"])
    answer = await anna.client.get(f"/bots/{bot}/audit")
    events = answer.json()["items"]
    assert [event["action"] for event in events][:2] == ["bot.joined", "bot.invited"]
    assert (events[0]["actor_id"], events[0]["actor_name"], events[0]["via"]) == (boris.id, boris.email, "login")
    assert events[1]["after"] == {"email": boris.email, "role": "editor"}
    assert made["token"] not in answer.text
