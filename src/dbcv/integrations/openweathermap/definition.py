"""OpenWeatherMap in the catalogue."""

from dbcv.integration_kit.definition import Action, Integration
from dbcv.integration_kit.forms import said
from dbcv.integrations.openweathermap.providers import PROVIDERS
from dbcv.integrations.openweathermap.shapes import Current, CurrentInputs, Forecast, ForecastInputs

_NOW = {"at": "2026-11-18T12:00:00Z", "temperature": -3.4, "description": "overcast clouds"}

INTEGRATION = Integration(
    id="openweathermap",
    section="information",
    name=said("OpenWeatherMap", "OpenWeatherMap"),
    about=said("Weather anywhere: now and for five days.", "Погода где угодно: сейчас и на пять дней."),
    library="httpx2",
    site="https://openweathermap.org",
    providers=PROVIDERS,
    actions=(
        Action(
            id="current",
            name=said("Weather now", "Погода сейчас"),
            about=said("The weather in a place.", "Погода в каком-нибудь месте."),
            inputs=CurrentInputs,
            outputs=Current,
            example={"place": "London,GB", "units": "metric", "language": "en"},
            result=_NOW | {"place": "London", "country": "GB"},
        ),
        Action(
            id="forecast",
            name=said("Forecast", "Прогноз"),
            about=said("The weather of the next hours and days.", "Погода на ближайшие часы и дни."),
            inputs=ForecastInputs,
            outputs=Forecast,
            example={"place": "London,GB", "periods": 8},
            result={"place": "London", "country": "GB", "periods": [_NOW]},
        ),
    ),
)
