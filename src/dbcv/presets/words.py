"""The two languages of what presets say about themselves and of the names they give to steps."""

from collections.abc import Mapping
from typing import Literal

Language = Literal["en", "ru"]
Words = Mapping[Language, str]


def said(en: str, ru: str) -> Words:
    """One thing in both languages."""
    return {"en": en, "ru": ru}
