"""A tenant with one of everything that has an id, made through the API of a running product."""

import asyncio
import time
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import asyncpg
import httpx2

API = "/api/v1"
PASSWORD = "correct horse battery"
DOCUMENT: dict[str, Any] = {
    "name": "Greeter",
    "first_step_id": "ask",
    "steps": [
        {
            "id": "ask",
            "name": "Ask",
            "message": {"text": "What is your name?"},
            "connection_groups": [
                {
                    "variables": [{"target": "user.name", "source": "message.text"}],
                    "connections": [{"next_step_id": "tell"}],
                }
            ],
        },
        {"id": "tell", "name": "Tell", "message": {"text": "Hello {$user.name$}"}},
    ],
    "requests": [{"id": "crm", "name": "CRM", "method": "get", "request_url": "https://crm.example/"}],
    "widgets": [{"id": "card", "name": "Card", "body": "<b>Hi</b>"}],
    "notes": [{"text": "Remember"}],
}
TEMPLATE: dict[str, Any] = {"name": "Sub", "first_step_id": "say", "steps": [{"id": "say", "message": {"text": "Hi"}}]}
PARTS = {
    "step": "steps",
    "connection_group": "connection_groups",
    "connection": "connections",
    "request": "requests",
    "widget": "widgets",
    "note": "notes",
}


_TRUSTED = httpx2.create_ssl_context()
"""Nobody here speaks TLS, and each client would read this machine's authorities anew: 60 ms."""

opened: list["Client"] = []
"""To be closed when the product is stopped."""


class Client:
    """Calls of one person. A call that is refused where it should not be fails the test."""

    def __init__(self, base_url: str, token: str = "", prefix: str = API) -> None:
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        self.token = token
        opened.append(self)
        self.http = httpx2.Client(base_url=base_url + prefix, headers=headers, timeout=30.0, verify=_TRUSTED)

    def make(self, method: str, path: str, body: Any = None, **headers: str) -> Any:
        """JSON in, JSON out."""
        answer = self.http.request(method, path, json=body, headers=headers)
        assert answer.is_success, f"{method} {path}: {answer.status_code} {answer.text}"
        return answer.json() if answer.content else None


def register(base_url: str, name: str) -> tuple[Client, str, str]:
    """A new account: its client, id and e-mail."""
    unique = f"{name}-{time.time_ns()}"
    wish = {"email": f"{unique}@example.com", "username": name, "password": PASSWORD}
    made = Client(base_url).make("POST", "/login/register", wish)
    return Client(base_url, made["access_token"]), made["subscriber_id"], wish["email"]


@dataclass
class Tenant:
    """`ids` by kind: "step", "channel", …"""

    client: Client
    email: str
    ids: dict[str, str] = field(default_factory=dict)


def settle(base_url: str, database_url: str, name: str) -> Tenant:
    """An account with one of each."""
    client, user_id, email = register(base_url, name)
    tenant = Tenant(client, email, {"user": user_id})
    _draw(tenant)
    _talk(tenant)
    _keep(tenant)
    tenant.ids["dead_letter"] = _fail(database_url, tenant)
    return tenant


def _draw(tenant: Tenant) -> None:
    make, ids = tenant.client.make, tenant.ids
    bot = ids["bot"] = make("POST", "/bots/import", DOCUMENT)["id"]
    for kind, plural in PARTS.items():
        ids[kind] = make("GET", f"/{plural}?bot_id={bot}")["items"][0]["id"]
    ids["template_group"] = make("POST", "/template_groups", {"name": "Ours"})["id"]
    ids["template"] = make("POST", "/templates", TEMPLATE | {"group_id": ids["template_group"]})["id"]
    placed = make("POST", "/template_instances", {"bot_id": bot, "template_id": ids["template"]}, **{"If-Match": "*"})
    ids["template_instance"], ids["bot_template"] = placed["step_id"], placed["template_id"]
    said = {"bot_id": bot, "message": {"text": "Good morning"}}
    ids["emitter"] = make("POST", "/emitters", said | {"send_at": "2099-01-01T00:00:00Z"})["id"]
    ids["cron"] = make("POST", "/crons", said | {"month": "1", "day": "1", "hour": "3"})["id"]
    ids["preset"] = make("GET", "/presets")["items"][0]["id"]
    ids["integration"] = make("GET", "/integrations")["items"][0]["id"]
    ids["gallery"] = make("GET", "/gallery")["items"][0]["id"]
    ids["icon"] = make("GET", "/icons")["items"][0]["name"]
    said = {"name": "A guest is asked", "turns": [{"user": "hi", "bot": ["What is your name?"]}]}
    ids["conversation_test"] = make("POST", f"/bots/{bot}/tests", said)["id"]
    ids["revision"] = str(make("POST", f"/bots/{bot}/publish", {})["number"])


def _talk(tenant: Tenant) -> None:
    make, ids = tenant.client.make, tenant.ids
    public = make("POST", "/channels", {"name": "Open", "is_public": True, "default_bot_id": ids["bot"]})
    ids["public_channel"] = public["id"]
    ids["channel"] = make("POST", "/channels", {"name": "Ours", "default_bot_id": ids["bot"]})["id"]
    said = make("POST", "/messages", {"channel_id": ids["channel"], "text": "hi"}, Prefer="wait=20")["message"]
    ids |= {"message": said["id"], "turn": said["id"], "session": said["session_id"]}


def _keep(tenant: Tenant) -> None:
    make, ids = tenant.client.make, tenant.ids
    secret = {"bot_id": ids["bot"], "name": "CRM", "hosts": ["crm.example"], "secret": {"api_key": "a secret"}}
    ids["credential"] = make("POST", "/credentials", secret)["id"]
    wish = {"email": "somebody@example.com", "role": "viewer"}
    ids["invitation"] = make("POST", f"/bots/{ids['bot']}/invitations", wish)["id"]
    ids["api_token"] = make("POST", "/users/me/api_tokens", {"name": "script", "scopes": ["bots:read"]})["id"]
    ids["login"] = make("GET", "/users/me/logins")["items"][0]["id"]
    uploaded = tenant.client.http.put("/attachments", params={"name": "a.txt"}, content=b"some words")
    ids["attachment"] = uploaded.raise_for_status().json()["id"]


FAILED = """
INSERT INTO dead_letter (id, kind, bot_id, session_id, shard, content, error, attempts)
VALUES (gen_random_uuid(), 'turn', $1, $2, 0, '{"kind": "message", "event": {}}', 'it failed', 5) RETURNING id
"""


def _fail(database_url: str, tenant: Tenant) -> str:
    """A dead letter cannot be had through the API: no turn fails five times because one wants it to."""
    (row,) = query(database_url, FAILED, UUID(tenant.ids["bot"]), UUID(tenant.ids["session"]))
    return str(row["id"])


def query(database_url: str, statement: str, *values: Any) -> list[Any]:
    """Rows of the product's database."""

    async def ask() -> list[Any]:
        connection = await asyncpg.connect(database_url)
        try:
            return list(await connection.fetch(statement, *values))
        finally:
            await connection.close()

    return asyncio.run(ask())


_BUSY = (
    "login",
    "login_attempt",
    "refresh_token",
    "api_token",
    "shard",
    "words_progress",
    "message_words",
    "analytics_progress",
    "bot_hour",
    "bot_presence",
    "session_presence",
    "step_hour",
    "walk_hour",
    "alembic_version",
)
"""What the product itself, or merely asking, changes."""


def snapshot(database_url: str) -> dict[str, str]:
    """A digest of every table that only people's wishes change."""
    tables = query(
        database_url, "SELECT relname FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace"
    )
    parts = [
        f"SELECT '{name}' AS name, md5(coalesce(string_agg(t::text, '|' ORDER BY t::text), '')) AS digest"
        f' FROM "{name}" t'
        for (name,) in tables
        if name not in _BUSY
    ]
    return {row["name"]: row["digest"] for row in query(database_url, " UNION ALL ".join(parts))}
