"""What the actions of OpenWeatherMap take and give."""

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from dbcv.integration_kit.definition import Inputs, Outputs
from dbcv.integration_kit.forms import asked, said

Latitude = Annotated[float, Field(ge=-90, le=90)]
Longitude = Annotated[float, Field(ge=-180, le=180)]


class CurrentInputs(Inputs):
    """A place by its name, or by both coordinates."""

    place: Annotated[str, Field(max_length=200)] = asked(
        "", "Place", "Место", pick="text", about=said("As London,GB", "Например, Москва,RU")
    )
    latitude: Latitude | None = asked(None, "or latitude", "или широта")
    longitude: Longitude | None = asked(None, "and longitude", "и долгота")
    units: Literal["metric", "imperial", "standard"] = asked(
        "metric",
        "Units",
        "Единицы",
        labels={
            "metric": said("°C, m/s", "°C, м/с"),
            "imperial": said("°F, mph", "°F, миль/ч"),
            "standard": said("K, m/s", "K, м/с"),
        },
    )
    language: Annotated[str, Field(pattern=r"^[a-z]{2}(_[a-z]{2})?$")] = asked(
        "en", "Language of words", "Язык описаний", about=said("As en, ru, zh_cn", "Например: en, ru, zh_cn")
    )

    @model_validator(mode="after")
    def _names_one_place(self) -> Self:
        if (self.latitude is None) != (self.longitude is None):
            raise ValueError("give both coordinates, latitude and longitude")
        if bool(self.place) == (self.latitude is not None):
            raise ValueError("give either a place or its coordinates")
        return self


class ForecastInputs(CurrentInputs):
    """As for now, with the number of periods of three hours."""

    periods: Annotated[int, Field(ge=1, le=40)] = asked(
        8, "Periods of 3 hours", "Периодов по 3 часа", about=said("40 are five days", "40 — это пять дней")
    )


class Period(Outputs):
    """The weather at one time, in the units that were asked for."""

    at: str = asked(..., "Time (ISO 8601, UTC)", "Время (ISO 8601, UTC)")
    temperature: float = asked(..., "Temperature", "Температура")
    feels_like: float | None = asked(None, "Feels like", "Ощущается как")
    temperature_min: float | None = asked(None, "Lowest", "Самая низкая")
    temperature_max: float | None = asked(None, "Highest", "Самая высокая")
    description: str = asked("", "In words", "Словами")
    icon: str | None = asked(None, "Icon", "Значок")
    humidity_percent: int | None = asked(None, "Humidity, %", "Влажность, %")
    pressure_hpa: int | None = asked(None, "Pressure, hPa", "Давление, гПа")
    wind_speed: float | None = asked(None, "Wind", "Ветер")
    wind_degrees: int | None = asked(None, "Wind from, °", "Ветер с, °")
    clouds_percent: int | None = asked(None, "Clouds, %", "Облачность, %")
    precipitation_percent: int | None = asked(None, "Chance of rain, %", "Вероятность осадков, %")


class Current(Period):
    """The weather now."""

    place: str = asked(..., "Place", "Место")
    country: str | None = asked(None, "Country", "Страна")


class Forecast(Outputs):
    """The weather to come."""

    place: str = asked(..., "Place", "Место")
    country: str | None = asked(None, "Country", "Страна")
    periods: list[Period] = asked(..., "Periods", "Периоды")
