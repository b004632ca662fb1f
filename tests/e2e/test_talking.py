"""A visitor talks to the demo bot: from the first second to a reload, by mouse, by keyboard, in two languages."""

from playwright.async_api import expect

from tests.e2e.conftest import MOVING, Channels, Visitors
from tests.e2e.looks import until

GREETING = "Hello, this is Linea Studio."


async def test_a_first_visit_is_greeted_and_books_with_chips(visitors: Visitors, channels: Channels) -> None:
    visitor = await visitors(channels.english, **MOVING)
    await expect(visitor.said(GREETING)).to_be_visible()
    await expect(visitor.said("What shall we call you?")).to_be_visible()
    await expect(visitor.page).to_have_title("Appointment booking · chat")
    await visitor.say("Anna")
    await expect(visitor.said("What can we do for you, Anna?")).to_be_visible()
    await expect(visitor.chips).to_have_text(["Haircut", "Colouring", "Manicure"])
    await visitor.chips.filter(has_text="Haircut").click()
    await expect(visitor.said("Which day?")).to_be_visible()
    await expect(visitor.chips).to_have_text(["Today", "Tomorrow"])
    await expect(visitor.field).to_be_focused()
    await visitor.say("10/01/2099")
    await expect(visitor.said("What time suits you?")).to_be_visible()
    assert (await visitor.bubbles())[2:7:2] == ["Anna", "Haircut", "10/01/2099"]
    # What the page itself said to open the conversation is not shown.
    await expect(visitor.said("/start")).to_have_count(0)


async def test_a_reload_keeps_the_conversation_and_greets_once(visitors: Visitors, channels: Channels) -> None:
    visitor = await visitors(channels.english)
    await expect(visitor.said("What shall we call you?")).to_be_visible()
    await visitor.say("Boris")
    await expect(visitor.said("What can we do for you, Boris?")).to_be_visible()
    before = await visitor.bubbles()
    for _ in range(2):
        await visitor.page.reload()
        await expect(visitor.said("What can we do for you, Boris?")).to_be_visible()
        await until(visitor.bubbles, before)
    await visitor.chips.filter(has_text="Manicure").click()
    await expect(visitor.said("Which day?")).to_be_visible()
    assert (await visitor.bubbles())[: len(before)] == before


async def test_two_tabs_show_one_conversation(visitors: Visitors, channels: Channels) -> None:
    visitor = await visitors(channels.english)
    await expect(visitor.said("What shall we call you?")).to_be_visible()
    other = await visitor.page.context.new_page()
    await other.goto(visitor.page.url)
    await expect(other.get_by_text("What shall we call you?")).to_be_visible()
    await visitor.say("Vera")
    await expect(other.get_by_text("What can we do for you, Vera?")).to_be_visible()
    await expect(other.get_by_text(GREETING)).to_have_count(1)
    # Either tab may be the first to hear of the turn: a count taken from one is awaited in both.
    await expect(other.locator("[data-status]")).to_have_count(4)
    await expect(visitor.log.locator("[data-status]")).to_have_count(4)


async def test_two_visitors_do_not_see_each_other(visitors: Visitors, channels: Channels) -> None:
    one = await visitors(channels.english)
    other = await visitors(channels.english)
    for visitor, name in ((one, "Nina"), (other, "Oleg")):
        await visitor.say(name)
        await expect(visitor.said(f"What can we do for you, {name}?")).to_be_visible()
    await expect(other.said("Nina")).to_have_count(0)
    await expect(one.said("Oleg")).to_have_count(0)


async def test_keyboard_alone_is_enough(visitors: Visitors, channels: Channels) -> None:
    visitor = await visitors(channels.english)
    keyboard = visitor.page.keyboard
    await expect(visitor.said("What shall we call you?")).to_be_visible()
    await expect(visitor.field).to_be_focused()
    await keyboard.type("Rita")
    await keyboard.press("Enter")
    await expect(visitor.chips).to_have_count(3)
    await keyboard.press("Shift+Tab")
    await expect(visitor.page.get_by_role("button", name="Attach a file")).to_be_focused()
    await keyboard.press("Shift+Tab")
    await expect(visitor.chips.nth(2)).to_be_focused()
    await keyboard.press("Shift+Tab")
    await keyboard.press("Enter")
    await expect(visitor.said("Which day?")).to_be_visible()
    await expect(visitor.said("Colouring").last).to_be_visible()
    await expect(visitor.field).to_be_focused()
    await visitor.page.get_by_role("button", name="Settings").focus()
    await keyboard.press("Enter")
    await expect(visitor.page.get_by_role("button", name="New conversation")).to_be_visible()
    await keyboard.press("Tab")
    await keyboard.press("ArrowRight")
    await expect(visitor.page.locator("html")).to_have_attribute("data-theme", "light")
    await keyboard.press("Escape")
    await expect(visitor.page.get_by_role("button", name="Settings")).to_be_focused()


async def test_the_page_speaks_russian_to_a_russian_browser(visitors: Visitors, channels: Channels) -> None:
    visitor = await visitors(channels.russian, locale="ru-RU")
    await expect(visitor.page.get_by_label("Сообщение")).to_be_visible()
    await expect(visitor.page.locator("html")).to_have_attribute("lang", "ru")
    await visitor.say("Анна")
    await expect(visitor.chips.first).to_be_visible()
    await visitor.page.get_by_role("button", name="Настройки").click()
    await visitor.page.get_by_text("English").click()
    await expect(visitor.page.get_by_label("Message")).to_be_visible()
    await visitor.page.reload()
    await expect(visitor.page.get_by_label("Message")).to_be_visible()


async def test_a_new_conversation_begins_anew(visitors: Visitors, channels: Channels) -> None:
    visitor = await visitors(channels.english)
    await visitor.say("Zoya")
    await expect(visitor.said("What can we do for you, Zoya?")).to_be_visible()
    await visitor.page.get_by_role("button", name="Settings").click()
    await visitor.page.get_by_role("button", name="New conversation").click()
    await visitor.page.get_by_role("button", name="Begin anew").click()
    await expect(visitor.said("Zoya")).to_have_count(0)
    await expect(visitor.said("What shall we call you?")).to_be_visible()
    await expect(visitor.said(GREETING)).to_have_count(1)


async def test_text_stays_text(visitors: Visitors, channels: Channels) -> None:
    """Whatever a bot or a visitor writes is shown as it is; only safe addresses become links; long text folds."""
    hostile = "<img src=x onerror=alert(1)> javascript:alert(1) https://example.com/a."
    step = {
        "id": "only",
        "name": "Only",
        "message": {
            "text": f"{hostile}\n" + "line\n" * 40 + "the end",
            "params": {"buttons": [{"text": "<b>Bold</b>", "value": "v"}]},
            "attachments": [{"url": "javascript:alert(1)", "name": "evil.png"}, {"url": "https://example.com/f.pdf"}],
        },
        "connection_groups": [{"connections": [{"next_step_id": "only"}]}],
    }
    document = {"format": "dbcv.bot", "version": 1, "name": "Hostile", "first_step_id": "only", "steps": [step]}
    visitor = await visitors(channels.make(default_bot_id=channels.bot(document)))
    bubble = visitor.said("<img src=x").first
    await expect(bubble).to_be_visible()
    await expect(bubble.get_by_role("link")).to_have_count(2)
    link = bubble.get_by_role("link", name="https://example.com/a")
    await expect(link).to_have_attribute("rel", "noopener noreferrer nofollow")
    await expect(visitor.log.locator("img")).to_have_count(0)
    await expect(visitor.chips).to_have_text(["<b>Bold</b>"])
    fold = bubble.get_by_role("button", name="Show all")
    await expect(fold).to_have_attribute("aria-expanded", "false")
    await fold.click()
    await expect(bubble.get_by_role("button", name="Show less")).to_be_visible()
    await visitor.chips.first.click()
    # The person's bubble says what they pressed, not the value behind it.
    await expect(visitor.said("You: <b>Bold</b>")).to_be_visible()
