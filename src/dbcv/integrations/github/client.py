"""How GitHub is asked, and how it says no."""

import time
from typing import Any

from dbcv.integration_kit.call import Call
from dbcv.integration_kit.rest import Answer, Rest, failure

BASE_URL = "https://api.github.com"
_VERSION = "2022-11-28"


async def ask(call: Call, method: str, path: str, body: Any = None, **params: Any) -> Any:
    """The answer to one request; None where it has no body. Raises IntegrationFailed."""
    headers = {
        "Authorization": f"Bearer {call.secret.secret}",
        "Accept": "application/vnd.github+json",
        "X-GitHub-Api-Version": _VERSION,
    }
    rest = Rest(call, "GitHub", call.base_url(BASE_URL), _reason, headers)
    answer = await rest.exchange(method, path, params=params, body=body)
    if answer.status < 400:
        return answer.value
    wait = _wait_seconds(answer)
    code = "rate_limited" if wait is not None else None
    raise failure("GitHub", answer, _reason(answer), code=code, wait_seconds=wait)


def _wait_seconds(answer: Answer) -> float | None:
    """GitHub's limits answer 403 or 429; the end of the primary one stands in a header of their own."""
    if answer.status not in (403, 429) or answer.headers.get("x-ratelimit-remaining") != "0":
        return None
    reset = answer.headers.get("x-ratelimit-reset", "")
    return max(0.0, float(reset) - time.time()) if reset.isdecimal() else None


def _reason(answer: Answer) -> str | None:
    if not isinstance(answer.value, dict):
        return None
    errors = answer.value.get("errors")
    details = "; ".join(map(_detail, errors)) if isinstance(errors, list) else ""
    return ": ".join(filter(None, (answer.value.get("message"), details))) or None


def _detail(error: Any) -> str:
    if not isinstance(error, dict):
        return str(error)
    place = ".".join(str(error[name]) for name in ("resource", "field") if error.get(name))
    return error.get("message") or f"{place} ({error.get('code', 'invalid')})"
