"""Somebody talks to a bot, and its maker sees it: figures, charts by key, where people stop, on the canvas too."""

from typing import Any

import pytest
from playwright.async_api import expect

from tests.e2e.conftest import ADMIN, PHONE, Channels, Visitors
from tests.e2e.looks import serious

BOT: dict[str, Any] = {
    "name": "Counted",
    "first_step_id": "ask",
    "steps": [
        {
            "id": "ask",
            "name": "Ask age",
            "message": {"text": "How old are you?"},
            "connection_groups": [{"connections": [{"rules": {}, "next_step_id": "bye"}]}],
        },
        {"id": "bye", "name": "Goodbye", "position": [440, 0], "message": {"text": "Thank you"}},
    ],
}
PLATES = """() => {
  const plain = CanvasRenderingContext2D.prototype.fillText;
  window.plates = [];
  CanvasRenderingContext2D.prototype.fillText = function (text, ...rest) {
    window.plates.push(text);
    return plain.call(this, text, ...rest);
  };
}"""


@pytest.fixture
def bot_id(channels: Channels) -> str:
    """A bot whom one told their age, and another did not."""
    made = channels.bot(BOT)
    for texts in (("hi", "30"), ("hello",)):
        channel = channels.make(default_bot_id=made).rsplit("/", 1)[1]
        token = channels.admin.post("/login/anonymous-access-token", json={"channel_id": channel}).json()[
            "access_token"
        ]
        for text in texts:
            said = channels.admin.post(
                "/messages",
                json={"channel_id": channel, "text": text},
                headers={"Authorization": f"Bearer {token}", "Prefer": "wait=10"},
            )
            assert said.status_code == 200, said.text
    return made


async def test_what_people_did_is_seen_by_the_one_who_made_the_bot(visitors: Visitors, axe: str, bot_id: str) -> None:
    page = (await visitors(f"/bots/{bot_id}/analytics?period=today", account=ADMIN)).page
    # The page renews itself: the counting is some seconds behind.
    received = page.locator("dl > div").filter(has_text="Messages received")
    await expect(received).to_contain_text("3", timeout=40_000)
    await expect(page.locator("dl > div").filter(has_text="New sessions")).to_contain_text("2")
    step = page.get_by_role("row", name="Ask age")
    await expect(step).to_contain_text("On to: Goodbye 50%")
    assert (await step.get_by_role("cell").all_inner_texts())[:3] == ["2", "1", "1"]
    chart = page.get_by_role("img", name="Messages: arrow keys")
    await chart.focus()
    await chart.press("ArrowLeft")
    figure = page.locator("figure").filter(has=chart)
    await expect(figure.locator("output")).to_contain_text("Messages received")
    await figure.get_by_text("As a table").click()
    await expect(figure.get_by_role("table")).to_contain_text("Messages sent")
    assert await serious(page, axe) == []
    async with page.expect_download() as downloaded:
        await page.get_by_role("button", name="Steps as CSV").click()
    text = (await (await downloaded.value).path()).read_text()
    assert "Ask age,2,1,1,0.5" in text
    await page.evaluate(PLATES)
    await page.get_by_role("button", name="Show on the canvas").click()
    for plate in ("2 visits · 1 stopped (50%)", "1 · 50%"):
        await page.wait_for_function("(plate) => window.plates.includes(plate)", arg=plate)
    await page.get_by_role("button", name="How people went").click()
    await page.get_by_role("menuitem", name="Do not show").click()


async def test_a_bot_nobody_talked_to_on_a_phone(visitors: Visitors, axe: str, channels: Channels) -> None:
    page = (await visitors(f"/bots/{channels.bot(BOT)}/analytics", account=ADMIN, **PHONE)).page
    await expect(page.get_by_text("Nobody talked to the bot in this period")).to_be_visible()
    await page.get_by_text("Own", exact=True).click()
    await page.get_by_label("From").fill("2026-01-02")
    await page.get_by_label("To", exact=True).fill("2026-01-01")
    await expect(page.get_by_role("alert")).to_contain_text("must not come after")
    assert await serious(page, axe) == []
    assert await page.evaluate("() => document.documentElement.scrollWidth <= innerWidth")
