"""Plays a conversation test on the real engine and says where it goes another way. Called by the test command and by
the tests that are kept with a bot."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any

from dbcv.domains.bots.document.script_shapes import (
    EffectPart,
    ExpectedPart,
    KeptScript,
    ReplyPart,
    Script,
    TurnPart,
)
from dbcv.domains.bots.document.wording import Language
from dbcv.engine.effects import CallHttp, CallIntegration, Effect, Halt, RunCode, SaveFile
from dbcv.engine.graph import Graph
from dbcv.engine.outcome import Reply
from dbcv.engine.played import played_file
from dbcv.entrypoints.rehearsal.difference import Difference, say
from dbcv.entrypoints.rehearsal.talk import EndlessTimeoutsError, Given, Talk, Turn, buttons_of, is_undefined
from dbcv.entrypoints.rehearsal.why import explain

_NOT_ANSWERED = {"ok": False, "status": 0, "headers": {}, "result": None, "elapsed_ms": 0, "log": ""}
RunsCode = Callable[[RunCode], dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Failure:
    """Where a conversation went another way: the turn (from 0), what was expected and came, and why."""

    turn: int
    heading: str
    differences: list[Difference]
    why: list[str]


@dataclass(slots=True)
class Played:
    """A conversation test that was run: its turns, and its failure if there is one."""

    turns: list[Turn] = field(default_factory=list)
    failure: Failure | None = None


class OverTimeError(Exception):
    """The tests took longer than they may."""


def play_script(
    script: Script | KeptScript,
    document: Mapping[str, Any],
    run_code: RunsCode,
    language: Language = "en",
    graph: Graph | None = None,
    before_step: Callable[[], None] = lambda: None,
) -> Played:
    """Run all turns, up to the first that fails. `document` is a normalised bot document; `run_code` answers code steps
    for which the script has no answer; `before_step` is called before turns and effects and may raise OverTimeError.
    Raises GraphError."""
    world, played = _ScriptedWorld(script.effects, run_code, language, before_step), Played()
    talk = Talk(document, world.answer, _given(script), graph, before_step)
    for index, part in enumerate(script.turns):
        try:
            turns = _turns(talk, part)
        except (EndlessTimeoutsError, OverflowError, OverTimeError) as error:
            played.failure = Failure(index, _heading(part, language), [_endless(error, language)], [])
            return played
        played.turns += turns
        if differences := [*world.faults, *_differences(talk, part, turns, language)]:
            why = explain(entry for turn in turns for entry in turn.outcome.trace)
            played.failure = Failure(index, _heading(part, language), differences, why)
            return played
    if world.left:
        last = len(script.turns) - 1
        differences = [_never_asked(effect, language) for effect in world.left]
        played.failure = Failure(last, say("after_last", language), differences, [])
    return played


def _given(script: Script | KeptScript) -> Given:
    parts = script.given.model_dump()
    return Given(**{**parts, "now": datetime.fromisoformat(parts["now"])})


def _endless(error: Exception, language: Language) -> Difference:
    if isinstance(error, EndlessTimeoutsError):
        return Difference(say("endless", language, what=str(error).split(" ", 1)[0]))
    return Difference(say("over_time" if isinstance(error, OverTimeError) else "clock", language))


def _never_asked(effect: EffectPart, language: Language) -> Difference:
    wanted = _wanted(effect, language)
    return Difference(say("never_asked", language, expected=wanted), wanted, "")


def _turns(talk: Talk, part: TurnPart) -> list[Turn]:
    if part.user is not None:
        return [talk.say(part.user.text, part.user.params, part.user.attachments)]
    return talk.wait(part.wait or 0)


def _heading(part: TurnPart, language: Language) -> str:
    if part.user is not None:
        return say("user", language, what=part.user.text)
    return say("wait", language, what=f"{part.wait:g}")


def _differences(talk: Talk, part: TurnPart, turns: Sequence[Turn], language: Language) -> Iterator[Difference]:
    said = [reply for turn in turns for reply in turn.outcome.replies]
    if part.bot is not None:
        yield from _difference_of_replies(part.bot, said, language)
    for path, expected in part.then.items():
        value = _value(talk, path, turns)
        if (None if is_undefined(value) else value) != expected:
            words = say("value", language, what=path, expected=repr(expected), got=repr(value))
            yield Difference(words, repr(expected), repr(value))
    if "error" not in part.then:
        for turn in turns:
            if turn.outcome.error:
                yield Difference(say("error", language, got=turn.outcome.error.message))


def _value(talk: Talk, path: str, turns: Sequence[Turn]) -> Any:
    if path == "step":
        return talk.step
    if path == "error":
        return next((turn.outcome.error.code for turn in reversed(turns) if turn.outcome.error), None)
    return talk.value(path)


def _difference_of_replies(expected: list[ExpectedPart], said: list[Reply], language: Language) -> Iterator[Difference]:
    wanted = [_shown(part.model_dump(exclude_unset=True)) for part in expected]
    fields = [part.model_fields_set for part in expected] + [{"text"}] * len(said)
    came = [_shown(_looked_at(reply, names)) for reply, names in zip(said, fields, strict=False)]
    if wanted != came:
        yield Difference(say("said", language), "\n".join(wanted), "\n".join(came), is_of_replies=True)


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

    def __init__(
        self, effects: Sequence[EffectPart], run_code: RunsCode, language: Language, before_step: Callable[[], None]
    ) -> None:
        self._run_code, self._language, self._before_step = run_code, language, before_step
        self.left = list(effects)
        self.faults: list[Difference] = []

    def answer(self, effect: Effect) -> dict[str, Any]:
        self._before_step()
        if isinstance(effect, SaveFile) and not (self.left and self.left[0].file):
            return played_file(effect)
        if isinstance(effect, RunCode) and not (self.left and self.left[0].code):
            return self._run_code(effect)
        expected = self.left[0] if self.left else None
        if expected is None or not _is_for(expected, effect):
            self.faults.append(_unforeseen(expected, effect, self._language))
            return _NOT_ANSWERED | {"error": "not in the test"}
        del self.left[0]
        self.faults += _differing_fields(expected, effect, self._language)
        return _reply(expected.reply)


def _unforeseen(expected: EffectPart | None, effect: Effect, language: Language) -> Difference:
    asked = asked_for(effect, language)
    if expected is None:
        return Difference(say("asked_more", language, got=asked), "", asked)
    wanted = _wanted(expected, language)
    return Difference(say("asked", language, got=asked, expected=wanted), wanted, asked)


def asked_for(effect: Effect, language: Language = "en") -> str:
    """What an effect is, in a few words."""
    match effect:
        case CallHttp():
            return say("request", language, what=f"{effect.request_id} ({effect.method.upper()} {effect.url})")
        case RunCode():
            return say("code", language)
        case CallIntegration():
            return say("integration", language, what=effect.integration_id)
        case SaveFile():
            return say("file", language, what=effect.name + effect.ext)
        case Halt():
            return say("halt", language, what=effect.step_id)


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


def _wanted(expected: EffectPart, language: Language) -> str:
    named = {"request": expected.request, "integration": expected.integration, "file": expected.file}
    found = ((kind, name) for kind, name in named.items() if name is not None)
    kind, name = next(found, ("code", ""))
    return say(kind, language, what=name)


def _differing_fields(expected: EffectPart, effect: Effect, language: Language) -> list[Difference]:
    fields, asked = asdict(effect), asked_for(effect, language)
    return [
        Difference(
            f"{asked}: {say('value', language, what=name, expected=repr(value), got=repr(fields.get(name)))}",
            repr(value),
            repr(fields.get(name)),
        )
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
