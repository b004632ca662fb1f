"""Widgets with variables filled in, each value escaped for its place: markup, style or script."""

from __future__ import annotations

import html
import json
import re
from dataclasses import dataclass
from typing import Any

from dbcv.engine.scopes import Scopes
from dbcv.engine.templating import Text
from dbcv.engine.values import number_of, storable_text, to_text

_OUTSIDE_WORD = re.compile(r"[^0-9A-Za-z_ ]")


@dataclass(slots=True)
class Widget:
    """An entry of `widgets`. A value can be seen in it, but it cannot add an element, a declaration or a statement."""

    id: str
    name: str
    body: Text
    css: Text
    js: Text

    def render(self, scopes: Scopes) -> dict[str, Any]:
        """The widget for this turn: {"id", "name", "body", "css", "js"}."""
        return {
            "id": self.id,
            "name": self.name,
            "body": storable_text(self.body.join(scopes, in_markup)),
            "css": storable_text(self.css.join(scopes, in_style)),
            "js": storable_text(self.js.join(scopes, in_script)),
        }


def in_markup(value: Any) -> str:
    """A value as text of an element or a quoted attribute."""
    return html.escape(to_text(value))


def in_style(value: Any) -> str:
    """A value as a plain CSS word: what is not a letter, digit, space or # is escaped. Numbers stay numbers."""
    text = to_text(value)
    if number_of(text) is not None:
        return text
    return "".join(part if part == "#" else _css_escape(part) for part in text)


def _css_escape(character: str) -> str:
    return character if not _OUTSIDE_WORD.match(character) else f"\\{ord(character):x} "


def in_script(value: Any) -> str:
    """A value inside a quoted text of a script; a number or a boolean may also stand bare."""
    if isinstance(value, (bool, int, float)):
        return to_text(value)
    return _OUTSIDE_WORD.sub(
        lambda found: json.dumps(found[0])[1:-1] if ord(found[0]) > 127 else _u(found[0]), to_text(value)
    )


def _u(character: str) -> str:
    return f"\\u{ord(character):04x}"
