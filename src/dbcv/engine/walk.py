"""One turn, as a pure function: event and state in, effects out by yield, at the end the new state and what to say."""

from __future__ import annotations

from collections.abc import Collection, Generator
from typing import Any, Literal

from dbcv.engine.effects import Effect, Halt
from dbcv.engine.events import Event
from dbcv.engine.frames import Frame, find_place
from dbcv.engine.outcome import Outcome, Reply, Timer, TurnError
from dbcv.engine.outside import Errand, Outside
from dbcv.engine.parts import Graph, Group, Message, Step
from dbcv.engine.paths import SHARED_SCOPES, UNDEFINED, Path, dig
from dbcv.engine.saving import Save
from dbcv.engine.scheduled import heard, is_scheduled, said
from dbcv.engine.scopes import Scopes, TurnStopped
from dbcv.engine.state import State
from dbcv.engine.values import fault_of, storable, storable_text
from dbcv.engine.variables import Change, would_apply

__all__ = ["Outcome", "Reply", "Timer", "TurnError", "walk"]

Steps = Generator[Effect, dict[str, Any], Step | None]


def walk(
    graph: Graph, state: State, event: Event, stops: Collection[str] = ()
) -> Generator[Effect, dict[str, Any], Outcome]:
    """Do what an event does to a session. Yields effects, is sent their replies, returns the Outcome.

    Raises nothing for any state and event on a compiled graph, changes neither, and always ends: see Limits. Before it
    enters a step of `stops` (as Outcome.entered names it) it yields Halt.
    """
    turn = _Turn(graph, state, event, stops)
    try:
        yield from turn.run()
    except TurnStopped as stopped:
        turn.stop(TurnError(stopped.code, str(stopped)))
    return turn.outcome()


class _Turn:
    __slots__ = (
        "changes",
        "entered",
        "error",
        "event",
        "fired",
        "frames",
        "graph",
        "lenient_step",
        "limits",
        "outside",
        "replies",
        "scopes",
        "session_changed",
        "state",
        "step",
        "stops",
        "taken",
        "trace",
        "waits",
    )  # fmt: skip

    def __init__(self, graph: Graph, state: State, event: Event, stops: Collection[str]) -> None:
        self.graph = graph
        self.stops = stops
        self.limits = graph.limits
        self.state = state
        self.event = event
        values: dict[str, Any] = {
            "session": state.session,
            "user": state.user,
            "bot": state.bot,
            "channel": state.channel,
            "message": event.message,
        }
        self.scopes = Scopes(values, state.facts, event, graph.limits)
        self.trace = self.scopes.trace
        self.frames: list[Frame] = []
        self.step: Step | None = None
        self.waits: Step | None = None
        self.lenient_step: Step | None = None
        self.outside = Outside(self.scopes)
        self.fired = False
        self.session_changed = False
        self.changes: list[Change] = []
        self.replies: list[Reply] = []
        self.entered: list[str] = []
        self.taken: list[tuple[str, int, int]] = []
        self.error: TurnError | None = None

    def run(self) -> Errand:
        """The whole turn."""
        self.restore()
        if is_scheduled(self.event):
            self.say_scheduled()
        if self.event.kind == "timeout":
            target = self.timed_out()
        elif self.step is None:
            target = yield from self.begin()
        else:
            target = yield from self.masters()
            if target is None:
                target = yield from self.attempt(heard(self.step.groups, self.event), self.step.label)
        while target is not None:
            target = yield from self.enter(target)

    def restore(self) -> None:
        """Find the step the session waits in; a step that is gone leaves the session as a new one."""
        if self.state.step_id is None:
            return
        place = find_place(self.graph, self.state)
        if place is None:
            self.trace.add({"at": "step_gone", "step": self.scopes.clip(self.state.step_id)})
            return
        self.step, self.frames = place
        self.show_template()

    def begin(self) -> Steps:
        """A new session: master groups, then the first step, which may try its groups at once if it says nothing.

        It is a person who begins: a scheduled message does not.
        """
        target = yield from self.masters()
        if target is not None or is_scheduled(self.event):
            return target
        first = self.graph.flow.first
        if first is None:
            self.trace.add({"at": "no_first_step"})
            return None
        if first.message is None:
            self.lenient_step = first
        return first

    def masters(self) -> Steps:
        """Try the bot's master groups; one that moves drops the open templates."""
        if not self.graph.masters:
            return None
        self.scopes.values.pop("template", None)
        target = yield from self.attempt(heard(self.graph.masters, self.event), "")
        if target is not None:
            self.frames = []
        self.show_template()
        return target

    def timed_out(self) -> Step | None:
        """The step to go to, if the time is up for the step the session is in."""
        step = self.step
        if step is None or self.event.data.get("step_id") != step.id:
            self.trace.add({"at": "timeout_ignored"})
            return None
        self.fired = True
        if step.timeout_target is None:
            self.error = TurnError("timeout_step_missing", f'the step "{step.label}" names no step for its timeout')
            self.trace.add({"at": "timeout_step_missing", "step": step.label})
            return None
        self.trace.add({"at": "timeout", "step": step.label})
        return step.timeout_target

    def enter(self, step: Step) -> Steps:
        """Enter a step: say its message, run its template, go on if it is a proxy. Returns the next step or None."""
        if len(self.entered) >= self.limits.max_steps_per_turn:
            raise TurnStopped("loop", f"more than {self.limits.max_steps_per_turn} steps in one turn")
        if step.label in self.stops:
            yield Halt(step.label)
        if step is self.lenient_step and self.entered:
            self.lenient_step = None  # only the beginning is lenient: who comes back to it waits there
        self.step = step
        self.entered.append(step.label)
        self.trace.add({"at": "enter", "step": step.label})
        if step.message is not None:
            self.say(step.message, step.label)
        if step.instance is not None:
            first = self.open_template(step)
            if first is not None:
                return first
            return (yield from self.end_template())
        return (yield from self.go_on(step, through=step.is_proxy or step is self.lenient_step))

    def go_on(self, step: Step, *, through: bool) -> Steps:
        """After a step was entered, or its template ended: its groups if it lets through, then wait."""
        if through and step.groups:
            target = yield from self.attempt(step.groups, step.label)
            if target is not None:
                return target
        if self.frames and step.is_terminal:
            return (yield from self.end_template())
        self.waits = step
        return None

    def open_template(self, step: Step) -> Step | None:
        """Begin a template instance; returns its first step."""
        if step.instance is None:
            return None
        if len(self.frames) >= self.limits.max_template_depth:
            raise TurnStopped("template_depth", f"templates nested deeper than {self.limits.max_template_depth}")
        template = step.instance.template
        inputs = {
            name: self.kept(value.render(self.scopes), f"template.{name}") for name, value in step.instance.inputs
        }
        self.frames.append(Frame(step, template, {**template.variables, **inputs}))
        self.trace.add({"at": "template", "step": step.label, "template": template.id})
        self.show_template()
        return template.flow.first

    def end_template(self) -> Steps:
        """Hand the outputs to the outer scope and go on in the step that holds the instance."""
        frame = self.frames.pop()
        self.show_template()
        outer, instance = frame.step, frame.step.instance
        self.trace.add({"at": "template_end", "step": outer.label, "template": frame.template.id})
        for name, target in instance.outputs if instance is not None else ():
            self.put(target, "set", frame.variables.get(name))
        self.step = outer
        return (yield from self.go_on(outer, through=outer.is_proxy or outer is self.lenient_step))

    def show_template(self) -> None:
        """Let `template.*` be the variables of the innermost open template."""
        if self.frames:
            self.scopes.values["template"] = self.frames[-1].variables
        else:
            self.scopes.values.pop("template", None)

    def attempt(self, groups: tuple[Group, ...], label: str) -> Steps:
        """Try groups in order: work, saves, connections. Returns the step of the first connection that holds."""
        for group in groups:
            if group.work is not None:
                yield from self.outside.do(group.work, label)
            for save in group.saves:
                if save.mode == "file":
                    yield from self.save_file(save)
                else:
                    self.put(save.target, save.mode, self.source(save))
            for connection in group.connections:
                reasons: list[dict[str, str]] = []
                held = connection.rules.hold(self.scopes, reasons)
                self.trace.add(
                    {
                        "at": "connection",
                        "step": label,
                        "group": group.index,
                        "connection": connection.index,
                        "held": held,
                        "rules": reasons,
                    }
                )
                if held:
                    self.taken.append((label, group.index, connection.index))
                    return connection.target
        return None

    def say_scheduled(self) -> None:
        """Say what an emitter or a cron brings along."""
        message = said(self.event, self.graph)
        if message is not None:
            self.say(message, "")

    def say(self, message: Message, label: str) -> None:
        """Add a reply, unless it is empty or one too many."""
        if len(self.replies) >= self.limits.max_replies:
            self.trace.add({"at": "reply_dropped", "step": label})
            return
        scopes = self.scopes
        text = storable_text(message.text.text(scopes))
        params, attachments = message.params.constant, message.attachments.constant
        if not message.params.is_constant:
            params = self.kept(message.params.render(scopes), "params")
        if not message.attachments.is_constant:
            attachments = self.kept(message.attachments.render(scopes), "attachments") or []
        widget = None if message.widget is None else message.widget.render(scopes)
        if not text and widget is None and not attachments and not params:
            self.trace.add({"at": "empty_message", "step": label})
            return
        self.replies.append(Reply(text, params, attachments, widget, label))

    def kept(self, value: Any, name: str) -> Any:
        """A value that may be stored; None, and a trace entry, if it may not."""
        if value is None or value is UNDEFINED:
            return None
        self.scopes.charge(value)
        fault = fault_of(value, self.limits.max_value_bytes, self.limits.max_depth)
        if fault is not None:
            self.trace.add({"at": "value_refused", "name": name, "why": fault})
            return None
        return storable(value)

    def source(self, save: Save) -> Any:
        """The value to save, UNDEFINED if there is none."""
        if save.source_path is not None:
            return self.scopes.get(save.source_path)
        if save.result_keys is not None:
            value = dig(self.scopes.values.get("result"), save.result_keys)
            if value is UNDEFINED:
                self.trace.add({"at": "undefined", "path": ".".join(save.result_keys)})
            return value
        return None if save.source_value is None else save.source_value.render(self.scopes)

    def put(self, target: Path, mode: Literal["set", "append"] | str, value: Any) -> None:
        """Write a variable, or leave a trace entry that says why not."""
        why = self.refuses(target, mode, value)
        if why is not None:
            self.trace.add({"at": "not_saved", "target": target.text, "why": why})
            return
        before = self.scopes.values[target.scope]
        parent = dig(before, target.keys[:-1])
        self.scopes.spend(1 + (len(before) + (len(parent) if isinstance(parent, (dict, list)) else 0) >> 4))
        stored = None if value is UNDEFINED else storable(value)
        op: Literal["set", "append"] = "append" if mode == "append" else "set"
        change = Change(target.scope, op, target.keys, stored)  # type: ignore[arg-type]
        after = would_apply(before, change)
        if after is None:
            self.trace.add({"at": "not_saved", "target": target.text, "why": "something else is in its place"})
            return
        self.scopes.values[target.scope] = after
        self.trace.add({"at": "save", "target": target.text, "mode": op, "value": self.scopes.clip(stored)})
        if target.scope == "session":
            self.session_changed = True
        elif target.scope in SHARED_SCOPES:
            self.changes.append(change)
        else:
            self.frames[-1].variables = after

    def refuses(self, target: Path, mode: str, value: Any) -> str | None:
        """Why a value may not be saved there."""
        scope = target.scope
        if target.keys[0] in self.scopes.facts.get(scope, ()):
            return "a fact, read-only"
        if scope not in self.scopes.values:
            return "no template is open"
        if mode == "append":
            items = dig(self.scopes.values[scope], target.keys)
            if isinstance(items, list) and len(items) >= self.limits.max_list_items:
                return f"the list has {len(items)} items already"
        self.scopes.charge(value)
        return None if value is UNDEFINED else fault_of(value, self.limits.max_value_bytes, self.limits.max_depth)

    def save_file(self, save: Save) -> Errand:
        """Keep a value as a file and save its attachment; a failure leaves the variable as it was."""
        value = self.kept(self.source(save), save.target.text)
        reply = yield from self.outside.save_file(save.target.keys[-1], save.ext, value)
        if reply.get("ok") is True:
            self.put(save.target, "set", reply.get("result"))
        else:
            why = self.scopes.clip(reply.get("error"))
            self.trace.add({"at": "not_saved", "target": save.target.text, "why": why})

    def stop(self, error: TurnError) -> None:
        """End the turn where it began: in the last step that waits."""
        self.error = error
        self.waits = None
        self.step, self.frames = None, []
        self.trace.add({"at": error.code, "why": error.message})

    def outcome(self) -> Outcome:
        """What the turn comes to."""
        waits = self.waits
        step_id, frames = self.state.step_id, self.state.frames
        if waits is not None:
            step_id = waits.id
        if self.step is not None:
            frames = [
                {"step_id": frame.step.id, "template_id": frame.template.id, "variables": frame.variables}
                for frame in self.frames
            ]
        timer, action = self.timer()
        return Outcome(
            step_id=step_id,
            frames=frames,
            session=self.scopes.values["session"],
            session_changed=self.session_changed,
            changes=self.changes,
            replies=self.replies,
            timer=timer,
            timer_action=action,
            trace=self.trace.entries,
            error=self.error,
            entered=self.entered,
            taken=self.taken,
        )

    def timer(self) -> tuple[Timer | None, Literal["keep", "set", "cancel"]]:
        """What becomes of the session's timer; one that has just fired is never kept, a stale one changes nothing."""
        waits = self.waits
        if waits is not None:
            if waits.timeout_seconds is None or waits.timeout_target is None:
                return None, "cancel"
            return Timer(waits.timeout_seconds, waits.id), "set"
        return None, "cancel" if self.fired else "keep"
