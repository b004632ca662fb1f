"""A visitor attaches a picture, the bot receives it, answers with a file it saved; both can be opened."""

import re
from typing import Any

import httpx2
from playwright.async_api import expect

from tests.domains.media.files import HTML, PNG
from tests.e2e.conftest import PHONE, Channels, Visitors

SAVE = [{"target": "session.report", "source": "message.attachments", "mode": "file", "ext": ".json"}]
LOOP = [{"variables": SAVE, "connections": [{"rules": {}, "next_step_id": "got"}]}]
BOT: dict[str, Any] = {
    "format": "dbcv.bot",
    "version": 1,
    "name": "Files",
    "first_step_id": "hello",
    "steps": [
        {"id": "hello", "name": "Hello", "message": {"text": "Send me a file"}, "connection_groups": LOOP},
        {
            "id": "got",
            "name": "Got",
            "message": {"text": "Got {$message.attachments.0.name$}", "attachments": ["{$session.report$}"]},
            "connection_groups": LOOP,
        },
    ],
}


async def test_a_file_goes_to_the_bot_and_one_comes_back(visitors: Visitors, channels: Channels) -> None:
    path = channels.make(default_bot_id=channels.bot(BOT))
    visitor = await visitors(path, **PHONE)
    await expect(visitor.said("Send me a file")).to_be_visible()
    picture = {"name": "photo.png", "mimeType": "image/png", "buffer": PNG}
    await visitor.page.locator("input[type=file]").set_input_files([picture])
    pending = visitor.page.get_by_role("list", name="Files of the message")
    await expect(pending).to_contain_text("photo.png")
    await expect(pending.locator("progress")).to_have_count(0)
    await visitor.page.get_by_role("button", name="Send", exact=True).click()
    await expect(pending).to_have_count(0)
    shown = visitor.log.get_by_role("img", name="photo.png")
    await expect(shown).to_be_visible()
    assert await shown.evaluate("image => image.decode().then(() => image.naturalWidth)") == 1
    await expect(visitor.said("Got photo.png")).to_be_visible()
    link = visitor.log.get_by_role("link", name=re.compile("report.json"))
    address = await link.get_attribute("href")
    answer = httpx2.get(f"{visitors.url}{address}", trust_env=False)
    assert answer.status_code == 200 and answer.json()[0]["name"] == "photo.png"
    assert answer.headers["content-disposition"].startswith("attachment;")


async def test_what_the_server_refuses_is_said_and_can_be_taken_back(visitors: Visitors, channels: Channels) -> None:
    visitor = await visitors(channels.make(default_bot_id=channels.bot(BOT)))
    visitor.expected_complaints = ("422",)
    await expect(visitor.said("Send me a file")).to_be_visible()
    trick = {"name": "photo.png", "mimeType": "image/png", "buffer": HTML}
    await visitor.page.locator("input[type=file]").set_input_files([trick])
    await expect(visitor.page.get_by_role("alert")).to_contain_text("but it holds text/html")
    await expect(visitor.page.get_by_role("button", name="Send", exact=True)).to_have_attribute("aria-disabled", "true")
    await visitor.page.get_by_role("button", name="Remove photo.png").click()
    await expect(visitor.page.get_by_role("alert")).to_have_count(0)
