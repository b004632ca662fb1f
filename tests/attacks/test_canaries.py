"""Secrets that the test knows go into a whole running product; then all that it says, shows and logs is searched.

What a call hands out on purpose, once, to whom it belongs (a new token) is not looked at; everything else is.
"""

import base64
import json
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from html import unescape
from typing import Any

import httpx2
import pytest
from mcp import Client
from mcp.client.streamable_http import streamable_http_client

from dbcv.entrypoints.admin import TABLES
from tests import loopback
from tests.product import EMAIL, PASSWORD, Product, free_port

API = "/api/v1"
CANARY = "canary"
BOX_KEY = base64.urlsafe_b64encode(b"canary of the box key, 32 bytes!").decode()
GIVEN = {
    "SECRET_KEY": "canary-signing-key-0123456789-0123456789",
    "SECRET_BOX_KEY": BOX_KEY,
    "DBCV_METRICS_TOKEN": "canary-metrics-token",
    "DBCV_OIDC_CLIENT_SECRET": "canary-oidc-client-secret",
    "S3_SECRET_KEY": "canary-s3-secret-key",
    "OTEL_EXPORTER_OTLP_HEADERS": "authorization=canary-collector-token",
}
MINE = "canary-password-of-somebody"
NEXT = "canary-next-password-of-somebody"
WEBHOOK = "canary-webhook-secret-0123"
SEALED = {
    "api_key": {"api_key": "canary-api-key"},
    "bearer": {"token": "canary-bearer"},
    "basic": {"username": "someone", "password": "canary-basic"},
    "oauth": {"client_id": "me", "client_secret": "canary-client-secret", "refresh_token": "canary-refresh"},
}
WORDS = {"text", "message", "event"}
"""Where a turn keeps what was said."""
TYPED = "canary-password-said-in-a-chat"


@dataclass
class Heard:
    """Everything the product said, by where it said it; `secrets`: what must be nowhere in it."""

    said: dict[str, str] = field(default_factory=dict)
    secrets: set[str] = field(default_factory=set)

    def note(self, where: str, text: str) -> None:
        self.said[f"{where} ({len(self.said)})"] = text

    def leaks(self) -> list[str]:
        """(where, which secret), however it is spelled."""
        return [
            f"{where}: {secret[:24]}… in …{text[max(0, text.find(form) - 80) : text.find(form) + 20]}"
            for where, text in self.said.items()
            for secret in self.secrets
            for form in _spellings(secret)
            if form in text
        ]


def _spellings(secret: str) -> set[str]:
    raw = secret.encode()
    whole = {base64.b64encode(raw).decode(), base64.urlsafe_b64encode(raw).decode(), raw.hex()}
    return {secret, json.dumps(secret)[1:-1], *whole}


@dataclass
class Visitor:
    """A client whose every answer is kept."""

    heard: Heard
    http: httpx2.AsyncClient

    async def call(self, method: str, path: str, *, is_told: bool = False, **options: Any) -> httpx2.Response:
        """`is_told`: the answer hands out a secret on purpose."""
        answer = await self.http.request(method, path, **options)
        assert answer.status_code < 500, (method, path, answer.text)
        if not is_told:
            self.heard.note(f"{method} {path}", f"{answer.headers}\n{answer.text}")
        return answer

    async def make(self, path: str, body: Any, **options: Any) -> Any:
        answer = await self.call("POST", API + path, json=body, **options)
        assert answer.is_success, (path, answer.text)
        return answer.json()


@pytest.fixture
def product() -> Iterator[Product]:
    """With secrets we know, and loud logs."""
    logs = {"DBCV_LOG_FORMAT": "json", "DBCV_LOG_LEVEL": "debug", "DBCV_ALLOWED_HOSTS": "127.0.0.1"}
    with Product(**GIVEN, **logs, DBCV_MCP_PORT=str(free_port())) as started:
        yield started


@asynccontextmanager
async def echo() -> Any:
    """A service that tells back all it was sent, and one path at which it hangs up."""

    async def answer(asked: loopback.Asked, writer: Any) -> None:
        if "broken" in asked.target:
            writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 9")
            writer.close()
            return
        told = {"target": asked.target, "headers": asked.headers, "body": asked.body.decode(errors="replace")}
        status = "400 Bad Request" if "token" in asked.target else "200 OK"
        writer.write(loopback.plain(json.dumps(told), status=status, headers="Content-Type: application/json"))

    async with loopback.serve(answer) as server:
        yield server


def document(port: int) -> dict[str, Any]:
    """A bot that asks for a password, sends it to a service that repeats everything, and keeps what comes back."""
    url = f"http://127.0.0.1:{port}"
    body = {"password": "{$session.password$}"}
    common = {"method": "post", "headers": {"Content-Type": "application/json"}, "json_field": body}
    asked = [
        {
            "search_type": "response",
            "request_id": name,
            "variables": [{"target": f"session.{name}", "source": "result"}],
            "connections": [{"next_step_id": step}],
        }
        for name, step in (("echo", "later"), ("broken", "start"))
    ]
    return {
        "name": "Nosy",
        "first_step_id": "start",
        "steps": [
            {
                "id": "start",
                "message": {"text": "Your password?"},
                "connection_groups": [
                    {
                        "variables": [{"target": "session.password", "source": "message.text"}],
                        "connections": [{"next_step_id": "ask"}],
                    }
                ],
            },
            {"id": "ask", "is_proxy": True, "connection_groups": [asked[0]]},
            {"id": "later", "is_proxy": True, "connection_groups": [asked[1]]},
        ],
        "requests": [
            {"id": "echo", "name": "Echo", "request_url": f"{url}/echo", **common},
            {"id": "broken", "name": "Broken", "request_url": f"{url}/broken", **common},
        ],
    }


@pytest.mark.timeout(400)
async def test_no_secret_comes_out_anywhere(product: Product) -> None:
    heard = Heard(secrets={*GIVEN.values(), MINE, NEXT, WEBHOOK, PASSWORD})
    heard.secrets |= {value for secret in SEALED.values() for name, value in secret.items() if CANARY in value}
    async with echo() as service, httpx2.AsyncClient(base_url=product.url, timeout=30) as http:
        nobody = Visitor(heard, http)
        anna = await somebody(heard, nobody, product)
        bot = await a_bot(anna, document(service.port))
        await credentials(anna, bot, service.port)
        channel = await a_talk(anna, nobody, bot)
        await everything_is_read(anna, bot, channel)
        await tools(anna, product, bot)
        await the_panel(heard, product)
        await faults(nobody, anna, bot)
        await anna.http.aclose()
    commands(heard, product, bot)
    for file in [product.log, *product.home.rglob("*.log*"), *product.home.rglob("*.json")]:
        if file.is_file() and file.name != "secrets.json":
            heard.note(f"file {file.name}", file.read_text(errors="replace"))
    assert len(heard.said) > 100
    assert any("request" in text for text in heard.said.values())
    leaks = heard.leaks()
    assert not leaks, "\n".join(leaks)


async def somebody(heard: Heard, nobody: Visitor, product: Product) -> Visitor:
    """Registers, mistypes, logs in, renews, makes tokens, changes the password."""
    wish = {"email": "anna@example.com", "username": "Anna", "password": MINE}
    await nobody.make("/login/register", wish, is_told=True)
    for wrong in ({"username": wish["email"], "password": MINE + "x"}, {"username": MINE, "password": MINE}):
        await nobody.call("POST", f"{API}/login/access-token", data=wrong)
    await nobody.call("POST", f"{API}/login/register", json=wish | {"more": MINE})
    await nobody.call("POST", f"{API}/login/register", json=wish)
    await nobody.call("POST", f"{API}/login/register", json=wish | {"password": [MINE], "email": MINE})
    form = {"username": wish["email"], "password": MINE}
    first = (await nobody.call("POST", f"{API}/login/access-token", data=form, is_told=True)).json()
    token = await nobody.make("/login/refresh", {"refresh_token": first["refresh_token"]}, is_told=True)
    heard.secrets |= {first["refresh_token"], token["refresh_token"], token["access_token"], first["access_token"]}
    headers = {"Authorization": f"Bearer {token['access_token']}"}
    anna = Visitor(heard, httpx2.AsyncClient(base_url=product.url, headers=headers, timeout=30))
    scopes = {"name": "t", "scopes": ["bots:read", "bots:write"]}
    heard.secrets.add((await anna.make("/users/me/api_tokens", scopes, is_told=True))["token"])
    change = {"current_password": MINE, "password": NEXT}
    await anna.call("PATCH", f"{API}/users/me", json=change | {"email": 1})
    assert (await anna.call("PATCH", f"{API}/users/me", json=change)).is_success
    for path in ("", "/api_tokens", "/logins", "/audit"):
        await anna.call("GET", f"{API}/users/me{path}")
    return anna


async def a_bot(anna: Visitor, wish: dict[str, Any]) -> str:
    bot: str = (await anna.make("/bots/import", wish))["id"]
    invited = {"email": "c@example.com", "role": "viewer"}
    token = (await anna.make(f"/bots/{bot}/invitations", invited, is_told=True))["token"]
    anna.heard.secrets.add(token)
    await anna.call("GET", f"{API}/bots/{bot}/invitations")
    await anna.call("POST", f"{API}/invitations/look", json={"token": token})
    await anna.call("POST", f"{API}/invitations/accept", json={"token": token})
    return bot


async def credentials(anna: Visitor, bot: str, port: int) -> None:
    """One of each strategy, most bound to the service that repeats everything; mistakes with the secret in them."""
    place = f"http://127.0.0.1:{port}"
    for number, (strategy, secret) in enumerate(SEALED.items()):
        hosts = [place] if strategy != "oauth" else [f"http://127.0.0.1:{port + 1}"]
        wish = {"bot_id": bot, "name": f"c{number}", "strategy": strategy, "hosts": hosts, "secret": secret}
        wish |= {"test_url": f"{hosts[0]}/echo", "token_url": f"{place}/token"}
        wish |= {} if strategy == "oauth" else {"token_url": None}
        made = await anna.make("/credentials", wish)
        await anna.call("POST", f"{API}/credentials/{made['id']}/test")
        text = next(value for value in secret.values() if CANARY in value)
        for wrong in ({"secret": text}, {"secret": {"key": text}}, {"secret": secret | {"more": text}}, {"x": text}):
            await anna.call("POST", f"{API}/credentials", json=wish | wrong)
        await anna.call("GET", f"{API}/credentials/{made['id']}")
        await anna.call("GET", f"{API}/credentials/{made['id']}/used_by")
        await anna.call("PATCH", f"{API}/credentials/{made['id']}", json={"hosts": ["evil.example"]})
    await anna.call("GET", f"{API}/credentials", params={"bot_id": bot})
    assert (await anna.call("POST", f"{API}/bots/{bot}/publish", json={})).is_success


async def a_talk(anna: Visitor, nobody: Visitor, bot: str) -> str:
    config = {"webhook": {"secret": WEBHOOK, "sender": "from", "text": "text"}}
    wish = {"name": "Room", "is_public": True, "default_bot_id": bot, "config": config}
    channel: str = (await anna.make("/channels", wish))["id"]
    await anna.call("PATCH", f"{API}/channels/{channel}", json={"config": {"webhook": {"secret": WEBHOOK, "x": 1}}})
    token = await nobody.make("/login/anonymous-access-token", {"channel_id": channel}, is_told=True)
    anna.heard.secrets.add(token["access_token"])
    sent = {"Authorization": f"Bearer {token['access_token']}", "Prefer": "wait=10"}
    said = [
        await nobody.http.post(f"{API}/messages", json={"channel_id": channel, "text": text}, headers=sent)
        for text in ("hello", TYPED)
    ]
    anna.heard.note("what the bot answered", said[-1].text.replace(TYPED, "…"))
    assert said[-1].status_code == 200, said[-1].text
    hook = {"X-Webhook-Secret": WEBHOOK, "Prefer": "wait=5"}
    for headers in (hook, hook | {"X-Webhook-Secret": WEBHOOK + "x"}, {}):
        await nobody.call(
            "POST", f"{API}/channels/{channel}/message", json={"from": "u", "text": "hi"}, headers=headers
        )
    return channel


async def everything_is_read(anna: Visitor, bot: str, channel: str) -> None:
    """Every list and document of the bot and its talks, in every form. What was said in the chat is the talk's own: it
    stands there as it was said; in traces and variables a value called password does not."""
    steps = (await anna.call("GET", f"{API}/bots/{bot}/export")).json()["steps"]
    template = {"bot_id": bot, "step_ids": [steps[1]["id"]], "name": "T"}
    await anna.call("POST", f"{API}/templates/from_steps", json=template, headers={"If-Match": "*"})
    await anna.call("POST", f"{API}/bots/{bot}/copy", json={})
    paths = [f"/bots/{bot}{rest}" for rest in ("", "/check", "/revisions", "/audit", "/diff", "/variables", "/access")]
    paths += [f"/bots/{bot}/export?format=yaml", f"/bots/{bot}/revisions/1", f"/bots/{bot}/dead_letters", "/templates"]
    paths += [f"/channels/{channel}", "/bots", "/attachments", "/integrations", "/openapi.json"]
    for path in paths:
        await anna.call("GET", API + path)
    sessions = (await anna.call("GET", f"{API}/bots/{bot}/sessions")).json()["items"]
    assert sessions
    anna.heard.secrets.add(TYPED)
    for session in sessions:
        turns = await anna.http.get(f"{API}/sessions/{session['id']}/turns")
        anna.heard.note("turns", json.dumps(_without_words(turns.json())))
        for turn in turns.json()["items"]:
            shown = await anna.http.get(f"{API}/turns/{turn['id']}")
            records = _without_words(shown.json())
            anna.heard.note(f"turn {turn['id']}", json.dumps(records))
            assert "canary-api-key" not in shown.text


def _without_words(record: Any) -> Any:
    """A turn without what the person said: that is the conversation itself, which its owner reads."""
    if isinstance(record, dict):
        return {name: _without_words(value) for name, value in record.items() if name not in WORDS}
    return [_without_words(item) for item in record] if isinstance(record, list) else record


async def tools(anna: Visitor, product: Product, bot: str) -> None:
    """All that an assistant can read, and mistakes with secrets in them."""
    headers = {"Authorization": anna.http.headers["authorization"]}
    async with (
        httpx2.AsyncClient(headers=headers, timeout=30) as http,
        Client(streamable_http_client(f"{product.url}/mcp", http_client=http)) as client,
    ):
        for tool in (await client.list_tools()).tools:
            needed = dict.fromkeys(tool.input_schema.get("required", ()), bot)
            for arguments in (needed, needed | {"secret": SEALED["api_key"]}):
                if not tool.name.startswith(("delete", "remove")):
                    result = await client.call_tool(tool.name, arguments)
                    anna.heard.note(f"tool {tool.name}", str(result))


async def the_panel(heard: Heard, product: Product) -> None:
    """Every table, and some rows of each on their own pages."""
    async with httpx2.AsyncClient(base_url=product.url, timeout=30) as http:
        page = await http.get("/admin/login")
        [token] = re.findall(r'name="csrftoken" value="([^"]+)"', page.text)
        form = {"username": EMAIL, "password": PASSWORD, "csrftoken": unescape(token)}
        wrong = await http.post("/admin/login", data=form | {"password": NEXT})
        heard.note("a wrong log-in to the panel", wrong.text)
        assert (await http.post("/admin/login", data=form)).status_code == 303
        heard.secrets.add(http.cookies["dbcv_admin"])
        rows = set()
        for table in TABLES:
            name = table.row.__tablename__.replace("_", "-")
            listed = await http.get(f"/admin/{name}/list")
            assert listed.status_code == 200, name
            heard.note(f"panel {name}", _without_talk(name, listed.text))
            for key in sorted(set(re.findall(r"detail\?pk=([\w-]+)", listed.text)))[-4:]:
                shown = await http.get(f"/admin/{name}/detail?pk={key}")
                assert shown.status_code == 200, name
                heard.note(f"panel {name} {key}", _without_talk(name, shown.text))
                rows.add(name)
    assert {"bot", "channel", "turn-record", "session-variables", "credential-entity", "request"} <= rows


def _without_talk(table: str, page: str) -> str:
    """Tables that hold the words of a talk show them to the operator; a secret of the product stands in none."""
    if table == "turn-record":  # what was said stands in it as it was said, and nowhere else
        return page.replace(f"&#34;text&#34;: &#34;{TYPED}&#34;", "…")
    return page.replace(TYPED, "…") if table in {"message", "mailbox", "delivery"} else page


async def faults(nobody: Visitor, anna: Visitor, bot: str) -> None:
    """Refusals of all kinds, with secrets where they do not belong."""
    token = {"Authorization": f"Bearer {GIVEN['DBCV_METRICS_TOKEN']}"}
    assert (await nobody.call("GET", "/metrics", headers=token)).is_success
    for path in ("/health/ready", "/openapi.json", "/docs", "/metrics", "/nothing", f"{API}/bots?limit={NEXT}"):
        await nobody.call("GET", path)
    for path in ("/bots/import", "/templates/import", f"/bots/{bot}/changes"):
        for body in (b"{", b"[]", json.dumps({"password": NEXT, "name": 1}).encode()):
            sent = {"Content-Type": "application/json", "If-Match": "*"}
            answer = await anna.http.post(API + path, content=body, headers=sent)
            assert answer.status_code < 500
    forged = {"Authorization": f"Bearer {NEXT}"}
    await nobody.call("GET", f"{API}/bots", headers=forged)


def commands(heard: Heard, product: Product, bot: str) -> None:
    """What the operator's commands print; the backup is what they made."""
    backup = product.home.parent / "whole.backup"
    for words in (["doctor"], ["export", bot], ["backup", str(backup)], ["up", "--help"]):
        done = subprocess.run(
            [sys.executable, "-m", "dbcv.entrypoints.cli", *words],
            env=product._environment(), capture_output=True, text=True, check=False, timeout=120,
        )  # fmt: skip
        heard.note(f"dbcv {words[0]}", done.stdout + done.stderr)
    assert backup.stat().st_mode & 0o077 == 0, "a backup holds the keys: only its owner reads it"
