"""Plays a conversation test on the real engine and says where it goes another way. Called by the test command."""

import difflib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from dbcv.engine.effects import CallHttp, CallIntegration, Effect, Halt, RunCode, SaveFile
from dbcv.engine.outcome import Reply
from dbcv.engine.played import played_file
from dbcv.entrypoints.rehearsal.script import EffectPart, ExpectedPart, ReplyPart, Script, TurnPart
from dbcv.entrypoints.rehearsal.talk import EndlessTimeoutsError, Talk, Turn, buttons_of, is_undefined
from dbcv.entrypoints.rehearsal.why import explain

_NOT_ANSWERED = {"ok": False, "status": 0, "headers": {}, "result": None, "elapsed_ms": 0, "log": ""}


@dataclass(frozen=True, slots=True)
class Failure:
    """Where a conversation went another way: the turn (from 0), what was expected and came, and why."""

    turn: int
    heading: str
    difference: list[str]
    why: list[str]


@dataclass(slots=True)
class Played:
    """A conversation test that was run: its turns, and its failure if there is one."""

    turns: list[Turn] = field(default_factory=list)
    failure: Failure | None = None


def play_script(script: Script, document: Mapping[str, Any], run_code: Callable[[RunCode], dict[str, Any]]) -> Played:
    """Run all turns, up to the first that fails. `document` is a normalised bot document; `run_code` answers code steps
    for which the script has no answer. Raises GraphError."""
    world = _ScriptedWorld(script.effects, run_code)
    talk, played = Talk(document, world.answer, script.world()), Played()
    for index, part in enumerate(script.turns):
        try:
            turns = _turns(talk, part)
        except EndlessTimeoutsError as error:
            played.failure = Failure(index, _heading(part), [str(error)], [])
            return played
        played.turns += turns
        if difference := [*world.faults, *_differences(talk, part, turns)]:
            why = explain(entry for turn in turns for entry in turn.outcome.trace)
            played.failure = Failure(index, _heading(part), difference, why)
            return played
    if world.left:
        last = len(script.turns) - 1
        difference = [f"the bot never asked for {_wanted(effect)}" for effect in world.left]
        played.failure = Failure(last, "after the last turn", difference, [])
    return played


def _turns(talk: Talk, part: TurnPart) -> list[Turn]:
    if part.user is not None:
        return [talk.say(part.user.text, part.user.params, part.user.attachments)]
    return talk.wait(part.wait or 0)


def _heading(part: TurnPart) -> str:
    return f"user: {part.user.text}" if part.user is not None else f"wait: {part.wait:g}"


def _differences(talk: Talk, part: TurnPart, turns: Sequence[Turn]) -> Iterator[str]:
    said = [reply for turn in turns for reply in turn.outcome.replies]
    if part.bot is not None:
        yield from _difference_of_replies(part.bot, said)
    for path, expected in part.then.items():
        value = _value(talk, path, turns)
        if (None if is_undefined(value) else value) != expected:
            yield f"{path} is {value!r}, expected {expected!r}"
    if "error" not in part.then:
        yield from (
            f"the turn ended with an error: {turn.outcome.error.message}" for turn in turns if turn.outcome.error
        )


def _value(talk: Talk, path: str, turns: Sequence[Turn]) -> Any:
    if path == "step":
        return talk.step
    if path == "error":
        return next((turn.outcome.error.code for turn in reversed(turns) if turn.outcome.error), None)
    return talk.value(path)


def _difference_of_replies(expected: list[ExpectedPart], said: list[Reply]) -> Iterator[str]:
    wanted = [_shown(part.model_dump(exclude_unset=True)) for part in expected]
    fields = [part.model_fields_set for part in expected] + [{"text"}] * len(said)
    came = [_shown(_looked_at(reply, names)) for reply, names in zip(said, fields, strict=False)]
    if wanted == came:
        return
    for line in difflib.ndiff(_lines(wanted), _lines(came)):
        if not line.startswith("?"):
            yield line.rstrip()


def _lines(messages: list[str]) -> list[str]:
    return [line for message in messages for line in message.split("\n")] or ["(silence)"]


def _shown(message: Mapping[str, Any]) -> str:
    parts = [str(message["text"])] if "text" in message else []
    parts += [f"  {name}: {value}" for name, value in message.items() if name != "text"]
    return "\n".join(parts)


def _looked_at(reply: Reply, names: set[str]) -> dict[str, Any]:
    whole = {
        "text": reply.text,
        "buttons": [text for text, _ in buttons_of(reply)],
        "params": reply.params,
        "attachments": reply.attachments,
        "widget": reply.widget["id"] if reply.widget else None,
    }
    return {name: whole[name] for name in whole if name in names}


class _ScriptedWorld:
    """Answers effects from the script, in order; what was not foreseen becomes a fault and a failed reply, but for
    files, which are played, and code, which runs."""

    def __init__(self, effects: Sequence[EffectPart], run_code: Callable[[RunCode], dict[str, Any]]) -> None:
        self._run_code = run_code
        self.left = list(effects)
        self.faults: list[str] = []

    def answer(self, effect: Effect) -> dict[str, Any]:
        if isinstance(effect, SaveFile) and not (self.left and self.left[0].file):
            return played_file(effect)
        if isinstance(effect, RunCode) and not (self.left and self.left[0].code):
            return self._run_code(effect)
        expected = self.left[0] if self.left else None
        if expected is None or not _is_for(expected, effect):
            wanted = f", expected {_wanted(expected)}" if expected else ", no effect is left in the test"
            self.faults.append(f"the bot asked for {asked_for(effect)}{wanted}")
            return _NOT_ANSWERED | {"error": "not in the test"}
        del self.left[0]
        self.faults += _differing_fields(expected, effect)
        return _reply(expected.reply)


def asked_for(effect: Effect) -> str:
    """What an effect is, in a few words."""
    match effect:
        case CallHttp():
            return f"request {effect.request_id} ({effect.method.upper()} {effect.url})"
        case RunCode():
            return "code"
        case CallIntegration():
            return f"integration {effect.integration_id}"
        case SaveFile():
            return f"file {effect.name}{effect.ext}"
        case Halt():
            return f"halt before {effect.step_id}"


def _is_for(expected: EffectPart, effect: Effect) -> bool:
    match effect:
        case CallHttp():
            return expected.request in (effect.request_id, effect.name) and expected.request is not None
        case RunCode():
            return expected.code is True
        case CallIntegration():
            return expected.integration == effect.integration_id
        case SaveFile():
            return expected.file in (effect.name, effect.name + effect.ext)
        case Halt():
            return False


def _wanted(expected: EffectPart) -> str:
    named = {"request": expected.request, "integration": expected.integration, "file": expected.file}
    return next((f"{kind} {name}" for kind, name in named.items() if name is not None), "code")


def _differing_fields(expected: EffectPart, effect: Effect) -> list[str]:
    fields = asdict(effect)
    return [
        f"{asked_for(effect)}: {name} is {fields.get(name)!r}, expected {value!r}"
        for name, value in expected.with_.items()
        if not _is_same(fields.get(name), value, any_case=name == "method")
    ]


def _is_same(value: Any, expected: Any, *, any_case: bool) -> bool:
    return bool(str(value).lower() == str(expected).lower() if any_case else value == expected)


def _reply(part: ReplyPart) -> dict[str, Any]:
    reply = part.model_dump()
    if part.ok is None:
        reply["ok"] = part.error is None and part.status < 400
    return reply
