"""The frame of the constructor in a real browser: coming in, the gallery, files, the palette, languages, a phone."""

import json
import re
from typing import Any
from uuid import uuid4

import httpx2
import pytest
from playwright.async_api import Page, expect

from tests.e2e.conftest import MOVING, PHONE, Visitor, Visitors
from tests.e2e.looks import pressed, serious

PASSWORD = "correct horse battery"
WRONG = {"format": "dbcv.bot", "version": 1, "name": "Wrong", "colour": 1, "steps": [{"id": "a", "nmae": "A"}]}


async def _arrive(visitors: Visitors, path: str = "/", **options: Any) -> Visitor:
    """Somebody who has just registered, on a page."""
    email = f"{uuid4().hex[:12]}@example.com"
    wish = {"email": email, "username": "Anna", "password": PASSWORD}
    async with httpx2.AsyncClient(base_url=f"{visitors.url}/api/v1", timeout=30, trust_env=False) as client:
        assert (await client.post("/login/register", json=wish)).is_success
    return await visitors(path, account=(email, PASSWORD), **options)


async def _register(visitors: Visitors) -> Visitor:
    """The same by the form, on the page of the bots."""
    visitor = await visitors("/register", **MOVING)
    page = visitor.page
    await page.locator("input[name=username]").fill("Anna")
    await page.locator("input[name=email]").fill(f"{uuid4().hex[:12]}@example.com")
    await page.locator("input[name=password]").fill(PASSWORD)
    await page.locator("button[type=submit]").click()
    await expect(page).to_have_url(visitors.url + "/")
    return visitor


async def test_from_registering_to_a_bot_of_the_gallery_and_back_in(visitors: Visitors) -> None:
    visitor = await _register(visitors)
    page = visitor.page
    await expect(page.get_by_role("heading", level=1)).to_have_text("Build your first bot")
    await page.get_by_role("link", name="All ready bots, or an empty one").click()
    await page.get_by_role("button", name="Questions and answers").click()
    await expect(page).to_have_url(re.compile(r"/bots/[0-9a-f-]{36}"))
    await expect(page).to_have_title(re.compile("Questions and answers"))
    await page.goto(visitors.url)
    await expect(page.get_by_role("link", name="Questions and answers")).to_be_visible()
    await expect(page.get_by_text("Draft, not published")).to_be_visible()
    email = await _log_out(page)
    await expect(page.get_by_role("heading", name="Log in")).to_be_visible()
    visitor.expected_complaints = ("401",)
    await page.get_by_label("E-mail").fill(email)
    await page.locator("input[name=password]").fill("not the password")
    await page.get_by_role("button", name="Log in").click()
    await expect(page.get_by_role("alert")).to_contain_text("do not match")
    await page.locator("input[name=password]").fill(PASSWORD)
    await page.get_by_role("button", name="Log in").click()
    await expect(page.get_by_role("link", name="Questions and answers")).to_be_visible()
    await page.reload()
    await expect(page.get_by_role("link", name="Questions and answers")).to_be_visible()


async def _log_out(page: Page) -> str:
    await page.get_by_role("button", name="Account: Anna").click()
    email = await page.get_by_text("@example.com").inner_text()
    await page.get_by_role("menuitem", name="Log out").click()
    return email


async def test_a_file_with_mistakes_lists_them_all_and_a_deleted_bot_can_come_back(visitors: Visitors) -> None:
    visitor = await _arrive(visitors, "/new")
    page = visitor.page
    visitor.expected_complaints = ("422",)
    await page.get_by_label("Text of the bot").fill(json.dumps(WRONG))
    await page.get_by_role("button", name="Import", exact=True).click()
    report = page.get_by_role("dialog")
    await expect(report).to_contain_text("problems in this file")
    for named in ("colour", "nmae"):
        await expect(report).to_contain_text(named)
    await expect(report).to_contain_text("Mend what is listed")
    await page.keyboard.press("Escape")
    await page.get_by_label("Text of the bot").fill(json.dumps({"nodes": [{"type": "webhook"}], "connections": {}}))
    await page.get_by_role("button", name="Import", exact=True).click()
    await expect(report).to_contain_text("a file of another program")
    await page.keyboard.press("Escape")
    right = {"format": "dbcv.bot", "version": 1, "name": "Right", "steps": []}
    await page.get_by_label("Text of the bot").fill(json.dumps(right))
    await page.get_by_role("button", name="Import", exact=True).click()
    await expect(page).to_have_url(re.compile(r"/bots/[0-9a-f-]{36}"))
    await page.goto(visitors.url)
    await page.get_by_role("button", name="Actions for Right").click()
    await page.get_by_role("menuitem", name="Delete").click()
    await page.get_by_role("dialog").get_by_role("button", name="Delete").click()
    await expect(page.get_by_role("link", name="Right")).to_have_count(0)
    await page.get_by_role("button", name="Undo").click()
    await expect(page.get_by_role("link", name="Right")).to_be_visible()


async def test_the_palette_leads_everywhere_and_changes_the_language(visitors: Visitors) -> None:
    page = (await _arrive(visitors)).page
    await expect(page.get_by_role("heading", level=1)).to_be_visible()
    await _choose(page, "русск")
    await expect(page.get_by_role("heading", level=1)).to_have_text("Соберите первого бота")
    await _choose(page, "профиль")
    await expect(page.get_by_role("heading", level=1)).to_have_text("Профиль и настройки")
    await page.keyboard.press("Shift+?")
    await expect(page.get_by_role("dialog")).to_contain_text("Провести связь")


async def _choose(page: Page, words: str) -> None:
    """Opens the palette, writes, and takes the first it finds."""
    field = page.locator("[data-autofocus], .mantine-Spotlight-search").last
    await pressed(page, "Control+k", field)
    await expect(field).to_be_focused()
    await field.fill(words)
    await expect(page.locator(".mantine-Spotlight-action")).to_have_count(1)
    await page.keyboard.press("Enter")
    await expect(field).to_have_count(0)


async def test_a_token_for_a_program_is_shown_once_and_works_until_it_is_revoked(visitors: Visitors) -> None:
    page = (await _arrive(visitors, "/settings")).page
    await page.get_by_role("button", name="New token").click()
    await page.locator("input[name=name]").fill("nightly export")
    await page.get_by_role("button", name="Create token").click()
    token = await page.locator("code", has_text=re.compile(r"^dbcv_pat_\w{40,}$")).inner_text()
    headers = {"Authorization": f"Bearer {token}"}
    async with httpx2.AsyncClient(base_url=f"{visitors.url}/api/v1", headers=headers, trust_env=False) as program:
        assert (await program.get("/bots")).status_code == 200
        await page.reload()
        await expect(page.get_by_text("nightly export")).to_be_visible()
        await expect(page.get_by_text(token)).to_have_count(0)
        await page.get_by_role("button", name="Revoke").click()
        await expect(page.get_by_text("nightly export")).to_have_count(0)
        assert (await program.get("/bots")).status_code == 401


@pytest.mark.parametrize(
    "options", [{"locale": "ru-RU", **PHONE}, {"color_scheme": "dark"}], ids=["russian phone", "dark desktop"]
)
async def test_axe_and_a_phone_find_nothing_to_complain_about(
    visitors: Visitors, axe: str, options: dict[str, Any]
) -> None:
    page = (await _arrive(visitors, reduced_motion="reduce", **options)).page
    for path in ("/", "/new", "/settings"):
        if path != "/":
            await page.goto(visitors.url + path)
        await expect(page.get_by_role("heading", level=1)).to_be_visible()
        await expect(page.locator("[aria-busy=true]")).to_have_count(0)
        assert await serious(page, axe) == [], path
        width = (page.viewport_size or {})["width"]
        assert await page.evaluate("document.documentElement.scrollWidth") <= width, path
