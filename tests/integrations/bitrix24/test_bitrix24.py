"""Bitrix24's actions against a server that is called as an inbound webhook is."""

from collections.abc import AsyncIterator

import pytest

from tests.integrations.bitrix24.double import SECRET, Bitrix24
from tests.integrations.caller import Caller


@pytest.fixture
async def api(caller: Caller) -> AsyncIterator[Bitrix24]:
    async with Bitrix24() as running:
        caller.credential(
            "bitrix24",
            "api_key",
            [f"http://127.0.0.1:{running.port}"],
            api_key=f"http://127.0.0.1:{running.port}/rest/1/{SECRET}/",
        )
        yield running


async def test_a_lead(caller: Caller, api: Bitrix24) -> None:
    config = {"title": "From the bot", "name": "Анна", "phone": "+7 999", "fields": {"UF_CRM_1": "red"}}
    assert (await caller.call("bitrix24.create_lead", config))["result"] == {"id": 21}
    assert api.last.path.endswith("/crm.lead.add.json")
    assert api.last.body == {
        "fields": {
            "TITLE": "From the bot", "NAME": "Анна", "PHONE": [{"VALUE": "+7 999", "VALUE_TYPE": "WORK"}],
            "UF_CRM_1": "red",
        }
    }  # fmt: skip


async def test_a_deal(caller: Caller, api: Bitrix24) -> None:
    config = {"title": "Order", "amount": "1500.5", "currency": "RUB", "contact_id": 11, "category_id": 0}
    assert (await caller.call("bitrix24.create_deal", config))["result"] == {"id": 22}
    assert api.last.body["fields"] == {
        "TITLE": "Order", "OPPORTUNITY": 1500.5, "CURRENCY_ID": "RUB", "CONTACT_ID": 11, "CATEGORY_ID": 0,
    }  # fmt: skip
    reply = await caller.call("bitrix24.create_deal", {"title": "Order", "stage": "WRONG"})
    assert reply["error"] == "Bitrix24 refused: Поле «Стадия» заполнено неверно"


async def test_a_contact_is_found(caller: Caller, api: Bitrix24) -> None:
    found = (await caller.call("bitrix24.find_contact", {"phone": "+79990000000"}))["result"]
    assert (found["is_found"], found["id"], found["emails"]) == (True, 11, ["ann@example.com"])
    assert (await caller.call("bitrix24.find_contact", {"email": "x@y.z"}))["result"]["is_found"] is False
    asked = len(api.seen)
    assert "give a phone or an e-mail" in (await caller.call("bitrix24.find_contact", {}))["error"]
    assert len(api.seen) == asked


async def test_a_comment_and_any_method(caller: Caller, api: Bitrix24) -> None:
    config = {"entity": "deal", "entity_id": 22, "text": "Hi"}
    assert (await caller.call("bitrix24.add_comment", config))["result"] == {"id": 31}
    said = (await caller.call("bitrix24.call_method", {"method": "user.current"}))["result"]
    assert said["result"] == {"ID": "1", "NAME": "Анна"}
    reply = await caller.call("bitrix24.call_method", {"method": "crm.fly"})
    assert reply["error"] == "Bitrix24 refused: Method not found!"
