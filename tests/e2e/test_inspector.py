"""Work of steps filled in beside the canvas: an integration with a credential made in place, a request whose reply is
kept by a press, a template made of steps and looked into."""

from typing import Any

import httpx2
import pytest
from aiohttp import web
from playwright.async_api import Page, expect

from tests.e2e.conftest import Visitors, log_in
from tests.e2e.test_constructor import draft, opened, saved
from tests.integrations.service import Seen, Service, said
from tests.integrations.telegram.bot_api import TOKEN, BotApi
from tests.product import Product

TALK: dict[str, Any] = {
    "name": "Asks twice",
    "first_step_id": "city",
    "steps": [
        {
            "id": "city",
            "name": "City",
            "message": {"text": "Which city?"},
            "connection_groups": [
                {
                    "variables": [{"target": "session.city", "source": "message.text"}],
                    "connections": [{"next_step_id": "day"}],
                }
            ],
        },
        {
            "id": "day",
            "name": "Day",
            "position": [440, 0],
            "message": {"text": "Which day?"},
            "connection_groups": [
                {
                    "variables": [{"target": "session.day", "source": "message.text"}],
                    "connections": [{"next_step_id": "bye"}],
                }
            ],
        },
        {"id": "bye", "name": "Bye", "position": [880, 0], "message": {"text": "{$session.day$} it is"}},
    ],
}


class Crm(Service):
    """Answers with deals."""

    async def answer(self, seen: Seen) -> web.Response:
        return said({"deals": [{"id": 7, "title": "Chairs"}]})


@pytest.fixture
def admin(product: Product) -> httpx2.Client:
    return log_in(product)


async def added(visitors: Visitors, product: Product, admin: httpx2.Client, piece: str) -> tuple[str, Page]:
    """An empty bot with one piece of the palette, selected."""
    bot_id = admin.post("/bots", json={"name": piece}).json()["id"]
    page = (await opened(visitors, bot_id)).page
    await page.get_by_role("navigation", name="Pieces").get_by_role("button", name=piece, exact=True).first.click()
    return bot_id, page


async def test_a_request_is_sent_and_a_value_of_its_reply_kept(
    visitors: Visitors, product: Product, admin: httpx2.Client
) -> None:
    bot_id, page = await added(visitors, product, admin, "Request")
    async with Crm() as crm:
        await page.get_by_role("combobox", name="Address", exact=True).fill(
            f"http://127.0.0.1:{crm.port}/deals/{{who}}"
        )
        await page.get_by_role("combobox", name="Value of who").fill("{$user.id$}")
        await page.get_by_label("Sample of user.id").fill("42")
        await page.get_by_role("button", name="Send", exact=True).click()
        await page.get_by_role("button", name='"Chairs"').click()
        assert crm.last.path == "/deals/42"
    await expect(page.get_by_role("combobox", name="Into which variable")).to_have_value("session.title")
    await saved(page)
    (group,) = draft(admin, bot_id, "connection_group")
    assert [(each["source"], each["target"]) for each in group["variables"]] == [
        ("response.result.deals.0.title", "session.title")
    ]
    assert draft(admin, bot_id, "request")[0]["url_params"] == {"who": "{$user.id$}"}


async def test_an_integration_runs_with_a_credential_made_beside_it(
    visitors: Visitors, product: Product, admin: httpx2.Client
) -> None:
    bot_id, page = await added(visitors, product, admin, "Integration")
    async with BotApi() as telegram:
        place = f"http://127.0.0.1:{telegram.port}"
        await page.get_by_role("combobox", name="Choose what to do").fill("telegram: send a m")
        await page.get_by_role("option", name="Telegram: Send a message").click()
        await page.get_by_role("button", name="New credential…").click()
        form = page.get_by_role("dialog")
        await form.get_by_label("Bot token").fill(TOKEN)
        await form.get_by_text("Only to").click()
        await form.get_by_label("Hosts").fill(place)
        await form.get_by_role("button", name="Create credential").click()
        await expect(form).to_be_hidden()
        await page.get_by_role("combobox", name="Chat", exact=True).fill("42")
        await page.get_by_role("combobox", name="Text", exact=True).fill("Hello, {$user.name$}")
        await page.get_by_text("more settings").click()
        await page.get_by_role("combobox", name="Server", exact=True).fill(place)
        await page.get_by_text("Try it", exact=True).click()
        await page.get_by_label("Sample of user.name").fill("Ann")
        await page.get_by_role("button", name="Run", exact=True).click()
        await expect(page.get_by_text("Done", exact=True)).to_be_visible()
        assert telegram.params["text"] == "Hello, Ann"
    assert TOKEN not in await page.content()
    await saved(page)
    (group,) = draft(admin, bot_id, "connection_group")
    (credential,) = admin.get("/credentials", params={"bot_id": bot_id}).json()["items"]
    assert group["integration_config"] == {"chat_id": "42", "text": "Hello, {$user.name$}", "base_url": place}
    assert group["credential_id"] == credential["id"]

    # The same again keeps the credential.
    await page.get_by_role("button", name="More about this step").click()
    await page.get_by_role("menuitem", name="Duplicate").click()
    await expect(page.locator(".react-flow__node")).to_have_count(2)
    await saved(page)
    used = [each["credential_id"] for each in draft(admin, bot_id, "connection_group")]
    assert used == [credential["id"]] * 2


async def test_steps_become_a_template_that_opens(visitors: Visitors, product: Product, admin: httpx2.Client) -> None:
    bot_id = admin.post("/bots/import", json=TALK).json()["id"]
    page = (await opened(visitors, bot_id)).page
    nodes = page.locator(".react-flow__node")
    await nodes.get_by_text("Which city?").click()
    await nodes.get_by_text("Which day?").click(modifiers=["Shift"])
    await page.get_by_role("button", name="Make a template").click()
    await page.get_by_label("Name of the template").fill("Ask twice")
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("status").get_by_text("Way out: Day → Bye")).to_be_visible()
    await expect(nodes.filter(has_text="Ask twice")).to_be_visible()
    assert [each["outputs_mapping"] for each in draft(admin, bot_id, "template_instance")] == [{"day": "session.day"}]

    await page.get_by_role("complementary").get_by_role("button", name="Look inside").click()
    inside = page.get_by_role("region", name="Inside the template Ask twice, to look at")
    await expect(inside.get_by_text("Which city?")).to_be_visible()
    await inside.get_by_role("button", name="Back to the bot").first.click()
    await expect(inside).to_be_hidden()

    await page.get_by_role("button", name="Undo").click()
    await expect(nodes.get_by_text("Which city?")).to_be_visible()
    await saved(page)
    assert sorted(each["name"] for each in draft(admin, bot_id, "step")) == ["Bye", "City", "Day"]
    assert draft(admin, bot_id, "template_instance") == []
