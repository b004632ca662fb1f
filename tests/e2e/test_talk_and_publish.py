"""Beside the canvas: the draft is talked to, stops where it is told, and is published with what changed in words."""

from typing import Any

from playwright.async_api import expect

from tests.e2e.conftest import ADMIN, Visitors, log_in
from tests.product import Product

BOT: dict[str, Any] = {
    "name": "Greeter of the panels",
    "first_step_id": "ask",
    "steps": [
        {
            "id": "ask",
            "name": "Ask",
            "message": {"text": "How old are you?", "params": {"buttons": [{"text": "21", "value": "21"}]}},
            "connection_groups": [
                {
                    "variables": [{"target": "session.age", "source": "message.text"}],
                    "connections": [{"rules": {}, "next_step_id": "welcome"}],
                }
            ],
        },
        {
            "id": "welcome",
            "name": "Welcome",
            "position": [400, 0],
            "message": {"text": "Welcome, {$session.age$}"},
            "connection_groups": [{"connections": [{"rules": {}, "next_step_id": "ask"}]}],
        },
    ],
}


async def test_a_draft_is_talked_to_and_published(visitors: Visitors, product: Product) -> None:
    admin = log_in(product)
    bot_id = admin.post("/bots/import", json=BOT).json()["id"]
    page = (await visitors(f"/bots/{bot_id}", account=ADMIN)).page

    await page.get_by_role("button", name="Talk", exact=True).click()
    log = page.get_by_role("log", name="Talk to the draft")
    await page.get_by_placeholder("Write a message").fill("hello")
    await page.keyboard.press("Enter")
    await expect(log).to_contain_text("How old are you?")
    await page.get_by_role("button", name="21", exact=True).click()
    await expect(log).to_contain_text("Welcome, 21")
    await log.get_by_text("What happened").last.click()
    await expect(log).to_contain_text("session.age: nothing → 21")
    await expect(page.locator(".react-flow__node [data-walked]")).to_have_count(2)

    await log.get_by_role("button", name="Welcome", exact=True).first.click()
    await page.get_by_role("button", name="Stop before “Welcome”").click()
    await page.get_by_role("button", name="Begin anew").click()
    await page.get_by_placeholder("Write a message").fill("hello")
    await page.keyboard.press("Enter")
    await page.get_by_role("button", name="21", exact=True).click()
    await expect(page.get_by_text("Stopped before “Welcome”")).to_be_visible()
    await expect(log).not_to_contain_text("Welcome, 21")
    await page.get_by_role("button", name="Go on").click()
    await expect(log).to_contain_text("Welcome, 21")

    await page.get_by_role("button", name="Publish", exact=True).click()
    panel = page.get_by_role("region", name="Publish")
    await expect(panel).to_contain_text("never published")
    await panel.get_by_label("What is new, in your words").fill("The first one")
    await panel.get_by_role("button", name="Publish version 1").click()
    await expect(panel).to_contain_text("Version 1 is published")
    await expect(panel).to_contain_text("The first one")

    steps = admin.get(f"/steps?bot_id={bot_id}").json()["items"]
    welcome = next(step["id"] for step in steps if step["name"] == "Welcome")
    change = {"op": "update", "kind": "message", "id": welcome, "fields": {"text": "Hi, {$session.age$}"}}
    assert admin.post(f"/bots/{bot_id}/changes", json={"changes": [change]}, headers={"If-Match": "*"}).is_success
    await expect(panel.get_by_role("list").first).to_contain_text("Welcome")
    await panel.get_by_role("button", name="Publish version 2").click()
    await expect(panel).to_contain_text("Version 2 is published")
    await panel.get_by_role("button", name="Publish again").click()
    await expect(panel).to_contain_text("Version 1 runs again")
