"""Small ways to build a bot and run turns on it."""

from __future__ import annotations

import copy
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from dbcv.engine.effects import Effect
from dbcv.engine.events import Event
from dbcv.engine.graph import compile_bot
from dbcv.engine.limits import Limits
from dbcv.engine.outcome import Outcome
from dbcv.engine.state import State
from dbcv.engine.variables import apply_changes
from dbcv.engine.walk import walk

FACTS = {
    "user": {"id": "u1", "username": "bob"},
    "bot": {"id": "b1", "name": "Greeter"},
    "channel": {"id": "c1"},
    "session": {"id": "s1"},
}


class Talk:
    """A conversation with a compiled bot: keeps the state between turns, answers effects, watches for mutation."""

    def __init__(self, document: dict[str, Any], answer: Callable[[Effect], Any] | None = None, **scopes: Any) -> None:
        self.graph = compile_bot(document, scopes.pop("limits", Limits()))
        self.answer = answer or (lambda effect: {"ok": False, "error": "not scripted"})
        self.state = State(None, {}, {"name": "Bob"}, {}, {}, FACTS, [])
        for name, value in scopes.items():
            setattr(self.state, name, value)
        self.effects: list[Effect] = []
        self.turns = 0

    def send(
        self, text: str = "", kind: Any = "message", data: dict[str, Any] | None = None, **message: Any
    ) -> Outcome:
        self.turns += 1
        whole = {"id": "m", "text": text, "params": {}, "attachments": [], **message} if kind != "timeout" else {}
        event = Event(f"e{self.turns}", kind, datetime(2026, 1, 1, 9, tzinfo=UTC), 1, whole, data or {})
        before = copy.deepcopy((self.state, event))
        outcome = self.run(event)
        assert (self.state, event) == before, "a turn changed its input"
        shared = {change.scope: getattr(self.state, change.scope) for change in outcome.changes}
        changed = {
            scope: apply_changes(document, [each for each in outcome.changes if each.scope == scope])
            for scope, document in shared.items()
        }
        self.state = State(
            outcome.step_id,
            outcome.session,
            changed.get("user", self.state.user),
            changed.get("bot", self.state.bot),
            changed.get("channel", self.state.channel),
            self.state.facts,
            outcome.frames,
        )
        return outcome

    def run(self, event: Event) -> Outcome:
        turn = walk(self.graph, self.state, event)
        try:
            effect = next(turn)
            while True:
                self.effects.append(effect)
                effect = turn.send(self.answer(effect))
        except StopIteration as done:
            return done.value

    def say(self, text: str = "") -> list[str]:
        return [reply.text for reply in self.send(text).replies]


def step(name: str, text: str | None = None, *ways: Any, **fields: Any) -> dict[str, Any]:
    """A step with one group whose connections are `ways`: a step id (ELSE) or (rules, step id)."""
    connections = [
        {"priority": index, "next_step_id": way}
        if isinstance(way, str)
        else {"priority": index, "rules": way[0], "next_step_id": way[1]}
        for index, way in enumerate(ways)
    ]
    group = {"connections": connections, "variables": fields.pop("variables", None), **fields.pop("group", {})}
    message = None if text is None else {"text": text}
    has_group = connections or len(group) > 2 or group["variables"]
    return {"id": name, "message": message, "connection_groups": [group] if has_group else [], **fields}


def bot(*steps: dict[str, Any], **fields: Any) -> dict[str, Any]:
    """A bot document that begins with its first step."""
    return {"first_step_id": steps[0]["id"] if steps else None, "steps": list(steps), **fields}


def rule(field: str, operator: str, value: Any = None, **more: Any) -> dict[str, Any]:
    """Rules of one rule."""
    return {"condition": "AND", "rules": [{"field": field, "operator": operator, "value": value, **more}]}


def says(text: str) -> dict[str, Any]:
    """Rules that hold when the message is this text."""
    return rule("message.text", "equal", text)
