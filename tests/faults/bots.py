"""Bots of the fault tests, as documents."""

from typing import Any

RAISE, BLOCK, WAIT, DIE = "!raise", "!block", "!wait", "!die"
"""Words that make `faulty_worker.py` fail: an exception, a loop that stands still, an endless wait, a dead process."""


def document(name: str, steps: list[dict[str, Any]], **fields: Any) -> dict[str, Any]:
    return {
        "format": "dbcv.bot", "version": 1, "name": name, "first_step_id": steps[0]["id"], "steps": steps, **fields
    }  # fmt: skip


_REMEMBER = [
    {
        "variables": [
            {"target": "session.before", "source": "session.last"},
            {"target": "session.last", "source": "message.text"},
        ],
        "connections": [{"next_step_id": "say"}],
    }
]
COUNTER = document(
    "Counter",
    [
        {"id": "listen", "name": "Listen", "connection_groups": _REMEMBER},
        {
            "id": "say",
            "name": "Say",
            "message": {"text": "{$message.text$} after {$session.before|default:0$}"},
            "connection_groups": _REMEMBER,
        },
    ],
)
"""Answers the k-th message of a session "k after k-1" if, and only if, its turns ran one by one in order."""


def echo(name: str) -> dict[str, Any]:
    """Answers everything, other bots too."""
    again = [{"connections": [{"next_step_id": "say"}]}]
    return document(
        name,
        [
            {"id": "listen", "name": "Listen", "connection_groups": again},
            {"id": "say", "name": "Say", "message": {"text": f"{name}!"}, "connection_groups": again},
        ],
    )


def caller(url: str, timeout_seconds: float) -> dict[str, Any]:
    """Calls `url` at every message and says what came back."""
    group = [
        {
            "search_type": "response",
            "request_id": "slow",
            "variables": [{"target": "session.ok", "source": "response.ok"}],
            "connections": [{"next_step_id": "say"}],
        }
    ]
    return document(
        "Caller",
        [
            {"id": "listen", "name": "Listen", "connection_groups": group},
            {"id": "say", "name": "Say", "message": {"text": "called: {$session.ok$}"}, "connection_groups": group},
        ],
        requests=[{"id": "slow", "name": "Slow", "method": "get", "request_url": url}],
    )


def crier(text: str) -> dict[str, Any]:
    """Answers "hi" with "hi"; at "go …" it says `text` in all its sessions of the channel."""
    ways = [
        {"rules": _says("begins_with", "go"), "next_step_id": "cry"},
        {"priority": 1, "rules": _says("equal", "hi"), "next_step_id": "say"},
    ]
    listens = [{"connections": ways}]
    cries = {
        "search_type": "integration",
        "integration_id": "dbcv.broadcast",
        "integration_config": {"channel_id": "{$channel.id$}", "text": text},
        "connections": [{"next_step_id": "listen"}],
    }
    return document(
        "Crier",
        [
            {"id": "listen", "name": "Listen", "connection_groups": listens},
            {"id": "say", "name": "Say", "message": {"text": "hi"}, "connection_groups": listens},
            {"id": "cry", "name": "Cry", "is_proxy": True, "connection_groups": [cries]},
        ],
    )


def _says(operator: str, value: str) -> dict[str, Any]:
    return {"condition": "AND", "rules": [{"field": "message.text", "operator": operator, "value": value}]}
