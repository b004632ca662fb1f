"""Who gives out the keys of Yandex: three services, three keys."""

from dbcv.integration_kit.credentials import Placement, Provider

WEATHER = Provider(
    "yandex_weather",
    "Yandex Weather",
    ("api_key",),
    ("api.weather.yandex.ru",),
    Placement("header", "X-Yandex-Weather-Key", ""),
    test_url="https://api.weather.yandex.ru/v2/forecast?lat=55.75&lon=37.62&limit=1",
)
CLOUD = Provider(
    "yandex_cloud",
    "Yandex Cloud",
    ("api_key",),
    ("translate.api.cloud.yandex.net",),
    Placement("header", "Authorization", "Api-Key "),
)
MAPS = Provider(
    "yandex_maps",
    "Yandex Maps",
    ("api_key",),
    ("geocode-maps.yandex.ru",),
    Placement("query", "apikey", ""),
    test_url="https://geocode-maps.yandex.ru/v1/?geocode=37.62,55.75&format=json&results=1",
)
PROVIDERS = (WEATHER, CLOUD, MAPS)
