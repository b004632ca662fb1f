"""Rules and savings as a person would say them, in English and Russian. Called by the comparison of documents; bounded,
never raises on any JSON."""

import json
from typing import Any

from dbcv.domains.bots.document.wording import Language, shorten
from dbcv.engine.operators import BY_SPELLING

MAX_CHARS = 300
_MAX_DEPTH = 5

# An operator's words between the field and its value.
_WORDS: dict[str, dict[Language, str]] = {
    "equal": {"en": "is", "ru": "равно"},
    "not_equal": {"en": "is not", "ru": "не равно"},
    "in": {"en": "is one of", "ru": "одно из"},
    "not_in": {"en": "is none of", "ru": "ни одно из"},
    "less": {"en": "is less than", "ru": "меньше"},
    "less_or_equal": {"en": "is at most", "ru": "не больше"},
    "greater": {"en": "is greater than", "ru": "больше"},
    "greater_or_equal": {"en": "is at least", "ru": "не меньше"},
    "between": {"en": "is between", "ru": "между"},
    "not_between": {"en": "is not between", "ru": "не между"},
    "begins_with": {"en": "begins with", "ru": "начинается с"},
    "not_begins_with": {"en": "does not begin with", "ru": "не начинается с"},
    "contains": {"en": "contains", "ru": "содержит"},
    "not_contains": {"en": "does not contain", "ru": "не содержит"},
    "ends_with": {"en": "ends with", "ru": "кончается на"},
    "not_ends_with": {"en": "does not end with", "ru": "не кончается на"},
    "is_empty": {"en": "is empty", "ru": "пусто"},
    "is_not_empty": {"en": "is not empty", "ru": "не пусто"},
    "is_null": {"en": "is missing", "ru": "отсутствует"},
    "is_not_null": {"en": "is there", "ru": "есть"},
    "matches": {"en": "matches", "ru": "подходит под"},
    "not_matches": {"en": "does not match", "ru": "не подходит под"},
}
_ALONE = frozenset(("is_empty", "is_not_empty", "is_null", "is_not_null"))
_ELSE: dict[Language, str] = {"en": "otherwise", "ru": "иначе"}
_JOINED: dict[Language, dict[bool, str]] = {"en": {False: " and ", True: " or "}, "ru": {False: " и ", True: " или "}}
_NOT: dict[Language, str] = {"en": "not ({it})", "ru": "не ({it})"}
_IF: dict[Language, str] = {"en": "if {it}", "ru": "если {it}"}


def rule_in_words(rules: Any, language: Language) -> str:
    """ "if session.age is greater than 17", "otherwise" for an ELSE."""
    said = _said(rules, language, 0)
    return shorten(_IF[language].format(it=said), MAX_CHARS) if said else _ELSE[language]


def value_in_words(value: Any) -> str:
    """A value as JSON, shortened."""
    return shorten(json.dumps(value, ensure_ascii=False), MAX_CHARS)


def _said(rules: Any, language: Language, depth: int) -> str:
    if not isinstance(rules, dict) or not rules:
        return ""
    if depth > _MAX_DEPTH:
        return "…"
    inner = rules.get("rules")
    if isinstance(inner, list):
        either = str(rules.get("condition", "AND")).upper() == "OR"
        parts = [_said(each, language, depth + 1) for each in inner[:20]]
        joined = _JOINED[language][either].join(part for part in parts if part)
        if rules.get("not"):
            return _NOT[language].format(it=joined)
        return f"({joined})" if depth and len(parts) > 1 else joined
    return _one(rules, language)


def _one(rule: dict[str, Any], language: Language) -> str:
    spelling = str(rule.get("operator", ""))
    operator = BY_SPELLING.get(spelling)
    name = operator.name if operator else spelling
    words = _WORDS.get(name, {}).get(language, shorten(name, 40))
    field = shorten(rule.get("field", ""), 80)
    return f"{field} {words}" if name in _ALONE else f"{field} {words} {value_in_words(rule.get('value'))}"
