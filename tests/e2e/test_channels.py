"""The place Channels and the page Credentials in a real browser: a room for the bot, ways in, a site, a key."""

import re
from typing import Any
from uuid import uuid4

import pytest
from playwright.async_api import Page, expect

from tests.e2e.conftest import ADMIN, PHONE, Channels, Visitors
from tests.e2e.looks import serious, until
from tests.loopback import plain, serve

ECHO = {
    "format": "dbcv.bot",
    "version": 1,
    "name": "Echo",
    "first_step_id": "a",
    "steps": [
        {
            "id": "a",
            "name": "A",
            "message": {"text": "You said {$message.text$}"},
            "connection_groups": [{"connections": [{"rules": {}, "next_step_id": "a"}]}],
        }
    ],
}


@pytest.fixture
def bot_id(channels: Channels) -> str:
    return channels.bot(ECHO | {"name": f"Echo {uuid4().hex[:6]}"})


async def _room(page: Page, name: str) -> None:
    """Makes a channel of the bot whose channels are shown."""
    await page.get_by_role("button", name="New channel").first.click()
    form = page.get_by_role("dialog")
    await form.get_by_label("Name").fill(name)
    await form.get_by_role("button", name="Create channel").click()
    await expect(page.get_by_role("heading", level=1, name=name)).to_be_visible()


async def test_a_channel_from_the_empty_place_to_the_chat_and_away(visitors: Visitors, bot_id: str, axe: str) -> None:
    visitor = await visitors(f"/bots/{bot_id}/channels", account=ADMIN)
    page = visitor.page
    await expect(page.get_by_text("The bot is nowhere yet")).to_be_visible()
    assert await serious(page, axe) == []
    await _room(page, "Front door")
    await expect(page.get_by_role("img", name="QR code with the address of the chat")).to_be_visible()
    address = await page.locator("code", has_text="/chat/").inner_text()
    assert await serious(page, axe) == []
    talker = await visitors(address, is_whole_address=True)
    await talker.say("hello")
    await expect(talker.said("You said hello")).to_be_visible()
    await talker.page.close()
    await page.get_by_role("link", name="All channels").click()
    card = page.get_by_role("listitem").filter(has_text="Front door")
    await page.reload()
    await expect(card).to_contain_text("Our pages only")
    await expect(card).to_contain_text("1 session")
    await card.get_by_role("link", name="Front door").click()
    await page.get_by_role("button", name="Delete channel").click()
    dialog = page.get_by_role("dialog")
    await expect(dialog).to_contain_text("go for good")
    await dialog.get_by_role("button", name="Delete channel").click()
    await expect(page.get_by_text("The bot is nowhere yet")).to_be_visible()


async def test_the_chat_on_a_site_is_set_up_beside_its_preview(
    visitors: Visitors, bot_id: str, channels: Channels
) -> None:
    address = channels.make(name="Site", default_bot_id=bot_id)
    channel_id = address.rsplit("/", 1)[1]
    visitor = await visitors(f"/bots/{bot_id}/channels/{channel_id}", account=ADMIN)
    page = visitor.page
    await expect(page.get_by_text("No site may show it yet")).to_be_visible()
    await page.get_by_label("Your page's address").fill("https://shop.example/cart")
    await page.get_by_role("button", name="Allow https://shop.example").click()
    await expect(page.get_by_text("https://shop.example may show the chat.")).to_be_visible()
    await page.get_by_label("Accent", exact=True).fill("#0b7a4b")
    await page.get_by_label("Greeting").fill("Questions?")
    await expect(page.get_by_role("status").filter(has_text="Saved")).to_be_visible()
    await until(lambda: kept(channels, channel_id), (["https://shop.example"], "Questions?", "#0b7a4b"))
    preview = page.frame_locator("iframe[title='A page with your chat']")
    await expect(preview.get_by_text("Questions?")).to_be_visible()
    bubble = preview.locator("dbcv-chat button.bubble")
    await expect(bubble).to_have_css("background-color", "rgb(11, 122, 75)")
    await bubble.click()
    chat = preview.frame_locator("iframe")
    await chat.locator("form textarea").fill("from the preview")
    await chat.locator("form textarea").press("Enter")
    await expect(chat.get_by_text("You said from the preview")).to_be_visible()
    await page.get_by_text("In the page", exact=True).click()
    await expect(page.locator("code", has_text='data-mode="inline"')).to_be_visible()
    await page.get_by_role("button", name="Make a secret").click()
    made = page.get_by_role("status").filter(has_text="The secret is ready")
    assert re.fullmatch(r"[0-9a-f]{64}", await made.locator("code").inner_text())
    await page.reload()
    await expect(page.get_by_text("There is a secret. A new one ends the old.")).to_be_visible()
    await expect(page.get_by_text("The secret is ready")).to_have_count(0)


def kept(channels: Channels, channel_id: str) -> tuple[list[str], str | None, str | None]:
    """The sites, the greeting and the accent as they are stored."""
    embed = channels.admin.get(f"/channels/{channel_id}").json()["config"]["embed"]
    return embed["allowed_origins"], embed.get("greeting"), (embed.get("theme") or {}).get("accent")


async def test_a_way_to_people_is_bound_with_a_credential_made_in_place(
    visitors: Visitors, bot_id: str, channels: Channels
) -> None:
    """A service that refuses everything: what the page says of it, step by step, and the key on its own page."""
    address = channels.make(name="Telegram", default_bot_id=bot_id)
    path = f"/bots/{bot_id}/channels/{address.rsplit('/', 1)[1]}"
    visitor = await visitors(path, account=ADMIN)
    visitor.expected_complaints = ("422",)
    page = visitor.page
    await page.get_by_role("button", name="Connect Telegram").click()
    await expect(page.get_by_role("list", name="What to do")).to_contain_text("@BotFather")
    await page.get_by_role("button", name="Connect", exact=True).click()
    await expect(page.get_by_text("Choose or create a credential.")).to_be_visible()
    await page.get_by_role("button", name="New credential…").click()
    form = page.get_by_role("dialog")
    await form.get_by_label("Name").fill("Shop bot")
    await form.get_by_label("Bot token").fill("123456:wrong")
    await form.get_by_role("button", name="Create credential").click()
    await expect(form).to_have_count(0)
    await page.locator("summary", has_text="More").click()
    async with serve(_refuses) as server:
        await page.get_by_label("Bot API server").fill(f"http://127.0.0.1:{server.port}")
        await page.get_by_role("button", name="Connect", exact=True).click()
        await expect(page.get_by_role("alert").filter(has_text="not bound to")).to_be_visible()
    await page.goto(f"{visitors.url}/credentials?bot={bot_id}")
    row = page.get_by_role("listitem").filter(has_text="Shop bot")
    await expect(row).to_contain_text("goes to api.telegram.org")
    await expect(page.locator("body")).not_to_contain_text("123456:wrong")
    await row.get_by_role("button", name="What to do with Shop bot").click()
    await page.get_by_role("menuitem", name="Delete").click()
    dialog = page.get_by_role("dialog")
    await expect(dialog).to_contain_text("Nothing uses it.")
    await dialog.get_by_role("button", name="Delete").click()
    await expect(page.get_by_text("No keys yet")).to_be_visible()


async def _refuses(_: object, writer: Any) -> None:
    writer.write(plain("{}", status="401 No"))


async def test_by_thumb_in_russian_nothing_is_lost_at_the_edge(
    visitors: Visitors, bot_id: str, channels: Channels, axe: str
) -> None:
    address = channels.make(name="Вход", default_bot_id=bot_id)
    path = f"/bots/{bot_id}/channels/{address.rsplit('/', 1)[1]}"
    visitor = await visitors(path, locale="ru-RU", color_scheme="dark", account=ADMIN, **PHONE)
    page = visitor.page
    await expect(page.get_by_role("heading", name="Чат на вашем сайте")).to_be_visible()
    await page.get_by_role("button", name="Включить").click()
    await expect(page.get_by_text("Секрет вебхука")).to_be_visible()
    for shown in (path, "/credentials"):
        await page.goto(visitors.url + shown)
        await expect(page.get_by_role("heading", level=1)).to_be_visible()
        await expect(page.locator("[aria-busy=true]")).to_have_count(0)
        width = await page.evaluate("document.documentElement.scrollWidth")
        assert width <= 390, f"{shown} is {width} px wide"
        assert await serious(page, axe) == []
