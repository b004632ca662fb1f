"""Every page, in both languages, both schemes, wide and on a phone: nothing that axe-core calls serious, nothing that
moves while it loads or complains in the console, no sideways scroll, a title, one heading, no English in Russian."""

import asyncio
import re
from dataclasses import dataclass, field
from typing import Any

import pytest
from playwright.async_api import expect

from tests.e2e.conftest import PHONE, Visitor, Visitors, be_logged_in
from tests.e2e.looks import serious
from tests.e2e.places import PASSWORD, Filled, Visit, before_log_in, filled, known, visits
from tests.product import Product

MOST_SHIFT = 0.1
WATCH_SHIFTS = """
window.shifts = [];
new PerformanceObserver((list) => {
  for (const entry of list.getEntries())
    if (!entry.hadRecentInput)
      window.shifts.push([entry.value, entry.sources.map(({ node }) => node?.parentElement?.outerHTML.slice(0, 120))]);
}).observe({ type: "layout-shift", buffered: true });
"""
FACTS = """() => ({
  lang: document.documentElement.lang,
  title: document.title,
  headings: [...document.querySelectorAll("h1")].filter((each) => each.checkVisibility()).length,
  width: document.documentElement.scrollWidth,
  shifts: window.shifts,
  waiting: document.querySelectorAll("[aria-busy=true]").length,
})"""
# What people wrote (names, code, answers) is theirs; what the pages say themselves is in nodes and in these attributes.
SAID = """() => {
  const kept = "code, pre, kbd, .cm-editor, noscript, script, style";
  const said = [document.title];
  for (const element of document.body.querySelectorAll("*")) {
    if (element.closest(kept) || !element.checkVisibility()) continue;
    for (const node of element.childNodes) if (node.nodeType === Node.TEXT_NODE) said.push(node.data);
    if (element.closest("[aria-hidden=true]")) continue;
    for (const name of ["aria-label", "title", "placeholder", "alt"]) said.push(element.getAttribute(name) ?? "");
  }
  return said.filter((each) => /[a-z]/i.test(each));
}"""
NAMES = re.compile(
    r"https?://\S+|\S+@\S+|\{\$[^$]*\$?\}?|[\w-]+(?:[./][\w.-]+)+|/\w+|\b(?:format|version):|\b[0-9A-F]{4}\b|"
    r"\b(?:bot|user|channel|session|message|response)\b|"
    r"\b(?:DBCV|React Flow|English|API|CSV|JSON|YAML|HTML|CSS|HTTPS?|URL|UTC|GMT|MCP|ID|IP|QR|JavaScript|Python|curl|"
    r"Telegram|MAX|Discord|OpenAI|LLM|NPS|CRM|Chrome|HeadlessChrome|Linux|Ctrl|Esc|Enter|Del|Shift|Alt|Space|"
    r"GET|POST|PUT|PATCH|DELETE|SHA-256|HMAC|OAuth)\b"
)
"""Names of products, fields, formats and keys, which are the same in all languages."""


@dataclass
class Look:
    """How somebody looks at the pages, and what was wrong so far."""

    language: str
    scheme: str
    is_phone: bool
    wrong: list[str] = field(default_factory=list)

    @property
    def options(self) -> dict[str, Any]:
        device = PHONE if self.is_phone else {}
        return {"locale": self.language, "color_scheme": self.scheme, "reduced_motion": "reduce", **device}

    def mind(self, visit: Visit, holds: bool, words: object) -> None:
        if not holds:
            self.wrong.append(f"{visit.path} {'+'.join(visit.press)}: {words}")


def test_every_page_that_there_is_will_be_visited() -> None:
    made = Filled(*[None, *[""] * 8])  # type: ignore[arg-type]
    shown = {visit.shows for visit in [*before_log_in(), *visits(made)]} - {""}
    assert shown == known(), "tests/e2e/places.py says how a page is visited"


@pytest.mark.timeout(500)
@pytest.mark.parametrize(
    ("language", "scheme", "is_phone"),
    [("en-GB", "light", False), ("ru-RU", "dark", True)],
    ids=["English, wide", "Russian, dark, phone"],
)
async def test_every_page_in_a_look(
    visitors: Visitors, product: Product, axe: str, language: str, scheme: str, is_phone: bool
) -> None:
    made = await asyncio.to_thread(filled, product)
    look = Look(language, scheme, is_phone)
    await go_everywhere(visitors, made, look, axe)
    assert look.wrong == []


async def go_everywhere(visitors: Visitors, made: Filled, look: Look, axe: str) -> None:
    visitor = await visitors("about:blank", is_whole_address=True, **look.options)
    await visitor.page.add_init_script(WATCH_SHIFTS)
    for visit in before_log_in():
        await look_at(visitor, visitors.url, visit, look, axe)
    await be_logged_in(visitor.page.context, visitors.url, made.email, PASSWORD)
    for visit in visits(made):
        await look_at(visitor, visitors.url, visit, look, axe)


async def look_at(visitor: Visitor, url: str, visit: Visit, look: Look, axe: str) -> None:
    page, visitor.expected_complaints = visitor.page, visit.complains
    before = len(visitor.complaints)
    await page.goto(url + visit.path)
    await page.wait_for_load_state("networkidle")
    await expect(page.locator(":is(h1, h2):visible").first).to_be_visible()
    await expect(page.locator("[aria-busy=true]")).to_have_count(0)
    for selector in visit.press:
        await page.locator(selector).first.click()
        await page.wait_for_load_state("networkidle")
    look.mind(visit, (found := await serious(page, axe)) == [], found)
    facts = await page.evaluate(FACTS)
    width = (page.viewport_size or {})["width"]
    look.mind(visit, facts["lang"] == look.language[:2], f"the language is {facts['lang']}")
    look.mind(visit, facts["title"] not in ("", "DBCV"), f"the title is “{facts['title']}”")
    look.mind(visit, facts["headings"] == 1, f"{facts['headings']} headings of the first level")
    look.mind(visit, facts["width"] <= width, f"{facts['width']} pixels wide")
    look.mind(visit, sum(each[0] for each in facts["shifts"]) < MOST_SHIFT, facts["shifts"])
    look.mind(visit, visitor.complaints[before:] == [], visitor.complaints[before:])
    if look.language == "ru-RU":
        english = {each for each in await page.evaluate(SAID) if re.search("[A-Za-z]{2}", NAMES.sub("", each))}
        look.mind(visit, not english, f"not Russian: {sorted(english)}")
