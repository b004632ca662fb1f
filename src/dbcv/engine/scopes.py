"""What a turn's paths can see, and the trace it leaves. Made by walk for each turn, read by texts and rules."""

from __future__ import annotations

from typing import Any

from dbcv.engine.events import Event
from dbcv.engine.limits import Limits
from dbcv.engine.paths import UNDEFINED, Path, dig
from dbcv.engine.values import clip


class Trace:
    """A bounded list of what happened; the last entry says how many did not fit."""

    __slots__ = ("_dropped", "_limit", "entries")

    def __init__(self, limit: int) -> None:
        self.entries: list[dict[str, Any]] = []
        self._limit = limit
        self._dropped = 0

    def add(self, entry: dict[str, Any]) -> None:
        """Keep an entry ({"at": what, ...}, JSON-able, small), or count it."""
        if len(self.entries) < self._limit:
            self.entries.append(entry)
            return
        self._dropped += 1
        self.entries[-1] = {"at": "trace_full", "dropped": self._dropped + 1}


class Scopes:
    """The variables of one turn by scope. `values` are replaced, never changed in place."""

    __slots__ = ("_missing", "event", "facts", "limits", "trace", "values")

    def __init__(self, values: dict[str, Any], facts: dict[str, dict[str, Any]], event: Event, limits: Limits) -> None:
        self.values = values
        self.facts = facts
        self.event = event
        self.limits = limits
        self.trace = Trace(limits.max_trace)
        self._missing: set[str] = set()

    def get(self, path: Path) -> Any:
        """The value at a path; UNDEFINED, and a trace entry once a turn, where there is none."""
        scope, keys = path.scope, path.keys
        if not keys or scope not in self.values:
            value = dig(self.whole(scope), keys)
        elif scope in self.facts and keys[0] in self.facts[scope]:
            value = dig(self.facts[scope], keys)
        else:
            value = dig(self.values[scope], keys)
        if value is UNDEFINED:
            self._note_missing(path.text)
        return value

    def whole(self, scope: str) -> Any:
        """A scope with its facts; the event scope is put together at its first use."""
        if scope == "event" and scope not in self.values:
            event = self.event
            own = {"id": event.id, "kind": event.kind, "now": event.now.isoformat()}
            self.values[scope] = {**event.data, **own}
        value = self.values.get(scope, UNDEFINED)
        facts = self.facts.get(scope)
        return {**value, **facts} if facts and isinstance(value, dict) else value

    def everything(self) -> dict[str, Any]:
        """All scopes that a code step may read, except the message."""
        names = (*self.values, "event") if "event" not in self.values else tuple(self.values)
        return {name: self.whole(name) for name in names if name != "message"}

    def note(self, at: str, **details: Any) -> None:
        """Leave a trace entry; `details` are small JSON values."""
        self.trace.add({"at": at, **details})

    def clip(self, value: Any) -> str:
        """A value as the trace shows it."""
        return clip(value, self.limits.max_trace_chars)

    def _note_missing(self, text: str) -> None:
        if text not in self._missing:
            self._missing.add(text)
            self.trace.add({"at": "undefined", "path": text[: self.limits.max_trace_chars]})
