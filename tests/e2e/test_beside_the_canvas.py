"""What changed is told on the canvas, connection by connection; a step that the talk points at is mended beside it, on
every width; and what a closed tab left comes to the tab that is still open."""

import uuid
from typing import Any

import httpx2
import pytest
from playwright.async_api import Page, expect

from tests.e2e.conftest import Visitor, Visitors, log_in
from tests.e2e.looks import box, pressed
from tests.e2e.test_constructor import BOT, draft, opened, saved
from tests.product import Product


@pytest.fixture
def admin(product: Product) -> httpx2.Client:
    return log_in(product)


def change(admin: httpx2.Client, bot_id: str, *changes: dict[str, Any]) -> None:
    answer = admin.post(f"/bots/{bot_id}/changes", json={"changes": list(changes)}, headers={"If-Match": "*"})
    assert answer.status_code == 200, answer.text


async def test_what_changed_is_marked_on_connections(
    visitors: Visitors, product: Product, admin: httpx2.Client
) -> None:
    bot_id = admin.post("/bots/import", json=BOT).json()["id"]
    wish = {"overrule": {"reason": "Only to compare with."}}
    published = admin.post(f"/bots/{bot_id}/publish", json={})
    if published.status_code == 409:
        published = admin.post(f"/bots/{bot_id}/publish", json=wish)
    assert published.is_success, published.text
    (connection,) = draft(admin, bot_id, "connection")
    steps = {step["name"]: step["id"] for step in draft(admin, bot_id, "step")}
    fields = {"group_id": connection["group_id"], "rules": {}, "next_step_id": steps["Welcome"]}
    new = {"op": "add", "kind": "connection", "id": str(uuid.uuid4()), "fields": fields}
    elsewhere = {"op": "update", "kind": "connection", "id": connection["id"], "fields": {"next_step_id": steps["Ask"]}}
    change(admin, bot_id, new, elsewhere)

    page = (await opened(visitors, bot_id)).page
    ask = page.get_by_role("group", name="Ask", exact=True)
    await expect(ask).to_be_visible()
    legend = page.get_by_role("note", name="What the marks mean")
    await pressed(page, "p", legend)
    await expect(legend).to_contain_text("added")
    await expect(ask.locator("[data-type=connection] [data-mark=changed]")).to_have_text("changed")
    await expect(ask.locator("[data-type=otherwise] [data-mark=added]")).to_have_text("added")

    # Where the connection led before is a line of its own, which says so.
    from_box, to_box = await box(ask), await box(page.get_by_role("group", name="Welcome", exact=True))
    begin = from_box["x"] + from_box["width"]
    x = begin + 0.35 * (to_box["x"] - begin)
    await page.mouse.move(x, from_box["y"] + 22 * from_box["width"] / 280)
    await expect(page.get_by_text("removed: answer is greater than 17")).to_be_visible()

    await legend.get_by_role("button", name="Hide the marks").click()
    await expect(ask.locator("[data-mark]")).to_have_count(0)


async def pressed_f6(page: Page, part: str) -> None:
    await page.keyboard.press("F6")
    await page.wait_for_function(
        "part => document.activeElement.closest('[data-pane]')?.dataset.pane === part", arg=part
    )


async def test_a_step_is_mended_while_one_talks(visitors: Visitors, product: Product, admin: httpx2.Client) -> None:
    bot_id = admin.post("/bots/import", json=BOT).json()["id"]
    page = (await opened(visitors, bot_id)).page
    await expect(page.get_by_role("group", name="Ask", exact=True)).to_be_visible()
    await pressed(page, "t", page.get_by_placeholder("Write a message"))
    await page.get_by_placeholder("Write a message").fill("hello")
    await page.keyboard.press("Enter")
    log = page.get_by_role("log", name="Talk to the draft")
    await log.get_by_text("What happened").click()
    await log.get_by_role("button", name="Ask", exact=True).first.click()

    # Side by side: no card has moved away from under the pointer, the talk stands.
    text = page.get_by_role("combobox", name="Text", exact=True)
    await text.fill("How old are you now?")
    await expect(log).to_contain_text("How old are you?")
    await pressed_f6(page, "panel")
    await pressed_f6(page, "canvas")
    await pressed_f6(page, "selected")

    # One over the other, where there is no room for both.
    await page.set_viewport_size({"width": 1024, "height": 800})
    tabs = page.get_by_role("navigation", name="Beside the canvas").filter(visible=True)
    await tabs.get_by_role("button", name="Talk").click()
    await expect(log).to_be_visible()
    await expect(text).to_be_hidden()
    await log.get_by_role("button", name="Ask", exact=True).first.click()
    await expect(text).to_have_value("How old are you now?")
    await pressed_f6(page, "selected")
    await pressed_f6(page, "panel")
    await expect(log).to_be_visible()
    await saved(page)


async def test_edits_of_a_closed_tab_come_to_the_one_that_is_open(
    visitors: Visitors, product: Product, admin: httpx2.Client
) -> None:
    bot_id = admin.post("/bots/import", json=BOT).json()["id"]
    visitor: Visitor = await opened(visitors, bot_id)
    visitor.expected_complaints = ("Failed to load resource", "WebSocket")
    left, context = visitor.page, visitor.page.context
    stays = await context.new_page()
    await stays.goto(f"{product.url}/bots/{bot_id}")
    await expect(stays.get_by_role("group", name="Ask", exact=True)).to_be_visible()
    await left.route("**/changes", lambda route: route.abort())
    await left.get_by_text("How old are you?").click()
    await left.get_by_role("combobox", name="Text", exact=True).fill("Left behind")
    await expect(left.get_by_text("Offline: 1 edit kept here")).to_be_visible()
    await expect(stays.get_by_text("Left behind")).to_have_count(0)

    await left.close()
    await expect(stays.locator(".react-flow__node", has_text="Left behind")).to_be_visible()
    await saved(stays)
    assert draft(admin, bot_id, "step")[0]["message"]["text"] == "Left behind"
