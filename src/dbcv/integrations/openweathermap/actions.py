"""What OpenWeatherMap does for a bot."""

from typing import Any

from dbcv.integration_kit.call import Call
from dbcv.integration_kit.rest import UNREADABLE, at_utc, unreadable
from dbcv.integrations.openweathermap.client import ask
from dbcv.integrations.openweathermap.shapes import Current, CurrentInputs, Forecast, ForecastInputs, Period

ERRORS = UNREADABLE
explain = unreadable


async def current(call: Call, inputs: CurrentInputs) -> Current:
    """The weather now."""
    value = await ask(call, "/weather", **_wanted(inputs))
    return Current(place=value["name"], country=value["sys"].get("country"), **_fields(value))


async def forecast(call: Call, inputs: ForecastInputs) -> Forecast:
    """The weather of the next days."""
    value = await ask(call, "/forecast", **_wanted(inputs), cnt=inputs.periods)
    periods = [Period(**_fields(entry)) for entry in value["list"]]
    return Forecast(place=value["city"]["name"], country=value["city"].get("country"), periods=periods)


def _wanted(inputs: CurrentInputs) -> dict[str, Any]:
    where = {"q": inputs.place, "lat": inputs.latitude, "lon": inputs.longitude}
    return where | {"units": inputs.units, "lang": inputs.language}


def _fields(entry: dict[str, Any]) -> dict[str, Any]:
    measured, wind = entry["main"], entry.get("wind", {})
    words = (entry.get("weather") or [{}])[0]
    chance = entry.get("pop")
    return {
        "at": at_utc(entry["dt"]) or "",
        "temperature": measured["temp"],
        "feels_like": measured.get("feels_like"),
        "temperature_min": measured.get("temp_min"),
        "temperature_max": measured.get("temp_max"),
        "description": words.get("description", ""),
        "icon": words.get("icon"),
        "humidity_percent": measured.get("humidity"),
        "pressure_hpa": measured.get("pressure"),
        "wind_speed": wind.get("speed"),
        "wind_degrees": wind.get("deg"),
        "clouds_percent": entry.get("clouds", {}).get("all"),
        "precipitation_percent": None if chance is None else round(chance * 100),
    }
