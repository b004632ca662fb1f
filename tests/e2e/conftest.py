"""A real browser before a real `dbcv up`; a page that complains fails its test.

One Chromium a pytest process, because its start takes as long as a short test; every visitor has a context of its own
in it, which shares nothing with others (cookies, storage, cache, workers) and is closed with its test. So all tests
here run in one event loop, and an async fixture says `loop_scope="session"`.
"""

import shutil
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx2
import pytest
import pytest_asyncio
from playwright.async_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Locator,
    Page,
    Playwright,
    async_playwright,
    expect,
)

from tests.e2e.looks import WAIT_SECONDS
from tests.product import EMAIL, PASSWORD, Product

WEB = Path(__file__).resolve().parents[2] / "web"
# The shell has no windows: a visitor costs it a quarter of what he costs the whole browser.
BROWSERS = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    # As in a person's browser; the shell without windows leaves it out.
    "--site-per-process",
]
# A machine that does much else is slow, not wrong.
expect.set_options(timeout=WAIT_SECONDS * 1_000)
TEST_SECONDS = 300
LONG = ("build_booking", "every_page", "viewer", "newcomer", "by_keyboard", "guide_commands", "connection", "widgets")
"""Files that take longest, begun with: one that is left to the end keeps one process busy and the other waiting."""
ADMIN = (EMAIL, PASSWORD)
"""The account the product was installed with."""
PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}
DESKTOP = {"viewport": {"width": 1440, "height": 900}}
# What fades and slides is drawn sixty times a second, here without a graphics card: most tests do without.
USUAL = {**DESKTOP, "locale": "en-GB", "color_scheme": "light", "reduced_motion": "reduce"}
MOVING = {"reduced_motion": "no-preference"}
"""For tests that look at the pages as they are drawn for most people."""


@dataclass
class Visitor:
    """One page in a browser of its own, and what is on it."""

    page: Page
    complaints: list[str] = field(default_factory=list)
    expected_complaints: tuple[str, ...] = ()

    @property
    def log(self) -> Locator:
        """The conversation, as a screen reader finds it."""
        return self.page.get_by_role("log")

    @property
    def field(self) -> Locator:
        return self.page.locator("form textarea")

    @property
    def chips(self) -> Locator:
        return self.log.locator("ul button")

    def said(self, text: str) -> Locator:
        """Bubbles with this text."""
        return self.log.locator("[data-status]").filter(has_text=text)

    async def say(self, text: str) -> None:
        await self.field.fill(text)
        await self.field.press("Enter")

    async def bubbles(self) -> list[str]:
        """Everything said, in order, without the author that only a screen reader hears."""
        texts = await self.log.locator("[data-status]").all_inner_texts()
        return [text.split(":", 1)[1].strip() for text in texts]

    def note(self, complaint: str) -> None:
        if not any(expected in complaint for expected in self.expected_complaints):
            self.complaints.append(complaint)

    def hear(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning"):
            self.note(message.text)


class Visitors:
    """Opens browsers: `await visitors(path, **options)`; options are Playwright's of a new context. `is_whole_address`:
    a page of somebody else's site. `account`: (e-mail, password) of who is logged in before the page opens."""

    def __init__(self, browser: Browser, url: str) -> None:
        self._browser = browser
        self.url = url
        self.opened: list[Visitor] = []

    async def __call__(
        self, path: str, *, is_whole_address: bool = False, account: tuple[str, str] | None = None, **options: Any
    ) -> Visitor:
        context = await self._browser.new_context(**{**USUAL, **options})
        if account:
            await be_logged_in(context, self.url, *account)
        page = await context.new_page()
        visitor = Visitor(page)
        page.on("console", visitor.hear)
        page.on("pageerror", lambda error: visitor.note(f"uncaught: {error}"))
        self.opened.append(visitor)
        await page.goto(path if is_whole_address else self.url + path)
        return visitor


async def be_logged_in(context: BrowserContext, url: str, email: str, password: str) -> None:
    """As the form does it, without its page, which takes seconds: tests/e2e/test_shell.py fills in the form."""
    form = {"username": email, "password": password}
    answer = await context.request.post(f"{url}/api/v1/login/access-token", params={"keep": "cookie"}, form=form)
    assert answer.ok, await answer.text()
    await context.add_init_script(f"if (origin === '{url}') localStorage.setItem('dbcv.session', '1');")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What runs in the browser's loop, how long, and what first: the first test of a process waits for the product's
    start too."""
    ours = [place for place, item in enumerate(items) if Path(__file__).parent in item.path.parents]
    for place, item in zip(ours, sorted((items[place] for place in ours), key=_turn), strict=True):
        items[place] = item
        if pytest_asyncio.is_async_test(item):
            item.add_marker(pytest.mark.asyncio(loop_scope="session"), append=False)
        if not item.get_closest_marker("timeout"):
            item.add_marker(pytest.mark.timeout(TEST_SECONDS))


def _turn(item: pytest.Item) -> int:
    name = item.path.stem.removeprefix("test_")
    return LONG.index(name) if name in LONG else len(LONG)


class Chromium:
    """The browser of this process; one that broke down is started anew for the next test."""

    def __init__(self, playwright: Playwright) -> None:
        self._playwright = playwright
        self._started: Browser | None = None

    async def ready(self) -> Browser:
        if self._started is None or not self._started.is_connected():
            path = next((found for name in BROWSERS if (found := shutil.which(name))), None)
            assert path, "No Chromium is installed: run `make install`, or apt-get install chromium"
            self._started = await self._playwright.chromium.launch(executable_path=path, args=FLAGS)
        return self._started

    async def close(self) -> None:
        if self._started is not None:
            await self._started.close()


@pytest.fixture(scope="session")
def product() -> Iterator[Product]:
    """The one that all tests of the session share, which may call doubles of services on this machine."""
    with Product(DBCV_ALLOWED_HOSTS="127.0.0.1") as started:
        yield started


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def chromium() -> AsyncIterator[Chromium]:
    async with async_playwright() as playwright:
        made = Chromium(playwright)
        yield made
        await made.close()


@pytest_asyncio.fixture(loop_scope="session")
async def browser(chromium: Chromium) -> AsyncIterator[Browser]:
    """Nobody is in it when a test begins."""
    ready = await chromium.ready()
    yield ready
    for context in ready.contexts:
        await context.close()


@pytest_asyncio.fixture(loop_scope="session")
async def visitors(browser: Browser, product: Product) -> AsyncIterator[Visitors]:
    """Visitors of the shared product. Whatever a page complained about in the browser's console fails the test."""
    opened = Visitors(browser, product.url)
    yield opened
    assert [complaint for visitor in opened.opened for complaint in visitor.complaints] == []


@dataclass
class Channels:
    """Paths of the pages to talk to a bot, and a way to make more of them."""

    english: str
    russian: str
    admin: httpx2.Client

    def make(self, **fields: Any) -> str:
        """The page of a new channel, with the English demo bot if no other is named."""
        answer = self.admin.post("/channels", json={"name": "Room", "is_public": True} | fields)
        assert answer.status_code == 201, answer.text
        return f"/chat/{answer.json()['id']}"

    def bot(self, document: dict[str, Any]) -> str:
        """The id of a new, published bot."""
        made = self.admin.post("/bots/import", json=document)
        assert made.status_code == 201, made.text
        published = self.admin.post(f"/bots/{made.json()['id']}/publish", json={})
        assert published.status_code in (200, 201), published.text
        return str(made.json()["id"])


def log_in(product: Product) -> httpx2.Client:
    """A client of the API in the name of the product's first account."""
    admin = httpx2.Client(base_url=f"{product.url}/api/v1", timeout=30, trust_env=False)
    answer = admin.post("/login/access-token", data={"username": EMAIL, "password": PASSWORD})
    assert answer.status_code == 200, answer.text
    admin.headers["Authorization"] = f"Bearer {answer.json()['access_token']}"
    return admin


def demo_channels(admin: httpx2.Client) -> Channels:
    found = {channel["name"]: f"/chat/{channel['id']}" for channel in admin.get("/channels").json()["items"]}
    return Channels(found["Appointment booking"], found["Запись на приём"], admin)


@pytest.fixture
def channels(product: Product) -> Channels:
    return demo_channels(log_in(product))


@pytest.fixture(scope="session")
def axe() -> str:
    """The script of axe-core, to be run in a page."""
    return (WEB / "node_modules" / "axe-core" / "axe.min.js").read_text()
