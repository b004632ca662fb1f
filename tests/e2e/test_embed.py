"""The chat on other people's pages: it opens, remembers, keeps apart from the page, stays away where it may not be."""

import asyncio
import gzip
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import httpx2
import pytest
from playwright.async_api import FrameLocator, Page, expect

from tests.e2e.conftest import MOVING, PHONE, Channels, Visitor, Visitors
from tests.e2e.foreign import GLOBALS, HOSTILE_CSS, STRICT, page, site, tag
from tests.e2e.looks import box, serious
from tests.product import Product

GREETING = "What shall we call you?"


@asynccontextmanager
async def shop(
    visitors: Visitors, channels: Channels, html: str = "", policy: str = "", options: dict[str, Any] | None = None,
    embed: dict[str, Any] | None = None, **fields: str,
) -> AsyncIterator[tuple[Visitor, str]]:  # fmt: skip
    """A visitor on a foreign page with the English demo bot on it, and the channel's id."""
    demo = channels.admin.get(f"/channels/{channels.english.rpartition('/')[2]}").json()
    channel = channels.make(default_bot_id=demo["default_bot_id"]).rpartition("/")[2]
    html = html or page(tag(visitors.url, channel, **fields))
    async with site(html.replace("CHANNEL", channel).replace("URL", visitors.url), policy) as address:
        wish = {"config": {"embed": {"allowed_origins": [address]} | (embed or {})}}
        assert channels.admin.patch(f"/channels/{channel}", json=wish).status_code == 200
        yield await visitors(address, is_whole_address=True, **(options or {})), channel


def inside(page: Page) -> FrameLocator:
    return page.frame_locator("dbcv-chat iframe")


async def test_the_bubble_opens_talks_and_remembers(visitors: Visitors, channels: Channels) -> None:
    async with shop(visitors, channels, options=MOVING) as (visitor, _):
        bubble = visitor.page.get_by_role("button", name="Open the chat")
        at = await box(bubble)
        assert (at["width"], at["height"]) == (56, 56)
        assert await visitor.page.locator("iframe").count() == 0
        await bubble.click()
        chat = inside(visitor.page)
        await expect(chat.get_by_text(GREETING)).to_be_visible()
        await expect(chat.locator("textarea")).to_be_focused()
        await visitor.page.keyboard.type("Anna")
        await visitor.page.keyboard.press("Enter")
        await expect(chat.get_by_text("What can we do for you, Anna?")).to_be_visible()
        await visitor.page.reload()
        await expect(chat.get_by_text("What can we do for you, Anna?")).to_be_visible()
        await visitor.page.keyboard.press("Escape")
        await chat.locator("textarea").focus()
        await visitor.page.keyboard.press("Escape")
        await expect(visitor.page.locator("dbcv-chat .panel")).to_be_hidden()
        await expect(visitor.page.get_by_role("button", name="Open the chat")).to_be_focused()
        await visitor.page.reload()
        await expect(visitor.page.get_by_role("button", name="Open the chat")).to_be_visible()
        await expect(visitor.page.locator("dbcv-chat .panel")).to_be_hidden()
        # No word of the conversation is kept where the page around can read it.
        assert "Anna" not in await visitor.page.evaluate("JSON.stringify({...localStorage})")


async def test_a_page_that_hates_styles_and_globals_changes_nothing(visitors: Visitors, channels: Channels) -> None:
    head = f"<style>{HOSTILE_CSS}</style><script>{GLOBALS}</script>"
    html = page(tag("URL", "CHANNEL"), head)
    async with shop(visitors, channels, html) as (visitor, _):
        bubble = visitor.page.locator("dbcv-chat .bubble")
        at = await box(bubble)
        assert (at["x"] + at["width"], at["y"] + at["height"]) == (1420, 880)
        host = visitor.page.locator("dbcv-chat")
        assert await host.evaluate("e => getComputedStyle(e).opacity + getComputedStyle(e).position") == "1fixed"
        await bubble.click()
        await expect(inside(visitor.page).get_by_text(GREETING)).to_be_visible()
        panel = await box(visitor.page.locator("dbcv-chat .panel"))
        assert (panel["width"], panel["height"]) == (392, 660)


async def test_a_strict_policy_with_a_nonce_is_enough(visitors: Visitors, channels: Channels) -> None:
    html = page(tag("URL", "CHANNEL", nonce="abc123"))
    async with shop(visitors, channels, html, STRICT.format(url=visitors.url)) as (visitor, _):
        await visitor.page.get_by_role("button", name="Open the chat").click()
        await expect(inside(visitor.page).get_by_text(GREETING)).to_be_visible()
        assert (await box(visitor.page.locator("dbcv-chat .panel")))["width"] == 392


async def test_a_page_that_was_not_named_shows_nothing(visitors: Visitors, channels: Channels) -> None:
    demo = channels.admin.get(f"/channels/{channels.english.rpartition('/')[2]}").json()
    channel = channels.make(default_bot_id=demo["default_bot_id"]).rpartition("/")[2]
    frame = f'<iframe id="bare" src="{visitors.url}/chat/{channel}"></iframe>'
    async with site(page(tag(visitors.url, channel), body=frame)) as address:
        visitor = await visitors(
            "about:blank",
            is_whole_address=True,
        )
        visitor.expected_complaints = ("the chat is not shown", "403", "CORS", "ERR_FAILED", "frame-ancestors")
        async with visitor.page.expect_console_message(lambda said: "allowed origins" in said.text):
            await visitor.page.goto(address)
        await expect(visitor.page.locator("dbcv-chat button")).to_have_count(0)
        # The bare page in a frame is refused by the browser, as the server told it.
        assert await visitor.page.frame_locator("#bare").locator("textarea").count() == 0
        # Named now, by the owner: the same page shows it.
        wish = {"config": {"embed": {"allowed_origins": [address]}}}
        assert channels.admin.patch(f"/channels/{channel}", json=wish).status_code == 200
        await visitor.page.reload()
        await expect(visitor.page.get_by_role("button", name="Open the chat")).to_be_visible()
        await expect(visitor.page.frame_locator("#bare").locator("textarea")).to_be_visible()


async def test_the_page_tells_and_hears_by_script(visitors: Visitors, channels: Channels) -> None:
    async with shop(visitors, channels) as (visitor, channel):
        await expect(visitor.page.get_by_role("button", name="Open the chat")).to_be_visible()
        await visitor.page.evaluate(
            """() => { window.heard = []; DBCV.on('message', (message) => heard.push(message));
            DBCV.on('open', () => heard.push('open'));
            DBCV.setUser({name: 'Anna', plan: 2}); DBCV.send('Clara'); }"""
        )
        chat = inside(visitor.page)
        await expect(chat.get_by_text("What can we do for you, Clara?")).to_be_visible()
        await visitor.page.wait_for_function("heard.some(({text}) => text?.includes('for you, Clara'))")
        await visitor.page.wait_for_function("heard.some(({text}) => text === 'Clara')")
        heard = await visitor.page.evaluate("heard")
        assert heard[0] == "open"
        assert [said["author"] for said in heard[1:] if said["text"] == "Clara"] == ["me"]
        sessions = channels.admin.get(f"/channels/{channel}/sessions").json()["items"]
        path = f"/bots/{sessions[0]['bot_id']}/users/{sessions[0]['user_id']}/variables"
        kept = {item["path"]: item["value"] for item in channels.admin.get(path).json()["items"]}
        assert kept["claimed"] == {"name": "Anna", "plan": 2}
        await visitor.page.evaluate("DBCV.close()")
        await expect(visitor.page.locator("dbcv-chat .panel")).to_be_hidden()
        # What is said while it is closed is counted on the bubble.
        await chat.locator("body").evaluate("() => 0")
        await visitor.page.evaluate("DBCV.on('unread', (count) => heard.push(count))")
        session = f"/sessions/{sessions[0]['id']}"
        assert channels.admin.post(f"{session}/pause").status_code == 200
        assert channels.admin.post(f"{session}/messages", json={"text": "A person here"}).status_code in (200, 201)
        await expect(visitor.page.get_by_role("button", name="Open the chat, new messages: 1")).to_be_visible()
        await visitor.page.get_by_role("button", name="Open the chat").click()
        await expect(chat.get_by_text("A person here")).to_be_visible()
        await expect(chat.get_by_text("A person is answering")).to_be_visible()
        await expect(chat.get_by_text("Team member", exact=True)).to_be_visible()


async def test_a_frame_and_a_page_do_not_obey_strangers(visitors: Visitors, channels: Channels) -> None:
    """Another frame on the page forges what the chat and the page say to each other."""
    forged = (
        "parent.postMessage({dbcv:'close'},'*'); parent[0] && parent[0].postMessage({dbcv:'send',text:'forged'},'*');"
    )
    other = f'<iframe srcdoc="<script>setInterval(() => {{ {forged} }}, 50)</script>"></iframe>'
    html = page(tag("URL", "CHANNEL"), body=other)
    async with shop(visitors, channels, html) as (visitor, _):
        await visitor.page.get_by_role("button", name="Open the chat").click()
        chat = inside(visitor.page)
        await expect(chat.get_by_text(GREETING)).to_be_visible()
        await asyncio.sleep(0.3)
        await expect(visitor.page.locator("dbcv-chat .panel")).to_be_visible()
        await expect(chat.get_by_text("forged")).to_have_count(0)


@pytest.mark.parametrize("language", ["en", "ru"])
async def test_on_a_phone_it_fills_the_screen_and_can_be_left(
    visitors: Visitors, channels: Channels, language: str
) -> None:
    words = {"en": ("Open the chat", "Close the chat"), "ru": ("Открыть чат", "Закрыть чат")}[language]
    options = {**PHONE, "locale": "ru-RU"}
    async with shop(visitors, channels, options=options, embed={"locale": language}) as (visitor, _):
        await visitor.page.get_by_role("button", name=words[0]).tap()
        chat = inside(visitor.page)
        await expect(chat.get_by_text(GREETING)).to_be_visible()
        panel = visitor.page.locator("dbcv-chat .panel")
        assert await box(panel) == {"x": 0, "y": 0, "width": 390, "height": 844}
        await chat.get_by_role("button", name=words[1]).tap()
        await expect(visitor.page.get_by_role("button", name=words[0])).to_be_visible()
        assert await visitor.page.evaluate("document.documentElement.scrollWidth") <= 390


async def test_the_keyboard_reaches_all_of_it(visitors: Visitors, channels: Channels) -> None:
    embed = {"greeting": "May we help?"}
    async with shop(visitors, channels, embed=embed) as (visitor, _):
        keyboard = visitor.page.keyboard
        await expect(visitor.page.get_by_text("May we help?")).to_be_visible()
        for _ in range(3):
            await keyboard.press("Tab")
        await expect(visitor.page.locator("dbcv-chat .bubble")).to_be_focused()
        await keyboard.press("Enter")
        chat = inside(visitor.page)
        await expect(chat.get_by_text(GREETING)).to_be_visible()
        await expect(visitor.page.get_by_text("May we help?")).to_have_count(0)
        await keyboard.type("Eve")
        await keyboard.press("Enter")
        await expect(chat.get_by_text("What can we do for you, Eve?")).to_be_visible()
        await keyboard.press("Escape")
        await expect(visitor.page.locator("dbcv-chat .bubble")).to_be_focused()


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_axe_finds_nothing_serious_and_the_theme_is_the_owners(
    visitors: Visitors, channels: Channels, axe: str, scheme: str
) -> None:
    embed = {"greeting": "May we help?", "theme": {"accent": "#0b7a4b", "radius_px": 6}}
    options = {"color_scheme": scheme, "reduced_motion": "reduce"}
    async with shop(visitors, channels, embed=embed, options=options) as (visitor, _):
        bubble = visitor.page.locator("dbcv-chat .bubble")
        await expect(visitor.page.get_by_text("May we help?")).to_be_visible()
        await expect(bubble).to_have_css("background-color", "rgb(11, 122, 75)")
        assert await serious(visitor.page, axe) == []
        await bubble.click()
        chat = inside(visitor.page)
        await expect(chat.get_by_text(GREETING)).to_be_visible()
        await chat.locator("textarea").fill("Anna")
        await expect(chat.locator("form button[type=submit]")).to_have_css("background-color", "rgb(11, 122, 75)")
        assert await serious(visitor.page, axe) == []
        # The same inside the frame, which the page around cannot look into.
        frame = visitor.page.frames[1]
        assert await serious(frame, axe) == []


async def test_inline_and_popup(visitors: Visitors, channels: Channels) -> None:
    inline = page(
        '<script async src="URL/embed.js"></script>',
        body='<dbcv-chat channel="CHANNEL" mode="inline" style="--dbcv-height: 500px"></dbcv-chat>',
    )
    async with shop(visitors, channels, inline) as (visitor, _):
        await expect(inside(visitor.page).get_by_text(GREETING)).to_be_visible()
        assert (await box(visitor.page.locator("dbcv-chat .panel")))["height"] == 500
    async with shop(visitors, channels, data_mode="popup") as (visitor, _):
        await visitor.page.wait_for_function("document.querySelector('dbcv-chat') !== null")
        await visitor.page.evaluate("DBCV.open()")
        await expect(inside(visitor.page).get_by_text(GREETING)).to_be_visible()
        await inside(visitor.page).get_by_role("button", name="Close the chat").click()
        await expect(visitor.page.locator("dbcv-chat dialog")).to_be_hidden()


def test_what_other_pages_load_is_small(product: Product) -> None:
    """Before anybody has opened the chat: one script, 40 kB at most, and it evaluates nothing."""
    script = httpx2.get(f"{product.url}/embed.js", trust_env=False)
    assert script.status_code == 200 and script.headers["access-control-allow-origin"] == "*"
    assert len(gzip.compress(script.content)) <= 40_000
    assert not re.search(r"\beval\(|new Function|\.innerHTML|document\.write", script.text)
