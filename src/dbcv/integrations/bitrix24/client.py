"""How Bitrix24 is asked, and how it says no."""

import re
from typing import Any

from dbcv.integration_kit.call import Call
from dbcv.integration_kit.errors import IntegrationFailed
from dbcv.integration_kit.rest import Answer, Rest, failure

_WEBHOOK = re.compile(r"https?://[^/\s?#@]+/rest/\d{1,10}/\w{8,64}/?")
_CODES = {
    "INVALID_CREDENTIALS": "credential",
    "NO_AUTH_FOUND": "credential",
    "insufficient_scope": "credential",
    "expired_token": "credential",
    "QUERY_LIMIT_EXCEEDED": "rate_limited",
    "OPERATION_TIME_LIMIT": "rate_limited",
    "OVERLOAD_LIMIT": "rate_limited",
}


async def ask(call: Call, method: str, params: dict[str, Any]) -> dict[str, Any]:
    """{"result", "total"?, "next"?} of a method. Raises IntegrationFailed."""
    answer = await Rest(call, "Bitrix24", _webhook(call), _reason).exchange("POST", f"/{method}.json", body=params)
    value = answer.value if isinstance(answer.value, dict) else {}
    if answer.status >= 400 or "error" in value:
        raise failure("Bitrix24", answer, _reason(answer), code=_CODES.get(str(value.get("error"))))
    if "result" not in value:
        raise IntegrationFailed("Bitrix24 answered without a result")
    return value


def _webhook(call: Call) -> str:
    address = call.secret.secret.strip()
    if not _WEBHOOK.fullmatch(address):
        raise IntegrationFailed(
            "the credential is no inbound webhook: enter its whole address, https://….bitrix24.ru/rest/1/…/",
            code="credential",
        )
    return address.rstrip("/")


def _reason(answer: Answer) -> str | None:
    if not isinstance(answer.value, dict):
        return None
    return answer.value.get("error_description") or answer.value.get("error")
