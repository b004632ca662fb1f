"""OpenWeatherMap on loopback: https://openweathermap.org/current, https://openweathermap.org/forecast5."""

from typing import Any

from aiohttp import web

from tests.integrations.service import Seen, Service, said

KEY = "b6907d289e10d714a6e88b30761fae22"
PLACE = {"lon": 37.62, "lat": 55.75}


def weather() -> dict[str, Any]:
    """What stands in both answers."""
    return {
        "weather": [{"id": 804, "main": "Clouds", "description": "пасмурно", "icon": "04d"}],
        "main": {"temp": -3.4, "feels_like": -8.1, "temp_min": -4, "temp_max": -2.5, "pressure": 1021, "humidity": 81},
        "wind": {"speed": 4.1, "deg": 200},
        "clouds": {"all": 90},
        "visibility": 10000,
        "dt": 1795000000,
    }


class OpenWeatherMap(Service):
    """Knows Moscow."""

    async def answer(self, seen: Seen) -> web.Response:
        if seen.query.get("appid") != KEY:
            message = "Invalid API key. Please see https://openweathermap.org/faq#error401 for more info."
            return said({"cod": 401, "message": message}, 401)
        if seen.query.get("q") == "Nowhere":
            return said({"cod": "404", "message": "city not found"}, 404)
        if seen.path == "/data/2.5/weather":
            place = {"coord": PLACE, "name": "Moscow", "sys": {"country": "RU", "sunrise": 1, "sunset": 2}}
            return said(weather() | place | {"timezone": 10800, "id": 524901, "cod": 200})
        assert seen.path == "/data/2.5/forecast", seen.path
        entry = weather() | {"pop": 0.35, "dt_txt": "2026-11-18 12:00:00"}
        city = {"name": "Moscow", "country": "RU", "coord": PLACE, "timezone": 10800}
        count = int(seen.query.get("cnt", "40"))
        return said({"cod": "200", "cnt": count, "list": [entry] * count, "city": city})
