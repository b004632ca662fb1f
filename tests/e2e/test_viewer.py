"""Somebody a bot is shared with to look at: he gets into every place, nothing there offers him to change anything, and
nothing is written in his name by looking."""

import asyncio
import re

from playwright.async_api import Page, Response, expect

from tests.e2e.conftest import Visitors
from tests.e2e.places import PASSWORD, Filled, Visit, filled, newcomer, visits
from tests.product import Product

OFFERS = re.compile(
    r"^(New|Add|Create|Delete|Remove|Save|Publish (v|again)|Restore|Share|Upload|Change|Edit|Rename|Take over|"
    r"Hand back|Undo|Redo|Import|Set|Turn|Make|Move|Stop|Otherwise|Keep)\b"
)
"""What buttons that change a bot begin with. Copies, exports and talks with the draft change nothing of it."""
OWN = (": New library", ": Make a copy")
"""What he makes for himself."""
WRITABLE = """() => [...document.querySelectorAll("main :is(input, textarea, select, [contenteditable=true])")]
  .filter((each) => each.checkVisibility() && !each.matches(":disabled, [readonly], [type=search], [type=radio]"))
  .map((each) => each.getAttribute("aria-label") ?? each.labels?.[0]?.textContent ?? each.outerHTML.slice(0, 120))"""
LOOKING = re.compile(r"^(Write a message|Call services for real|Search|Find|Words in messages|Show|Version|Compare)")
"""Fields that are there to look and to talk with the draft."""
LOOKED_AT = re.compile(r"/login/|/talk|/preview|/look|/check|/execute$")
"""Calls that are made to look, though they are no GET."""


async def test_a_viewer_sees_every_place_and_is_offered_no_change(visitors: Visitors, product: Product) -> None:
    made = await asyncio.to_thread(filled, product)
    _, email = await asyncio.to_thread(newcomer, product, "Onlooker")
    shared = made.api.put(f"/bots/{made.bot}/access", json={"email": email, "role": "viewer"})
    assert shared.status_code == 200, shared.text
    page = (await visitors("about:blank", is_whole_address=True, account=(email, PASSWORD))).page
    written: list[str] = []
    page.on("response", lambda response: note(response, written))
    found = [offer for visit in of_the_bot(made) for offer in await offers(page, visitors.url, visit)]
    assert [offer for offer in found if not offer.endswith(OWN)] == []
    assert written == []


def of_the_bot(made: Filled) -> list[Visit]:
    return [visit for visit in visits(made) if visit.path.startswith(f"/bots/{made.bot}") and "?new=" not in visit.path]


def note(response: Response, written: list[str]) -> None:
    request = response.request
    if request.method not in ("GET", "HEAD") and not LOOKED_AT.search(request.url):
        written.append(f"{request.method} {request.url}: {response.status}")


async def offers(page: Page, url: str, visit: Visit) -> list[str]:
    """What a page offers to change."""
    await page.goto(url + visit.path)
    await expect(page.locator("h1:visible").first).to_be_visible()
    await page.wait_for_load_state("networkidle")
    for selector in visit.press:
        await page.locator(selector).first.click()
        await page.wait_for_load_state("networkidle")
    await expect(page.locator("[aria-busy=true]")).to_have_count(0)
    buttons = page.locator("main button:enabled:visible, main [role=menuitem]:visible, header button:enabled:visible")
    names = await buttons.evaluate_all("(all) => all.map((each) => each.ariaLabel || each.innerText)")
    writable = [name for name in await page.evaluate(WRITABLE) if not LOOKING.match(name)]
    return [f"{visit.path} {visit.press}: {name}" for name in (*filter(OFFERS.match, names), *writable)]
