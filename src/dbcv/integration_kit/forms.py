"""Forms in two languages: fields with labels, and the JSON Schema a page draws them from.

Used by the inputs of integrations and of presets. Pure: shapes and words only.
"""

from collections.abc import Mapping
from typing import Any, Literal

from pydantic import BaseModel, Field

Language = Literal["en", "ru"]
Words = Mapping[Language, str]
Pick = Literal[
    "step",
    "variable",
    "value",
    "text",
    "code",
    "request",
    "template",
    "credential",
    "integration",
    "widget",
    "operator",
]
"""What a form may offer instead of a bare field: the bot's steps, its variables, an editor for code."""


def said(en: str, ru: str) -> Words:
    """One thing in both languages."""
    return {"en": en, "ru": ru}


def asked(
    default: Any,
    en: str,
    ru: str,
    *,
    about: Words | None = None,
    pick: Pick | None = None,
    labels: Mapping[str, Words] | None = None,
    **bounds: Any,
) -> Any:
    """A field with its label in both languages, and what else a form needs to draw it."""
    russian: dict[str, Any] = {"title": ru} | ({"description": about["ru"]} if about else {})
    extra: dict[str, Any] = {"x-ru": russian}
    if pick:
        extra["x-pick"] = pick
    if labels:
        extra["x-labels"] = {value: words["en"] for value, words in labels.items()}
        russian["x-labels"] = {value: words["ru"] for value, words in labels.items()}
    description = about["en"] if about else None
    return Field(default, title=en, description=description, json_schema_extra=extra, **bounds)


def schema_of(form: type[BaseModel], language: Language) -> dict[str, Any]:
    """The JSON Schema of a form, labels in `language`. `x-pick` names what a field may be picked from, `x-labels` what
    to call the values of an enum."""
    schema: dict[str, Any] = _spoken(form.model_json_schema(), language)
    return schema


def _spoken(node: Any, language: Language) -> Any:
    if isinstance(node, list):
        return [_spoken(each, language) for each in node]
    if not isinstance(node, dict):
        return node
    own = node | (node.get("x-ru", {}) if language == "ru" else {})
    return {key: _spoken(value, language) for key, value in own.items() if key != "x-ru"}
