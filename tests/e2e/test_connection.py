"""Connections end: the server restarts, the network goes away. Nothing is lost, nothing is doubled, order is kept."""

import asyncio
from collections.abc import Iterator

import pytest
from playwright.async_api import Browser, expect

from tests.e2e.conftest import Visitor, Visitors, demo_channels, log_in
from tests.e2e.looks import until
from tests.product import Product

OFFLINE = "No connection."
LOST = ("Failed to load resource", "WebSocket connection to")


@pytest.fixture(scope="module")
def own_product() -> Iterator[Product]:
    """One that may be stopped."""
    with Product() as started:
        yield started


async def _booked(browser: Browser, product: Product) -> Visitor:
    path = demo_channels(log_in(product)).english
    visitor = await Visitors(browser, product.url)(path)
    visitor.expected_complaints = LOST
    await expect(visitor.said("What shall we call you?")).to_be_visible()
    return visitor


async def test_a_restart_of_the_server_loses_and_doubles_nothing(browser: Browser, own_product: Product) -> None:
    visitor = await _booked(browser, own_product)
    await asyncio.to_thread(own_product.stop)
    await visitor.say("Anna")
    await expect(visitor.page.get_by_text(OFFLINE)).to_be_visible()
    await expect(visitor.said("Anna")).to_have_attribute("data-status", "sending")
    await asyncio.to_thread(own_product.start)
    await expect(visitor.said("What can we do for you, Anna?")).to_be_visible(timeout=30_000)
    await expect(visitor.page.get_by_text(OFFLINE)).to_have_count(0)
    before = await visitor.bubbles()
    assert before[2:] == ["Anna", "What can we do for you, Anna?"]
    await visitor.page.reload()
    await expect(visitor.said("What can we do for you, Anna?")).to_be_visible()
    await until(visitor.bubbles, before)
    assert visitor.complaints == []


async def test_what_is_written_offline_is_sent_in_order(browser: Browser, own_product: Product) -> None:
    visitor = await _booked(browser, own_product)
    context = visitor.page.context
    await context.set_offline(True)
    for text in ("Pavel", "Manicure", "Today"):
        await visitor.say(text)
    await expect(visitor.log.locator("[data-status=sending]")).to_have_count(3)
    await context.set_offline(False)
    await expect(visitor.log.locator("[data-status=sending]")).to_have_count(0, timeout=20_000)
    await expect(visitor.said("What time suits you?").or_(visitor.said("is over")).first).to_be_visible()
    own = [text for text in await visitor.bubbles() if text in {"Pavel", "Manicure", "Today"}]
    assert own == ["Pavel", "Manicure", "Today"]
    assert visitor.complaints == []


async def test_what_is_written_offline_outlives_the_page(browser: Browser, own_product: Product) -> None:
    visitor = await _booked(browser, own_product)
    await asyncio.to_thread(own_product.stop)
    await visitor.say("Darya")
    await expect(visitor.said("Darya")).to_have_attribute("data-status", "sending")
    address = visitor.page.url
    await visitor.page.goto("about:blank")
    await asyncio.to_thread(own_product.start)
    await visitor.page.goto(address)
    await expect(visitor.said("What can we do for you, Darya?")).to_be_visible(timeout=20_000)
    assert (await visitor.bubbles()).count("Darya") == 1
    assert visitor.complaints == []
