"""What comes in: one event starts one turn. Made by the runtime, the player and tests; read by walk."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

EventKind = Literal["message", "timeout", "emitter", "cron", "bot", "webhook"]
_SENT_BY_BOTS = ("bot", "emitter")


@dataclass(frozen=True, slots=True)
class Cause:
    """What an event goes back to, where bots brought it about: `hops` messages of bots lie between it and what began
    it all (`chain`, an event's id), and `budget` more may follow (None: nobody has counted yet)."""

    hops: int = 0
    budget: int | None = None
    chain: str | None = None


NO_CAUSE = Cause()


@dataclass(slots=True)
class Event:
    """`now` is aware UTC and, with `seed`, the only clock and the only chance a turn has.

    `message` is the `message.*` scope ({"id", "text", "params", "attachments", "sender_id", ...}, {} for timeouts).
    `data` is the `event.*` scope, to which `event.id`, `event.kind` and `event.now` (ISO text) are added; the data of
    a timeout is {"step_id": the step whose time is up}. Neither is ever changed.
    """

    id: str
    kind: EventKind
    now: datetime
    seed: int
    message: dict[str, Any] = field(default_factory=dict)
    data: dict[str, Any] = field(default_factory=dict)

    @property
    def cause(self) -> Cause:
        """What it goes back to. Only the house writes the data of these kinds: nobody outside resets the count."""
        if self.kind not in _SENT_BY_BOTS:
            return NO_CAUSE
        return Cause(self.data.get("hops", 0), self.data.get("budget"), self.data.get("chain"))
