"""A talk becomes a test, the test is run and shows on the canvas what it reached; a failing one is a gate before
publishing that a reason opens; what changed is marked on the canvas."""

from playwright.async_api import expect

from tests.e2e.conftest import ADMIN, Visitors, log_in
from tests.e2e.looks import serious
from tests.e2e.test_talk_and_publish import BOT
from tests.product import Product

LOST = {"id": "lost", "name": "Lost", "position": [0, 400], "message": {"text": "Nobody comes here"}}


async def test_a_talk_is_kept_as_a_test_and_guards_the_publication(
    visitors: Visitors, product: Product, axe: str
) -> None:
    admin = log_in(product)
    bot_id = admin.post("/bots/import", json=BOT | {"steps": [*BOT["steps"], LOST]}).json()["id"]
    visitor = await visitors(f"/bots/{bot_id}", account=ADMIN)
    visitor.expected_complaints = ("422",)
    page = visitor.page
    await page.get_by_role("button", name="Publish", exact=True).click()
    panel = page.get_by_role("region", name="Publish")
    await panel.get_by_role("button", name="Publish version 1").click()
    await expect(panel).to_contain_text("Version 1 is published")

    await page.get_by_role("button", name="Talk", exact=True).click()
    await page.get_by_placeholder("Write a message").fill("hello")
    await page.keyboard.press("Enter")
    await page.get_by_role("button", name="21", exact=True).click()
    await expect(page.get_by_role("log")).to_contain_text("Welcome, 21")
    await page.get_by_role("button", name="Save as test").click()
    await page.get_by_role("textbox", name="Name of the test").fill("A grown-up is welcome")
    await page.keyboard.press("Enter")
    talk = page.get_by_role("region", name="Talk to the draft")
    await expect(talk.get_by_role("img", name="Passes")).to_be_visible()
    await expect(talk).to_contain_text("2 of 3 steps")
    await expect(page.get_by_role("group", name="Welcome", exact=True)).to_contain_text("reached by tests")
    await expect(page.get_by_role("group", name="Lost", exact=True)).to_contain_text("not reached")
    assert await serious(page, axe) == []

    steps = {step["name"]: step["id"] for step in admin.get(f"/steps?bot_id={bot_id}").json()["items"]}
    changes = [
        {"op": "update", "kind": "message", "id": steps["Welcome"], "fields": {"text": "Hi, {$session.age$}"}},
        {"op": "remove", "kind": "step", "id": steps["Lost"]},
    ]
    done = admin.post(f"/bots/{bot_id}/changes", json={"changes": changes}, headers={"If-Match": "*"})
    assert done.is_success, done.text
    await talk.get_by_role("button", name="Run all tests").click()
    await expect(talk.get_by_role("img", name="Fails")).to_be_visible()
    await expect(talk).to_contain_text("the bot says something else")
    await expect(talk.locator("dd")).to_have_text(["Welcome, 21", "Hi, 21"])
    await talk.get_by_role("button", name="Open “A grown-up is welcome” as a talk").click()
    await expect(page.get_by_role("log")).to_contain_text("Hi, 21")

    await page.get_by_role("button", name="Publish", exact=True).click()
    await expect(page.get_by_role("group", name="Welcome", exact=True)).to_contain_text("changed")
    await expect(page.locator(".react-flow__viewport-portal")).to_contain_text("Lost")
    await panel.get_by_role("button", name="Publish version 2").click()
    await expect(panel.get_by_role("alert")).to_contain_text("the test “A grown-up is welcome” fails")
    await panel.get_by_role("textbox", name="Why all the same").fill("The greeting is new")
    await panel.get_by_role("button", name="Publish version 2 all the same").click()
    await expect(panel).to_contain_text("Version 2 is published")
    await expect(panel).to_contain_text("Published in spite of what was wrong: The greeting is new")
