"""How the services of Yandex are asked, and how they say no."""

from typing import Any

from dbcv.integration_kit.call import Call
from dbcv.integration_kit.rest import Answer, Rest

WEATHER_URL = "https://api.weather.yandex.ru/v2"
TRANSLATE_URL = "https://translate.api.cloud.yandex.net/translate/v2"
GEOCODE_URL = "https://geocode-maps.yandex.ru/v1"


async def ask_weather(call: Call, **params: Any) -> Any:
    """Now and the days to come."""
    headers = {"X-Yandex-Weather-Key": call.secret.secret}
    rest = Rest(call, "Yandex Weather", call.base_url(WEATHER_URL), _reason, headers)
    return await rest.ask("GET", "/forecast", params=params)


async def ask_translation(call: Call, body: dict[str, Any]) -> Any:
    """Texts in another language."""
    headers = {"Authorization": f"Api-Key {call.secret.secret}"}
    rest = Rest(call, "Yandex Translate", call.base_url(TRANSLATE_URL), _reason, headers)
    return await rest.ask("POST", "/translate", body=body)


async def ask_places(call: Call, **params: Any) -> Any:
    """Addresses and coordinates."""
    rest = Rest(call, "Yandex Geocoder", call.base_url(GEOCODE_URL), _reason)
    return await rest.ask("GET", "/", params=params | {"apikey": call.secret.secret, "format": "json"})


def _reason(answer: Answer) -> str | None:
    return answer.value.get("message") if isinstance(answer.value, dict) else None
