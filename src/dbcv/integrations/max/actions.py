"""The actions of MAX, by maxapi over connections that the guard checks."""

from typing import Any

from maxapi.exceptions.base import MaxError
from maxapi.exceptions.max import InvalidToken, MaxApiError

from dbcv.integration_kit.call import Call
from dbcv.integration_kit.errors import IntegrationFailed
from dbcv.integration_kit.sockets import places_only
from dbcv.integrations.max.api import MaxApi
from dbcv.integrations.max.shapes import SendMessage, Sent

ERRORS = (MaxError,)


def explain(error: Exception) -> IntegrationFailed:
    """MAX's own words."""
    if isinstance(error, InvalidToken):
        return IntegrationFailed("MAX refused the bot's token: enter it again", code="credential", status=401)
    if isinstance(error, MaxApiError):
        raw = error.raw if isinstance(error.raw, dict) else {}
        code = {403: "refused", 429: "rate_limited"}.get(error.code, "failed")
        return IntegrationFailed(f"MAX answered {error.code}: {raw.get('message')}", code=code, status=error.code)
    return IntegrationFailed("MAX did not take it")


async def send_message(call: Call, inputs: SendMessage) -> Sent:
    """A text in a chat."""
    api = MaxApi(
        call.network, call.base_url("https://platform-api2.max.ru"), call.secret.secret, places_only(call.places)
    )
    rows = [[{"type": "link", "text": each.text, "url": each.url}] for each in inputs.buttons]
    held = [{"type": "inline_keyboard", "payload": {"buttons": rows}}] if rows else []
    try:
        told: dict[str, Any] = await api.ask(
            "POST", "/messages", {"chat_id": inputs.chat_id}, {"text": inputs.text, "attachments": held}
        )
    finally:
        await api.close()
    return Sent(message_id=str(told["message"]["body"]["mid"]))
