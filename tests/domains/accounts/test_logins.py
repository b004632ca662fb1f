"""Staying logged in: refresh tokens that change at each use, devices, what a copied token leads to."""

import asyncio
import re
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import jwt
import pytest
from sqlalchemy import text

from dbcv.domains.accounts.service import begin_login, logins, tokens
from dbcv.domains.accounts.service.people import user
from dbcv.kit.db import Database
from dbcv.kit.settings import Settings

PASSWORD = "correct horse battery"


async def log_in(api: Any, email: str, **headers: str) -> dict[str, Any]:
    form = {"username": email, "password": PASSWORD}
    answer = await api.nobody.post("/login/access-token", data=form, headers=headers)
    assert answer.status_code == 200, answer.text
    body: dict[str, Any] = answer.json()
    return body


async def refresh(api: Any, token: str) -> Any:
    return await api.nobody.post("/login/refresh", json={"refresh_token": token})


async def later(db: Database, seconds: float) -> None:
    """As if everything had happened so much earlier."""
    moved = timedelta(seconds=seconds)
    async with db.transaction() as session:
        for table, columns in {
            "refresh_token": ("expires_at", "used_at"),
            "login": ("expires_at", "created_at"),
        }.items():
            for column in columns:
                await session.execute(
                    text(f"UPDATE {table} SET {column} = {column} - CAST(:moved AS interval)"), {"moved": moved}
                )


async def works(api: Any, body: dict[str, Any]) -> bool:
    return (await api.client(body["access_token"]).get("/users/me")).status_code == 200


async def test_access_tokens_are_short_and_refreshed(api: Any, anna: Any) -> None:
    first = await log_in(api, anna.email)
    assert first["expires_in"] == 15 * 60
    claims = jwt.decode(first["access_token"], options={"verify_signature": False})
    assert claims["exp"] - claims["iat"] == 15 * 60
    assert re.fullmatch(r"dbcv_rt_[\w-]{43}", first["refresh_token"])
    second = (await refresh(api, first["refresh_token"])).json()
    assert second["refresh_token"] != first["refresh_token"]
    assert second["subscriber_id"] == anna.id
    assert await works(api, second)
    third = await refresh(api, second["refresh_token"])
    assert third.status_code == 200


async def test_two_tabs_that_refresh_at_once_stay_logged_in(api: Any, anna: Any) -> None:
    first = await log_in(api, anna.email)
    answers = await asyncio.gather(*(refresh(api, first["refresh_token"]) for _ in range(8)))
    assert {answer.status_code for answer in answers} == {200}
    following = {answer.json()["refresh_token"] for answer in answers}
    assert len(following) == 1, "all get the same successor, so whichever tab stores last stores the right one"
    again = (await refresh(api, following.pop())).json()
    assert await works(api, again)


async def test_a_refresh_token_that_is_used_again_ends_the_whole_login(api: Any, anna: Any, db: Database) -> None:
    other = await log_in(api, anna.email)
    stolen = (await log_in(api, anna.email))["refresh_token"]
    thief = (await refresh(api, stolen)).json()
    thief = (await refresh(api, thief["refresh_token"])).json()
    await later(db, logins.REFRESH_GRACE.total_seconds() + 1)
    assert (await refresh(api, stolen)).json()["code"] == "login_over"
    assert (await refresh(api, thief["refresh_token"])).status_code == 401, "what the thief got is worth nothing"
    api.edge.app.state.authenticator.forget(UUID(anna.id))
    assert not await works(api, thief)
    assert await works(api, other), "another device is another login"
    async with db.read() as session:
        actions = (await session.scalars(text("SELECT action FROM audit_event ORDER BY id"))).all()
    assert "login.reused" in actions


@pytest.mark.parametrize("made_up", ["", "x", "dbcv_rt_", "dbcv_rt_" + "a" * 43, "dbcv_rt_" + "a" * 44, "é", "\0"])
async def test_made_up_refresh_tokens_end_nothing(api: Any, anna: Any, made_up: str) -> None:
    first = await log_in(api, anna.email)
    assert (await refresh(api, made_up)).status_code == 401
    assert (await refresh(api, first["access_token"][:200])).status_code == 401, "an access token is no refresh token"
    assert (await api.client(first["refresh_token"]).get("/users/me")).status_code == 401, "nor the other way round"
    assert (await refresh(api, first["refresh_token"])).status_code == 200


async def test_a_login_that_is_not_used_ends(api: Any, anna: Any, db: Database, settings: Settings) -> None:
    first = await log_in(api, anna.email)
    await later(db, settings.refresh_token_days * 86_400 + 1)
    assert (await refresh(api, first["refresh_token"])).status_code == 401
    api.edge.app.state.authenticator.forget(UUID(anna.id))
    assert not await works(api, first)
    await log_in(api, anna.email)
    async with db.read() as session:
        assert await session.scalar(text("SELECT count(*) FROM login")) == 1, "what is over is forgotten"


async def test_nothing_that_opens_is_stored(api: Any, anna: Any, db: Database) -> None:
    body = await log_in(api, anna.email)
    made = await anna.client.post("/users/me/api_tokens", json={"name": "x", "scopes": ["bots:read"]})
    async with db.read() as session:
        tables = ("login", "refresh_token", "api_token", "audit_event", '"user"')
        dump = "".join([str((await session.execute(text(f"SELECT * FROM {table}"))).all()) for table in tables])
    for secret in (body["refresh_token"], body["access_token"], made.json()["token"], PASSWORD):
        assert secret not in dump
        assert secret.rpartition("_")[2] not in dump


async def test_logging_out_ends_this_device_only(api: Any, anna: Any) -> None:
    phone = await log_in(api, anna.email)
    assert (await api.client(phone["access_token"]).post("/login/logout")).status_code == 204
    assert not await works(api, phone)
    assert (await refresh(api, phone["refresh_token"])).status_code == 401
    assert (await anna.client.get("/users/me")).status_code == 200


async def test_devices_are_listed_and_ended(api: Any, anna: Any, boris: Any) -> None:
    phone = await log_in(api, anna.email, **{"user-agent": "Phone <script>"})
    listed = (await anna.client.get("/users/me/logins")).json()["items"]
    assert [(one["is_current"], one["user_agent"][:5]) for one in listed] == [
        (False, "Phone"),
        (True, listed[1]["user_agent"][:5]),
    ]
    assert listed[0]["address"]
    assert (await boris.client.delete(f"/users/me/logins/{listed[0]['id']}")).status_code == 404
    assert await works(api, phone)
    assert (await anna.client.delete(f"/users/me/logins/{listed[0]['id']}")).status_code == 204
    assert not await works(api, phone)
    assert (await anna.client.delete(f"/users/me/logins/{uuid4()}")).status_code == 404
    assert len((await anna.client.get("/users/me/logins")).json()["items"]) == 1


async def test_an_account_has_a_bounded_number_of_devices(anna: Any, db: Database, settings: Settings) -> None:
    row = await user(db, UUID(anna.id))
    for _ in range(logins.MAX_LOGINS + 3):
        async with db.transaction() as session:
            last = await begin_login(session, settings, row)
    assert len(await logins.devices(db, row.id)) == logins.MAX_LOGINS
    assert (await logins.refresh(db, settings, last.refresh or "")).text


async def test_closing_and_a_new_password_end_refresh_tokens(api: Any, anna: Any) -> None:
    phone = await log_in(api, anna.email)
    wish = {"current_password": PASSWORD, "password": "another good one"}
    assert (await anna.client.patch("/users/me", json=wish)).status_code == 200
    assert (await refresh(api, phone["refresh_token"])).status_code == 401
    assert (await anna.client.post("/users/me/close", json={"current_password": "another good one"})).status_code == 204
    assert (await anna.client.get("/users/me")).status_code == 401


async def test_a_person_does_not_renew_by_access_token(anna: Any) -> None:
    """Otherwise a copied access token would last for ever."""
    answer = await anna.client.post("/login/renew")
    assert (answer.status_code, answer.json()["code"]) == (403, "visitor_needed")


def test_the_successor_of_a_token_needs_the_key() -> None:
    first = tokens.new_refresh_token()
    assert tokens.is_refresh_token(tokens.successor(first, "a key"))
    assert tokens.successor(first, "a key") == tokens.successor(first, "a key")
    assert len({tokens.successor(first, "a key"), tokens.successor(first, "another"), first}) == 3


async def test_a_page_keeps_its_refresh_token_in_a_cookie(api: Any, anna: Any) -> None:
    form = {"username": anna.email, "password": PASSWORD}
    answer = await api.nobody.post("/login/access-token?keep=cookie", data=form)
    first = answer.json()
    assert first["refresh_token"] is None
    said = answer.headers["set-cookie"]
    assert all(word in said for word in ("HttpOnly", "SameSite=strict", "Path=/api/v1/login"))
    cookie = {"Cookie": said.split(";")[0]}
    again = await api.nobody.post("/login/refresh?keep=cookie", json={}, headers=cookie)
    assert again.status_code == 200, again.text
    assert again.json()["refresh_token"] is None
    assert again.headers["set-cookie"].split(";")[0] != said.split(";")[0]
    assert await works(api, again.json())
    # Only who asks for it is answered by the cookie; without one there is no login.
    assert (await api.nobody.post("/login/refresh", json={}, headers=cookie)).status_code == 401
    api.nobody.cookies.clear()
    assert (await api.nobody.post("/login/refresh?keep=cookie", json={})).status_code == 401
    left = await api.client(again.json()["access_token"]).post("/login/logout")
    assert "Max-Age=0" in left.headers["set-cookie"]
