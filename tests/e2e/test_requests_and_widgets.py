"""What a maker sets beside the canvas and in the Data place, in a real browser: how long a request waits, a widget from
nothing, a pattern that is not finished, what variables begin with."""

from typing import Any

import httpx2
import pytest
from playwright.async_api import Page, expect

from tests.e2e.conftest import ADMIN, Visitors, log_in
from tests.e2e.looks import pressed, until
from tests.e2e.test_constructor import draft, opened, saved
from tests.product import Product

BOT: dict[str, Any] = {
    "format": "dbcv.bot", "version": 1, "name": "Shop", "first_step_id": "a", "variables": {"greeting": "Hello"},
    "steps": [
        {
            "id": "a", "name": "Ask", "message": {"text": "Your number?"},
            "connection_groups": [{"connections": [{
                "rules": {"rules": [{"field": "message.text", "operator": "equal", "value": "7"}]}, "next_step_id": "b",
            }]}],
        },
        {"id": "b", "name": "Thanks", "message": {"text": "Thanks"}},
    ],
    "requests": [{"id": "r", "name": "CRM", "request_url": "https://crm.example.com/deals"}],
}  # fmt: skip


@pytest.fixture
def admin(product: Product) -> httpx2.Client:
    return log_in(product)


@pytest.fixture
def bot_id(admin: httpx2.Client) -> str:
    made = admin.post("/bots/import", json=BOT)
    assert made.status_code == 201, made.text
    return str(made.json()["id"])


async def _step(page: Page, name: str) -> None:
    await expect(page.locator(".react-flow__node").first).to_be_visible()
    field = page.get_by_role("textbox", name="Find in the bot")
    await pressed(page, "Control+f", field)
    await field.fill(name)
    await page.locator("search").get_by_role("button", name=name, exact=True).first.click()
    await field.press("Escape")
    await expect(page.get_by_role("textbox", name="Name of the step")).to_have_value(name)


async def test_a_pattern_that_is_not_finished_waits_and_refuses_nothing(
    visitors: Visitors, product: Product, admin: httpx2.Client, bot_id: str
) -> None:
    page = (await opened(visitors, bot_id)).page
    inspector = page.locator("[data-inspector]")
    await _step(page, "Ask")
    await inspector.get_by_role("button", name="answer is 7").click()
    await inspector.get_by_role("combobox", name="Comparison").select_option("matches")
    value = inspector.get_by_role("combobox", name="Value", exact=True)
    await value.fill("^[0-9")
    await expect(page.get_by_text("A set of characters is not closed")).to_be_visible()
    await page.get_by_role("checkbox", name="ignore case").check()
    await expect(page.get_by_text("Saved, but for 1 unfinished pattern")).to_be_visible()
    (edge,) = draft(admin, bot_id, "connection")
    assert edge["rules"]["rules"][0] == {
        "field": "message.text", "operator": "matches", "value": "7", "ignore_case": True,
    }  # fmt: skip
    await page.reload()
    await _step(page, "Ask")
    await inspector.get_by_role("button", name="answer matches 7").click()
    await expect(value).to_have_value("^[0-9")
    await value.fill("^[0-9]+$")
    await expect(page.get_by_text("Not saved yet")).to_be_hidden()
    await saved(page)
    (edge,) = draft(admin, bot_id, "connection")
    assert (edge["rules"]["rules"][0]["operator"], edge["rules"]["rules"][0]["value"]) == ("matches", "^[0-9]+$")


async def test_a_widget_is_made_and_written_beside_the_canvas(
    visitors: Visitors, product: Product, admin: httpx2.Client, bot_id: str
) -> None:
    page = (await opened(visitors, bot_id)).page
    await _step(page, "Thanks")
    await page.get_by_role("button", name="Add a widget").click()
    preview = page.get_by_role("region", name="Live preview")
    await expect(preview.locator("iframe")).to_be_visible()
    await page.locator("[data-inspector]").get_by_label("Name", exact=True).fill("Card")
    await page.locator("[data-inspector] .cm-content").fill("<b>Paid</b>")
    await saved(page)
    (widget,) = draft(admin, bot_id, "widget")
    assert (widget["name"], widget["body"]) == ("Card", "<b>Paid</b>")
    await page.get_by_role("button", name="Done with the widget").click()
    await expect(preview).to_be_hidden()
    await expect(page.locator("[data-inspector] iframe")).to_be_visible()
    steps = {step["name"]: step["message"]["widget_id"] for step in draft(admin, bot_id, "step")}
    assert steps["Ask"] is None and steps["Thanks"] is not None


def waits(admin: httpx2.Client, bot_id: str) -> list[tuple[float, int]]:
    return [(each["timeout_seconds"], each["retries"]) for each in draft(admin, bot_id, "request")]


async def test_a_request_has_its_wait_and_variables_their_beginning(
    visitors: Visitors, product: Product, admin: httpx2.Client, bot_id: str
) -> None:
    assert admin.post(f"/bots/{bot_id}/publish", json={}).status_code == 201
    page = (await visitors(f"/bots/{bot_id}/data/requests", account=ADMIN)).page
    await page.get_by_role("button", name="CRM").click()
    await page.locator("summary", has_text="More").click()
    wait = page.get_by_label("Wait for the answer at most, s")
    await wait.fill("400")
    await expect(page.get_by_text("a number of seconds from 0.1 to 300")).to_be_visible()
    await wait.fill("2,5")
    await page.get_by_label("Try again after a failure, times").fill("0")
    await expect(page.get_by_text("Saved", exact=True)).to_be_visible()
    await until(lambda: waits(admin, bot_id), [(2.5, 0)])

    await page.goto(f"{visitors.url}/bots/{bot_id}/data/variables?of=start")
    greeting = page.get_by_label("Value of greeting")
    await greeting.fill("Good day")
    await greeting.blur()
    await page.get_by_role("button", name="Add variable").click()
    form = page.get_by_role("form", name="Add variable")
    await form.get_by_label("Name").fill("id")
    await expect(form.get_by_text("is a fact of the bot")).to_be_visible()
    await form.get_by_label("Name").fill("prices")
    await form.locator("input[aria-haspopup=listbox]").click()
    await page.get_by_role("option", name="List").click()
    await form.get_by_label("Value").fill("[1, 2]")
    await form.get_by_role("button", name="Add variable").click()
    await expect(page.get_by_label("Value of prices")).to_have_value("[\n  1,\n  2\n]")
    await page.get_by_role("button", name="Remove “prices”").click()
    await page.get_by_role("button", name="Undo").click()
    await expect(page.get_by_text("Saved", exact=True)).to_be_visible()
    await expect(page.get_by_label("Value of prices")).to_be_visible()
    begins = {"greeting": "Good day", "prices": [1, 2]}
    await until(lambda: admin.get(f"/bots/{bot_id}").json()["variables"], begins)
    said = [each["sentence"] for each in admin.get(f"/bots/{bot_id}/diff").json()["differences"]]
    assert 'The variable greeting begins as "Good day" instead of "Hello"' in said
    assert "Request “CRM” waits at most 2.5 s instead of as this server sets it" in said
