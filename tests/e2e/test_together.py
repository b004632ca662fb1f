"""Several people on one bot, each in a browser of his own: who is here, edits as they are made, one field at once."""

from dataclasses import dataclass
from itertools import count
from typing import Any

import httpx2
import pytest
from playwright.async_api import Locator, Page, expect

from tests.e2e.conftest import Visitors, log_in
from tests.e2e.looks import serious
from tests.product import Product

PASSWORD = "another password of tests"
LOST = ("Failed to load resource", "WebSocket connection to")
BOT: dict[str, Any] = {
    "name": "Shared",
    "first_step_id": "ask",
    "steps": [
        {"id": "ask", "name": "Ask", "message": {"text": "How old are you?"}},
        {"id": "bye", "name": "Bye", "position": [440, 0], "message": {"text": "Bye"}},
    ],
}
_numbers = count(1)


@dataclass
class Team:
    """A bot of the first account, and how others get in."""

    visitors: Visitors
    product: Product
    admin: httpx2.Client
    bot_id: str

    async def owner(self) -> Page:
        return await self._open(self.product.email, self.product.password)

    async def guest(self, name: str, role: str) -> Page:
        email = f"guest{next(_numbers)}@together.example"
        wish = {"email": email, "username": name, "password": PASSWORD}
        made = httpx2.post(f"{self.product.url}/api/v1/login/register", json=wish, trust_env=False)
        assert made.status_code in (200, 201), made.text
        shared = self.admin.put(f"/bots/{self.bot_id}/access", json={"email": email, "role": role})
        assert shared.status_code == 200, shared.text
        return await self._open(email, PASSWORD)

    async def _open(self, email: str, password: str) -> Page:
        visitor = await self.visitors(f"/bots/{self.bot_id}", account=(email, password))
        visitor.expected_complaints = LOST
        await expect(card(visitor.page, "Bye")).to_be_visible()
        return visitor.page

    def step(self, name: str) -> dict[str, Any]:
        parts = self.admin.get(f"/bots/{self.bot_id}/draft").json()["parts"]
        return next(part["fields"] for part in parts if part["kind"] == "step" and part["fields"]["name"] == name)


def card(page: Page, text: str) -> Locator:
    return page.locator(".react-flow__node", has_text=text)


def text_field(page: Page) -> Locator:
    return page.get_by_role("combobox", name="Text", exact=True)


async def saved(page: Page) -> None:
    await expect(page.get_by_text("Saved", exact=True)).to_be_visible()


@pytest.fixture
def team(visitors: Visitors, product: Product) -> Team:
    admin = log_in(product)
    return Team(visitors, product, admin, admin.post("/bots/import", json=BOT).json()["id"])


async def test_two_draw_one_bot(team: Team) -> None:
    anna = await team.owner()
    boris = await team.guest("Boris Petrov", "editor")

    # Who is here, and where.
    await expect(anna.get_by_role("list", name="Who is here")).to_contain_text("BP")
    await card(boris, "How old").get_by_text("How old are you?").click()
    await expect(anna.get_by_text("Boris Petrov", exact=True).last).to_be_visible()
    await card(anna, "How old").get_by_text("How old are you?").click()
    await text_field(boris).fill("What is your age?")
    await expect(anna.get_by_text("Boris Petrov is editing this: the text")).to_be_visible()

    # His text is on her card and in her field; hers in another field of the same step is kept beside it.
    await expect(text_field(anna)).to_have_value("What is your age?")
    await anna.get_by_role("textbox", name="Name of the step", exact=True).fill("Age")
    await expect(card(boris, "Age").first).to_be_visible()
    await saved(anna)
    await saved(boris)
    assert team.step("Age")["message"]["text"] == "What is your age?"

    # She goes back one step: what is hers, not what is his.
    await anna.get_by_role("button", name="Undo").click()
    await expect(card(boris, "Ask").first).to_be_visible()
    assert team.step("Ask")["message"]["text"] == "What is your age?"

    # Gone with his tab.
    await boris.close()
    await expect(anna.get_by_role("list", name="Who is here")).to_have_count(0)


async def test_the_same_field_at_once_and_a_step_that_is_removed(team: Team) -> None:
    anna = await team.owner()
    boris = await team.guest("Boris", "editor")
    for page in (anna, boris):
        await card(page, "How old").get_by_text("How old are you?").click()

    # Boris writes while his line is cut; Anna's text is there first. Both learn of it, and either text can stand.
    await boris.context.set_offline(True)
    await text_field(boris).fill("His")
    await expect(boris.get_by_text("Offline")).to_be_visible()
    await text_field(anna).fill("Hers")
    await saved(anna)
    await boris.context.set_offline(False)
    told = boris.get_by_role("article")
    await expect(told).to_contain_text("changed the text in “Ask” too. Yours stands now")
    await expect(told).to_contain_text("Hers")
    await expect(anna.get_by_role("article")).to_contain_text("Boris changed the text in “Ask” too. Theirs stands now")
    await anna.get_by_role("button", name="Put mine back").click()
    await expect(text_field(boris)).to_have_value("Hers")
    await boris.get_by_role("button", name="Keep theirs").click()
    await expect(boris.get_by_role("article")).to_have_count(0)

    # Anna removes the step that Boris has just written in: he can bring it back.
    await text_field(boris).fill("Long words")
    await saved(boris)
    await expect(text_field(anna)).to_have_value("Long words")
    await card(anna, "Long words").get_by_text("Long words").click()
    await anna.keyboard.press("Delete")
    await expect(boris.get_by_role("article")).to_contain_text("removed “Ask” while you were changing it")
    await boris.get_by_role("button", name="Bring it back").click()
    await expect(card(anna, "Long words")).to_be_visible()
    await saved(boris)
    assert team.step("Ask")["message"]["text"] == "Long words"


async def test_who_may_only_look_sees_it_live_and_changes_nothing(team: Team, axe: str) -> None:
    anna = await team.owner()
    vera = await team.guest("Vera", "viewer")
    await expect(anna.get_by_role("list", name="Who is here")).to_contain_text("V")
    await expect(vera.get_by_text("Shared with you to look at")).to_be_visible()
    await card(vera, "How old").get_by_text("How old are you?").click()
    await expect(text_field(vera)).to_have_attribute("readonly", "")
    await card(anna, "How old").get_by_text("How old are you?").click()
    await text_field(anna).fill("Seen by Vera")
    await expect(card(vera, "Seen by Vera")).to_be_visible()
    await vera.keyboard.press("Delete")
    await expect(card(vera, "Seen by Vera")).to_be_visible()
    assert await serious(anna, axe) == []
