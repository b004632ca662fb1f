"""amoCRM's actions against a server that speaks its API v4."""

from collections.abc import AsyncIterator

import pytest

from tests.integrations.amocrm.double import TOKEN, AmoCrm
from tests.integrations.caller import Caller


@pytest.fixture
async def api(caller: Caller) -> AsyncIterator[AmoCrm]:
    async with AmoCrm() as running:
        caller.credential("amocrm", "bearer", [f"http://127.0.0.1:{running.port}"], token=TOKEN)
        yield running


async def test_a_contact_is_found(caller: Caller, api: AmoCrm) -> None:
    found = (await caller.call("amocrm.find_contact", {"query": "+79990000000"}))["result"]
    assert (found["is_found"], found["id"], found["name"]) == (True, 11, "Анна")
    assert (found["phones"], found["emails"]) == (["+79990000000"], ["ann@example.com"])
    assert (await caller.call("amocrm.find_contact", {"query": "nobody"}))["result"]["is_found"] is False


async def test_a_contact_is_made(caller: Caller, api: AmoCrm) -> None:
    config = {"name": "Анна", "phone": "+7 999", "email": "a@b.c", "fields": {"123": "red", "POSITION": "CTO"}}
    assert (await caller.call("amocrm.create_contact", config))["result"] == {"id": 12}
    sent = api.last.body[0]
    assert sent["name"] == "Анна" and "responsible_user_id" not in sent
    assert sent["custom_fields_values"] == [
        {"field_code": "PHONE", "values": [{"value": "+7 999", "enum_code": "WORK"}]},
        {"field_code": "EMAIL", "values": [{"value": "a@b.c", "enum_code": "WORK"}]},
        {"field_id": 123, "values": [{"value": "red"}]},
        {"field_code": "POSITION", "values": [{"value": "CTO"}]},
    ]


async def test_a_lead_is_made_and_changed(caller: Caller, api: AmoCrm) -> None:
    config = {"name": "Order", "price": "1500", "contact_id": 11, "tags": ["bot"]}
    assert (await caller.call("amocrm.create_lead", config))["result"] == {"id": 21}
    assert api.last.body == [
        {"name": "Order", "price": 1500, "_embedded": {"contacts": [{"id": 11}], "tags": [{"name": "bot"}]}}
    ]
    assert (await caller.call("amocrm.update_lead", {"lead_id": 21, "status_id": 142}))["result"] == {"id": 21}
    assert (api.last.method, api.last.body) == ("PATCH", {"status_id": 142})
    await caller.call("amocrm.update_lead", {"lead_id": 21, "price": 0})
    assert api.last.body == {"price": 0}
    reply = await caller.call("amocrm.update_lead", {"lead_id": 22, "price": 5})
    assert (reply["error"], reply["status"]) == ("amoCRM refused: Not Found", 404)
    asked = len(api.seen)
    assert "say what to change" in (await caller.call("amocrm.update_lead", {"lead_id": 21}))["error"]
    assert len(api.seen) == asked


async def test_a_note(caller: Caller, api: AmoCrm) -> None:
    config = {"entity": "contacts", "entity_id": "11", "text": "Asked about delivery"}
    assert (await caller.call("amocrm.add_note", config))["result"] == {"id": 31}
    assert api.last.body == [{"note_type": "common", "params": {"text": "Asked about delivery"}}]


async def test_a_wrong_field_is_named(caller: Caller, api: AmoCrm) -> None:
    reply = await caller.call("amocrm.create_lead", {"name": "Order", "status_id": 999})
    assert reply["error"] == "amoCRM refused: status_id: The value is not a valid choice."


async def test_a_credential_of_no_account(caller: Caller, api: AmoCrm) -> None:
    for hosts in ([], ["a.amocrm.ru", "b.amocrm.ru"]):
        caller.credential("amocrm", "bearer", hosts, token=TOKEN)
        reply = await caller.call("amocrm.find_contact", {"query": "ann@example.com"})
        assert reply["code"] == "credential" and "mycompany.amocrm.ru" in reply["error"]
    assert not api.seen
