"""Accounts over HTTP: registering, logging in, what ends a token, roles, attempts."""

import asyncio
import base64
import json
from typing import Any
from uuid import UUID, uuid4

import jwt
import pytest
from sqlalchemy import text

from dbcv.domains.accounts import service
from dbcv.domains.accounts.schemas import RegisterIn, UserPatch, normalise_email
from dbcv.domains.accounts.service import authenticator, logins, people
from dbcv.kit.db import Database
from dbcv.kit.errors import AppError, Unauthorized
from dbcv.kit.settings import Settings

PASSWORD = "correct horse battery"


async def log_in(api: Any, email: str, password: str = PASSWORD) -> Any:
    return await api.nobody.post("/login/access-token", data={"username": email, "password": password})


async def test_register_log_in_and_ask_who_i_am(api: Any, anna: Any) -> None:
    answer = await log_in(api, "  ANNA@Example.com ")
    assert answer.status_code == 200
    body = answer.json()
    assert (body["token_type"], body["subscriber_id"]) == ("bearer", anna.id)
    me = (await api.client(body["access_token"]).get("/users/me")).json()
    assert (me["id"], me["email"], me["username"], me["role"]) == (anna.id, "anna@example.com", "anna", "DEVELOPER")
    assert "password" not in json.dumps(me)


@pytest.mark.parametrize(
    ("email", "stored"),
    [("Admin@LOCALHOST", "admin@localhost"), ("Вася@Почта.рф", "вася@почта.рф"), ("e\u0301@x.test", "é@x.test")],
)
def test_one_spelling_for_one_mailbox(email: str, stored: str) -> None:
    assert normalise_email(email) == stored


@pytest.mark.parametrize(
    "email", ["", "a", "a@", "@b", "a b@c", "a@b@c", "a\x00@b", "a@b..c", "<a@b>", "a" * 65 + "@b"]
)
async def test_no_address_is_refused(api: Any, email: str) -> None:
    answer = await api.nobody.post("/login/register", json={"email": email, "username": "x", "password": PASSWORD})
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["path"] == "email"


async def test_every_wrong_field_is_named_at_once(api: Any) -> None:
    answer = await api.nobody.post(
        "/login/register", json={"email": "x", "username": "", "password": "1", "role": "ADMIN"}
    )
    assert {error["path"] for error in answer.json()["errors"]} == {"email", "username", "password", "role"}
    assert answer.headers["content-type"] == "application/problem+json"


async def test_an_email_is_taken_once(api: Any, anna: Any) -> None:
    wish = {"email": "Anna@example.com", "username": "x", "password": PASSWORD}
    assert (await api.nobody.post("/login/register", json=wish)).status_code == 409
    wish["email"] = "new@example.com"
    answers = await asyncio.gather(*(api.nobody.post("/login/register", json=wish) for _ in range(5)))
    assert sorted(answer.status_code for answer in answers) == [201, 409, 409, 409, 409]


async def test_registration_can_be_closed(db: Database, settings: Settings) -> None:
    closed = settings.model_copy(update={"registration_open": False})
    with pytest.raises(AppError) as refused:
        await people.register(db, closed, RegisterIn(email="a@b", username="a", password=PASSWORD), "here")
    assert refused.value.code == "registration_closed"


async def test_wrong_password_and_unknown_email_look_the_same(api: Any, anna: Any) -> None:
    wrong, unknown = await log_in(api, anna.email, "wrong"), await log_in(api, "nobody@example.com", "wrong")
    assert wrong.status_code == unknown.status_code == 401
    assert wrong.json() == unknown.json()
    assert wrong.headers["www-authenticate"] == "Bearer"


async def test_log_in_attempts_are_limited(api: Any, anna: Any, db: Database) -> None:
    answers = await asyncio.gather(*(log_in(api, anna.email, f"wrong {n}") for n in range(30)))
    statuses = [answer.status_code for answer in answers]
    assert (statuses.count(401), statuses.count(429)) == (10, 20)
    assert (await log_in(api, anna.email)).status_code == 429, "not even the right password, for now"
    assert (await log_in(api, "other@example.com", "x")).status_code == 401, "others are not touched"
    async with db.transaction() as session:
        await session.execute(text("UPDATE login_attempt SET window_ends_at = now() - interval '1 second'"))
    assert (await log_in(api, anna.email)).status_code == 200


async def test_good_log_ins_do_not_count(api: Any, anna: Any) -> None:
    for _ in range(15):
        assert (await log_in(api, anna.email)).status_code == 200


async def test_logging_out_everywhere_ends_every_token(api: Any, anna: Any) -> None:
    second = api.client((await log_in(api, anna.email)).json()["access_token"])
    assert (await second.get("/users/me")).status_code == 200
    assert (await anna.client.post("/login/logout-everywhere")).status_code == 204
    assert (await anna.client.get("/users/me")).status_code == 401
    assert (await second.get("/users/me")).status_code == 401
    assert (await log_in(api, anna.email)).status_code == 200


async def test_a_new_password_ends_the_other_logins(api: Any, anna: Any) -> None:
    second = api.client((await log_in(api, anna.email)).json()["access_token"])
    wish = {"current_password": "wrong", "password": "another good one"}
    assert (await anna.client.patch("/users/me", json=wish)).status_code == 422
    wish["current_password"] = PASSWORD
    assert (await anna.client.patch("/users/me", json=wish)).status_code == 200
    assert (await anna.client.get("/users/me")).status_code == 200, "who changed it stays"
    assert (await second.get("/users/me")).status_code == 401
    assert (await log_in(api, anna.email)).status_code == 401
    assert (await log_in(api, anna.email, "another good one")).status_code == 200


async def test_another_process_learns_of_a_change_within_seconds(
    api: Any, anna: Any, settings: Settings, db: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    token = anna.client.headers["authorization"].removeprefix("Bearer ")
    elsewhere = service.Authenticator(db, settings.secret_key)
    assert (await elsewhere.principal_for(token)).id == UUID(anna.id)
    assert elsewhere.cached(token) is not None
    await people.change_user(db, UUID(anna.id), UserPatch(is_active=False))
    now = authenticator.time.monotonic()
    monkeypatch.setattr(authenticator.time, "monotonic", lambda: now + authenticator.CACHE_SECONDS)
    assert authenticator.CACHE_SECONDS <= 5
    assert elsewhere.cached(token) is None
    with pytest.raises(Unauthorized):
        await elsewhere.principal_for(token)


async def test_forged_tokens(api: Any, anna: Any, settings: Settings) -> None:
    token = anna.client.headers["authorization"].removeprefix("Bearer ")
    head, claims, signature = token.split(".")
    nothing = base64.urlsafe_b64encode(b'{"alg":"none","typ":"JWT"}').decode().rstrip("=")
    plain = jwt.decode(token, options={"verify_signature": False})
    forged = [
        "",
        "x",
        f"{nothing}.{claims}.",
        f"{head}.{claims}.{signature[::-1]}",
        jwt.encode(plain, "another key that is long enough for it", algorithm="HS256"),
        jwt.encode(plain, settings.secret_key * 2, algorithm="HS512"),
        jwt.encode(plain | {"exp": 1}, settings.secret_key, algorithm="HS256"),
        jwt.encode({k: v for k, v in plain.items() if k != "exp"}, settings.secret_key, algorithm="HS256"),
        jwt.encode(plain | {"sub": str(uuid4())}, settings.secret_key, algorithm="HS256"),
        jwt.encode(plain | {"sub": "1"}, settings.secret_key, algorithm="HS256"),
        jwt.encode(plain | {"epoch": 7}, settings.secret_key, algorithm="HS256"),
        jwt.encode(plain | {"login": str(uuid4())}, settings.secret_key, algorithm="HS256"),
        jwt.encode(plain | {"login": None}, settings.secret_key, algorithm="HS256"),
        jwt.encode(plain | {"kind": "anonymous"}, settings.secret_key, algorithm="HS256"),
    ]
    for attempt in forged:
        answer = await api.client(attempt).get("/users/me")
        assert (answer.status_code, answer.headers["content-type"]) == (401, "application/problem+json"), attempt
    assert (await anna.client.get("/users/me")).status_code == 200


async def test_a_visitor_has_a_token_for_one_channel(api: Any, db: Database, settings: Settings) -> None:
    channel_id = uuid4()
    token = await service.create_anonymous(db, settings, channel_id)
    principal = await service.Authenticator(db, settings.secret_key).principal_for(token.text)
    assert (principal.id, principal.kind, principal.channel_id) == (token.subscriber_id, "anonymous", channel_id)
    assert token.lifetime_seconds >= 30 * 24 * 3600
    client = api.client(token.text)
    renewed = (await client.post("/login/renew")).json()
    assert (renewed["subscriber_id"], renewed["expires_in"]) == (str(token.subscriber_id), token.lifetime_seconds)
    again = (await api.client(renewed["access_token"]).get("/users/me")).json()
    assert (again["id"], again["kind"]) == (str(token.subscriber_id), "anonymous")
    assert (await client.get("/users/me")).json()["kind"] == "anonymous"
    for call in (client.get("/bots"), client.post("/bots/import", json={}), client.post("/login/logout")):
        assert (await call).status_code == 403


async def test_only_administrators_see_and_change_accounts(api: Any, anna: Any, boris: Any, db: Database) -> None:
    assert (await anna.client.get("/users")).status_code == 403
    assert (await anna.client.patch(f"/users/{boris.id}", json={"role": "ADMIN"})).status_code == 403
    await people.change_user(db, UUID(anna.id), UserPatch(role="ADMIN"))
    api.edge.app.state.authenticator.forget(UUID(anna.id))
    admin = anna.client
    page = (await admin.get("/users", params={"limit": 1})).json()
    rest = (await admin.get("/users", params={"limit": 1, "cursor": page["next_cursor"]})).json()
    assert [page["items"][0]["id"], rest["items"][0]["id"], rest["next_cursor"]] == [anna.id, boris.id, None]
    assert (await admin.patch(f"/users/{boris.id}", json={"is_active": False})).json()["is_active"] is False
    assert (await boris.client.get("/users/me")).status_code == 401
    assert (await log_in(api, boris.email)).status_code == 401
    assert (await admin.patch(f"/users/{uuid4()}", json={"role": "USER"})).status_code == 404


async def test_the_first_account_is_made_once(db: Database, settings: Settings) -> None:
    made = await asyncio.gather(*(service.ensure_first_account(db, settings, f"password {n}") for n in range(4)))
    assert sum(made) == 1
    assert (await logins.log_in(db, settings, settings.admin_email, f"password {made.index(True)}", "here")).text
    async with db.read() as session:
        assert (await session.scalars(text('SELECT role FROM "user"'))).all() == ["ADMIN"]


async def test_the_first_account_has_the_operators_address(db: Database, settings: Settings) -> None:
    own = settings.model_copy(update={"admin_email": "Chief@House.local"})
    assert await service.ensure_first_account(db, own, "my own password")
    assert (await logins.log_in(db, own, "chief@house.local", "my own password", "here")).text


async def test_a_newcomers_role_is_the_operators_choice(db: Database, settings: Settings) -> None:
    careful = settings.model_copy(update={"registration_role": "USER"})
    token = await people.register(db, careful, RegisterIn(email="a@b", username="a", password=PASSWORD), "here")
    assert (await service.Authenticator(db, settings.secret_key).principal_for(token.text)).role == "USER"


async def test_nobody_learns_by_the_hundred_who_has_an_account(api: Any, anna: Any) -> None:
    wish = {"email": anna.email, "username": "x", "password": PASSWORD}
    answers = await asyncio.gather(*(api.nobody.post("/login/register", json=wish) for _ in range(29)))
    assert {answer.status_code for answer in answers} == {409}
    assert (await api.nobody.post("/login/register", json=wish | {"email": "new@example.com"})).status_code == 201
    statuses = [(await api.nobody.post("/login/register", json=wish)).status_code for _ in range(2)]
    assert statuses == [409, 429], "a registration that went well wipes nothing out"
    wish = {"email": anna.email, "current_password": PASSWORD}
    boris = api.client((await log_in(api, "new@example.com")).json()["access_token"])
    asked = [(await boris.patch("/users/me", json=wish)).status_code for _ in range(32)]
    assert (asked.count(409), asked.count(429)) == (30, 2)


async def test_every_log_in_costs_one_hash(
    api: Any, anna: Any, db: Database, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An unknown e-mail and an account without a password must not answer sooner than a wrong password."""
    await service.create_user(db, "open@example.com", "open", PASSWORD, "USER")
    async with db.transaction() as session:
        await session.execute(text("UPDATE \"user\" SET password_hash = '' WHERE email = 'open@example.com'"))
    hashes = []

    async def counted(password: str, password_hash: str) -> bool:
        hashes.append(password_hash[:9])
        return False

    await log_in(api, "nobody@example.com", "x")
    monkeypatch.setattr("dbcv.kit.crypto.verify_password", counted)
    for email in (anna.email, "nobody@example.com", "open@example.com"):
        assert (await log_in(api, email, "x")).status_code == 401
    assert hashes == ["$argon2id"] * 3


async def test_a_device_left_open_is_no_place_to_guess_the_password(anna: Any) -> None:
    for n in range(12):
        answer = await anna.client.patch("/users/me", json={"password": "new password", "current_password": f"{n}"})
        assert answer.status_code == (422 if n < 10 else 429)
    wish = {"email": "new@example.com", "current_password": PASSWORD}
    assert (await anna.client.patch("/users/me", json=wish)).status_code == 429
    assert (await anna.client.patch("/users/me", json={"username": "Ann"})).json()["username"] == "Ann"


async def test_a_new_email_needs_the_password_and_to_be_free(api: Any, anna: Any, boris: Any) -> None:
    assert (await anna.client.patch("/users/me", json={"email": "ann@example.com"})).status_code == 422
    wish = {"email": "Ann@Example.com", "current_password": PASSWORD}
    assert (await anna.client.patch("/users/me", json=wish)).json()["email"] == "ann@example.com"
    assert (await anna.client.patch("/users/me", json=wish | {"email": boris.email})).status_code == 409
    assert (await anna.client.patch("/users/me", json={"role": "ADMIN"})).status_code == 422
    assert (await log_in(api, "ann@example.com")).status_code == 200
    assert (await log_in(api, "anna@example.com")).status_code == 401


async def test_closing_ones_account(api: Any, anna: Any, boris: Any, db: Database) -> None:
    assert (await anna.client.post("/users/me/close", json={"current_password": "x"})).status_code == 422
    assert (await anna.client.post("/users/me/close", json={"current_password": PASSWORD})).status_code == 204
    assert (await anna.client.get("/users/me")).status_code == 401
    assert (await log_in(api, anna.email)).status_code == 401
    await people.change_user(db, UUID(boris.id), UserPatch(role="ADMIN"))
    api.edge.app.state.authenticator.forget(UUID(boris.id))
    assert (await boris.client.patch(f"/users/{anna.id}", json={"is_active": True})).status_code == 200
    assert (await log_in(api, anna.email)).status_code == 200


async def test_one_administrator_is_always_left(api: Any, anna: Any, boris: Any, db: Database) -> None:
    for person in (anna, boris):
        await people.change_user(db, UUID(person.id), UserPatch(role="ADMIN"))
        api.edge.app.state.authenticator.forget(UUID(person.id))
    calls = (
        anna.client.patch(f"/users/{boris.id}", json={"role": "USER"}),
        boris.client.patch(f"/users/{anna.id}", json={"is_active": False}),
    )
    answers = sorted(answer.status_code for answer in await asyncio.gather(*calls))
    assert answers in ([200, 409], [200, 401], [200, 403])
    async with db.read() as session:
        left = await session.scalar(text("SELECT count(*) FROM \"user\" WHERE role = 'ADMIN' AND is_active"))
    assert left == 1


async def test_an_administrator_makes_accounts_and_finds_them(api: Any, anna: Any, db: Database) -> None:
    wish = {"email": "clara_x@example.com", "username": "Clara", "password": PASSWORD, "role": "USER"}
    assert (await anna.client.post("/users", json=wish)).status_code == 403
    await people.change_user(db, UUID(anna.id), UserPatch(role="ADMIN"))
    api.edge.app.state.authenticator.forget(UUID(anna.id))
    made = (await anna.client.post("/users", json=wish)).json()
    assert (await anna.client.post("/users", json=wish)).status_code == 409
    assert (await anna.client.get(f"/users/{made['id']}")).json()["role"] == "USER"
    assert (await anna.client.get(f"/users/{uuid4()}")).status_code == 404
    found = (await anna.client.get("/users", params={"email": "CLARA_"})).json()["items"]
    assert [one["email"] for one in found] == ["clara_x@example.com"]
    assert (await anna.client.get("/users", params={"email": "%"})).json()["items"] == []
    assert (await log_in(api, "clara_x@example.com")).status_code == 200


async def test_a_role_counts_from_the_next_call_on(api: Any, anna: Any, boris: Any, db: Database) -> None:
    await people.change_user(db, UUID(anna.id), UserPatch(role="ADMIN"))
    api.edge.app.state.authenticator.forget(UUID(anna.id))
    assert (await boris.client.post("/bots", json={"name": "x"})).status_code == 201
    await anna.client.patch(f"/users/{boris.id}", json={"role": "USER"})
    assert (await boris.client.post("/bots", json={"name": "x"})).status_code == 403
    assert (await boris.client.get("/users/me")).json()["role"] == "USER"
