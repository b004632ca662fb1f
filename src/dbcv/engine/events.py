"""What comes in: one event starts one turn. Made by the runtime, the player and tests; read by walk."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

EventKind = Literal["message", "timeout", "emitter", "cron", "bot", "webhook"]


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
