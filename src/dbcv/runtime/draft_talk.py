"""Talks with a bot's draft, one turn a call, for whoever draws it: nothing is stored and nobody is written to.

Called by entrypoints/http/draft_talk. The talk's state travels with the caller, so any process can go on with it. What
the bot asks of the outside world is really performed, as in a conversation with people, or answered as unreachable.
A halted turn is walked again from its event with the replies it had: the engine is deterministic.
"""

import asyncio
import json
import secrets
import time
from collections import OrderedDict
from collections.abc import Collection, Generator, Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta
from typing import Any, Literal
from uuid import UUID

from dbcv.domains.bots import errors
from dbcv.domains.bots.document import normalise
from dbcv.domains.bots.service import Bots
from dbcv.engine.effects import CallHttp, CallIntegration, Effect, Halt, RunCode, SaveFile
from dbcv.engine.events import Event
from dbcv.engine.graph import Graph, compile_bot
from dbcv.engine.outcome import Outcome
from dbcv.engine.played import USER_ID, played_file, played_state
from dbcv.engine.problems import GraphError, Problem
from dbcv.engine.scopes import TurnStopped
from dbcv.engine.variables import apply_to_scopes
from dbcv.engine.walk import walk
from dbcv.kit.clock import utc_now
from dbcv.kit.errors import AppError, ErrorDetail, Invalid
from dbcv.kit.pace import RateLimiter
from dbcv.runtime.perform import Performer

SCOPES = ("session", "user", "bot", "channel")
KEPT_GRAPHS = 20
MOST_TURNS, MOST_AHEAD_SECONDS = 1_000_000, 1e9
"""Bounds of what travels with the caller: further on, the numbers just stand still."""
SEED_BITS = 52
"""So that a browser keeps it as it is."""
UNREACHED: dict[str, Any] = {
    "ok": False,
    "result": None,
    "error": "nothing outside is called in this talk",
    "headers": {},
    "log": "",
}
_NAMES: dict[type[Effect], str] = {
    CallHttp: "request", RunCode: "code", CallIntegration: "integration", SaveFile: "file",
}  # fmt: skip


@dataclass(slots=True)
class Timer:
    """The step whose time runs, and when it is up, by the talk's clock."""

    step_id: str
    due_at: datetime


@dataclass(slots=True)
class TalkState:
    """Where a talk stands between two turns. `ahead_seconds`: how far its clock is before ours, because timeouts were
    not waited for; `turns` counts the turns so far; `seed` is the chance of the whole talk, as in a test of it."""

    step_id: str | None = None
    frames: list[dict[str, Any]] = field(default_factory=list)
    session: dict[str, Any] = field(default_factory=dict)
    user: dict[str, Any] = field(default_factory=dict)
    bot: dict[str, Any] | None = None
    channel: dict[str, Any] = field(default_factory=dict)
    timer: Timer | None = None
    ahead_seconds: float = 0.0
    turns: int = 0
    seed: int | None = None


@dataclass(slots=True)
class Happening:
    """What happens: the person writes; the time of the step is up; or the talk begins anew in a step."""

    kind: Literal["message", "timeout", "start"]
    text: str = ""
    params: Any = field(default_factory=dict)
    attachments: list[Any] = field(default_factory=list)
    step_id: str | None = None


@dataclass(slots=True)
class Resume:
    """A turn that halted: its moment and chance, the replies it had, and how many halts are behind it."""

    now: datetime
    seed: int
    replies: list[dict[str, Any]]
    halts: int


@dataclass(slots=True)
class Errand:
    """What the bot asked of the outside world, and what came of it."""

    kind: str
    asked: dict[str, Any]
    reply: dict[str, Any]
    elapsed_ms: float


@dataclass(slots=True)
class Spoken:
    """One turn. `halted_before` is the step of `stops` that it would enter next; `resume` goes on from there."""

    version: int
    state: TalkState
    outcome: Outcome
    errands: list[Errand]
    changed: list[dict[str, Any]]
    now: datetime
    halted_before: str | None = None
    resume: Resume | None = None


class DraftTalks:
    """Talks of people who may edit a bot with its draft."""

    def __init__(self, bots: Bots, performer: Performer, pace: RateLimiter) -> None:
        self._bots, self._performer, self._pace = bots, performer, pace
        self._graphs: OrderedDict[tuple[UUID, int, str | None], tuple[Graph, dict[str, Any]]] = OrderedDict()

    async def turn(
        self,
        caller_id: UUID,
        bot_id: UUID,
        state: TalkState,
        happening: Happening,
        *,
        stops: Collection[str] = (),
        resume: Resume | None = None,
        is_live: bool = True,
    ) -> Spoken:
        """One turn of the talk. Raises NotFound, Forbidden for viewers, RateLimited, Invalid for a draft that does
        not run (with its problems) and for a step that is not there."""
        seen = await self._bots.get(caller_id, bot_id)
        if seen.access == "viewer":
            raise errors.not_an_editor()
        self._pace.take(caller_id)
        start = happening.step_id if happening.kind == "start" else None
        graph, document = await self._graph(caller_id, bot_id, seen.row.version, start)
        if state.bot is None:
            state.bot = dict(document["variables"])
        if happening.kind == "start":
            state.step_id, state.frames, state.timer = None, [], None
        run = _Run(graph, state, happening, {"id": str(bot_id), "name": document["name"]}, stops, resume)
        await run.play(self._performer, bot_id, is_live)
        return run.spoken(seen.row.version)

    async def _graph(
        self, caller_id: UUID, bot_id: UUID, version: int, start: str | None
    ) -> tuple[Graph, dict[str, Any]]:
        """The compiled draft of this version, beginning in `start`."""
        key = (bot_id, version, start)
        found = self._graphs.get(key)
        if found is None:
            text = await self._bots.export(caller_id, bot_id, "json")
            found = self._graphs[key] = await asyncio.to_thread(_compiled, text, start)
            while len(self._graphs) > KEPT_GRAPHS:
                self._graphs.popitem(last=False)
        self._graphs.move_to_end(key)
        return found


def _compiled(text: str, start: str | None) -> tuple[Graph, dict[str, Any]]:
    document = normalise(json.loads(text))
    if start is not None:
        if start not in {step["id"] for step in document["steps"]}:
            raise _no_such_step()
        document["first_step_id"] = start
    try:
        return compile_bot(document), document
    except GraphError as error:
        raise _not_playable(error.problems) from error


class _Run:
    """One turn being walked."""

    def __init__(
        self,
        graph: Graph,
        state: TalkState,
        happening: Happening,
        bot: Mapping[str, str],
        stops: Collection[str],
        resume: Resume | None,
    ) -> None:
        self.state = state
        self.now = resume.now if resume else _now(state, happening)
        if state.seed is None:
            state.seed = secrets.randbits(SEED_BITS)
        self.seed = resume.seed if resume else state.seed + state.turns + 1
        self._past, self._halts_left = list(resume.replies) if resume else [], resume.halts if resume else 0
        self._halts = self._halts_left
        self.replies: list[dict[str, Any]] = []
        self.errands: list[Errand] = []
        self.halted_before: str | None = None
        self.outcome: Outcome | None = None
        event = _event(state, happening, self.now, self.seed)
        begun = played_state(bot, _scopes(state), state.step_id, state.frames)
        self._walk: Generator[Effect, dict[str, Any], Outcome] = walk(graph, begun, event, frozenset(stops))

    async def play(self, performer: Performer, bot_id: UUID, is_live: bool) -> None:
        """To the end, or to the next halt. Walking is kept off the event loop: a turn may last as limits allow."""
        effect = await asyncio.to_thread(self._go_on, None)
        while effect is not None:
            if isinstance(effect, Halt):
                if not self._halts_left:
                    self._halt(effect)
                    return
                self._halts_left -= 1
                effect = await asyncio.to_thread(self._go_on, {})
                continue
            reply = await self._reply(effect, performer, bot_id, is_live)
            effect = await asyncio.to_thread(self._go_on, reply)

    def _go_on(self, reply: dict[str, Any] | None) -> Effect | None:
        try:
            return next(self._walk) if reply is None else self._walk.send(reply)
        except StopIteration as end:
            self.outcome = end.value
            return None

    def _halt(self, halt: Halt) -> None:
        """The turn as it stands; what it would still do is done when it is resumed."""
        self.halted_before = halt.step_id
        try:
            self._walk.throw(TurnStopped("halted", f"halted before {halt.step_id}"))
        except StopIteration as end:
            self.outcome = end.value
        assert self.outcome is not None, "who is stopped ends"
        self.outcome.error = None

    async def _reply(self, effect: Effect, performer: Performer, bot_id: UUID, is_live: bool) -> dict[str, Any]:
        """As it was before the halt; else as it is performed. Files are played: they would stay behind."""
        began = time.perf_counter()
        if self._past:
            reply = self._past.pop(0)
        elif isinstance(effect, SaveFile):
            reply = played_file(effect)
        elif is_live or isinstance(effect, RunCode):
            reply = await performer.perform(effect, bot_id)
        else:
            reply = dict(UNREACHED)
        self.replies.append(reply)
        took_ms = round((time.perf_counter() - began) * 1000, 1)
        self.errands.append(Errand(_NAMES[type(effect)], _asked(effect), reply, took_ms))
        return reply

    def spoken(self, version: int) -> Spoken:
        """The turn, and where the talk stands after it; a halted one leaves the talk where it was."""
        assert self.outcome is not None, "it was played"
        after = _after(self.state, self.outcome, self.now)
        changed = _changed(self.state, after)
        if self.halted_before is None:
            return Spoken(version, after, self.outcome, self.errands, changed, self.now)
        resume = Resume(self.now, self.seed, self.replies, self._halts + 1)
        return Spoken(
            version, self.state, self.outcome, self.errands, changed, self.now, self.halted_before, resume
        )  # fmt: skip


def _now(state: TalkState, happening: Happening) -> datetime:
    """The talk's clock; the time of a step that nobody waited for is up at its own moment."""
    now = utc_now() + timedelta(seconds=state.ahead_seconds)
    if happening.kind == "timeout" and state.timer is not None and state.timer.due_at > now:
        jump_seconds = (state.timer.due_at - now).total_seconds()
        state.ahead_seconds = min(state.ahead_seconds + jump_seconds, MOST_AHEAD_SECONDS)
        return state.timer.due_at
    return now


def _event(state: TalkState, happening: Happening, now: datetime, seed: int) -> Event:
    number = state.turns + 1
    if happening.kind == "timeout":
        if state.timer is None:
            raise _no_timer()
        return Event(f"event-{number}", "timeout", now, seed, {}, {"step_id": state.timer.step_id})
    message = {
        "id": f"message-{number}",
        "text": happening.text,
        "params": happening.params,
        "attachments": happening.attachments,
        "sender_id": USER_ID,
    }
    return Event(f"event-{number}", "message", now, seed, message)


def _scopes(state: TalkState) -> dict[str, dict[str, Any]]:
    return {scope: getattr(state, scope) or {} for scope in SCOPES}


def _after(state: TalkState, outcome: Outcome, now: datetime) -> TalkState:
    scopes = apply_to_scopes(_scopes(state), outcome.changes) | {"session": outcome.session}
    timer = state.timer
    if outcome.timer_action == "set" and outcome.timer is not None:
        timer = Timer(outcome.timer.step_id, now + timedelta(seconds=outcome.timer.after_seconds))
    elif outcome.timer_action == "cancel":
        timer = None
    return TalkState(
        outcome.step_id, outcome.frames, timer=timer,
        ahead_seconds=state.ahead_seconds, turns=min(state.turns + 1, MOST_TURNS), seed=state.seed, **scopes,
    )  # fmt: skip


def _changed(before: TalkState, after: TalkState) -> list[dict[str, Any]]:
    """What was saved: path, the value before (None where there was none) and after."""
    found, then = [], _scopes(after)
    for scope, old in _scopes(before).items():
        new = then[scope]
        names = [*old, *(name for name in new if name not in old)]
        found += [
            {"path": f"{scope}.{name}", "before": old.get(name), "after": new.get(name)}
            for name in names
            if old.get(name) != new.get(name) or (name in old) != (name in new)
        ]
    return found


def _asked(effect: Effect) -> dict[str, Any]:
    """What a person looks at: without the variables of code, which the talk shows beside it."""
    left_out = {"variables", "message", "now", "seed", "key", "timeout_seconds"}
    return {name: value for name, value in asdict(effect).items() if name not in left_out}


def _no_such_step() -> AppError:
    detail = ErrorDetail("event.step_id", "the draft has no such step", "Name one that is there")
    return Invalid("Where is the talk to begin?", code="no_such_step", errors=[detail])


def _no_timer() -> AppError:
    detail = ErrorDetail("event.kind", "the step has no timeout", "Write something, or begin in another step")
    return Invalid("No time is running here", code="no_timer", errors=[detail])


def _not_playable(problems: list[Problem]) -> AppError:
    details = [ErrorDetail(each.path, each.message, each.hint) for each in problems]
    return Invalid("The bot has errors: mend them, then try it", code="not_playable", errors=details)
