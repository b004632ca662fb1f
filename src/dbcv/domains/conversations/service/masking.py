"""Secrets in what people are shown of a turn: values under names that speak of secrets become "***"."""

import re
from typing import Any

MASK = "***"
MIN_HIDDEN_CHARS = 6
"""Shorter ones would blot out ordinary words."""
MAX_HIDDEN = 100
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
    """A turn's record as it is shown: effects, events and the values that the trace tells of. What stands under a
    secret name is hidden wherever else it stands: in the message it came with, in what a service repeats."""
    shown: dict[str, Any] = masked(record)
    shown["trace"] = [_masked_entry(entry) for entry in record.get("trace", [])]
    hidden: dict[str, None] = {}
    _gather(record, hidden)
    return _without(shown, sorted(hidden, key=len, reverse=True)) if hidden else shown


def masked_row(record: Any) -> Any:
    """The same of a record as it is stored, with what changed: [[target, before, after], …]. What was cut on its way
    and is no object any more stays as it is."""
    if not isinstance(record, dict):
        return record
    shown = masked_record(record)
    changed = [entry for entry in shown.get("changed", []) if isinstance(entry, list) and entry]
    return shown | {"changed": [[entry[0], *_unless_secret(str(entry[0]), entry[1:])] for entry in changed]}


def _unless_secret(target: str, values: list[Any]) -> list[Any]:
    return [MASK if value and is_secret_name(target) else value for value in values]


def _gather(value: Any, hidden: dict[str, None], is_secret: bool = False) -> None:
    """Texts under secret names, and those that a trace saves under one."""
    if isinstance(value, str):
        if is_secret and len(value) >= MIN_HIDDEN_CHARS and len(hidden) < MAX_HIDDEN:
            hidden[value] = None
    elif isinstance(value, dict):
        saves_secret = is_secret_name(str(value.get("target", "")))
        for key, item in value.items():
            _gather(item, hidden, is_secret or is_secret_name(key) or (saves_secret and key == "value"))
    elif isinstance(value, list):
        for item in value:
            _gather(item, hidden, is_secret)


def _without(value: Any, hidden: list[str]) -> Any:
    if isinstance(value, str):
        for secret in hidden:
            value = value.replace(secret, MASK)
        return value
    if isinstance(value, dict):
        return {key: _without(item, hidden) for key, item in value.items()}
    return [_without(item, hidden) for item in value] if isinstance(value, list) else value


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
