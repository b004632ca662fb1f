"""Bot documents of the tests, and what is done with them again and again."""

import json
from typing import Any
from uuid import UUID

from dbcv.kit.db import Database

ANY = {"If-Match": "*"}
"""The header of a write that overwrites whatever is there."""

GREETER: dict[str, Any] = {
    "name": "Greeter",
    "description": "Says hello",
    "variables": {"greeting": "Hello", "visits": 0},
    "first_step_id": "ask",
    "steps": [
        {
            "id": "ask",
            "name": "Ask age",
            "timeout_after": 3600,
            "timeout_step_id": "bye",
            "position": [10, 20.5],
            "message": {
                "text": "{$bot.greeting$}! How old are you?",
                "params": {"buttons": [{"text": "21", "value": "21"}], "a": 1},
                "widget_id": "card",
            },
            "connection_groups": [
                {
                    "variables": [{"target": "session.age", "source": "message.text"}],
                    "connections": [
                        {
                            "rules": {
                                "condition": "AND",
                                "rules": [{"field": "session.age", "operator": "greater_than", "value": 17}],
                            },
                            "next_step_id": "sub",
                        },
                        {"priority": 1, "rules": {}, "next_step_id": "lookup", "filters": [{"id": "x"}]},
                    ],
                }
            ],
        },
        {
            "id": "sub",
            "name": "Sub-flow",
            "is_proxy": True,
            "template_instance": {
                "template_id": "t1",
                "inputs_mapping": {"city": "{$session.age$}"},
                "outputs_mapping": {"forecast": "session.forecast"},
            },
            "connection_groups": [{"connections": [{"next_step_id": "bye"}]}],
        },
        {
            "id": "lookup",
            "name": "Look up",
            "is_proxy": True,
            "connection_groups": [
                {"search_type": "response", "request_id": "crm", "connections": [{"next_step_id": "bye"}]},
                {
                    "search_type": "code",
                    "priority": 1,
                    "code": "async def main(message, variables):\n    return {'n': 1}\n",
                    "connections": [{"next_step_id": "bye"}],
                },
                {
                    "search_type": "integration",
                    "priority": 2,
                    "integration_id": "telegram.send_message",
                    "integration_config": {"text": "{$session.age$}", "chat_id": "1"},
                    "credential_id": "tg",
                    "connections": [{"next_step_id": "bye"}],
                },
            ],
        },
        {"id": "bye", "name": "Bye", "message": {"text": "Bye"}},
    ],
    "master_connection_groups": [
        {
            "connections": [
                {
                    "rules": {
                        "condition": "AND",
                        "rules": [{"field": "message.text", "operator": "equal", "value": "restart"}],
                    },
                    "next_step_id": "ask",
                }
            ]
        }
    ],
    "requests": [
        {
            "id": "crm",
            "name": "CRM",
            "method": "get",
            "request_url": "https://crm.example/{$session.age$}",
            "timeout_seconds": 2.5,
            "retries": 1,
        }
    ],
    "templates": [
        {
            "id": "t1",
            "name": "Forecast",
            "inputs": {"city": {"type": "string"}},
            "outputs": {"forecast": {"type": "string"}},
            "first_step_id": "s1",
            "steps": [{"id": "s1", "name": "End", "message": {"text": "in {$template.city$}"}}],
        }
    ],
    "widgets": [{"id": "card", "name": "Card", "body": "<b>{$session.age$}</b>"}],
    "emitters": [
        {"name": "Morning", "message": {"text": "Good morning"}, "cron": {"minute": "0", "hour": "9"}},
        {"name": "Once", "message": {"text": "Hi", "widget_id": "card"}, "send_at": "2030-01-01T09:00:00+03:00"},
    ],
    "credentials": [{"id": "tg", "name": "My bot", "provider": "telegram"}],
    "notes": [{"text": "Remember", "position": [0, 200], "step_id": "bye"}],
}


def small(says: str = "Hello", **more: Any) -> dict[str, Any]:
    """A bot of one step."""
    return {"name": "Small", "first_step_id": "a", "steps": [{"id": "a", "message": {"text": says}}]} | more


async def imported(person: Any, document: dict[str, Any] | None = None) -> dict[str, Any]:
    """A bot made from a document."""
    answer = await person.client.post("/bots/import", json=GREETER if document is None else document)
    assert answer.status_code == 201, answer.text
    return answer.json()


async def exported(person: Any, bot_id: str) -> dict[str, Any]:
    """The draft as a document."""
    answer = await person.client.get(f"/bots/{bot_id}/export")
    assert answer.status_code == 200, answer.text
    return json.loads(answer.text)


def without_ids(document: dict[str, Any]) -> str:
    """The document as text, every id replaced by the order of its first appearance."""
    ids = [
        part["id"] for name in ("steps", "requests", "templates", "widgets", "credentials") for part in document[name]
    ]
    ids += [step["id"] for template in document["templates"] for step in template["steps"]]
    said = json.dumps(document)
    for place, name in enumerate(ids):
        said = said.replace(f'"{name}"', f'"id{place}"')
    return said


async def published_revision(db: Database, bot_id: UUID) -> int | None:
    """The revision that sessions of the bot run on."""
    async with db.driver() as connection:
        return await connection.fetchval("SELECT published_revision FROM bot WHERE id = $1", bot_id)


async def frozen_document(db: Database, bot_id: UUID, revision: int) -> dict[str, Any]:
    """What the runtime compiles for a revision."""
    async with db.driver() as connection:
        return await connection.fetchval(
            "SELECT document FROM revision WHERE bot_id = $1 AND number = $2", bot_id, revision
        )


async def changed(person: Any, bot_id: str, *changes: dict[str, Any], version: int | str = "*") -> Any:
    """The answer to a batch of changes; `version` goes into If-Match."""
    headers = {"If-Match": f"{version}"}
    return await person.client.post(f"/bots/{bot_id}/changes", json={"changes": list(changes)}, headers=headers)


def add(kind: str, part_id: str | None = None, **fields: Any) -> dict[str, Any]:
    return {"op": "add", "kind": kind, "id": part_id, "fields": fields}


def update(kind: str, part_id: str | None = None, **fields: Any) -> dict[str, Any]:
    return {"op": "update", "kind": kind, "id": part_id, "fields": fields}


def remove(kind: str, part_id: str) -> dict[str, Any]:
    return {"op": "remove", "kind": kind, "id": part_id}


async def parts(person: Any, plural: str, bot_id: str, **within: str) -> list[dict[str, Any]]:
    """Stored parts of a kind, as GET lists them."""
    answer = await person.client.get(f"/{plural}", params={"bot_id": bot_id, "limit": 200, **within})
    assert answer.status_code == 200, answer.text
    return answer.json()["items"]
