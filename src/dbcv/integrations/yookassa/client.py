"""How YooKassa is asked, and how it says no."""

import base64
import hashlib
from typing import Any

from dbcv.integration_kit.call import Call
from dbcv.integration_kit.errors import IntegrationFailed
from dbcv.integration_kit.rest import Answer, Rest, failure

BASE_URL = "https://api.yookassa.ru/v3"
MAX_KEY_CHARS = 64


async def ask(call: Call, method: str, path: str, body: Any = None) -> Any:
    """The answer to one request; a second one with the same key of the call makes nothing new.

    Raises IntegrationFailed, also while YooKassa still works on it.
    """
    rest = Rest(call, "YooKassa", call.base_url(BASE_URL), _reason, _headers(call, method))
    answer = await rest.exchange(method, path, body=body)
    value = answer.value if isinstance(answer.value, dict) else {}
    if answer.status >= 400:
        raise failure("YooKassa", answer, _reason(answer))
    if value.get("type") == "processing":
        wait_seconds = float(value.get("retry_after", 1800)) / 1000
        raise IntegrationFailed(
            "YooKassa still works on it, try again later",
            code="rate_limited",
            status=answer.status,
            retry_after_seconds=wait_seconds,
        )
    return value


def _headers(call: Call, method: str) -> dict[str, str]:
    values = call.secret.values
    pair = base64.b64encode(f"{values['username']}:{values['password']}".encode()).decode()
    headers = {"Authorization": f"Basic {pair}"}
    return headers if method == "GET" else headers | {"Idempotence-Key": _key(call)}


def _key(call: Call) -> str:
    """The key of the call, or its fingerprint where it is longer than YooKassa takes."""
    return call.key if len(call.key) <= MAX_KEY_CHARS else hashlib.sha256(call.key.encode()).hexdigest()


def _reason(answer: Answer) -> str | None:
    if not isinstance(answer.value, dict):
        return None
    place = answer.value.get("parameter")
    words = answer.value.get("description") or answer.value.get("code")
    return f"{place}: {words}" if place and words else words
