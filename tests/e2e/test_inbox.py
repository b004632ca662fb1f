"""The inbox of a bot in a real browser: who waits, what was said and why, answering in its place, finding words."""

import json
import re
from typing import Any
from uuid import UUID

import asyncpg
import httpx2
import pytest
from playwright.async_api import Page, expect

from dbcv.kit.settings import load_settings
from tests.e2e.conftest import ADMIN, PHONE, Visitors, log_in
from tests.e2e.looks import serious, until
from tests.product import Product

BOT: dict[str, Any] = {
    "name": "Bot with an inbox",
    "first_step_id": "hello",
    "steps": [
        {
            "id": "hello",
            "name": "Hello",
            "message": {"text": "What can I do for you?"},
            "connection_groups": [
                {
                    "variables": [{"target": "session.wish", "source": "message.text"}],
                    "connections": [
                        {"rules": {"field": "message.text", "operator": "equal", "value": "human"},
                         "next_step_id": "call"},
                        {"rules": {}, "next_step_id": "hello"},
                    ],
                }
            ],
        },
        {"id": "call", "name": "Calling", "preset_id": "handover", "position": [400, 0],
         "message": {"text": "I am calling a colleague."}, "connection_groups": []},
    ],
}  # fmt: skip


class Talker:
    """A visitor of the bot's channel, by the API."""

    def __init__(self, product: Product) -> None:
        admin = log_in(product)
        self.admin = admin
        self.bot = str(admin.post("/bots/import", json=BOT).json()["id"])
        assert admin.post(f"/bots/{self.bot}/publish", json={}).status_code == 201
        channel = {"name": "Site", "is_public": True, "default_bot_id": self.bot}
        self.channel = str(admin.post("/channels", json=channel).json()["id"])
        self.client = httpx2.Client(base_url=f"{product.url}/api/v1", timeout=30, trust_env=False)
        token = self.client.post("/login/anonymous-access-token", json={"channel_id": self.channel}).json()
        self.client.headers["Authorization"] = f"Bearer {token['access_token']}"

    def say(self, text: str) -> None:
        body = {"channel_id": self.channel, "text": text}
        answer = self.client.post("/messages", json=body, headers={"Prefer": "wait=10"})
        assert answer.status_code in (200, 201, 202), answer.text

    def heard(self) -> list[str]:
        items = self.client.get(f"/channels/{self.channel}/messages").json()["items"]
        return [item["text"] for item in items]

    async def findable(self, words: str) -> None:
        """Words can be searched a moment after they were said."""
        query = {"bot_id": self.bot, "query": words}
        await until(lambda: bool(self.admin.get("/messages", params=query).json()["items"]), wanted=True)


@pytest.fixture
def talker(product: Product) -> Talker:
    return Talker(product)


async def open_inbox(visitors: Visitors, talker: Talker, **options: Any) -> Page:
    return (await visitors(f"/bots/{talker.bot}/inbox", account=ADMIN, **options)).page


async def test_somebody_waits_and_is_answered(visitors: Visitors, talker: Talker, axe: str) -> None:
    talker.say("hi")
    talker.say("human")
    page = await open_inbox(visitors, talker)
    row = page.get_by_role("navigation", name="Conversations").get_by_role("link")
    await expect(row).to_contain_text("Waits for a person")
    await expect(page.get_by_title("1 conversation waits for a person")).to_be_visible()
    await row.click()
    log = page.get_by_role("log")
    await expect(log).to_contain_text("I am calling a colleague.")
    await log.get_by_role("button", name="What happened: Calling").click()
    await expect(log).to_contain_text("session.wish: nothing → human")
    await expect(log.get_by_role("link", name="Hello")).to_have_attribute("href", re.compile(r"\?step=\w"))
    assert await serious(page, axe) == []

    await page.get_by_role("button", name="Take over").click()
    field = page.get_by_placeholder("Message", exact=True)
    await field.fill("Good morning, this is Vera.")
    await field.press("Enter")
    await expect(log.locator("[data-status=sent]").last).to_contain_text("this is Vera.")
    assert "Good morning, this is Vera." in talker.heard()
    talker.say("at last, thank you")
    await expect(log).to_contain_text("at last, thank you")
    await page.get_by_role("button", name="Hand back", exact=True).click()
    await expect(page.get_by_role("button", name="Take over")).to_be_visible()
    await expect(log).to_contain_text("handed back to the bot")


async def test_words_lead_to_the_message_on_a_phone(visitors: Visitors, talker: Talker) -> None:
    talker.say("where is my umbrella")
    talker.say("never mind")
    await talker.findable("umbrella")
    page = await open_inbox(visitors, talker, **PHONE)
    await page.get_by_role("searchbox", name="Words in messages").fill("umbrellas")
    await page.get_by_role("link", name="where is my umbrella").click()
    await expect(page.locator("[data-found]")).to_contain_text("where is my umbrella")
    await expect(page.get_by_role("searchbox")).to_be_hidden()
    await page.get_by_role("button", name="About the conversation").click()
    panel = page.get_by_role("complementary", name="About the conversation")
    await panel.get_by_role("button", name="Change wish").click()
    await panel.get_by_role("textbox", name="wish").fill("a new umbrella")
    await panel.get_by_role("button", name="Save").click()
    await expect(panel).to_contain_text("a new umbrella")
    await panel.get_by_role("button", name="Close").click()
    await page.get_by_role("link", name="Back to the list").click()
    await page.get_by_role("link", name="Undelivered").click()
    await expect(page.get_by_text("Everything was delivered")).to_be_visible()


FAILED = """
INSERT INTO dead_letter (id, kind, bot_id, session_id, shard, content, error, attempts)
SELECT gen_random_uuid(), 'turn', bot_id, id, 0, $2, $3, 5 FROM session WHERE channel_id = $1
"""


async def fail(product: Product, talker: Talker, why: str) -> None:
    """What was said last stays undelivered."""
    talker.say("hi")
    database = await asyncpg.connect(load_settings(home=product.home).database_url)
    content = {"kind": "message", "event": {"message": {"text": "where is my parcel"}}}
    await database.execute(FAILED, UUID(talker.channel), json.dumps(content), why)
    await database.close()


async def test_an_undelivered_message_is_dropped(visitors: Visitors, product: Product, talker: Talker) -> None:
    await fail(product, talker, "The step says too much")
    page = await open_inbox(visitors, talker)
    await page.get_by_role("link", name="Undelivered").click()
    await page.get_by_role("button", name="Drop").click()
    dialog = page.get_by_role("dialog", name="Drop this message?")
    await expect(dialog).to_contain_text("where is my parcel")
    await dialog.get_by_role("button", name="Close").click()
    await expect(page.get_by_text("The step says too much")).to_be_visible()
    await page.get_by_role("button", name="Drop").click()
    await dialog.get_by_role("button", name="Drop").click()
    await expect(page.get_by_text("Everything was delivered")).to_be_visible()


async def test_on_a_russian_phone_the_servers_reason_is_russian_and_the_later_places_are_behind_a_button(
    visitors: Visitors, product: Product, talker: Talker
) -> None:
    await fail(product, talker, "the turn took longer than 30 s")
    page = await open_inbox(visitors, talker, locale="ru-RU", **PHONE)
    await page.get_by_role("link", name="Недоставленные").click()
    await expect(page.get_by_text("ход длился дольше 30 с")).to_be_visible()
    places = page.get_by_role("navigation", name="Разделы бота")
    await expect(places.get_by_role("link")).to_contain_text(["Холст", "Диалоги", "Каналы", "Данные"])
    await places.get_by_role("button", name="Ещё").click()
    await page.get_by_role("menuitem", name="Версии").click()
    await expect(page.get_by_role("heading", level=1, name="Версии")).to_be_visible()
    await expect(places.get_by_role("button", name="Версии")).to_be_visible()
