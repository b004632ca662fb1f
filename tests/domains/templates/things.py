"""Templates of the tests, and what is done with them again and again."""

from typing import Any

from dbcv.domains.bots.document import normalise

FORECAST: dict[str, Any] = {
    "name": "Forecast",
    "description": "Says the weather",
    "inputs": {
        "type": "object",
        "properties": {"city": {"type": "string", "minLength": 2}, "days": {"type": "integer", "default": 1}},
        "required": ["city"],
    },
    "outputs": {"type": "object", "properties": {"forecast": {"type": "string"}}},
    "variables": {"tries": 0},
    "first_step_id": "ask",
    "requests": [{"id": "weather", "name": "Weather", "request_url": "https://weather.example/{$template.city$}"}],
    "credentials": [{"id": "key", "name": "Key", "provider": "telegram"}],
    "widgets": [{"id": "card", "name": "Card", "body": "<b>{$template.city$}</b>"}],
    "steps": [
        {
            "id": "ask",
            "name": "Ask",
            "is_proxy": True,
            "connection_groups": [
                {
                    "search_type": "response",
                    "request_id": "weather",
                    "variables": [{"target": "template.forecast", "source": "response.result.text"}],
                    "connections": [
                        {
                            "rules": {
                                "condition": "AND",
                                "rules": [{"field": "response.ok", "operator": "equal", "value": True}],
                            },
                            "next_step_id": "say",
                        }
                    ],
                },
                {
                    "search_type": "integration",
                    "integration_id": "telegram.send_message",
                    "integration_config": {"chat_id": "1", "text": "Forecast"},
                    "credential_id": "key",
                    "connections": [{"next_step_id": "say"}],
                },
            ],
        },
        {"id": "say", "name": "Say", "message": {"text": "In {$template.city$}", "widget_id": "card"}},
    ],
}

HOST: dict[str, Any] = {
    "name": "Host",
    "first_step_id": "hello",
    "credentials": [{"id": "tg", "name": "Bot", "provider": "telegram"}],
    "steps": [{"id": "hello", "name": "Hello", "message": {"text": "Hello"}}],
}
FITTING: dict[str, Any] = {
    "inputs_mapping": {"city": "{$user.city$}"},
    "outputs_mapping": {"forecast": "session.forecast"},
}


async def made(answer: Any, status: int = 201) -> Any:
    """The body of an answer that must have this status."""
    assert answer.status_code == status, answer.text
    return answer.json()


async def group(person: Any, name: str = "Ours") -> str:
    """A template group's id."""
    body = await made(await person.client.post("/template_groups", json={"name": name}))
    return str(body["id"])


async def library_template(person: Any, group_id: str, **more: Any) -> Any:
    """A library template."""
    return await made(await person.client.post("/templates", json=FORECAST | {"group_id": group_id} | more))


async def host(person: Any, document: dict[str, Any] | None = None) -> str:
    """A bot's id."""
    body = await made(await person.client.post("/bots/import", json=HOST if document is None else document))
    return str(body["id"])


async def place(person: Any, bot_id: str, template_id: str, **more: Any) -> Any:
    """A new step that runs a template."""
    wish = {"bot_id": bot_id, "template_id": template_id} | FITTING | more
    return await made(await person.client.post("/template_instances", json=wish))


async def draft(person: Any, bot_id: str) -> Any:
    """The bot's document, every default filled in."""
    return normalise(await made(await person.client.get(f"/bots/{bot_id}/export"), 200))
