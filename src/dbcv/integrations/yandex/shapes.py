"""What the actions of Yandex take and give."""

from typing import Annotated, Literal

from pydantic import Field

from dbcv.integration_kit.definition import Inputs, Outputs
from dbcv.integration_kit.forms import asked, said

Latitude = Annotated[float, Field(ge=-90, le=90)]
Longitude = Annotated[float, Field(ge=-180, le=180)]
Speech = Annotated[str, Field(pattern=r"^[a-z]{2,3}([_-][A-Za-z]{2,8})?$", max_length=12)]


class WeatherInputs(Inputs):
    """A point, and how many days."""

    latitude: Latitude = asked(..., "Latitude", "Широта")
    longitude: Longitude = asked(..., "Longitude", "Долгота")
    days: Annotated[int, Field(ge=1, le=11)] = asked(
        3, "Days", "Дней", about=said("your plan may allow fewer", "тариф может давать меньше")
    )
    language: Speech = asked("ru_RU", "Language", "Язык", about=said("as ru_RU, en_US", "вида ru_RU, en_US"))


class TranslateInputs(Inputs):
    """A text, and into which language."""

    text: Annotated[str, Field(min_length=1, max_length=10_000)] = asked(..., "Text", "Текст", pick="text")
    target: Speech = asked("en", "Into", "На язык", about=said("as en, ru, de", "вида en, ru, de"))
    source: Annotated[str, Field(pattern=r"^([a-z]{2,3}(-[A-Za-z]{2,8})?)?$", max_length=12)] = asked(
        "", "From", "С языка", about=said("empty: it is recognised", "пусто: определится само")
    )
    folder_id: Annotated[str, Field(pattern=r"^[\w-]{0,50}$")] = asked(
        "", "Folder", "Каталог", about=said("needed with keys of people only", "нужен только с ключом пользователя")
    )


class GeocodeInputs(Inputs):
    """An address, or "longitude,latitude" for the other way round."""

    query: Annotated[str, Field(min_length=1, max_length=500)] = asked(
        ...,
        "Address or coordinates",
        "Адрес или координаты",
        pick="text",
        about=said("coordinates as 37.62,55.75", "координаты вида 37.62,55.75 (долгота, широта)"),
    )
    language: Literal["ru_RU", "en_RU", "en_US", "uk_UA", "be_BY", "tr_TR"] = asked("ru_RU", "Language", "Язык")
    limit: Annotated[int, Field(ge=1, le=50)] = asked(5, "At most", "Не больше")


class Day(Outputs):
    """A day of the forecast; °C, m/s."""

    date: str
    temperature_min: float | None = None
    temperature_max: float | None = None
    condition: str | None = None
    precipitation_percent: float | None = None
    wind_speed: float | None = None


class Weather(Outputs):
    """The weather now, and the days to come; °C, m/s, mm of mercury. `condition`: clear, cloudy, overcast, rain …"""

    temperature: float
    feels_like: float | None = None
    condition: str | None = None
    wind_speed: float | None = None
    wind_direction: str | None = None
    pressure_mm: float | None = None
    humidity_percent: float | None = None
    url: str | None = None
    days: list[Day]


class Translation(Outputs):
    """`source`: the language that was recognised."""

    text: str
    source: str | None = None


class Place(Outputs):
    """`precision`: exact, number, near, range, street or other."""

    address: str
    latitude: float
    longitude: float
    kind: str | None = None
    precision: str | None = None
    postal_code: str | None = None
    country_code: str | None = None
    city: str | None = None
    street: str | None = None
    house: str | None = None


class Places(Outputs):
    """Best first; `first` is null when `is_found` is false."""

    is_found: bool
    first: Place | None
    places: list[Place]
