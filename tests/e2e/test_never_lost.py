"""What somebody draws is kept, or is said not to be: the server is killed, the line is cut, the tab is closed."""

import asyncio
import os
import signal
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.async_api import Browser, Page, expect

from tests.e2e.conftest import ADMIN, Visitor, Visitors, log_in
from tests.product import Product

LOST = ("Failed to load resource", "WebSocket connection to")
BOT: dict[str, Any] = {
    "name": "Kept",
    "first_step_id": "ask",
    "steps": [
        {"id": "ask", "name": "Ask", "message": {"text": "How old are you?"}},
        {"id": "bye", "name": "Bye", "position": [440, 0], "message": {"text": "Bye"}},
    ],
}


@pytest.fixture(scope="module")
def own_product() -> Iterator[Product]:
    """One whose parts may be killed."""
    with Product() as started:
        yield started


@pytest.fixture
def bot_id(own_product: Product) -> str:
    return str(log_in(own_product).post("/bots/import", json=BOT).json()["id"])


def steps(product: Product, bot_id: str) -> dict[str, Any]:
    """{name: text} as it is stored."""
    parts = log_in(product).get(f"/bots/{bot_id}/draft").json()["parts"]
    fields = [part["fields"] for part in parts if part["kind"] == "step"]
    return {each["name"]: (each["message"] or {}).get("text") for each in fields}


async def opened(browser: Browser, product: Product, bot_id: str) -> Visitor:
    visitor = await Visitors(browser, product.url)(f"/bots/{bot_id}", account=ADMIN)
    visitor.expected_complaints = LOST
    await expect(visitor.page.locator(".react-flow__node")).to_have_count(2)
    return visitor


async def write(page: Page, step: str, name: str) -> None:
    """Give a step another name, letter by letter."""
    await page.locator(".react-flow__node", has_text=step).first.click(position={"x": 100, "y": 15})
    field = page.get_by_role("textbox", name="Name of the step", exact=True)
    await field.press("ControlOrMeta+a")
    await field.press_sequentially(name, delay=15)


async def saved(page: Page) -> None:
    await expect(page.get_by_text("Saved", exact=True)).to_be_visible(timeout=30_000)


def kill_api(product: Product) -> None:
    """As the kernel would: no word to anybody. The supervisor starts another one."""
    for pid in [pid for name, pid in product.pids().items() if name.startswith("api")]:
        os.kill(pid, signal.SIGKILL)


async def test_the_server_is_killed_while_somebody_writes(browser: Browser, own_product: Product, bot_id: str) -> None:
    visitor = await opened(browser, own_product, bot_id)
    page = visitor.page
    await write(page, "Ask", "Before")
    await saved(page)

    # In the middle of a word, and again while another one is written.
    writing = asyncio.create_task(write(page, "Before", "While it falls"))
    await asyncio.sleep(0.15)
    kill_api(own_product)
    await writing
    await write(page, "Bye", "While it is away")
    await saved(page)
    kill_api(own_product)
    await asyncio.sleep(1.3)  # what is typed on in the same field within 1.2 s is one step back
    # At once: letters that come slowly would be several steps back.
    await page.get_by_role("textbox", name="Name of the step", exact=True).fill("After")
    await saved(page)
    assert steps(own_product, bot_id) == {"While it falls": "How old are you?", "After": "Bye"}

    # And an edit is taken back across the kill.
    await page.get_by_role("button", name="Undo").click()
    await saved(page)
    assert "While it is away" in steps(own_product, bot_id)
    assert visitor.complaints == []


async def test_a_tab_that_is_closed_without_a_line_has_its_edits_when_it_is_opened_again(
    browser: Browser, own_product: Product, bot_id: str
) -> None:
    visitor = await opened(browser, own_product, bot_id)
    context, page = visitor.page.context, visitor.page
    await context.set_offline(True)
    await write(page, "Ask", "Without a line")
    await expect(page.get_by_text("Offline: 1 edit kept here")).to_be_visible()
    await page.close()

    # Somebody else writes in the same field meanwhile, and in another one.
    admin = log_in(own_product)
    draft = admin.get(f"/bots/{bot_id}/draft").json()
    ids = {part["fields"]["name"]: part["id"] for part in draft["parts"] if part["kind"] == "step"}
    fields = {"name": "Meanwhile", "message": {"text": "Your age?"}}
    changes = [{"op": "update", "kind": "step", "id": ids["Ask"], "fields": fields}]
    wish = {"version": draft["bot"]["version"], "changes": changes}
    assert admin.post(f"/bots/{bot_id}/changes", json=wish).status_code == 200

    await context.set_offline(False)
    again = await context.new_page()
    await again.goto(f"{own_product.url}/bots/{bot_id}")
    await expect(again.get_by_role("article")).to_contain_text("changed the name in “Without a line” too")
    await expect(again.get_by_role("article")).to_contain_text("Meanwhile")
    await saved(again)
    assert steps(own_product, bot_id) == {"Without a line": "Your age?", "Bye": "Bye"}
    await again.get_by_role("button", name="Take theirs").click()
    await saved(again)
    assert "Meanwhile" in steps(own_product, bot_id)


async def test_a_right_that_ends_is_said_and_the_words_stay(
    browser: Browser, own_product: Product, bot_id: str
) -> None:
    visitor = await opened(browser, own_product, bot_id)
    page = visitor.page
    page.on("dialog", lambda dialog: asyncio.ensure_future(dialog.accept()))
    deleted = log_in(own_product).delete(f"/bots/{bot_id}", headers={"If-Match": "*"})
    assert deleted.status_code == 204, deleted.text
    await write(page, "Ask", "Too late")
    await expect(page.get_by_text("You may no longer change this bot: 1 edit stays in this browser")).to_be_visible()
