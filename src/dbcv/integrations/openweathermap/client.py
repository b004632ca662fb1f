"""How OpenWeatherMap is asked, and how it says no."""

from typing import Any

from dbcv.integration_kit.call import Call
from dbcv.integration_kit.rest import Answer, Rest

BASE_URL = "https://api.openweathermap.org/data/2.5"


async def ask(call: Call, path: str, **params: Any) -> Any:
    """The answer to a question. Raises IntegrationFailed."""
    rest = Rest(call, "OpenWeatherMap", call.base_url(BASE_URL), _reason)
    return await rest.ask("GET", path, params=params | {"appid": call.secret.secret})


def _reason(answer: Answer) -> str | None:
    return answer.value.get("message") if isinstance(answer.value, dict) else None
