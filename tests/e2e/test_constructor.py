"""A bot is drawn: by mouse, by keyboard alone, on a phone, while the server is away. What is shown is what is kept."""

from typing import Any

import httpx2
import pytest
from playwright.async_api import Page, expect

from tests.e2e.conftest import ADMIN, MOVING, PHONE, Visitor, Visitors, log_in
from tests.e2e.looks import box
from tests.product import Product

BOT: dict[str, Any] = {
    "name": "Drawn",
    "first_step_id": "ask",
    "steps": [
        {
            "id": "ask",
            "name": "Ask",
            "message": {"text": "How old are you?"},
            "connection_groups": [
                {
                    "connections": [
                        {
                            "rules": {
                                "condition": "AND",
                                "rules": [{"field": "message.text", "operator": "greater_than", "value": 17}],
                            },
                            "next_step_id": "welcome",
                        }
                    ]
                }
            ],
        },
        {"id": "welcome", "name": "Welcome", "position": [440, 0], "message": {"text": "Welcome"}},
    ],
}


@pytest.fixture
def admin(product: Product) -> httpx2.Client:
    return log_in(product)


def draft(admin: httpx2.Client, bot_id: str, kind: str) -> list[dict[str, Any]]:
    """Fields of the stored parts of a kind."""
    parts = admin.get(f"/bots/{bot_id}/draft").json()["parts"]
    return [part["fields"] | {"id": part["id"]} for part in parts if part["kind"] == kind]


async def opened(visitors: Visitors, bot_id: str, **options: Any) -> Visitor:
    """The bot's page, before its owner."""
    return await visitors(f"/bots/{bot_id}", account=ADMIN, **options)


async def saved(page: Page) -> None:
    await expect(page.get_by_text("Saved", exact=True)).to_be_visible()


async def test_a_bot_is_drawn_by_mouse(visitors: Visitors, product: Product, admin: httpx2.Client) -> None:
    bot_id = admin.post("/bots/import", json=BOT).json()["id"]
    page = (await opened(visitors, bot_id, **MOVING)).page
    card = page.locator(".react-flow__node", has_text="How old are you?")
    await expect(card).to_contain_text("answer is greater than 17→ Welcome")

    await card.get_by_text("How old are you?").click()
    text = page.get_by_role("combobox", name="Text", exact=True)
    await text.fill("Your age, {$user.na")
    await expect(page.get_by_role("option", name="user.name").first).to_be_visible()
    await text.press("Enter")
    await expect(text).to_have_value("Your age, {$user.name$}")
    await saved(page)
    assert draft(admin, bot_id, "step")[0]["message"]["text"] == "Your age, {$user.name$}"
    await page.get_by_role("button", name="Undo").click()
    await expect(page.locator(".react-flow__node", has_text="How old are you?")).to_be_visible()

    handle = await box(page.locator(".react-flow__node", has_text="How old").locator("[data-type=missing] div"))
    x, y = handle["x"] + handle["width"] / 2, handle["y"] + handle["height"] / 2
    await page.mouse.move(x, y)
    await page.mouse.down()
    await page.mouse.move(x + 40, y + 100, steps=5)
    await page.mouse.move(x + 60, y + 200, steps=5)
    await page.mouse.up()
    await page.get_by_label("Name of the step").fill("Too young")
    await page.get_by_role("button", name="Add a rule").click()
    await page.get_by_role("combobox", name="Value", exact=True).fill("why")
    await page.locator('input[aria-label="Where to go: answer is “why”"]').click()
    await page.get_by_role("option", name="Welcome").click()
    await saved(page)

    await page.reload()
    await expect(page.get_by_role("group", name="Too young", exact=True)).to_contain_text("answer is “why”→ Welcome")
    await expect(page.get_by_role("group", name="Ask", exact=True)).to_contain_text("otherwise→ Too young")
    assert len(draft(admin, bot_id, "connection")) == 3


async def test_a_bot_is_drawn_by_keyboard_alone(visitors: Visitors, product: Product, admin: httpx2.Client) -> None:
    bot_id = admin.post("/bots", json={"name": "By keys"}).json()["id"]
    page = (await opened(visitors, bot_id)).page
    await expect(page.get_by_text("An empty bot")).to_be_visible()
    field = page.get_by_placeholder("Type the message")
    for number, text in enumerate(("First", "Second"), 1):
        await page.keyboard.press("a")
        await expect(page.locator(".react-flow__node")).to_have_count(number)
        await expect(field).to_have_value("")
        await page.keyboard.press("Enter")
        await expect(field).to_be_focused()
        await page.keyboard.type(text)
        await expect(field).to_have_value(text)
        await page.evaluate("document.activeElement.blur()")
    await page.keyboard.press("Control+ArrowLeft")
    await expect(field).to_have_value("First")
    await page.keyboard.press("Control+d")
    await expect(page.locator(".react-flow__node")).to_have_count(3)
    await page.keyboard.press("Delete")
    await expect(page.locator(".react-flow__node")).to_have_count(2)
    await page.keyboard.press("Control+z")
    await expect(page.locator(".react-flow__node")).to_have_count(3)
    await page.keyboard.press("Control+z")
    await expect(page.locator(".react-flow__node")).to_have_count(2)
    await saved(page)
    steps = {step["message"]["text"]: step["id"] for step in draft(admin, bot_id, "step")}
    assert set(steps) == {"First", "Second"}
    assert [each["next_step_id"] for each in draft(admin, bot_id, "connection")] == [steps["Second"]]


async def test_edits_outlive_a_server_that_is_away_and_a_page_that_is_closed(
    visitors: Visitors, product: Product, admin: httpx2.Client
) -> None:
    bot_id = admin.post("/bots/import", json=BOT).json()["id"]
    visitor = await opened(visitors, bot_id)
    visitor.expected_complaints = ("Failed to load resource", "WebSocket")
    page = visitor.page
    await page.get_by_text("How old are you?").click()
    await page.context.route("**/changes", lambda route: route.abort())
    await page.get_by_role("combobox", name="Text", exact=True).fill("Kept in the browser")
    await expect(page.get_by_text("Offline: 1 edit kept here")).to_be_visible()
    other = admin.get(f"/bots/{bot_id}/draft").json()["bot"]["version"]
    step = draft(admin, bot_id, "step")[0]["id"]
    moved = {"op": "update", "kind": "step", "id": step, "fields": {"name": "Renamed by another"}}
    assert admin.post(f"/bots/{bot_id}/changes", json={"version": other, "changes": [moved]}).is_success
    await page.close()

    later = await page.context.new_page()
    await later.context.unroute("**/changes")
    await later.goto(f"{product.url}/bots/{bot_id}")
    await expect(later.locator(".react-flow__node", has_text="Renamed by another")).to_contain_text(
        "Kept in the browser"
    )
    await saved(later)
    assert draft(admin, bot_id, "step")[0]["message"]["text"] == "Kept in the browser"


async def test_a_phone_shows_an_outline(visitors: Visitors, product: Product, admin: httpx2.Client) -> None:
    bot_id = admin.post("/bots/import", json=BOT).json()["id"]
    page = (await opened(visitors, bot_id, **PHONE)).page
    outline = page.get_by_role("list", name="Steps in the order of the conversation")
    await expect(outline.get_by_role("article")).to_have_count(2)
    await expect(outline).to_contain_text("answer is greater than 17")
    await outline.get_by_text("Welcome").last.click()  # The words of the bubble, as a thumb does.
    await page.get_by_role("combobox", name="Text", exact=True).fill("By thumb")
    await page.get_by_role("button", name="Close").click()
    await expect(outline).to_contain_text("By thumb")
    assert await page.evaluate("document.documentElement.scrollWidth") == 390
