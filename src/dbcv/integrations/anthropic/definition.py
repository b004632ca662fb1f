"""Anthropic in the catalogue."""

from dbcv.integration_kit.definition import Action, Integration
from dbcv.integration_kit.forms import said
from dbcv.integrations.anthropic.providers import PROVIDERS
from dbcv.integrations.anthropic.shapes import Answer, Chat

INTEGRATION = Integration(
    id="anthropic",
    section="ai",
    name=said("Anthropic", "Anthropic"),
    about=said("Claude answers in the conversation", "Claude отвечает в разговоре"),
    library="anthropic",
    site="https://docs.claude.com/en/api/messages",
    providers=PROVIDERS,
    actions=(
        Action(
            "chat",
            said("Answer", "Ответить"),
            said("A model continues the conversation", "Модель продолжает разговор"),
            Chat,
            Answer,
            {
                "model": "claude-sonnet-4-5",
                "system": "You are a polite shop assistant.",
                "prompt": "{$message.text$}",
                "stream": True,
            },
            {"text": "Good day!", "tool_calls": [], "finish_reason": "end_turn", "model": "claude-sonnet-4-5",
             "tokens_in": 21, "tokens_out": 3},
            streams=True,
        ),
    ),
)  # fmt: skip
