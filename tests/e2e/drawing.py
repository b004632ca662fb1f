"""A person who draws a bot: every step, button, saving, rule and timeout of a document, by mouse and keyboard, on an
empty canvas. What a document leaves out is left as the editor makes it."""

import json
import re
from typing import Any

from playwright.async_api import Locator, Page, expect

from tests.e2e.looks import pressed

OPERATORS = {"equals": "equal", "greater_than": "greater"}
"""Spellings of documents that the editor's lists hold under another name."""
ELSE = re.compile("^(Otherwise|Any answer|Then)$")
"""What the button calls the way without a rule: beside rules, alone, and where nothing is waited for."""
TIME_UNITS = ((86_400, "86400"), (3_600, "3600"), (60, "60"), (1, "1"))


class Drawing:
    """The editor of one bot. `names` are the steps' names by their ids in the document."""

    def __init__(self, page: Page, document: dict[str, Any]) -> None:
        self.page, self.document = page, document
        self.names = {step["id"]: step["name"] for step in document["steps"]}
        self.inspector = page.locator("[data-inspector]")

    async def draw(self) -> None:
        """Everything of the document: first the steps, then where each leads."""
        for step in self.document["steps"]:
            await self._add_step(step)
        for step in self.document["steps"]:
            await self.find(step["name"])
            await self._lead(step["connection_groups"])
            await self._wait(step)
        if self.document["master_connection_groups"]:
            await self._piece("Always tried first").click()
            await self._lead(self.document["master_connection_groups"])

    async def find(self, name: str) -> None:
        """Go to a step as one does in a bot that is larger than the screen."""
        if await self._name.is_visible() and await self._name.input_value() == name:
            return
        field = self.page.get_by_role("textbox", name="Find in the bot")
        await pressed(self.page, "Control+f", field)
        await field.fill(name)
        await self.page.locator("search").get_by_role("button", name=name, exact=True).first.click()
        await field.press("Escape")
        await expect(self._name).to_have_value(name)

    @property
    def _name(self) -> Locator:
        return self.inspector.get_by_role("textbox", name="Name of the step")

    def _piece(self, name: str) -> Locator:
        return self.page.get_by_role("navigation", name="Pieces").get_by_role("button", name=name, exact=True).first

    def _field(self, label: str) -> Locator:
        return self.inspector.get_by_role("combobox", name=label, exact=True)

    async def _press(self, name: str) -> None:
        await self.inspector.get_by_role("button", name=name, exact=True).last.click()

    async def _add_step(self, step: dict[str, Any]) -> None:
        is_proxy, message = step["is_proxy"], step["message"]
        if await self._name.is_visible():
            await self.inspector.get_by_role("button", name="Close").click()  # What is added would go on from it.
        await self._piece("Message" if message else "Branch").click()
        await expect(self._name).to_have_value("New step")
        await self._name.fill(step["name"])
        if message:
            await self._field("Text").fill(message["text"])
            for number, button in enumerate(message["params"].get("buttons", []), 1):
                await self._press("Add a button")
                await self._field(f"Button {number}").fill(button["text"])
            if is_proxy:
                await self.inspector.get_by_role("checkbox", name="Go on at once").check()

    async def _lead(self, groups: list[dict[str, Any]]) -> None:
        for group in groups:
            first, *others = group["connections"]
            await self._connect(first)
            for saving in enumerate(group["variables"]):
                await self._keep(*saving)
            for connection in others:
                await self._connect(connection)

    async def _keep(self, index: int, saving: dict[str, Any]) -> None:
        await self._press("Keep a value")
        source = saving["source"]
        await self._field("What to keep").nth(index).fill(source if isinstance(source, str) else json.dumps(source))
        if saving["mode"] != "set":
            await self._field("How to keep it").nth(index).select_option(saving["mode"])
        await self._field("Into which variable").nth(index).fill(saving["target"])

    async def _connect(self, connection: dict[str, Any]) -> None:
        rules = connection["rules"].get("rules", [])
        if rules:
            await self._press("Add a rule")
        else:
            await self.inspector.get_by_role("button", name=ELSE).last.click()
        for index, rule in enumerate(rules):
            if index:
                await self._press("One more condition")
            await self._rule(index, rule)
        where = self.inspector.locator("input[aria-label^='Where to go']").last
        await where.click()
        await where.fill(self.names[connection["next_step_id"]])
        name = self.names[connection["next_step_id"]]
        await self.page.get_by_role("option", name=name, exact=True).click()

    async def _rule(self, index: int, rule: dict[str, Any]) -> None:
        if rule["field"] != "message.text":
            await self._field("Variable").nth(index).fill(rule["field"])
        operator = OPERATORS.get(rule["operator"], rule["operator"])
        if operator != "equal":
            await self._field("Comparison").nth(index).select_option(operator)
        value = rule.get("value")
        if operator == "between":
            await self._field("From").fill(value[0])
            await self._field("To").fill(value[1])
        elif value is not None:
            await self._field("Value").nth(index).fill(", ".join(value) if isinstance(value, list) else value)
        if "type" in rule:
            await self._field("Compare as").nth(index).select_option(rule["type"])
        if rule.get("ignore_case"):
            await self.inspector.get_by_role("checkbox", name="ignore case").nth(index).check()

    async def _wait(self, step: dict[str, Any]) -> None:
        if step["timeout_after"] is None:
            return
        await self.inspector.get_by_text("If nobody answers", exact=True).click()
        size, unit = next(each for each in TIME_UNITS if step["timeout_after"] % each[0] == 0)
        await self.inspector.get_by_role("spinbutton", name="Wait for").fill(f"{step['timeout_after'] / size:g}")
        await self._field("Unit of time").select_option(unit)
        name = self.names[step["timeout_step_id"]]
        where = self.inspector.locator("input[aria-label='Then go to']")
        await where.click()
        await where.fill(name)
        await self.page.get_by_role("option", name=name, exact=True).click()
