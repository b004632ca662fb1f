"""Somebody who has never programmed makes a lead form of a flower shop on an empty canvas, in Russian, by what stands
before their eyes: no dragging, no path of a variable, no document."""

from uuid import uuid4

from playwright.async_api import Page, expect

from tests.e2e.conftest import Visitors


async def test_a_lead_form_by_clicks_and_plain_words(visitors: Visitors) -> None:
    page = (await visitors("/register", locale="ru-RU")).page
    await page.locator("input[name=username]").fill("Анна")
    await page.locator("input[name=email]").fill(f"{uuid4().hex[:12]}@example.com")
    await page.locator("input[name=password]").fill("розы и пионы")
    await page.locator("button[type=submit]").click()
    await (
        page.get_by_role("button", name="Все готовые боты или пустой")
        .or_(page.get_by_role("link", name="Все готовые боты или пустой"))
        .click()
    )
    await page.get_by_role("button", name="Создать", exact=True).click()

    await greeted(page)
    await asked(page, "Спросить текст", "Как вас зовут?", "имя")
    await asked(page, "Спросить телефон", "На какой номер позвонить?", "телефон")
    await thanked(page)
    await talked(page)

    await page.get_by_role("button", name="Опубликовать", exact=True).click()
    await page.get_by_role("button", name="Опубликовать версию 1").click()
    await page.get_by_role("region", name="Публикация").get_by_role("link", name="каналы").click()
    await expect(page.get_by_role("button", name="Новый канал").first).to_be_visible()


async def greeted(page: Page) -> None:
    """The first words are typed where the cursor stands, and the bot does not wait after them."""
    await page.get_by_role("button", name="Добавить первый шаг").click()
    text = page.get_by_role("combobox", name="Текст", exact=True)
    await expect(text).to_be_focused()
    await page.keyboard.type("Здравствуйте, это «Ромашка».")
    await page.get_by_role("checkbox", name="Идти дальше сразу").check()


async def asked(page: Page, piece: str, question: str, variable: str) -> None:
    """A question goes on from the end of the one before; its answer is kept under a plain word."""
    await page.get_by_role("navigation", name="Заготовки").get_by_role("button", name=piece).click()
    await expect(page.get_by_role("combobox", name="Вопрос", exact=True)).to_be_focused()
    await page.keyboard.type(question)
    await page.keyboard.press("Tab")
    await page.keyboard.type(variable)
    await page.get_by_role("button", name="Добавить в бота").click()
    await expect(page.get_by_role("combobox", name="Текст", exact=True)).to_have_value(question)


async def thanked(page: Page) -> None:
    """The name is put into the thanks by a button; the end of the talk is mended by another."""
    pieces = page.get_by_role("navigation", name="Заготовки")
    await pieces.get_by_role("button", name="Сообщение", exact=True).first.click()
    await expect(page.get_by_role("textbox", name="Название шага")).to_have_value("Новый шаг 2")
    text = page.get_by_role("combobox", name="Текст", exact=True)
    await expect(text).to_be_focused()
    await page.keyboard.type("Спасибо, ")
    await page.get_by_role("button", name="Вставить переменную").click()
    await page.get_by_role("option", name="session.имя").click()
    await expect(text).to_have_value("Спасибо, {$session.имя$}")
    await page.get_by_role("button", name="После ответа начать сначала").click()
    await expect(page.get_by_role("button", name="замечан")).to_have_count(0)


async def talked(page: Page) -> None:
    await page.get_by_role("button", name="Проба", exact=True).click()
    log = page.get_by_role("log")
    for said, answer in (
        ("привет", "Как вас зовут?"),
        ("Ольга", "На какой номер"),
        ("не скажу", "Это не номер"),
        ("+7 900 123-45-67", "Спасибо, Ольга"),
    ):
        field = page.get_by_role("textbox", name="Напишите сообщение", exact=True)
        await field.fill(said)
        await field.press("Enter")
        await expect(log).to_contain_text(answer)
