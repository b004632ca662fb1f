"""Yandex in the catalogue."""

from typing import Any

from dbcv.integration_kit.definition import Action, Integration
from dbcv.integration_kit.forms import said
from dbcv.integrations.yandex.providers import CLOUD, MAPS, PROVIDERS, WEATHER
from dbcv.integrations.yandex.shapes import (
    GeocodeInputs,
    Places,
    TranslateInputs,
    Translation,
    Weather,
    WeatherInputs,
)

_PLACE: dict[str, Any] = {"address": "Россия, Москва, Тверская улица, 1", "latitude": 55.757, "longitude": 37.615}

INTEGRATION = Integration(
    id="yandex",
    section="information",
    name=said("Yandex", "Яндекс"),
    about=said("Weather, translation and addresses.", "Погода, перевод и адреса."),
    library="httpx2",
    site="https://yandex.ru/dev",
    providers=PROVIDERS,
    actions=(
        Action(
            id="weather",
            name=said("Weather", "Погода"),
            about=said("Now and in the next days, at a point.", "Сейчас и в ближайшие дни, в точке."),
            inputs=WeatherInputs,
            outputs=Weather,
            providers=(WEATHER.id,),
            example={"latitude": 55.75, "longitude": 37.62, "days": 2},
            result={
                "temperature": -3,
                "condition": "overcast",
                "days": [{"date": "2026-11-20", "temperature_max": -2}],
            },
        ),
        Action(
            id="translate",
            name=said("Translate", "Перевести"),
            about=said("A text into another language.", "Текст на другой язык."),
            inputs=TranslateInputs,
            outputs=Translation,
            providers=(CLOUD.id,),
            example={"text": "Good morning", "target": "ru"},
            result={"text": "Доброе утро", "source": "en"},
        ),
        Action(
            id="geocode",
            name=said("Find a place", "Найти место"),
            about=said("Coordinates of an address, or the other way round.", "Координаты адреса или наоборот."),
            inputs=GeocodeInputs,
            outputs=Places,
            providers=(MAPS.id,),
            example={"query": "Москва, Тверская, 1"},
            result={"is_found": True, "first": _PLACE, "places": [_PLACE]},
        ),
    ),
)
