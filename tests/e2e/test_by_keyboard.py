"""No mouse: from the log-in to a bot of the gallery, a step, a connection, a talk, a publication, every place, and
a conversation that is taken over. The focus is always to be seen, goes back after a dialog, and is nowhere trapped."""

import asyncio
from typing import Any

import httpx2
import pytest
from playwright.async_api import Page, expect

from tests.e2e.conftest import Visitors
from tests.e2e.looks import pressed, until
from tests.e2e.places import PASSWORD, newcomer, talk
from tests.product import Product

MOST_TABS = 90
FOCUSED = """() => {
  const at = document.activeElement;
  if (!at || at === document.body) return null;
  const box = at.getBoundingClientRect();
  const marked = (element) => {
    const style = getComputedStyle(element);
    return (style.outlineStyle !== "none" && parseFloat(style.outlineWidth) > 0) || style.boxShadow !== "none";
  };
  // A switch or a hidden field shows it on what is drawn in its place, a field by the colour of its edge.
  const around = [at, at.parentElement, at.nextElementSibling, at.closest("label"), at.querySelector("*")];
  const isSeen = box.right > 0 && box.bottom > 0 && box.left < innerWidth && box.top < innerHeight;
  const isField = at.matches("input, textarea, select, [contenteditable]");
  return {
    name: (at.getAttribute("aria-label") ?? at.labels?.[0]?.textContent ?? at.textContent ?? "").trim(),
    html: at.outerHTML.slice(0, 160),
    isShown: isSeen && (isField || around.some((each) => each && marked(each))),
  };
}"""


async def focused(page: Page) -> dict[str, Any]:
    found = await page.evaluate(FOCUSED)
    assert found is not None, "the focus is nowhere"
    return dict(found)


async def tab_to(page: Page, name: str, *, key: str = "Tab") -> None:
    """Presses Tab until the focus is on what begins with these words; on the way too it is always to be seen."""
    passed = []
    for _ in range(MOST_TABS):
        await page.keyboard.press(key)
        found = await page.evaluate(FOCUSED)
        if found is None:  # the browser's own bar, between the end of the page and its beginning
            continue
        assert found["isShown"], f"on the way to “{name}” the focus is not to be seen: {found['html']}"
        if found["name"].startswith(name):
            return
        passed.append(found["name"][:30])
    pytest.fail(f"no way to “{name}” by {key}: {passed}")


async def go(page: Page, words: str) -> None:
    """By the palette."""
    field = page.get_by_role("textbox", name="Search and commands")
    await pressed(page, "Control+k", field)
    await expect(field).to_be_focused()
    await page.keyboard.type(words)
    await expect(page.locator(".mantine-Spotlight-action").first).to_contain_text(words)
    await page.keyboard.press("Enter")


async def test_everything_without_a_mouse(visitors: Visitors, product: Product) -> None:
    api, email = await asyncio.to_thread(newcomer, product, "Vera")
    visitor = await visitors("/login")
    page = visitor.page
    await by_keyboard_in(page, visitors.url, email)
    bot_id = await made_from_the_gallery(page)
    await drawn(page, api, bot_id)
    await talked_to(page)
    await published(page)
    await through_all_places(page)
    channel = {"name": "Front door", "is_public": True, "default_bot_id": bot_id}
    room = api.post("/channels", json=channel).json()["id"]
    await asyncio.to_thread(talk, product, room, "hello")
    await taken_over(page)


async def by_keyboard_in(page: Page, url: str, email: str) -> None:
    await expect(page.get_by_label("E-mail")).to_be_focused()
    await page.keyboard.type(email)
    await tab_to(page, "Password")
    await page.keyboard.type(PASSWORD)
    await page.keyboard.press("Enter")
    await expect(page).to_have_url(f"{url}/")


async def made_from_the_gallery(page: Page) -> str:
    await expect(page.get_by_role("heading", level=1)).to_be_visible()
    await pressed(page, "n", page.get_by_label("Name", exact=True))
    await expect(page.get_by_label("Name", exact=True)).to_be_focused()
    await expect(page.get_by_role("button", name="Quiz")).to_be_visible()
    await tab_to(page, "Five questions")
    await page.keyboard.press("Enter")
    await expect(page.locator(".react-flow__node").first).to_be_visible()
    return page.url.rpartition("/")[2].partition("?")[0]


async def drawn(page: Page, api: httpx2.Client, bot_id: str) -> None:
    """A step more, its words, and a connection from it to another."""
    await pressed(page, "ArrowRight", page.locator(".react-flow__node:focus"))
    await page.keyboard.press("a")
    field = page.get_by_placeholder("Type the message")
    await expect(field).to_have_value("")
    await expect(page.locator(".react-flow__node.selected:focus")).to_be_visible()
    await page.keyboard.press("Enter")
    await expect(field).to_be_focused()
    await page.keyboard.type("One more thing")
    await page.keyboard.press("Escape")
    await expect(page.locator(".react-flow__node:focus", has_text="One more thing")).to_be_visible()
    await page.keyboard.press("c")
    await page.keyboard.press("Control+ArrowLeft")
    await page.keyboard.press("Enter")
    await expect(page.get_by_text("Saved", exact=True)).to_be_visible()
    await until(lambda: any(ways_of(api, bot_id, "One more thing")), wanted=True)


def ways_of(api: httpx2.Client, bot_id: str, text: str) -> list[Any]:
    """Where the step that says this leads."""
    parts = api.get(f"/bots/{bot_id}/draft").json()["parts"]
    of = {kind: [each for each in parts if each["kind"] == kind] for kind in ("step", "connection_group", "connection")}
    steps = {each["id"] for each in of["step"] if (each["fields"]["message"] or {}).get("text") == text}
    groups = {each["id"] for each in of["connection_group"] if each["fields"]["step_id"] in steps}
    return [each["fields"]["next_step_id"] for each in of["connection"] if each["fields"]["group_id"] in groups]


async def talked_to(page: Page) -> None:
    await page.keyboard.press("t")
    field = page.get_by_placeholder("Write a message")
    await expect(field).to_be_focused()
    await page.keyboard.type("hello")
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("log", name="Talk to the draft")).to_contain_text("Ready?")
    await page.keyboard.press("Escape")
    await expect(field).not_to_be_focused()
    await focused(page)
    await page.keyboard.press("t")
    await expect(field).to_be_hidden()


async def published(page: Page) -> None:
    await page.keyboard.press("p")
    panel = page.get_by_role("region", name="Publish")
    await expect(panel.get_by_role("button", name="Publish version 1")).to_be_visible()
    await tab_to(page, "Publish version 1")
    await page.keyboard.press("Enter")
    await expect(panel).to_contain_text("Version 1 is published")
    await tab_to(page, "Close", key="Shift+Tab")
    await page.keyboard.press("Enter")
    await expect(panel).to_be_hidden()


async def through_all_places(page: Page) -> None:
    """By Tab to the rail, and on each page down to its last control and out of it again."""
    for place in ("Inbox", "Channels", "Data", "Schedule", "Analytics", "Versions", "Settings"):
        await tab_to(page, place)
        await page.keyboard.press("Enter")
        await expect(page.get_by_role("heading", level=1, name=place)).to_be_visible()
        await expect(page.locator("[aria-busy=true]")).to_have_count(0)
        # The rail stays, and the focus on it: what follows is the page.
        assert (await focused(page))["name"].startswith(place)
    await pressed(page, "?", page.get_by_role("dialog"))
    await page.keyboard.press("Escape")
    await expect(page.get_by_role("dialog")).to_be_hidden()
    assert (await focused(page))["name"].startswith("Settings"), "the focus goes back after a dialog"


async def taken_over(page: Page) -> None:
    await go(page, "Inbox")
    await expect(page.get_by_role("heading", level=1, name="Inbox")).to_be_visible()
    await expect(page.get_by_role("navigation", name="Conversations").get_by_role("link")).to_be_visible()
    await tab_to(page, "Visitor")
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("button", name="Take over")).to_be_visible()
    await tab_to(page, "Take over")
    await page.keyboard.press("Enter")
    await expect(page.get_by_placeholder("Message", exact=True)).to_be_focused()
    await page.keyboard.type("This is Vera")
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("log").locator("[data-status=sent]").last).to_contain_text("This is Vera")
    await tab_to(page, "Hand back", key="Shift+Tab")
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("button", name="Take over")).to_be_focused()
