"""Versions and settings of a bot in a real browser: what changed, the way back, names, members, the audit log."""

from typing import Any

from playwright.async_api import Page, expect

from tests.e2e.conftest import ADMIN, Visitors, log_in
from tests.e2e.looks import serious
from tests.product import Product

BOT: dict[str, Any] = {
    "name": "Bot with a past",
    "first_step_id": "hello",
    "steps": [
        {"id": "hello", "name": "Hello", "message": {"text": "Good morning"},
         "connection_groups": [{"connections": [{"rules": {}, "next_step_id": "hello"}]}]},
    ],
}  # fmt: skip


async def at(visitors: Visitors, path: str, *expected_complaints: str) -> Page:
    visitor = await visitors(path, account=ADMIN)
    visitor.expected_complaints = expected_complaints
    return visitor.page


def two_versions(admin: Any) -> str:
    """A bot that said "Good morning" in its first version and says "Good evening" in its second."""
    bot_id = str(admin.post("/bots/import", json=BOT).json()["id"])
    admin.post(f"/bots/{bot_id}/publish", json={"comment": "the beginning"})
    changed = admin.get(f"/bots/{bot_id}/export").json()
    changed["steps"][0]["message"]["text"] = "Good evening"
    assert admin.put(f"/bots/{bot_id}/document", json=changed, headers={"If-Match": "*"}).status_code == 200
    assert admin.post(f"/bots/{bot_id}/publish", json={"comment": "for the night"}).status_code == 201
    return bot_id


async def test_what_changed_and_the_way_back(visitors: Visitors, product: Product, axe: str) -> None:
    admin = log_in(product)
    bot_id = two_versions(admin)
    page = await at(visitors, f"/bots/{bot_id}/versions")
    first = page.get_by_role("listitem").filter(has_text="the beginning")
    second = page.get_by_role("listitem").filter(has_text="for the night")
    await expect(second).to_contain_text("Published")
    await second.get_by_role("button", name="What changed").click()
    await expect(page.get_by_text("says “Good evening” instead of “Good morning”")).to_be_visible()
    assert await serious(page, axe) == []

    await first.get_by_role("button", name="Publish again").click()
    await page.get_by_role("dialog").get_by_role("button", name="Publish again").click()
    await expect(first).to_contain_text("Published")
    await first.get_by_role("button", name="Restore as draft").click()
    await page.get_by_role("dialog").get_by_role("button", name="Restore as draft").click()
    await expect(page.get_by_text("The draft is like version 1 now")).to_be_visible()
    assert admin.get(f"/bots/{bot_id}/export").json()["steps"][0]["message"]["text"] == "Good morning"


async def test_settings_are_kept_and_told(visitors: Visitors, product: Product, axe: str) -> None:
    admin = log_in(product)
    bot_id = str(admin.post("/bots/import", json=BOT).json()["id"])
    # An e-mail without an account is refused (422) before an invitation is made for it.
    page = await at(visitors, f"/bots/{bot_id}/settings", "422")
    await page.get_by_label("Name", exact=True).fill("Bot with a name")
    await page.keyboard.press("Tab")
    await expect(page.get_by_text("Saved", exact=True)).to_be_visible()
    assert admin.get(f"/bots/{bot_id}").json()["name"] == "Bot with a name"

    await page.get_by_label("E-mail").fill("nobody.yet@example.com")
    await page.get_by_role("button", name="Share", exact=True).click()
    await expect(page.get_by_text("/invitations#")).to_be_visible()
    await expect(page.get_by_text("Invited · May edit")).to_be_visible()
    assert await serious(page, axe) == []

    log = page.get_by_role("region", name="Audit log")
    await page.reload()
    await expect(log).to_contain_text("Draft changed")
    await log.get_by_role("combobox", name="What was done").click()
    await page.get_by_role("option", name="Invited").click()
    await expect(log.get_by_role("listitem").first).to_contain_text("Invited")
    await expect(log).not_to_contain_text("Draft changed")
