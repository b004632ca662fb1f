"""The operator's panel: who comes in, what is shown and what is not, what it asks of the database."""

import re
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from html import unescape
from typing import Any

import httpx2
import pytest
from redis.asyncio import Redis
from sqlalchemy import UniqueConstraint, event, insert, select, text

from dbcv.domains.accounts.tables import ApiTokenRow, UserRow
from dbcv.domains.bots.tables import BotRow
from dbcv.domains.conversations.tables import ChannelRow
from dbcv.entrypoints.admin import TABLES
from dbcv.entrypoints.api import create_app
from dbcv.kit.db import Database
from dbcv.kit.json_text import dumps
from dbcv.kit.settings import Settings
from tests.domains.conftest import Api, Person

PASSWORD = "correct horse battery"
PANEL = "http://dbcv.test"
HOSTILE = "<script>alert(1)</script>\"'}{{7*7}}"


class Panel:
    """A browser's cookies and forms, without a browser."""

    def __init__(self, edge: Any) -> None:
        transport = httpx2.ASGITransport(app=edge, raise_app_exceptions=False)
        self.client = httpx2.AsyncClient(transport=transport, base_url=PANEL)

    async def log_in(self, email: str, password: str = PASSWORD) -> httpx2.Response:
        page = await self.client.get("/admin/login")
        form = {"username": email, "password": password, "csrftoken": token_of(page.text)}
        return await self.client.post("/admin/login", data=form)

    async def page(self, path: str) -> str:
        answer = await self.client.get(f"/admin/{path}")
        assert answer.status_code == 200, (answer.status_code, answer.headers, answer.text[:500])
        return answer.text

    async def act(self, table: str, name: str, key: str) -> httpx2.Response:
        token = self.client.cookies["starlette_admin_csrftoken"]
        query = {"name": name, "pk": key}
        return await self.client.post(f"/admin/_api/{table}/row-action", params=query, headers={"X-CSRFToken": token})


def token_of(page: str) -> str:
    return unescape(re.findall(r'name="csrftoken" value="([^"]+)"', page)[0])


@pytest.fixture
async def api(settings: Settings, valkey: Redis) -> AsyncIterator[Api]:
    edge = create_app(settings)
    async with edge.app.router.lifespan_context(edge.app):
        yield Api(edge)


@pytest.fixture
async def chief(api: Api, db: Database) -> Person:
    """An administrator."""
    person = await api.person("chief")
    async with db.transaction() as session:
        await session.execute(text("UPDATE \"user\" SET role = 'ADMIN' WHERE id = :id"), {"id": person.id})
    return person


@pytest.fixture
async def panel(api: Api, chief: Person) -> Panel:
    """The panel, logged in."""
    panel = Panel(api.edge)
    answer = await panel.log_in(chief.email)
    assert answer.status_code == 303, answer.text[:1000]
    return panel


async def test_nobody_comes_in_without_logging_in(api: Api) -> None:
    nobody = Panel(api.edge)
    for path in ("", "user/list", "channel/detail?pk=x", "credential-entity/list"):
        answer = await nobody.client.get(f"/admin/{path}")
        assert answer.status_code in (303, 307), (path, answer.status_code)
        assert "/admin/" in answer.headers["location"]
    answer = await nobody.client.post("/admin/_api/user/row-action?name=close&pk=x")
    assert answer.status_code in (303, 403)


async def test_an_account_without_the_role_stays_outside(api: Api) -> None:
    anna = await api.person("anna")
    visitor = Panel(api.edge)
    answer = await visitor.log_in(anna.email)
    assert answer.status_code == 400 and "ADMIN" in answer.text
    assert "dbcv_admin" not in visitor.client.cookies
    visitor.client.cookies.set("dbcv_admin", str(anna.client.headers["Authorization"]).removeprefix("Bearer "))
    assert (await visitor.client.get("/admin/user/list")).status_code == 303


async def test_a_wrong_password_is_told_in_both_languages(api: Api, chief: Person) -> None:
    panel = Panel(api.edge)
    assert "is not right" in (await panel.log_in(chief.email, "wrong")).text
    panel.client.cookies.set("language", "ru")
    assert "не подходят" in (await panel.log_in(chief.email, "wrong")).text


async def test_the_cookie_is_for_this_site_and_no_script(api: Api, chief: Person) -> None:
    panel = Panel(api.edge)
    answer = await panel.log_in(chief.email)
    [cookie] = [value for value in answer.headers.get_list("set-cookie") if value.startswith("dbcv_admin=")]
    attributes = {part.strip().lower() for part in cookie.split(";")[1:]}
    assert {"httponly", "samesite=strict", "path=/admin"} <= attributes


async def test_every_table_has_a_list_and_no_secrets(panel: Panel) -> None:
    overview = await panel.page("")
    for table in TABLES:
        name = table.row.__tablename__.replace("_", "-")
        assert f"/admin/{name}/list" in overview
        await panel.page(f"{name}/list")
    shown = {(table.row.__tablename__, name) for table in TABLES for name in (*table.listed, *table.shown)}
    assert (
        not {
            ("user", "password_hash"),
            ("api_token", "token_hash"),
            ("credential_entity", "secret"),
            ("credential_entity", "config"),
            ("refresh_token", "token_hash"),
        }
        & shown
    )


NOT_SHOWN = {
    "subscriber": "only says of which kind an id is",
    "refresh_token": "hashes",
    "login_attempt": "hashes",
    "bot_source_ids": "the ids of a file that was imported",
    "message_words": "the index of messages",
    "words_progress": "how far that index is",
    "analytics_progress": "how far counting is",
    "bot_hour": "counts",
    "bot_presence": "counts",
    "session_presence": "counts",
    "step_hour": "counts",
    "walk_hour": "counts",
}


def test_every_table_is_there_or_has_a_reason_not_to_be() -> None:
    shown = {table.row.__tablename__ for table in TABLES}
    assert set(BotRow.metadata.tables) - shown == set(NOT_SHOWN)


async def test_secrets_inside_json_are_hidden(panel: Panel, chief: Person) -> None:
    variables = {"api_key": "hunter2", "deep": [{"password": "hunter2", "colour": "green"}]}
    wish = {"name": "B", "first_step_id": "a", "steps": [{"id": "a"}], "variables": variables}
    assert (await chief.client.post("/bots/import", json=wish)).status_code == 201
    [row] = re.findall(r"detail\?pk=([\w-]+)", await panel.page("bot/list"))[:1]
    detail = await panel.page(f"bot/detail?pk={row}")
    assert "green" in detail and "hunter2" not in detail


async def test_what_an_operator_ends_is_told_as_his_deed(panel: Panel, api: Api, chief: Person, db: Database) -> None:
    anna = await api.person("anna")
    wish = {"name": "script", "scopes": ["bots:read"]}
    token = (await anna.client.post("/users/me/api_tokens", json=wish)).json()["id"]
    [row] = re.findall(r"detail\?pk=([\w-]+)", await panel.page("api-token/list"))[:1]
    assert (await panel.act("api-token", "revoke", row)).is_success
    async with db.read() as session:
        query = text("SELECT actor_id::text FROM audit_event WHERE action = 'api_token.revoked' AND object_id = :id")
        assert (await session.scalars(query, {"id": token})).all() == [str(chief.id)]


async def test_an_operators_table_names_columns_that_are_there_and_indexed() -> None:
    for table in TABLES:
        columns = table.row.__table__.columns
        assert {*table.listed, *table.shown, *table.found_by, *table.masked} <= set(columns.keys()), table.row
        constraints = [each for each in table.row.__table__.constraints if isinstance(each, UniqueConstraint)]
        first = {next(iter(each.columns)).name for each in [*table.row.__table__.indexes, *constraints]}
        unique = {column.name for column in columns if column.unique}
        key = next(iter(table.row.__table__.primary_key)).name
        assert set(table.found_by) <= first | unique | {key}, table.row


async def test_hostile_words_are_only_words(panel: Panel, db: Database, api: Api) -> None:
    anna = await api.person("anna")
    await anna.client.post("/bots", json={"name": HOSTILE})
    page = await panel.page("bot/list")
    assert "<script>alert(1)" not in page
    assert "&lt;script&gt;alert(1)" in page
    assert "{{7*7}}" in page
    async with db.read() as session:
        bot = (await session.scalars(select(BotRow))).one()
    [row] = re.findall(r"detail\?pk=([\w-]+)", page)[:1]
    detail = await panel.page(f"bot/detail?pk={row}")
    assert str(bot.id) in detail
    assert "<script>alert(1)" not in detail


async def test_secrets_of_a_channel_are_hidden(panel: Panel, db: Database, chief: Person) -> None:
    async with db.transaction() as session:
        config = {"secret_header": "X-Secret", "secret": "hunter2", "deep": {"token": ["hunter2"]}, "on": True}
        await session.execute(insert(ChannelRow).values(id=chief.id, name="Room", owner_id=chief.id, config=config))
    page = await panel.page("channel/list")
    [row] = re.findall(r"detail\?pk=([\w-]+)", page)[:1]
    detail = await panel.page(f"channel/detail?pk={row}")
    assert "hunter2" not in detail
    assert "secret" in detail


async def test_rows_are_found_by_exact_values(panel: Panel, api: Api) -> None:
    anna, boris = await api.person("anna"), await api.person("boris")
    page = await panel.page(f"user/list?q={anna.email.upper()}")
    assert anna.id in page and boris.id not in page
    page = await panel.page(f"user/list?q={boris.id}")
    assert boris.id in page and anna.id not in page
    assert "No data" in await panel.page("user/list?q=nobody%00%27%3B--")
    assert "No data" in await panel.page("message/list?q=not-a-uuid")


async def test_an_account_is_closed_after_the_question_only(panel: Panel, api: Api, db: Database) -> None:
    anna = await api.person("anna")
    page = await panel.page(f"user/list?q={anna.id}")
    [key] = set(re.findall(r"detail\?pk=([\w-]+)", page))
    assert "Close this account?" in await panel.page(f"user/detail?pk={key}")
    without_token = await panel.client.post("/admin/_api/user/row-action", params={"name": "close", "pk": key})
    assert without_token.status_code == 403
    assert (await panel.act("user", "close", key)).status_code == 200
    async with db.read() as session:
        assert not (await session.scalars(select(UserRow.is_active).where(UserRow.email == anna.email))).one()
    audit = await panel.page("audit-event/list")
    assert "account.closed" in audit and "admin" in audit


async def test_the_last_administrator_stays(panel: Panel, chief: Person) -> None:
    page = await panel.page(f"user/list?q={chief.id}")
    [key] = set(re.findall(r"detail\?pk=([\w-]+)", page))
    answer = await panel.act("user", "role_user", key)
    assert answer.status_code == 400
    assert "administrator" in answer.json()["msg"].lower()


@pytest.mark.parametrize("name", ["delete", "edit", "nonsense"])
async def test_nothing_else_changes_rows(panel: Panel, name: str, chief: Person) -> None:
    page = await panel.page(f"user/list?q={chief.id}")
    [key] = set(re.findall(r"detail\?pk=([\w-]+)", page))
    assert (await panel.act("user", name, key)).status_code == 400
    token = panel.client.cookies["starlette_admin_csrftoken"]
    for path in (
        f"user/edit?pk={key}",
        "user/create",
        "user/import",
        f"user/inline-edit?pk={key}",
        "_api/user/action?name=delete",
    ):
        answer = await panel.client.post(f"/admin/{path}", headers={"X-CSRFToken": token}, data={"role": "USER"})
        assert answer.status_code in (400, 403, 404, 405, 422), (path, answer.status_code)


async def test_a_session_ends_with_log_out_and_with_the_role(panel: Panel, api: Api, chief: Person) -> None:
    other = Panel(api.edge)
    await other.log_in(chief.email)
    token = panel.client.cookies["starlette_admin_csrftoken"]
    await panel.client.post("/admin/logout", headers={"X-CSRFToken": token})
    assert (await panel.client.get("/admin/user/list")).status_code == 303
    await other.page("user/list")
    await chief.client.post("/login/logout-everywhere")
    assert (await other.client.get("/admin/user/list")).status_code == 303


async def test_a_copied_cookie_is_nothing_after_log_out(panel: Panel, api: Api) -> None:
    stolen = panel.client.cookies["dbcv_admin"]
    token = panel.client.cookies["starlette_admin_csrftoken"]
    await panel.client.post("/admin/logout", headers={"X-CSRFToken": token})
    thief = Panel(api.edge)
    thief.client.cookies.set("dbcv_admin", stolen)
    assert (await thief.client.get("/admin/user/list")).status_code == 303


async def test_pages_run_no_script_but_their_own(panel: Panel) -> None:
    answer = await panel.client.get("/admin/user/list")
    policy = answer.headers["content-security-policy"]
    [nonce] = re.findall(r"script-src 'nonce-([\w-]+)'", policy)
    scripts = re.findall(r"<script[^>]*>", answer.text)
    assert scripts and all(f'nonce="{nonce}"' in script for script in scripts)
    assert not re.findall(r"\son\w+=", answer.text)
    assert "https://" not in re.sub(r"http://www\.w3\.org/\S+|https?://dbcv\.test\S*|<!--.*?-->", "", answer.text)
    again = await panel.client.get("/admin/user/list")
    assert nonce not in again.headers["content-security-policy"]


@contextmanager
def statements(api: Api) -> Iterator[list[str]]:
    said: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        said.append(statement)

    engine = api.edge.app.state.db.engine.sync_engine
    event.listen(engine, "before_cursor_execute", note)
    yield said
    event.remove(engine, "before_cursor_execute", note)


async def test_a_list_asks_twice_whatever_its_length(panel: Panel, api: Api, db: Database, chief: Person) -> None:
    rows = [
        {"id": f"00000000-0000-7000-8000-{number:012}", "user_id": chief.id, "name": f"Token {number}", "hint": "dbcv",
         "token_hash": f"{number:064}", "scopes": [], "created_at": "2026-01-01T00:00:00Z"}
        for number in range(300)
    ]  # fmt: skip
    async with db.transaction() as session:
        await session.execute(
            text(
                "INSERT INTO api_token SELECT (r->>'id')::uuid, :user, r->>'name', 'dbcv', r->>'token_hash', '{}',"
                " now()"
                " FROM jsonb_array_elements(CAST(:rows AS jsonb)) r"
            ),
            {"user": chief.id, "rows": dumps(rows)},
        )
    await panel.page("api-token/list")
    with statements(api) as said:
        page = await panel.page("api-token/list?page_size=100&page=3")
    asked = [statement for statement in said if "api_token" in statement]
    assert len(asked) == 2, asked
    assert all("LIMIT" in statement for statement in asked)
    assert not any("token_hash" in statement for statement in asked)
    assert "Token 99" in page
    assert ApiTokenRow.__tablename__ == "api_token"
