"""Where a session stands between two turns. Loaded by the runtime or the player, never changed by the engine."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any


@dataclass(slots=True)
class State:
    """`step_id` is None for a new session.

    `session`, `user`, `bot`, `channel` are the variables of the kept scopes, plain JSON; the engine copies what it
    writes. `facts` are read-only and win over variables of the same name: {"user": {"id", "username"},
    "bot": {"id", "name"}, "channel": {"id"}, "session": {"id"}}. `frames` are the open template instances, outermost
    first: {"step_id": the step that holds the instance, "template_id", "variables"}; `step_id` is then a step of the
    innermost template.
    """

    step_id: str | None = None
    session: dict[str, Any] = field(default_factory=dict)
    user: dict[str, Any] = field(default_factory=dict)
    bot: dict[str, Any] = field(default_factory=dict)
    channel: dict[str, Any] = field(default_factory=dict)
    facts: dict[str, dict[str, Any]] = field(default_factory=dict)
    frames: list[dict[str, Any]] = field(default_factory=list)
