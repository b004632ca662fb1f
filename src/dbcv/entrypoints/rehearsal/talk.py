"""One conversation on the pure engine: messages and passing time in, turns out. Called by the terminal player and the
conversation tests; effects are answered by whoever holds the talk."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from dbcv.engine.effects import Effect
from dbcv.engine.events import Event
from dbcv.engine.graph import Graph, compile_bot
from dbcv.engine.outcome import Outcome, Reply
from dbcv.engine.paths import UNDEFINED, dig, parse_path
from dbcv.engine.played import played_state
from dbcv.engine.state import State
from dbcv.engine.variables import apply_to_scopes
from dbcv.engine.walk import walk

Answer = Callable[[Effect], dict[str, Any]]
_START = datetime(2026, 1, 1, 9, tzinfo=UTC)
_MOST_TIMEOUTS_IN_ONE_WAIT = 1_000


@dataclass(slots=True)
class Given:
    """How the world is before the first message: variables by scope (they may hold facts as `user.username`)."""

    user: dict[str, Any] = field(default_factory=dict)
    bot: dict[str, Any] = field(default_factory=dict)
    session: dict[str, Any] = field(default_factory=dict)
    channel: dict[str, Any] = field(default_factory=dict)
    now: datetime = _START
    seed: int = 1


@dataclass(frozen=True, slots=True)
class Turn:
    """What one event did."""

    event: Event
    outcome: Outcome


class EndlessTimeoutsError(Exception):
    """More timeouts fired in one wait than a person could have meant."""


class Talk:
    """A session of one person with one bot. `document` is a normalised bot document that compiles (else GraphError),
    or did: `graph`. `before_turn` may raise to end the talk."""

    def __init__(
        self,
        document: Mapping[str, Any],
        answer: Answer,
        given: Given | None = None,
        graph: Graph | None = None,
        before_turn: Callable[[], None] = lambda: None,
    ) -> None:
        given = given or Given()
        self.graph = graph or compile_bot(document)
        self.now = given.now
        self.deadline: tuple[datetime, str] | None = None
        self._answer, self._before_turn = answer, before_turn
        self._seed = given.seed
        self._events = 0
        self.state = _state(document, given)

    def say(self, text: str, params: Any = None, attachments: list[Any] | None = None) -> Turn:
        """The person writes (or presses a button, which writes its value)."""
        self._events += 1
        message = {
            "id": f"message-{self._events}",
            "text": text,
            "params": {} if params is None else params,
            "attachments": attachments or [],
            "sender_id": self.state.facts["user"]["id"],
        }
        return self._turn(self._event("message", message=message))

    def wait(self, seconds: float) -> list[Turn]:
        """Time passes; the timeouts that fall into it fire, each at its moment."""
        until = self.now + timedelta(seconds=seconds)
        turns: list[Turn] = []
        while self.deadline is not None and self.deadline[0] <= until:
            if len(turns) == _MOST_TIMEOUTS_IN_ONE_WAIT:
                raise EndlessTimeoutsError(f"{len(turns)} timeouts fired in one wait")
            (self.now, step_id), self.deadline = self.deadline, None
            self._events += 1
            turns.append(self._turn(self._event("timeout", data={"step_id": step_id})))
        self.now = until
        return turns

    def value(self, path: str) -> Any:
        """What `session.age` (or any kept scope's path) is now, facts included; UNDEFINED where there is nothing.

        Raises PathError for a text that is no path.
        """
        parsed = parse_path(path)
        facts = self.state.facts.get(parsed.scope, {})
        scope = {**getattr(self.state, parsed.scope, {}), **facts}
        return dig(scope, parsed.keys)

    @property
    def step(self) -> str | None:
        """Where the session waits; a step of a template is "template_id/step_id"."""
        if not self.state.frames or self.state.step_id is None:
            return self.state.step_id
        return f"{self.state.frames[-1]['template_id']}/{self.state.step_id}"

    def _event(self, kind: Any, **parts: Any) -> Event:
        return Event(f"event-{self._events}", kind, self.now, self._seed + self._events, **parts)

    def _turn(self, event: Event) -> Turn:
        self._before_turn()
        steps, reply = walk(self.graph, self.state, event), None
        while True:
            try:
                effect = next(steps) if reply is None else steps.send(reply)
            except StopIteration as end:
                outcome: Outcome = end.value
                break
            reply = self._answer(effect)
        self._commit(outcome)
        return Turn(event, outcome)

    def _commit(self, outcome: Outcome) -> None:
        state = self.state
        shared = {"user": state.user, "bot": state.bot, "channel": state.channel}
        for scope, variables in apply_to_scopes(shared, outcome.changes).items():
            setattr(state, scope, variables)
        state.session, state.step_id, state.frames = outcome.session, outcome.step_id, outcome.frames
        if outcome.timer_action == "cancel":
            self.deadline = None
        elif outcome.timer_action == "set" and outcome.timer is not None:
            self.deadline = (self.now + timedelta(seconds=outcome.timer.after_seconds), outcome.timer.step_id)


def buttons_of(reply: Reply) -> list[tuple[str, str]]:
    """The quick replies of a reply as (what is shown, what pressing it writes)."""
    params = reply.params
    listed = params.get("buttons") if isinstance(params, dict) else None
    return [_button(entry) for entry in listed] if isinstance(listed, list) else []


def _button(entry: Any) -> tuple[str, str]:
    if not isinstance(entry, dict):
        return str(entry), str(entry)
    text = str(entry.get("text", entry.get("value", "")))
    return text, str(entry.get("value", text))


def is_undefined(value: Any) -> bool:
    """Whether `value` is what a path that leads nowhere gives."""
    return value is UNDEFINED


def _state(document: Mapping[str, Any], given: Given) -> State:
    written = {"user": given.user, "bot": {**document["variables"], **given.bot}}
    written |= {"session": given.session, "channel": given.channel}
    return played_state({"id": "bot-1", "name": document["name"]}, written)
