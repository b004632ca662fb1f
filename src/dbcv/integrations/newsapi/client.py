"""How NewsAPI is asked, and how it says no."""

from typing import Any

from dbcv.integration_kit.call import Call
from dbcv.integration_kit.rest import Answer, Rest

BASE_URL = "https://newsapi.org/v2"


async def ask(call: Call, path: str, **params: Any) -> Any:
    """The answer to a question. Raises IntegrationFailed."""
    base_url = call.base_url(BASE_URL)
    rest = Rest(call, "NewsAPI", base_url, _reason, {"X-Api-Key": call.secret.secret})
    return await rest.ask("GET", path, params=params)


def _reason(answer: Answer) -> str | None:
    return answer.value.get("message") if isinstance(answer.value, dict) else None
