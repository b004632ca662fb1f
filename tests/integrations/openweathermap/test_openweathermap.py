"""OpenWeatherMap's actions against a server that speaks its protocol."""

from collections.abc import AsyncIterator

import pytest

from tests.integrations.caller import Caller
from tests.integrations.openweathermap.double import KEY, OpenWeatherMap


@pytest.fixture
async def api(caller: Caller) -> AsyncIterator[OpenWeatherMap]:
    async with OpenWeatherMap() as running:
        caller.credential("openweathermap", "api_key", [f"http://127.0.0.1:{running.port}"], api_key=KEY)
        yield running


async def test_weather_now(caller: Caller, api: OpenWeatherMap) -> None:
    reply = await caller.call("openweathermap.current", {"place": "Moscow,RU", "language": "ru"})
    result = reply["result"]
    assert (result["place"], result["country"], result["temperature"]) == ("Moscow", "RU", -3.4)
    assert (result["description"], result["at"]) == ("пасмурно", "2026-11-18T11:06:40Z")
    assert (api.last.query["q"], api.last.query["units"], api.last.query["lang"]) == ("Moscow,RU", "metric", "ru")
    assert "lat" not in api.last.query


async def test_by_coordinates_that_are_zero(caller: Caller, api: OpenWeatherMap) -> None:
    assert (await caller.call("openweathermap.current", {"latitude": 0, "longitude": "0"}))["ok"]
    assert (float(api.last.query["lat"]), float(api.last.query["lon"])) == (0, 0)


async def test_forecast(caller: Caller, api: OpenWeatherMap) -> None:
    result = (await caller.call("openweathermap.forecast", {"place": "Moscow", "periods": "3"}))["result"]
    assert [period["precipitation_percent"] for period in result["periods"]] == [35, 35, 35]


async def test_a_place_nobody_knows(caller: Caller, api: OpenWeatherMap) -> None:
    reply = await caller.call("openweathermap.current", {"place": "Nowhere"})
    assert (reply["error"], reply["status"]) == ("OpenWeatherMap refused: city not found", 404)
