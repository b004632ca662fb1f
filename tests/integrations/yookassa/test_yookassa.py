"""YooKassa's actions against a server that speaks its API and keeps idempotence keys."""

from collections.abc import AsyncIterator

import pytest

from tests.integrations.caller import Caller
from tests.integrations.service import said
from tests.integrations.yookassa.double import PAYMENT, SECRET, SHOP, YooKassa


@pytest.fixture
async def api(caller: Caller) -> AsyncIterator[YooKassa]:
    async with YooKassa() as running:
        caller.credential("yookassa", "basic", [f"http://127.0.0.1:{running.port}"], username=SHOP, password=SECRET)
        yield running


async def test_a_payment(caller: Caller, api: YooKassa) -> None:
    config = {
        "amount": "99.9", "description": "Заказ", "return_url": "https://shop.example/", "payment_method": "sbp",
        "metadata": {"order": 7}, "receipt": {"customer": {"email": "a@b.c"}, "items": []},
    }  # fmt: skip
    result = (await caller.call("yookassa.create_payment", config))["result"]
    assert (result["status"], result["is_paid"], result["amount"]) == ("pending", False, "99.90")
    assert result["payment_url"] == PAYMENT["confirmation"]["confirmation_url"]
    sent = api.last.body
    assert sent["amount"] == {"value": "99.90", "currency": "RUB"} and sent["capture"] is True
    assert sent["confirmation"] == {"type": "redirect", "return_url": "https://shop.example/"}
    assert (sent["payment_method_data"], sent["metadata"]) == ({"type": "sbp"}, {"order": "7"})


async def test_a_second_try_makes_no_second_payment(caller: Caller, api: YooKassa) -> None:
    config = {"amount": 100, "return_url": "https://shop.example/"}
    for _ in range(2):
        assert (await caller.call("yookassa.create_payment", config, key="0190c1a2:3"))["ok"]
    assert list(api.made) == ["0190c1a2:3"]
    await caller.call("yookassa.create_payment", config, key="k" * 100)
    assert len(api.last.headers["Idempotence-Key"]) == 64


async def test_what_becomes_of_it(caller: Caller, api: YooKassa) -> None:
    payment = {"payment_id": PAYMENT["id"]}
    assert (await caller.call("yookassa.get_payment", payment))["result"]["is_test"] is True
    assert "Idempotence-Key" not in api.last.headers
    captured = (await caller.call("yookassa.capture", payment | {"amount": "50"}))["result"]
    assert (captured["status"], captured["amount"]) == ("succeeded", "50.00")
    canceled = (await caller.call("yookassa.cancel", payment))["result"]
    assert (canceled["status"], canceled["cancellation_reason"]) == ("canceled", "canceled_by_merchant")
    refund = (await caller.call("yookassa.refund", payment | {"amount": "30"}))["result"]
    assert (refund["amount"], refund["payment_id"]) == ("30.00", PAYMENT["id"])


async def test_what_it_refuses_is_data(caller: Caller, api: YooKassa) -> None:
    config = {"amount": 100, "currency": "NOK", "return_url": "https://shop.example/"}
    reply = await caller.call("yookassa.create_payment", config)
    assert reply["error"] == "YooKassa refused: amount.currency: Unsupported currency"
    reply = await caller.call("yookassa.get_payment", {"payment_id": "unknown"})
    assert (reply["status"], reply["error"]) == (404, "YooKassa refused: Payment doesn't exist or access denied")


async def test_still_at_it(caller: Caller, api: YooKassa) -> None:
    api.prepare(said({"type": "processing", "description": "Request accepted", "retry_after": 1800}, 202))
    reply = await caller.call("yookassa.cancel", {"payment_id": PAYMENT["id"]})
    assert (reply["code"], reply["retry_after_seconds"]) == ("rate_limited", 1.8)
