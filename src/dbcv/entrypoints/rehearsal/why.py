"""A turn's trace in words a person reads: what held, what did not and on which value. Called by the player and by the
report of a failed test; entries it does not know are shown as they are."""

from collections.abc import Callable, Iterable
from typing import Any

Entry = dict[str, Any]


def explain(trace: Iterable[Entry]) -> list[str]:
    """One line for each entry, in order."""
    return [_WORDS.get(entry["at"], _as_it_is)(entry) for entry in trace]


def _connection(entry: Entry) -> str:
    held = "taken" if entry["held"] else "not taken"
    place = f"{entry['step'] or 'any step'}: group {entry['group'] + 1}, connection {entry['connection'] + 1} {held}"
    reasons = "; ".join(_reason(reason) for reason in entry["rules"])
    return f"{place}: {reasons}" if reasons else place + (" (otherwise)" if entry["held"] else "")


def _reason(reason: Entry) -> str:
    if "unusable" in reason:
        return f"{reason['rule']} cannot be judged: {reason['unusable']}"
    return f"{reason['rule']}, it is {reason['value']}"


def _as_it_is(entry: Entry) -> str:
    details = ", ".join(f"{name} {value}" for name, value in entry.items() if name != "at")
    return f"{entry['at'].replace('_', ' ')}: {details}" if details else entry["at"].replace("_", " ")


_WORDS: dict[str, Callable[[Entry], str]] = {
    "enter": lambda entry: f"→ {entry['step']}",
    "connection": _connection,
    "timeout": lambda entry: f"{entry['step']}: its time is up",
    "save": lambda entry: f"{entry['target']} {'+=' if entry['mode'] == 'append' else '='} {entry['value']}",
    "undefined": lambda entry: f"{entry['path']} is not defined",
}
