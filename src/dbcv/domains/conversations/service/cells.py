"""Values as cells of a CSV file, so that reading them back gives the same JSON types, and no spreadsheet takes a text
of a stranger for a formula. The pages read and write the same form (web/src/features/kept/variables/csv.ts)."""

from typing import Any

from dbcv.kit.json_text import dumps

_FORMULA = ("=", "+", "-", "@", "\t", "'")
_WORDS = ("true", "false", "null")


def cell_of(value: Any) -> str:
    """A text as it is; anything else, and a text that would be taken for something else, as JSON."""
    if isinstance(value, str) and not _needs_quotes(value):
        return value
    return dumps(value)


def _needs_quotes(text: str) -> bool:
    """Empty, a formula, what reads as another JSON type (spreadsheets write TRUE for true), or has ends of lines that
    differ from those of the file."""
    if not text or text.startswith(_FORMULA) or "\r" in text or text != text.strip():
        return True
    return text[0] in '"[{0123456789' or text.lower() in _WORDS
