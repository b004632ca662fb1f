"""Stripe's actions, by its own library, against a server that speaks its API and keeps idempotency keys."""

import json
from collections.abc import AsyncIterator

import pytest

from tests.integrations.caller import Caller
from tests.integrations.service import said
from tests.integrations.stripe.double import KEY, Stripe


@pytest.fixture
async def api(caller: Caller) -> AsyncIterator[Stripe]:
    async with Stripe() as running:
        caller.credential("stripe", "api_key", [f"http://127.0.0.1:{running.port}"], api_key=KEY)
        yield running


async def test_a_page_to_pay_on(caller: Caller, api: Stripe) -> None:
    config = {
        "product": "Футболка", "amount": "15", "quantity": 2, "success_url": "https://shop.example/",
        "customer_email": "a@b.c", "reference": "7", "metadata": {"order": 7},
    }  # fmt: skip
    result = (await caller.call("stripe.create_checkout", config))["result"]
    assert (result["payment_url"], result["is_paid"], result["amount"]) == (
        "https://checkout.stripe.com/c/pay/cs_test_1", False, "15.00",
    )  # fmt: skip
    sent = api.last.body
    assert sent["line_items[0][price_data][unit_amount]"] == "1500"
    assert sent["line_items[0][price_data][product_data][name]"] == "Футболка"
    assert (sent["line_items[0][quantity]"], sent["mode"], sent["metadata[order]"]) == ("2", "payment", "7")
    assert (sent["client_reference_id"], sent["customer_email"]) == ("7", "a@b.c")


@pytest.mark.parametrize(("currency", "smallest"), [("usd", "1500"), ("JPY", "15"), ("kwd", "15000")])
async def test_currencies_are_counted_their_own_way(caller: Caller, api: Stripe, currency: str, smallest: str) -> None:
    config = {"product": "T", "amount": 15, "currency": currency, "success_url": "https://shop.example/"}
    assert (await caller.call("stripe.create_checkout", config))["ok"]
    assert api.last.body["line_items[0][price_data][unit_amount]"] == smallest


async def test_a_second_try_makes_nothing_twice(caller: Caller, api: Stripe) -> None:
    config = {"price_id": "price_1", "success_url": "https://shop.example/"}
    first = await caller.call("stripe.create_checkout", config, key="0190c1a2:3")
    assert first == await caller.call("stripe.create_checkout", config, key="0190c1a2:3")
    assert list(api.made) == ["0190c1a2:3"]
    await caller.call("stripe.create_checkout", config)
    assert len(api.made) == 2


async def test_a_link_for_many(caller: Caller, api: Stripe) -> None:
    reply = await caller.call("stripe.create_payment_link", {"price_id": "price_1", "metadata": {"from": "bot"}})
    assert reply["result"] == {"id": "plink_1", "payment_url": "https://buy.stripe.com/test_1"}
    assert api.last.body["line_items[0][price]"] == "price_1"


async def test_what_became_of_it(caller: Caller, api: Stripe) -> None:
    payment = (await caller.call("stripe.get_payment", {"payment_id": "pi_1"}))["result"]
    assert (payment["is_paid"], payment["amount"], payment["error"]) == (True, "15.00", None)
    checkout = (await caller.call("stripe.get_checkout", {"checkout_id": "cs_test_1"}))["result"]
    assert (checkout["status"], checkout["expires_at"]) == ("open", "2026-11-19T11:06:40Z")
    reply = await caller.call("stripe.get_payment", {"payment_id": "pi_9"})
    assert (reply["status"], reply["error"]) == (404, "Stripe refused: No such object: 'pi_9'")


async def test_a_refund(caller: Caller, api: Stripe) -> None:
    reply = await caller.call("stripe.refund", {"payment_id": "pi_1", "amount": "5.00", "reason": "duplicate"})
    assert (reply["result"]["amount"], api.last.body["amount"]) == ("5.00", "500")
    reply = await caller.call("stripe.refund", {"payment_id": "pi_1", "amount": 99})
    assert reply["error"].startswith("Stripe refused: Refund amount ($99.00) is greater")


async def test_the_library_tells_nobody_of_us(caller: Caller, api: Stripe) -> None:
    """No telemetry header, and one try a call."""
    await caller.call("stripe.get_payment", {"payment_id": "pi_1"})
    api.prepare(said({"error": {"message": "down"}}, 500))
    reply = await caller.call("stripe.get_payment", {"payment_id": "pi_1"})
    assert not reply["ok"] and len(api.seen) == 2
    assert not any("Telemetry" in name for seen in api.seen for name in seen.headers)
    assert "platform" not in json.loads(api.seen[0].headers["X-Stripe-Client-User-Agent"])
