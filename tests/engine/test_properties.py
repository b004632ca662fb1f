"""What holds for every bot that compiles, every state, every event, and whatever the outside world answers."""

import contextlib
import copy
import json
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as some

from dbcv.engine.check import check
from dbcv.engine.effects import CallHttp, CallIntegration, Effect, RunCode, SaveFile
from dbcv.engine.events import Event
from dbcv.engine.graph import GraphError, compile_bot
from dbcv.engine.limits import Limits
from dbcv.engine.outcome import Outcome
from dbcv.engine.problems import Problem
from dbcv.engine.state import State
from dbcv.engine.values import storable_text
from dbcv.engine.variables import Change, apply_changes
from dbcv.engine.walk import walk
from tests.engine import random_bots as random
from tests.examples import tried

LIMITS = Limits(max_steps_per_turn=15, max_replies=10, max_effects_per_turn=5, max_trace=60)


class Drive:
    """One turn, its effects answered from a list, then with None."""

    def __init__(self, document: dict[str, Any], state: State, event: Event, answers: list[Any]) -> None:
        self.effects: list[Effect] = []
        self.answered: list[Any] = []
        left = iter(answers)
        turn = walk(compile_bot(document, LIMITS), state, event)
        self.outcome: Outcome
        try:
            effect = next(turn)
            while True:
                assert len(self.effects) < 1000, "the turn does not end"
                self.effects.append(copy.deepcopy(effect))
                answer = next(left, None)
                self.answered.append(copy.deepcopy(answer))
                effect = turn.send(answer)
        except StopIteration as end:
            self.outcome = end.value


def same(one: Any, other: Any) -> bool:
    """Equal, where NaN equals itself."""
    return repr(one) == repr(other)


@tried(300)
@given(random.turns)
def test_a_turn_ends_well(turn: random.Turn) -> None:
    document, state, event, answers = turn.document, turn.state, turn.event, turn.answers
    before = copy.deepcopy((document, state, event, answers))
    first = Drive(document, state, event, answers)
    assert same((document, state, event, answers), before), "an input was changed"
    bounded(first)
    plain(first.outcome)
    again = Drive(document, state, event, first.answered)
    assert same(again.outcome, first.outcome), "the same inputs gave another outcome"
    assert same(again.effects, first.effects)


def bounded(drive: Drive) -> None:
    outcome = drive.outcome
    assert len(outcome.entered) <= LIMITS.max_steps_per_turn
    assert len(outcome.replies) <= LIMITS.max_replies
    assert len(drive.effects) <= LIMITS.max_effects_per_turn
    assert len(outcome.trace) <= LIMITS.max_trace
    assert len({effect.key for effect in drive.effects}) == len(drive.effects), "a key was used twice"
    assert (outcome.timer is not None) is (outcome.timer_action == "set")
    assert all(len(reply.text) <= LIMITS.max_text_chars for reply in outcome.replies)


def plain(outcome: Outcome) -> None:
    """What is stored is JSON that PostgreSQL takes: finite, without NUL and lone surrogates."""
    stored = [outcome.step_id, outcome.trace, [[change.path, change.value] for change in outcome.changes]]
    stored += [[reply.text, reply.params, reply.attachments, reply.widget, reply.step_id] for reply in outcome.replies]
    if outcome.session_changed:
        stored.append([outcome.entered, outcome.taken])
    text = json.dumps(stored, allow_nan=False, ensure_ascii=False)
    text.encode()
    assert not any("\x00" in each for each in texts_in(stored))


def texts_in(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, (list, tuple, dict)):
        for item in [*value, *value.values()] if isinstance(value, dict) else value:
            yield from texts_in(item)


@tried(150)
@given(random.values | random.bots, some.integers(0, 2**32))
def test_checking_never_raises(document: Any, seed: int) -> None:
    document = damaged(document, random.Maker(seed, 4))
    before = copy.deepcopy(document)
    problems = check(document)
    assert all(isinstance(problem, Problem) and problem.message and problem.hint for problem in problems)
    assert same(document, before)
    with contextlib.suppress(GraphError):
        compile_bot(document if isinstance(document, dict) else {"steps": document})
    if not any(problem.severity == "error" for problem in problems):
        compile_bot(document)


def damaged(document: Any, maker: random.Maker) -> Any:
    """The document with up to fifteen places replaced by something else, each place as likely as any other."""
    for _ in range(maker.random.randint(0, 15)):
        places = list(places_in(document))
        if places:
            node, key = maker.one(places)
            node[key] = maker.value()
    return document


def places_in(node: Any) -> Iterator[tuple[Any, Any]]:
    if isinstance(node, (dict, list)):
        for key, item in list(node.items() if isinstance(node, dict) else enumerate(node)):
            yield node, key
            yield from places_in(item)


changes = some.lists(
    some.builds(
        Change,
        some.just("bot"),
        some.sampled_from(["set", "append"]),
        some.lists(random.keys | some.sampled_from(["0", "1", "01"]), min_size=1, max_size=4).map(tuple),
        random.values,
    ),
    max_size=4,
)


@tried(150)
@given(random.objects, changes, changes)
def test_applying_changes_is_pure(document: dict[str, Any], first: list[Change], second: list[Change]) -> None:
    before = copy.deepcopy((document, first, second))
    whole = apply_changes(document, [*first, *second])
    assert same((document, first, second), before)
    assert same(whole, apply_changes(apply_changes(document, first), second)), "one by one is something else"


@tried(100)
@given(random.objects, some.lists(random.values, max_size=5), some.lists(random.values, max_size=5))
def test_changes_to_other_paths_go_in_any_order(document: dict[str, Any], ours: list[Any], theirs: list[Any]) -> None:
    document = {**document, "ours": [], "theirs": {}}
    mine = [Change("bot", "append", ("ours",), value) for value in ours]
    other = [Change("bot", "set", ("theirs", str(index)), value) for index, value in enumerate(theirs)]
    assert same(apply_changes(document, [*mine, *other]), apply_changes(document, [*other, *mine])) or "nan" in repr(
        (ours, theirs, document)
    )


def test_the_random_bots_reach_everything() -> None:
    """Else the properties above would say little."""
    seen: set[Any] = set()
    for seed in range(150):
        turn = random.grow(seed, 4)
        drive = Drive(turn.document, turn.state, turn.event, turn.answers)
        seen.update(type(effect) for effect in drive.effects)
        seen.update(entry["at"] for entry in drive.outcome.trace)
        seen.update(change.scope for change in drive.outcome.changes)
        seen.add(drive.outcome.timer_action)
        seen.update(entry.get("held") for entry in drive.outcome.trace)
    assert seen >= {
        CallHttp, RunCode, CallIntegration, SaveFile, "template", "template_end", "timeout", "step_gone", "save",
        "loop", "user", "bot", "channel", "keep", "set", "cancel", "undefined", "connection", True, False,
    }  # fmt: skip


# --- what goes in comes out, and stays where it was put ---------------------------------------

hostile = random.texts | some.text(alphabet='{}$"\\/:?#&=%.@ \r\n\x00a', max_size=20)


def call(value: str, **request: Any) -> CallHttp | None:
    """The request of a turn whose `session.v` is `value`, None if it is refused."""
    made = {"id": "r", "request_url": "https://api.example/x", "method": "POST", **request}
    group = {"search_type": "response", "request_id": "r"}
    document = {"first_step_id": "a", "steps": [{"id": "a", "connection_groups": [group]}], "requests": [made]}
    drive = Drive(document, State(session={"v": value}), event_of("x"), [])
    (effect,) = drive.effects or (None,)
    assert effect is None or isinstance(effect, CallHttp)
    return effect


def event_of(text: str) -> Event:
    return Event("e1", "message", datetime(2026, 1, 1, tzinfo=UTC), 1, {"text": text})


@tried(150)
@given(hostile)
def test_a_value_stays_a_value_in_json(value: str) -> None:
    as_object = call(value, json_field={"v": "{$session.v$}", "w": "a{$session.v$}b", "{$session.v$}": 1})
    as_text = call(value, json_field='{"v": "{$session.v$}", "w": "a{$session.v$}b", "bare": {$session.v$}}')
    form = call(value, data={"v": "{$session.v$}"}, params={"q": "{$session.v$}"})
    assert as_object and as_text and form
    assert as_object.json_field == {"v": value, "w": f"a{value}b", "{$session.v$}": 1}
    assert as_text.json_field == {"v": value, "w": f"a{value}b", "bare": value}
    assert (form.data, form.params) == ({"v": value}, {"q": value})


@tried(150)
@given(hostile)
def test_a_value_stays_a_value_in_a_url(value: str) -> None:
    effect = call(
        value, request_url="https://api.example:8443/users/{$session.v$}/x?q={$session.v$}&role=user#{$session.v$}"
    )
    if effect is None:
        return
    parts = urlsplit(effect.url)
    clean = value.encode(errors="replace").decode()
    assert (parts.scheme, parts.netloc) == ("https", "api.example:8443")
    segments = parts.path.split("/")
    assert (len(segments), segments[1], segments[3]) == (4, "users", "x")
    assert unquote(segments[2]) == clean
    assert parse_qs(parts.query, keep_blank_values=True) == {"q": [clean], "role": ["user"]}
    assert unquote(parts.fragment) == clean
    assert effect.url.isascii() and effect.url.isprintable()


HOSTS = [
    "https://{$session.v$}/", "https://a{$session.v$}.example/", "{$session.v$}.example/x",
    "https://{$session.v$}@a.example/", "https://api.example:{$session.v$}/",
]  # fmt: skip


@tried(100)
@given(hostile, some.sampled_from(HOSTS))
def test_a_value_never_stands_in_a_host(value: str, url: str) -> None:
    assert call(value, request_url=url) is None


@tried(150)
@given(hostile)
def test_a_value_stays_a_value_in_a_header(value: str) -> None:
    effect = call(value, headers={"X-A": "{$session.v$}", "X-B": "Bearer {$session.v$}", "X-C": "c"})
    if effect is None:
        assert len(value) > 2000
        return
    assert set(effect.headers) <= {"X-A", "X-B", "X-C"}
    assert effect.headers["X-C"] == "c"
    assert effect.headers["X-B"].startswith("Bearer")
    assert all(text.isascii() and text.isprintable() for text in effect.headers.values())


@tried(150)
@given(hostile, hostile)
def test_what_goes_into_a_text_comes_out_exactly(first: str, second: str) -> None:
    """Never read again, not even where two values together look like a placeholder."""
    text = "[{$session.v$}|{$message.text$}{$session.v$}]"
    document = {"first_step_id": "a", "steps": [{"id": "a", "message": {"text": text}}]}
    state = State(session={"v": first}, bot={"token": "SECRET"})
    (reply,) = Drive(document, state, event_of(second), []).outcome.replies
    assert reply.text == storable_text(f"[{first}|{second}{first}]")


@tried(100)
@given(random.values)
def test_a_lone_placeholder_keeps_the_value_and_its_type(value: Any) -> None:
    effect_value = call(value, json_field={"v": "{$session.v$}"})
    if effect_value is not None:
        assert same(effect_value.json_field, {"v": value})


@pytest.mark.parametrize("place", ["body", "css", "js"])
@tried(60)
@given(value=hostile)
def test_a_value_in_a_widget_is_inert(place: str, value: str) -> None:
    source = {"body": "<b title='{$session.v$}'>", "css": "a{color:{$session.v$}}", "js": 'f("{$session.v$}")'}[place]
    widget = {"id": "w", place: source}
    message = {"text": "x", "widget_id": "w"}
    document = {"first_step_id": "a", "steps": [{"id": "a", "message": message}], "widgets": [widget]}
    (reply,) = Drive(document, State(session={"v": value}), event_of(""), []).outcome.replies
    assert reply.widget is not None
    before, _, after = source.partition("{$session.v$}")
    filled = reply.widget[place]
    assert filled.startswith(before) and filled.endswith(after)
    inside = filled[len(before) : len(filled) - len(after)]
    assert not set(inside) & {"body": set("<>'\""), "css": set("<>'\"(){};:"), "js": set("<>'\"`\r\n")}[place]
