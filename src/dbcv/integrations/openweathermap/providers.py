"""Who gives out the keys of OpenWeatherMap."""

from dbcv.integration_kit.credentials import Placement, Provider

PROVIDERS = (
    Provider(
        "openweathermap",
        "OpenWeatherMap",
        ("api_key",),
        ("api.openweathermap.org",),
        Placement("query", "appid", ""),
        test_url="https://api.openweathermap.org/data/2.5/weather?q=London",
    ),
)
