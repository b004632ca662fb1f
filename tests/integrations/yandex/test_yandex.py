"""Yandex's actions against servers that speak the protocols of its three services."""

from collections.abc import AsyncIterator

import pytest

from tests.integrations.caller import Caller
from tests.integrations.yandex.double import KEY, Yandex


@pytest.fixture
async def api(caller: Caller) -> AsyncIterator[Yandex]:
    async with Yandex() as running:
        caller.credential("yandex_weather", "api_key", [f"http://127.0.0.1:{running.port}"], api_key=KEY)
        yield running


def use(caller: Caller, api: Yandex, provider: str, key: str = KEY) -> None:
    caller.credential(provider, "api_key", [f"http://127.0.0.1:{api.port}"], api_key=key)


async def test_weather(caller: Caller, api: Yandex) -> None:
    reply = await caller.call("yandex.weather", {"latitude": "55.75", "longitude": "37.62", "days": 2})
    result = reply["result"]
    assert (result["temperature"], result["condition"], result["wind_direction"]) == (-3, "overcast", "sw")
    assert [day["date"] for day in result["days"]] == ["2026-11-20", "2026-11-21"]
    assert (result["days"][0]["temperature_min"], result["days"][0]["temperature_max"]) == (-9, -2)
    assert (api.last.query["lat"], api.last.query["lang"]) == ("55.75", "ru_RU")


async def test_translation(caller: Caller, api: Yandex) -> None:
    use(caller, api, "yandex_cloud")
    reply = await caller.call("yandex.translate", {"text": "привет", "target": "en"})
    assert reply["result"] == {"text": "ПРИВЕТ", "source": "ru"}
    await caller.call("yandex.translate", {"text": "x", "target": "en", "source": "ru", "folder_id": "b1g"})
    assert (api.last.body["sourceLanguageCode"], api.last.body["folderId"]) == ("ru", "b1g")
    reply = await caller.call("yandex.translate", {"text": "x", "target": "xx"})
    assert reply["error"] == "Yandex Translate refused: unsupported target_language_code: xx"


async def test_a_repeated_key_is_masked(caller: Caller, api: Yandex) -> None:
    use(caller, api, "yandex_cloud", "AQVN-wrong-wrong-wrong")
    reply = await caller.call("yandex.translate", {"text": "x", "target": "en"})
    assert reply["code"] == "credential" and "Unknown api key '•••'" in reply["error"]


async def test_places(caller: Caller, api: Yandex) -> None:
    use(caller, api, "yandex_maps")
    result = (await caller.call("yandex.geocode", {"query": "Москва, Льва Толстого, 16"}))["result"]
    first = result["first"]
    assert (first["latitude"], first["longitude"], first["precision"]) == (55.733969, 37.587093, "exact")
    assert (first["city"], first["street"], first["house"]) == ("Москва", "улица Льва Толстого", "16")
    missed = (await caller.call("yandex.geocode", {"query": "nowhere"}))["result"]
    assert missed == {"is_found": False, "first": None, "places": []}


async def test_a_key_of_another_service(caller: Caller, api: Yandex) -> None:
    reply = await caller.call("yandex.geocode", {"query": "Москва"})
    assert not reply["ok"] and reply["code"] in ("credential", "bad_config")
    assert not api.seen
