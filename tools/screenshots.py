"""Take the pictures of docs/screenshots: `make screenshots`. Starts a product of its own, fills it, visits every page.

One picture for a page, width, theme and language, as JPEG; pages are added to `pages`.
"""

import asyncio
import shutil
import sys
from pathlib import Path

import httpx2
from playwright.async_api import Browser, Page, async_playwright

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from tests.e2e.conftest import BROWSERS, FLAGS, demo_channels, log_in  # noqa: E402
from tests.product import EMAIL, PASSWORD, Product  # noqa: E402

FOLDER = ROOT / "docs" / "screenshots"
SIZES = {"1440": {"width": 1440, "height": 900}, "390": {"width": 390, "height": 844}}
LANGUAGES = {"en": "en-GB", "ru": "ru-RU"}
QUALITY = 70


TALKS = (("Ann", "Haircut"), ("Ben", "Manicure"), ("", ""))
"""Who talks to the demo bot, and what for; the last one only says hello."""
PLACES = ("inbox", "channels", "data", "schedule", "analytics", "versions", "settings")


def pages(product: Product) -> dict[str, str]:
    """Name of the picture → path, all of them for who is logged in. Makes what they show."""
    admin = log_in(product)
    made = [admin.post(f"/gallery/{name}").json()["id"] for name in ("faq", "quiz", "nps", "leads")]
    for bot_id in made[:2]:
        admin.post(f"/bots/{bot_id}/publish", json={})
    admin.put(f"/bots/{made[0]}/tags", json={"tags": ["shop"]})
    chat = demo_channels(admin).english
    channel_id = chat.rpartition("/")[2]
    for name, service in TALKS:
        talk(admin, channel_id, [text for text in ("hello", name, service) if text])
    bot_id = admin.get(f"/channels/{channel_id}").json()["default_bot_id"]
    cron = {"name": "Monday", "hour": "9", "day_of_week": "mon", "message": {"text": "The week begins"}}
    assert admin.post("/crons", json=cron | {"bot_id": bot_id}, headers={"If-Match": "*"}).is_success
    places = {place: f"/bots/{bot_id}/{place}" for place in PLACES}
    return {
        "bots": "/", "new": "/new", "account": "/settings", "credentials": "/credentials",
        "bot": f"/bots/{made[0]}", **places, "chat": chat,
    }  # fmt: skip


def talk(admin: httpx2.Client, channel_id: str, texts: list[str]) -> None:
    """A visitor says these, and waits for each answer."""
    visitor = admin.post("/login/anonymous-access-token", json={"channel_id": channel_id}).json()
    headers = {"Authorization": f"Bearer {visitor['access_token']}", "Prefer": "wait=10"}
    for text in texts:
        admin.post("/messages", json={"channel_id": channel_id, "text": text}, headers=headers)


async def settle(page: Page) -> None:
    """Wait until nothing loads and nothing moves."""
    await page.wait_for_load_state("networkidle")
    await page.wait_for_timeout(600)


async def keep(page: Page, name: str) -> None:
    await page.screenshot(path=FOLDER / f"{name}.jpg", type="jpeg", quality=QUALITY)


async def take(browser: Browser, url: str, paths: dict[str, str], look: tuple[str, str, str]) -> None:
    """All pages in one look: (width, theme, language)."""
    width, theme, language = look
    context = await browser.new_context(
        viewport=SIZES[width], color_scheme=theme, locale=LANGUAGES[language], reduced_motion="reduce"
    )
    page, suffix = await context.new_page(), "-".join(look)
    await page.goto(f"{url}/login")
    await settle(page)
    await keep(page, f"login-{suffix}")
    await page.locator("input[name=email]").fill(EMAIL)
    await page.locator("input[name=password]").fill(PASSWORD)
    await page.locator("button[type=submit]").click()
    await page.wait_for_url(f"{url}/")
    for name, path in paths.items():
        await page.goto(url + path)
        await settle(page)
        await keep(page, f"{name}-{suffix}")
    await context.close()


async def main() -> None:
    FOLDER.mkdir(parents=True, exist_ok=True)
    found = next(path for name in BROWSERS if (path := shutil.which(name)))
    with Product() as product:
        paths = await asyncio.to_thread(pages, product)
        async with async_playwright() as playwright:
            browser = await playwright.chromium.launch(executable_path=found, args=FLAGS)
            for look in [
                (width, theme, tongue) for width in SIZES for theme in ("light", "dark") for tongue in LANGUAGES
            ]:
                await take(browser, product.url, paths, look)
            await browser.close()


if __name__ == "__main__":
    asyncio.run(main())
