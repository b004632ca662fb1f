"""What Yandex does for a bot."""

from typing import Any

from dbcv.integration_kit.call import Call
from dbcv.integration_kit.rest import UNREADABLE, unreadable
from dbcv.integrations.yandex.client import ask_places, ask_translation, ask_weather
from dbcv.integrations.yandex.shapes import (
    Day,
    GeocodeInputs,
    Place,
    Places,
    TranslateInputs,
    Translation,
    Weather,
    WeatherInputs,
)

ERRORS = UNREADABLE
explain = unreadable


async def weather(call: Call, inputs: WeatherInputs) -> Weather:
    """Now, and the days to come."""
    wanted = {"lat": inputs.latitude, "lon": inputs.longitude, "limit": inputs.days, "lang": inputs.language}
    value = await ask_weather(call, **wanted, hours="false")
    fact = value["fact"]
    return Weather(
        temperature=fact["temp"],
        feels_like=fact.get("feels_like"),
        condition=fact.get("condition"),
        wind_speed=fact.get("wind_speed"),
        wind_direction=fact.get("wind_dir"),
        pressure_mm=fact.get("pressure_mm"),
        humidity_percent=fact.get("humidity"),
        url=value.get("info", {}).get("url"),
        days=[_day(each) for each in value.get("forecasts", [])],
    )


def _day(forecast: dict[str, Any]) -> Day:
    parts = forecast.get("parts", {})
    day, night = parts.get("day", {}), parts.get("night", {})
    lowest = [part["temp_min"] for part in (day, night) if part.get("temp_min") is not None]
    return Day(
        date=forecast["date"],
        temperature_min=min(lowest, default=None),
        temperature_max=day.get("temp_max"),
        condition=day.get("condition"),
        precipitation_percent=day.get("prec_prob"),
        wind_speed=day.get("wind_speed"),
    )


async def translate(call: Call, inputs: TranslateInputs) -> Translation:
    """A text in another language."""
    body: dict[str, Any] = {"texts": [inputs.text], "targetLanguageCode": inputs.target, "format": "PLAIN_TEXT"}
    if inputs.source:
        body["sourceLanguageCode"] = inputs.source
    if inputs.folder_id:
        body["folderId"] = inputs.folder_id
    done = (await ask_translation(call, body))["translations"][0]
    return Translation(text=done["text"], source=done.get("detectedLanguageCode") or inputs.source or None)


async def geocode(call: Call, inputs: GeocodeInputs) -> Places:
    """Where an address is, or what stands at a point."""
    value = await ask_places(call, geocode=inputs.query, lang=inputs.language, results=inputs.limit)
    found = value["response"]["GeoObjectCollection"]["featureMember"]
    places = [_place(each["GeoObject"]) for each in found]
    return Places(is_found=bool(places), first=places[0] if places else None, places=places)


def _place(thing: dict[str, Any]) -> Place:
    about = thing["metaDataProperty"]["GeocoderMetaData"]
    address = about.get("Address", {})
    named = {each["kind"]: each["name"] for each in address.get("Components", [])}
    longitude, latitude = map(float, thing["Point"]["pos"].split())
    return Place(
        address=about.get("text") or address.get("formatted", ""),
        latitude=latitude,
        longitude=longitude,
        kind=about.get("kind"),
        precision=about.get("precision"),
        postal_code=address.get("postal_code"),
        country_code=address.get("country_code"),
        city=named.get("locality"),
        street=named.get("street"),
        house=named.get("house"),
    )
