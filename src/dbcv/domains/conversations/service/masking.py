"""Secrets in what people are shown of a turn: values under names that speak of secrets become "***"."""

import re
from typing import Any

MASK = "***"
_SECRET = re.compile(
    r"passw|secret|token|api[-_]?key|authori[sz]ation|cookie|private[-_]?key|credential|signature", re.IGNORECASE
)
_EXEMPT = frozenset({"timer_token", "max_tokens", "prompt_tokens", "completion_tokens", "total_tokens"})


def is_secret_name(name: str) -> bool:
    """Whether a key, a header or the last part of a path speaks of a secret."""
    return name not in _EXEMPT and _SECRET.search(name) is not None


def masked(value: Any) -> Any:
    """A copy of a JSON value without what lies under secret names; null and empty values stay, as they tell nothing."""
    if isinstance(value, dict):
        return {key: MASK if item and is_secret_name(key) else masked(item) for key, item in value.items()}
    if isinstance(value, list):
        return [masked(item) for item in value]
    return value


def masked_record(record: dict[str, Any]) -> dict[str, Any]:
    """A turn's record as it is shown: effects, events and the values that the trace tells of."""
    shown: dict[str, Any] = masked(record)
    shown["trace"] = [_masked_entry(entry) for entry in record.get("trace", [])]
    return shown


def _masked_entry(entry: Any) -> Any:
    """A save tells its target beside its value; a rule tells its field beside what was found there."""
    if not isinstance(entry, dict):
        return entry
    shown = masked(entry)
    if is_secret_name(str(entry.get("target", ""))) and "value" in entry:
        shown["value"] = MASK
    if isinstance(entry.get("rules"), list):
        shown["rules"] = [_masked_reason(reason) for reason in entry["rules"]]
    return shown


def _masked_reason(reason: Any) -> Any:
    if not isinstance(reason, dict) or not is_secret_name(str(reason.get("rule", ""))):
        return reason
    return reason | {"value": MASK}
