"""What a turn's paths can see, and the trace it leaves. Made by walk for each turn, read by texts and rules."""

from __future__ import annotations

from typing import Any, Final

from dbcv.engine.events import Event
from dbcv.engine.limits import Limits
from dbcv.engine.paths import UNDEFINED, Path, dig
from dbcv.engine.values import clip, weight_of

_LARGE_TEXT_CHARS: Final = 4_096


class TurnStopped(Exception):  # noqa: N818 - a way out of the turn, not an error of the program
    """The turn has to end here: `code` and the message become its error."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


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

    __slots__ = ("_missing", "_weights", "_work", "event", "facts", "limits", "trace", "values")

    def __init__(self, values: dict[str, Any], facts: dict[str, dict[str, Any]], event: Event, limits: Limits) -> None:
        self.values = values
        self.facts = facts
        self.event = event
        self.limits = limits
        self.trace = Trace(limits.max_trace)
        self._missing: set[str] = set()
        self._work = 0
        self._weights: dict[int, tuple[Any, int]] = {}

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
        else:
            self.charge(value)
        return value

    def spend(self, work: int) -> None:
        """Count work; raises TurnStopped when the turn has done too much of it."""
        self._work += work
        if self._work > self.limits.max_work_per_turn:
            raise TurnStopped("too_much_work", "the turn goes through too many or too large values")

    def charge(self, value: Any) -> None:
        """Count the work of going through a value once, large ones only."""
        if isinstance(value, str):
            if len(value) >= _LARGE_TEXT_CHARS:
                self.spend(len(value) >> 8)
        elif isinstance(value, (list, dict)):
            self.spend(self._weight(value))

    def _weight(self, value: Any) -> int:
        """Weighed once a turn: values are never changed in place, and the reference keeps the id from coming back."""
        known = self._weights.get(id(value))
        if known is None:
            known = self._weights[id(value)] = (value, weight_of(value))
        return known[1]

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
