"""The pages hold up on a phone, in the dark, for a screen reader, and where there is nothing to show."""

import pytest
from playwright.async_api import expect

from tests.e2e.conftest import PHONE, Channels, Visitor, Visitors
from tests.e2e.looks import serious, until

NOWHERE = "/chat/01940000-0000-7000-8000-00000000dead"
SMALL_TARGETS = """() => [...document.querySelectorAll('button, textarea, header a, main a, label')]
  .map((element) => [element, element.getBoundingClientRect()])
  .filter(([element, box]) => box.width > 0 && (box.height < 40 || box.width < 40))
  .map(([element, box]) => `${element.outerHTML.slice(0, 80)} ${box.width}x${box.height}`)"""


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("device", ["desktop", "phone"])
async def test_axe_finds_no_serious_problem(
    visitors: Visitors, channels: Channels, axe: str, scheme: str, device: str
) -> None:
    options = {"color_scheme": scheme, **(PHONE if device == "phone" else {}), "reduced_motion": "reduce"}
    visitor = await visitors(channels.english, **options)
    await visitor.say("Anna")
    await expect(visitor.chips).to_have_count(3)
    assert await serious(visitor.page, axe) == []
    await visitor.page.get_by_role("button", name="Settings").click()
    await visitor.page.get_by_role("button", name="New conversation").click()
    assert await serious(visitor.page, axe) == []
    await visitor.page.goto(f"{visitors.url}/")
    await expect(visitor.page.get_by_role("heading", level=1)).to_be_visible()
    assert await serious(visitor.page, axe) == []


async def test_a_phone_gets_large_targets_and_no_sideways_scroll(visitors: Visitors, channels: Channels) -> None:
    visitor = await visitors(channels.russian, locale="ru-RU", **PHONE)
    await visitor.say("Анна " + "очень" * 30)
    await visitor.say("Анна")
    await expect(visitor.chips.first).to_be_visible()
    assert await visitor.page.evaluate(SMALL_TARGETS) == []
    assert await visitor.page.evaluate("document.documentElement.scrollWidth") <= 390
    await visitor.chips.first.click()
    # The keyboard of the phone does not jump up for a chip.
    await expect(visitor.field).not_to_be_focused()


async def test_dark_follows_the_system_and_the_choice_stays(visitors: Visitors, channels: Channels) -> None:
    visitor = await visitors(channels.english, color_scheme="dark")
    await expect(visitor.said("What shall we call you?")).to_be_visible()
    body = visitor.page.locator("body")
    await expect(body).to_have_css("background-color", "rgb(15, 17, 21)")
    await visitor.page.get_by_role("button", name="Settings").click()
    await visitor.page.get_by_text("Light").click()
    await expect(body).to_have_css("background-color", "rgb(245, 246, 248)")
    await visitor.page.reload()
    await expect(body).to_have_css("background-color", "rgb(245, 246, 248)")


async def test_long_conversations_load_as_one_scrolls_up(visitors: Visitors, channels: Channels) -> None:
    visitor = await visitors(channels.english)
    await expect(visitor.said("What shall we call you?")).to_be_visible()
    for number in range(1, 31):
        await visitor.say(f"{number}")
    await expect(visitor.log.locator("[data-status=sending]")).to_have_count(0, timeout=30_000)
    await expect(visitor.said("What shall we call you?")).to_have_count(31, timeout=30_000)
    everything = await visitor.bubbles()
    await visitor.page.reload()
    await expect(visitor.log.locator("[data-status]").last).to_be_in_viewport()
    await until(lambda: first_words(visitor), 1)
    await until(visitor.bubbles, everything)
    newest = visitor.page.get_by_role("button", name="To the newest message")
    await newest.click()
    await expect(newest).to_have_count(0)
    await expect(visitor.log.locator("[data-status]").last).to_be_in_viewport()


async def first_words(visitor: Visitor) -> int:
    """Scrolls up, and again where the page went down once more as it grew."""
    await visitor.log.evaluate("element => element.scrollTo(0, 0)")
    return await visitor.said("Hello, this is Linea Studio.").count()


@pytest.mark.parametrize(
    ("path", "title"), [(NOWHERE, "There is no such chat"), ("/chat/nonsense", "There is no such chat")]
)
async def test_a_chat_that_is_not_there_leads_back(visitors: Visitors, path: str, title: str) -> None:
    visitor = await visitors(path)
    # The browser itself writes down that the server said 404.
    visitor.complaints.clear()
    visitor.expected_complaints = ("Failed to load resource",)
    await expect(visitor.page.get_by_role("heading", name=title)).to_be_visible()
    visitor.complaints.clear()
    await visitor.page.get_by_role("link", name="To the start page").click()
    await expect(visitor.page.get_by_role("heading", level=1)).to_have_text("Log in")


async def test_an_address_without_a_page_leads_back(visitors: Visitors) -> None:
    visitor = await visitors("/")
    visitor.expected_complaints = ("Failed to load resource",)
    answer = await visitor.page.goto(f"{visitors.url}/nowhere/at/all")
    assert answer is not None
    assert answer.status == 404
    await expect(visitor.page.get_by_role("heading", level=1)).to_be_visible()
    await visitor.page.get_by_role("link", name="To the start page").click()
    await expect(visitor.page.get_by_role("heading", level=1)).to_have_text("Log in")


async def test_a_private_chat_says_so(visitors: Visitors, channels: Channels) -> None:
    visitor = await visitors("/")
    visitor.expected_complaints = ("Failed to load resource",)
    await visitor.page.goto(visitors.url + channels.make(is_public=False))
    await expect(visitor.page.get_by_role("link", name="To the start page")).to_be_visible()
    await expect(visitor.page.get_by_role("heading", level=1)).to_be_visible()


async def test_a_message_that_is_refused_can_be_sent_again(visitors: Visitors, channels: Channels) -> None:
    """The channel's bot is taken away and given back: the message says why it was not sent, and waits."""
    path = channels.make(default_bot_id=channels.bot(ECHO))
    visitor = await visitors(path)
    visitor.expected_complaints = ("Failed to load resource",)
    await expect(visitor.said("Go on")).to_be_visible()
    channel = f"/channels/{path.rsplit('/', 1)[1]}"
    bot_id = channels.admin.get(channel).json()["default_bot_id"]
    assert channels.admin.patch(channel, json={"default_bot_id": None}).status_code == 200
    await visitor.say("hello")
    await expect(visitor.said("hello")).to_have_attribute("data-status", "failed")
    await expect(visitor.log.get_by_role("alert")).to_contain_text("Not sent")
    assert channels.admin.patch(channel, json={"default_bot_id": bot_id}).status_code == 200
    await visitor.page.get_by_role("button", name="Try again").click()
    await expect(visitor.said("hello")).to_have_attribute("data-status", "sent")
    await expect(visitor.said("Go on")).to_have_count(2)
    assert (await visitor.bubbles()).count("hello") == 1


ECHO = {
    "format": "dbcv.bot",
    "version": 1,
    "name": "Echo",
    "first_step_id": "only",
    "steps": [
        {
            "id": "only",
            "name": "Only",
            "message": {"text": "Go on"},
            "connection_groups": [{"connections": [{"next_step_id": "only"}]}],
        }
    ],
}
