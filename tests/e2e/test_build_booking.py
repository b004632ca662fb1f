"""From an empty canvas to a booking in a chat: a person builds the demo's bot by mouse and keyboard alone, talks to it,
stops it before a step, publishes it, is served by it in a channel, changes it, sees what changed, and goes back."""

import asyncio
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import Page, expect

import dbcv.entrypoints
from dbcv.domains.bots.document import parse
from tests.e2e.conftest import Visitor, Visitors
from tests.e2e.drawing import Drawing
from tests.e2e.looks import pressed
from tests.e2e.places import PASSWORD, newcomer
from tests.product import Product

DEMO = Path(dbcv.entrypoints.__file__).parent / "demo" / "appointment.en.yaml"
INSTEAD = {
    "welcome_back": "next", "bad_name": "name", "bad_service": "service", "read_day": "bad_day",
    "check_day": "keep_day", "read_time": "time", "not_late": "next", "bad_phone": "phone", "change": "service",
    "reminder": "expired",
}  # fmt: skip
"""Where the way goes on without the steps that say what was wrong and ask again: they are drawn as the others are, and
a person who draws them all takes twice as long."""
LEFT_OUT = {
    *INSTEAD, "haircut", "colouring", "manicure", "past_day", "bad_time", "keep_read_time", "late",
    "back", "back_to_time", "back_to_day", "back_to_service",
}  # fmt: skip


def booking() -> dict[str, Any]:
    """The demo's document: its main way, with what its bot variables hold written out, as the canvas draws none."""
    text = DEMO.read_text("utf-8").replace("{$bot.services|join$}", "haircut, colouring, manicure")
    text = text.replace('"{$bot.services$}"', "[haircut, colouring, manicure]")
    for name, value in parse(text, "yaml")["variables"].items():
        text = text.replace(f"{{$bot.{name}$}}", str(value))
    document = parse(text, "yaml")
    document["steps"] = [step for step in document["steps"] if step["id"] not in LEFT_OUT]
    for step in document["steps"]:
        step["timeout_step_id"] = INSTEAD.get(step["timeout_step_id"], step["timeout_step_id"])
    groups = [group for step in document["steps"] for group in step["connection_groups"]]
    for group in [*groups, *document["master_connection_groups"]]:
        for connection in group["connections"]:
            connection["next_step_id"] = INSTEAD.get(connection["next_step_id"], connection["next_step_id"])
        group["connections"] = [each for each in group["connections"] if each["next_step_id"] not in LEFT_OUT]
    return document


@pytest.mark.timeout(500)
async def test_the_booking_bot_from_an_empty_canvas_to_a_visitor_and_back(visitors: Visitors, product: Product) -> None:
    _, email = await asyncio.to_thread(newcomer, product, "Anna")
    visitor = await visitors("/new", account=(email, PASSWORD))
    visitor.expected_complaints = ("422",)  # a pattern is refused until it is written
    page = visitor.page
    await page.get_by_label("Name", exact=True).fill("Bookings")
    await page.get_by_role("button", name="Create", exact=True).click()
    document = booking()
    await Drawing(page, document).draw()
    await saved(page)
    await page.reload()
    await expect(page.locator(".react-flow__node")).not_to_have_count(0)
    assert not await page.get_by_text("problems", exact=False).is_visible()

    await talked_to(page)
    await stopped_before_a_step(page)
    await published(page, 1, "The first one")
    chat = await opened_to_visitors(page, visitors)
    await booked(chat)

    await changed_and_shown(page)
    await published(page, 2, "Warmer words")
    await expect_answer(visitors, chat.page.url, "Good day, this is Linea")
    await went_back(page)
    await expect_answer(visitors, chat.page.url, "Hello, this is Linea")


async def saved(page: Page) -> None:
    await expect(page.get_by_text("Saved", exact=True)).to_be_visible()


async def open_panel(page: Page, name: str) -> None:
    button = page.get_by_role("button", name=name, exact=True).first
    if await button.get_attribute("aria-pressed") != "true":
        await button.click()


async def talked_to(page: Page) -> None:
    """The draft books a visit; the way it took glows on the canvas."""
    await open_panel(page, "Talk")
    log = page.get_by_role("log", name="Talk to the draft")
    field = page.get_by_placeholder("Write a message")
    for said, answer in (
        ("hello", "What shall we call you?"),
        ("Peter", "What can we do for you, Peter?"),
        ("Haircut", "Which day?"),
        ("Today", "What time suits you?"),
        ("12:30", "Leave a phone number"),
        ("+7 900 000-00-00", "Let me read it back"),
    ):
        await field.fill(said)
        await field.press("Enter")
        await expect(log).to_contain_text(answer)
    await log.get_by_role("button", name="That's right").click()
    await expect(log).to_contain_text("Booked, Peter.")
    await expect(page.locator(".react-flow__node [data-walked]")).not_to_have_count(0)


async def stopped_before_a_step(page: Page) -> None:
    """A breakpoint: the turn waits before a step, shows what it has, and goes on."""
    log = page.get_by_role("log", name="Talk to the draft")
    await log.get_by_text("What happened").first.click()
    await log.get_by_role("button", name="Name", exact=True).first.click()
    await page.get_by_role("button", name="Stop before “Name”").click()
    await page.get_by_role("button", name="Begin anew").click()
    await page.get_by_placeholder("Write a message").fill("hello")
    await page.keyboard.press("Enter")
    await expect(page.get_by_text("Stopped before “Name”")).to_be_visible()
    await expect(log).to_contain_text("Hello, this is Linea")
    await expect(log).not_to_contain_text("What shall we call you?")
    await page.get_by_role("button", name="Go on").click()
    await expect(log).to_contain_text("What shall we call you?")


async def published(page: Page, number: int, comment: str) -> None:
    await open_panel(page, "Publish")
    panel = page.get_by_role("region", name="Publish")
    await panel.get_by_label("What is new, in your words").fill(comment)
    await panel.get_by_role("button", name=f"Publish version {number}").click()
    await expect(panel).to_contain_text(f"Version {number} is published")


async def opened_to_visitors(page: Page, visitors: Visitors) -> Visitor:
    """A channel of the bot, made on its page; somebody opens its address."""
    await page.get_by_role("link", name="Channels").first.click()
    await page.get_by_role("button", name="New channel").first.click()
    form = page.get_by_role("dialog")
    await form.get_by_label("Name").fill("Front desk")
    await form.get_by_role("button", name="Create channel").click()
    address = await page.locator("code", has_text="/chat/").inner_text()
    await page.get_by_role("link", name="Build").first.click()
    return await visitors(address, is_whole_address=True)


async def booked(chat: Visitor) -> None:
    await expect(chat.said("What shall we call you?")).to_be_visible()
    for said, answer in (("Vera", "What can we do for you, Vera?"), ("manicure", "Which day?"), ("today", "What time")):
        await chat.say(said)
        await expect(chat.said(answer)).to_be_visible()
    await chat.say("15:00")
    await expect(chat.said("Leave a phone number")).to_be_visible()
    await chat.say("89001112233")
    await chat.page.get_by_role("button", name="That's right").click()
    await expect(chat.said("Booked, Vera.")).to_be_visible()
    await chat.say("cancel")
    await expect(chat.said("the booking is cancelled")).to_be_visible()


async def changed_and_shown(page: Page) -> None:
    """Other words in a step: said in words, and marked on the canvas."""
    await open_panel(page, "Publish")
    panel = page.get_by_role("region", name="Publish")
    await panel.get_by_role("button", name="Close").click()
    field = page.get_by_role("textbox", name="Find in the bot")
    await pressed(page, "Control+f", field)
    await field.fill("Welcome")
    await page.locator("search").get_by_role("button", name="Welcome", exact=True).click()
    text = page.locator("[data-inspector]").get_by_role("combobox", name="Text", exact=True)
    await text.fill((await text.input_value()).replace("Hello", "Good day"))
    await saved(page)
    await open_panel(page, "Publish")
    await expect(panel.get_by_role("list").first).to_contain_text("Good day")
    await expect(page.get_by_role("group", name="Welcome", exact=True)).to_contain_text("changed")


async def went_back(page: Page) -> None:
    panel = page.get_by_role("region", name="Publish")
    await panel.get_by_role("button", name="Publish again").click()
    await expect(panel).to_contain_text("Version 1 runs again")


async def expect_answer(visitors: Visitors, address: str, words: str) -> None:
    """Somebody new is greeted so."""
    visitor = await visitors(address, is_whole_address=True)
    await expect(visitor.said(words)).to_be_visible()
