"""What tests in a browser wait for and look at on any page: an answer that comes in its time, a page that stands still,
what axe-core says. Everything here waits for what a person would see, however slow the machine is."""

import asyncio
import inspect
import time
from collections.abc import Awaitable, Callable
from typing import Any

from playwright.async_api import Frame, Locator, Page, expect

WAIT_SECONDS = 30.0
PRESS_AGAIN_SECONDS = 4.0
STAND_STILL = """async () => {
  const moving = () => document.getAnimations().filter((each) =>
    each.playState === "running" && Number.isFinite(each.effect?.getComputedTiming().endTime));
  const end = performance.now() + 3000;
  while (moving().length && performance.now() < end) await new Promise(requestAnimationFrame);
}"""
# What axe-core calls moderate at most, whatever it finds: the tests ask for serious and critical violations.
MODERATE = (
    "aria-allowed-role", "empty-table-header", "heading-order", "image-redundant-alt",
    "landmark-banner-is-top-level", "landmark-complementary-is-top-level", "landmark-contentinfo-is-top-level",
    "landmark-main-is-top-level", "landmark-no-duplicate-banner", "landmark-no-duplicate-contentinfo",
    "landmark-no-duplicate-main", "landmark-one-main", "landmark-unique", "page-has-heading-one", "region", "skip-link",
)  # fmt: skip
RUN_AXE = """async (left_out) => {
  const rules = Object.fromEntries(left_out.map((id) => [id, { enabled: false }]));
  const { violations } = await axe.run({ resultTypes: ["violations"], rules, preload: false });
  return violations.filter(({ impact }) => impact === "serious" || impact === "critical")
    .map(({ id, nodes: [{ html, failureSummary }] }) => `${id}: ${html.slice(0, 300)} ${failureSummary.slice(0, 200)}`);
}"""


async def until(ask: Callable[[], Any | Awaitable[Any]], wanted: Any) -> None:
    """Asks again until the answer equals `wanted`; fails with the last answer. For what `expect` cannot ask."""
    deadline = time.monotonic() + WAIT_SECONDS
    while (answer := await _answer(ask)) != wanted:
        assert time.monotonic() < deadline, f"{answer!r} is not {wanted!r}"
        await asyncio.sleep(0.1)


async def pressed(page: Page, key: str, shown: Locator) -> None:
    """Presses a key that makes this appear; again where it came before the page listened, as a person would."""
    await page.keyboard.press(key)
    deadline = time.monotonic() + WAIT_SECONDS
    while not await _appears(shown):
        assert time.monotonic() < deadline, f"{key} does not show {shown}"
        await page.keyboard.press(key)


async def _appears(shown: Locator) -> bool:
    try:
        await expect(shown).to_be_visible(timeout=PRESS_AGAIN_SECONDS * 1_000)
    except AssertionError:
        return False
    return True


async def _answer(ask: Callable[[], Any | Awaitable[Any]]) -> Any:
    found = ask()
    return await found if inspect.isawaitable(found) else found


async def stands_still(page: Page | Frame) -> None:
    """Nothing fades or slides any more; what turns for ever may."""
    await page.evaluate(STAND_STILL)


async def box(locator: Locator) -> dict[str, int]:
    """Where it stands, in whole pixels, once it has come to rest: the same in two looks one after another."""
    before: Any = None
    deadline = time.monotonic() + WAIT_SECONDS
    while (found := await locator.bounding_box()) is None or found != before:
        assert time.monotonic() < deadline, f"{locator} does not come to rest: {before}, {found}"
        before = found
        await asyncio.sleep(0.1)
    return {"x": round(found["x"]), "y": round(found["y"]),
            "width": round(found["width"]), "height": round(found["height"])}  # fmt: skip


async def serious(page: Page | Frame, axe: str) -> list[str]:
    """What axe-core calls serious or critical, each with the first place. Half faded-in words have too little contrast,
    so the page stands still first."""
    await stands_still(page)
    await page.evaluate(axe)
    return list(await page.evaluate(RUN_AXE, MODERATE))
