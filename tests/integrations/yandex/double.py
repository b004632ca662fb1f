"""Three services of Yandex on loopback, each with its own key and its own way of saying no.

https://yandex.ru/dev/weather/doc, https://yandex.cloud/docs/translate/api-ref, https://yandex.ru/maps-api/docs/geocoder-api
"""

from typing import Any

from aiohttp import web

from tests.integrations.service import Seen, Service, said

KEY = "AQVN0123456789abcdefghijklmnopqrstu"


class Yandex(Service):
    """Weather, Translate and Geocoder behind one key."""

    async def answer(self, seen: Seen) -> web.Response:
        if seen.path == "/v2/forecast":
            return self._weather(seen)
        if seen.path == "/translate/v2/translate":
            return self._translation(seen)
        assert seen.path == "/v1/", seen.path
        return self._places(seen)

    def _weather(self, seen: Seen) -> web.Response:
        if seen.headers.get("X-Yandex-Weather-Key") != KEY:
            return said({"status": 403, "message": "Forbidden"}, 403)
        fact = {"temp": -3, "feels_like": -8, "condition": "overcast", "wind_speed": 4.1, "wind_dir": "sw"}
        fact |= {"pressure_mm": 766, "humidity": 81, "daytime": "d", "season": "autumn", "obs_time": 1795000000}
        day = {"temp_min": -5, "temp_avg": -4, "temp_max": -2, "condition": "snow", "prec_prob": 60, "wind_speed": 5}
        parts = {"day": day, "night": day | {"temp_min": -9}, "day_short": day | {"temp": -2}}
        forecasts = [{"date": f"2026-11-{20 + number}", "parts": parts} for number in range(int(seen.query["limit"]))]
        info = {"lat": float(seen.query["lat"]), "lon": float(seen.query["lon"]), "url": "https://yandex.ru/pogoda/213"}
        return said({"now": 1795000000, "info": info, "fact": fact, "forecasts": forecasts})

    def _translation(self, seen: Seen) -> web.Response:
        if seen.headers.get("Authorization") != f"Api-Key {KEY}":
            sent = seen.headers.get("Authorization", "").removeprefix("Api-Key ")
            return said({"code": 16, "message": f"Unknown api key '{sent}'", "details": []}, 401)
        if seen.body["targetLanguageCode"] == "xx":
            return said({"code": 3, "message": "unsupported target_language_code: xx", "details": []}, 400)
        translated = [{"text": text.upper(), "detectedLanguageCode": "ru"} for text in seen.body["texts"]]
        return said({"translations": translated})

    def _places(self, seen: Seen) -> web.Response:
        if seen.query.get("apikey") != KEY:
            return said({"statusCode": 403, "error": "Forbidden", "message": "Invalid api key"}, 403)
        found = [] if seen.query["geocode"] == "nowhere" else [_place()]
        about = {"GeocoderResponseMetaData": {"found": str(len(found)), "request": seen.query["geocode"]}}
        return said({"response": {"GeoObjectCollection": {"metaDataProperty": about, "featureMember": found}}})


def _place() -> dict[str, Any]:
    components = [
        {"kind": "country", "name": "Россия"},
        {"kind": "locality", "name": "Москва"},
        {"kind": "street", "name": "улица Льва Толстого"},
        {"kind": "house", "name": "16"},
    ]
    address = {"country_code": "RU", "postal_code": "119021", "formatted": "Москва, улица Льва Толстого, 16"}
    about = {"kind": "house", "precision": "exact", "text": "Россия, Москва, улица Льва Толстого, 16"}
    meta = {"GeocoderMetaData": about | {"Address": address | {"Components": components}}}
    return {"GeoObject": {"metaDataProperty": meta, "name": "16", "Point": {"pos": "37.587093 55.733969"}}}
