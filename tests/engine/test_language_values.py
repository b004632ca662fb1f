# ruff: noqa: E501 - tables
"""The language, rule by rule: variables (§3), rules (§4), what work leaves behind (§5)."""

from typing import Any

import pytest

from dbcv.engine.check import check
from dbcv.engine.effects import CallIntegration, SaveFile
from dbcv.engine.filters import FILTERS
from dbcv.engine.graph import GraphError, compile_bot
from dbcv.engine.operators import BY_SPELLING
from dbcv.engine.paths import UNDEFINED
from tests.engine.bots import FACTS, Talk, bot, rule, step

VARIABLES: dict[str, Any] = {
    "user": {"name": "Bob", "id": "not the fact", "username": "x"},
    "bot": {"token": "T", "id": "x"},
    "channel": {"topic": "news"},
    "session": {
        "n": 5, "f": 1.5, "yes": True, "none": None, "text": "a b", "empty": "", "list": [1, "b", {"k": "v"}],
        "object": {"ключ": "é", "0": "zero"}, "возраст": 21, "deep": {"a": [[{"b": "found"}]]},
    },
}  # fmt: skip

# §3: a text and what is said
TEXTS: list[tuple[str, str]] = [
    ("{$session.n$}", "5"), ("{$session.f$}", "1.5"), ("{$session.yes$}", "true"), ("<{$session.none$}>", "<>"),
    ("<{$session.missing$}>", "<>"), ("<{$session.n.deeper$}>", "<>"), ("{$session.возраст$}", "21"),
    ("{$session.list.0$}{$session.list.1$}{$session.list.2.k$}", "1bv"), ("<{$session.list.3$}>", "<>"),
    ("<{$session.list.-1$}>", "<>"), ("<{$session.list.01$}>", "<>"), ("{$session.deep.a.0.0.b$}", "found"),
    ("{$session.object.0$}", "zero"), ("{$session.list$}", '[1, "b", {"k": "v"}]'),
    ("{$session.object$}", '{"ключ": "é", "0": "zero"}'), ("{$channel.topic$}", "news"), ("{$message.text$}", "hi"),
    ("{$event.kind$} {$event.id$}", "message e1"), ("{$event.now$}", "2026-01-01T09:00:00+00:00"),
    # facts win over variables of the same name
    ("{$user.id$} {$user.username$} {$bot.id$} {$bot.name$} {$channel.id$} {$session.id$}", "u1 bob b1 Greeter c1 s1"),
    # filters, left to right
    ("{$user.name|upper$}", "BOB"), ("{$user.nick|default:Guest$}", "Guest"),
    ("{$user.nick|default:Guest|upper$}", "GUEST"), ("{$user.name|default:Guest|upper$}", "BOB"),
    ("{$session.empty|default:none$}", "none"), ("{$session.none|default:none$}", "none"),
    ("{$session.list|join:-$}", '1-b-{"k": "v"}'), ("{$session.list|length$}", "3"), ("{$session.n|add:2$}", "7"),
    ("{$session.text|split: |last$}", "b"), ("{$session.missing|length$}", "0"), ("<{$session.text|int$}>", "<>"),
    ("{$session.text|int|default:no number$}", "no number"),
    # what is no placeholder stays as it is
    ("{$nowhere.x$}", "{$nowhere.x$}"), ("{$session.n|nofilter$}", "{$session.n|nofilter$}"), ("{$session.n", "{$session.n"),
    ("{{session.n}} ${session.n} {$}", "{{session.n}} ${session.n} {$}"), ("{{$session.n$}}", "{5}"),
]  # fmt: skip


def talk(*steps: dict[str, Any], **fields: Any) -> Talk:
    return Talk(bot(*steps, **fields), **{scope: dict(values) for scope, values in VARIABLES.items()})


@pytest.mark.parametrize(("text", "said"), TEXTS)
def test_texts(text: str, said: str) -> None:
    replies = talk(step("a", f".{text}")).say("hi")
    assert replies == [f".{said}"]


def test_a_missing_path_is_told_in_the_trace_and_null_as_a_value() -> None:
    document = {
        "id": "a",
        "message": {"text": "x", "params": {"v": "{$session.missing$}", "w": "<{$session.missing$}>"}},
    }
    outcome = talk(document).send("hi")
    assert outcome.replies[0].params == {"v": None, "w": "<>"}
    assert {"at": "undefined", "path": "session.missing"} in outcome.trace


TYPED: list[tuple[str, Any]] = [
    ("{$session.n$}", 5), ("{$session.f$}", 1.5), ("{$session.yes$}", True), ("{$session.none$}", None),
    ("{$session.list$}", VARIABLES["session"]["list"]), ("{$session.object$}", VARIABLES["session"]["object"]),
    (" {$session.n$}", " 5"), ("{$session.n$}{$session.n$}", "55"), ("{$session.n|add:1$}", 6), ("{$session.text$}", "a b"),
]  # fmt: skip


@pytest.mark.parametrize(("written", "value"), TYPED)
def test_a_lone_placeholder_keeps_its_type(written: str, value: Any) -> None:
    reply = talk({"id": "a", "message": {"text": "x", "params": {"v": [written]}}}).send("hi").replies[0]
    assert reply.params == {"v": [value]}
    assert type(reply.params["v"][0]) is type(value)


# what a group's `variables` say, and what is saved (session, or (scope, op, path, value) of another one)
SAVES: list[tuple[Any, Any]] = [
    ([{"target": "session.x", "source": "message.text"}], {"x": "hi"}),
    ([{"target": "session.x", "source": "message.text", "mode": "set"}], {"x": "hi"}),
    ([{"target": "session.x", "source": "{$session.n|add:1$}"}], {"x": 6}),
    ([{"target": "session.x", "source": "session.missing"}], {"x": None}),
    ([{"target": "session.x.y", "source": "session.list"}], {"x": {"y": VARIABLES["session"]["list"]}}),
    ([{"target": "session.new", "source": "message.text", "mode": "append"}], {"new": ["hi"]}),
    ([{"target": "session.list", "source": "message.text", "mode": "append"}], {"list": [1, "b", {"k": "v"}, "hi"]}),
    ([{"target": "session.text", "source": "message.text", "mode": "append"}], {"text": "a b"}),
    ([{"target": "session.x", "source": "message.text"}, {"target": "session.y", "source": "session.x"}], {"x": "hi", "y": "hi"}),
    ({"message.text": "session.x"}, {"x": "hi"}),
    ({"session.x": "message.text"}, {"x": "hi"}),
    ({"message.text": "session.new|a"}, {"new": ["hi"]}),
    ({"session.n": "session.x"}, {"x": 5}),
    ([{"target": "user.x", "source": "message.text"}], ("user", "set", ("x",), "hi")),
    ([{"target": "bot.x.y", "source": "session.n"}], ("bot", "set", ("x", "y"), 5)),
    ([{"target": "channel.log", "source": "message.text", "mode": "append"}], ("channel", "append", ("log",), "hi")),
]  # fmt: skip


@pytest.mark.parametrize(("variables", "saved"), SAVES, ids=map(str, range(len(SAVES))))
def test_saving(variables: Any, saved: Any) -> None:
    outcome = talk(step("a", None, "b", variables=variables), step("b", "B")).send("hi")
    if isinstance(saved, dict):
        assert outcome.session == {**VARIABLES["session"], **saved}
        assert outcome.changes == []
    else:
        (change,) = outcome.changes
        assert (change.scope, change.op, change.path, change.value) == saved
        assert not outcome.session_changed


@pytest.mark.parametrize("written", [{"message.text": "session.f|file|.csv"}, [{"target": "session.f", "source": "message.text", "mode": "file", "ext": ".csv"}]])  # fmt: skip
def test_saving_a_file(written: Any) -> None:
    said = talk(step("a", None, "b", variables=written), step("b", "{$session.f.url$}"))
    said.answer = lambda effect: {"ok": True, "result": {"url": "u"}}
    assert said.say("hi") == ["u"]
    (effect,) = said.effects
    assert isinstance(effect, SaveFile)
    assert (effect.name, effect.ext, effect.value) == ("f", ".csv", "hi")


@pytest.mark.parametrize("scope", sorted(FACTS))
def test_a_fact_cannot_be_saved_to(scope: str) -> None:
    for fact in FACTS[scope]:
        document = bot(step("a", None, "a", variables=[{"target": f"{scope}.{fact}", "source": "message.text"}]))
        assert [problem.code for problem in check(document) if problem.severity == "error"] == ["fact_target"]
        with pytest.raises(GraphError):
            compile_bot(document)


def test_all_filters_of_the_list_are_there() -> None:
    assert {"default", "upper"} <= set(FILTERS)


# §4: (value of session.v, operator in each spelling, value) that hold; the negation must not
HOLD: list[tuple[Any, str, str, Any]] = [
    (5, "equal", "equals", "5"), ("5.0", "equal", "equals", 5), ("a", "equal", "equals", "a"), (None, "equal", "equals", None),
    ("b", "in", "in", ["a", "b"]), ("2", "in", "in", [1, 2]), (4, "less", "less_than", "5"), ("4", "less", "less_than", "10"),
    ("a", "less", "less_than", "b"), (5, "less_or_equal", "less_than_or_equal", 5), ("10", "greater", "greater_than", "9"),
    (5, "greater_or_equal", "greater_than_or_equal", "5"), ("7", "between", "between", [5, "9"]),
    (5, "between", "between", [5, 9]), (9, "between", "between", [5, 9]), ("hello", "begins_with", "begins_with", "he"),
    ("hello", "contains", "contains", "ell"), ([1, 2], "contains", "contains", 2), ("hello", "ends_with", "ends_with", "lo"),
    (UNDEFINED, "is_empty", "is_empty", None), (None, "is_empty", "is_empty", None), ("", "is_empty", "is_empty", None),
    ([], "is_empty", "is_empty", None), ({}, "is_empty", "is_empty", None), (UNDEFINED, "is_null", "is_null", None),
    (None, "is_null", "is_null", None), ("abc", "matches", "matches", "^a.c$"),
]  # fmt: skip
NEGATED = {
    "equal": ("not_equal", "not_equals"), "in": ("not_in", "not_in"), "between": ("not_between", "not_between"),
    "begins_with": ("not_begins_with", "not_begins_with"), "contains": ("not_contains", "not_contains"),
    "ends_with": ("not_ends_with", "not_ends_with"), "is_empty": ("is_not_empty", "is_not_empty"),
    "is_null": ("is_not_null", "is_not_null"), "matches": ("not_matches", "not_matches"),
}  # fmt: skip


def holds(value: Any, operator: str, other: Any, **more: Any) -> bool:
    document = bot(
        step("a", None, (rule("session.v", operator, other, **more), "yes"), "no"), step("yes", "yes"), step("no", "no")
    )
    said = Talk(document, step_id="a", session={} if value is UNDEFINED else {"v": value}).say("x")
    return said == ["yes"]


@pytest.mark.parametrize(("value", "one", "other", "operand"), HOLD)
def test_operators(value: Any, one: str, other: str, operand: Any) -> None:
    assert holds(value, one, operand)
    assert holds(value, other, operand)
    for negation in NEGATED.get(one, ()):
        assert not holds(value, negation, operand)


def test_the_table_above_is_the_whole_table() -> None:
    written = {name for case in HOLD for name in case[1:3]} | {name for names in NEGATED.values() for name in names}
    assert written == set(BY_SPELLING)


FAIL: list[tuple[Any, str, Any, dict[str, Any]]] = [
    ("a", "equal", "A", {}), (True, "equal", 1, {}), ("true", "equal", True, {}), ([1], "less", 2, {}), ({}, "greater", 0, {}),
    ("a", "less", 5, {}), (None, "less", 5, {}), (UNDEFINED, "greater", 5, {}), ("", "less", 5, {}), (5, "between", ["a", "b"], {}),
    (0, "is_empty", None, {}), (False, "is_empty", None, {}), ("", "is_null", None, {}), ("abc", "contains", "", {}),
    (5, "begins_with", "5", {}), (["ab"], "contains", "a", {}), ("2026-13-01", "less", "2027-01-01", {"type": "date"}),
]  # fmt: skip


@pytest.mark.parametrize(("value", "operator", "operand", "more"), FAIL, ids=map(str, range(len(FAIL))))
def test_different_kinds_neither_equal_nor_less(value: Any, operator: str, operand: Any, more: dict[str, Any]) -> None:
    assert not holds(value, operator, operand, **more)


def test_dates_compare_as_dates_when_the_type_says_so() -> None:
    assert holds("2026-01-01T23:00:00+00:00", "greater", "2026-01-01T23:30:00+01:00", type="datetime")
    assert not holds("2026-01-01T23:00:00+00:00", "greater", "2026-01-01T23:30:00+01:00")
    assert holds("2026-02-01", "between", ["2026-01-31", "2026-02-02"], type="date")


def test_case_counts_unless_the_rule_says_otherwise() -> None:
    for operator, operand in (("equal", "HELLO"), ("contains", "ELL"), ("begins_with", "HE"), ("in", ["HELLO"])):
        assert not holds("hello", operator, operand)
        assert holds("hello", operator, operand, ignore_case=True)


@pytest.mark.parametrize(
    ("rules", "code", "path"),
    [
        (rule("session.v", "is_like", 1), "unknown_operator", "rules[0].operator"),
        (rule("v", "equal", 1), "bad_field", "rules[0].field"),
        (rule("nowhere.v", "equal", 1), "bad_field", "rules[0].field"),
        (rule("session.v", "between", 5), "bad_value", "rules[0].value"),
        (rule("session.v", "matches", "("), "bad_value", "rules[0].value"),
        (rule("session.v", "equal", "{$nowhere.v$}"), "bad_placeholder", "rules[0].value"),
        ({"condition": "XOR", "rules": [rule("session.v", "equal", 1)]}, "bad_condition", "condition"),
    ],
)
def test_what_is_refused_at_save_with_place_and_reason(rules: Any, code: str, path: str) -> None:
    with pytest.raises(GraphError) as refused:
        compile_bot(bot(step("a", None, (rules, "a"))))
    (problem,) = refused.value.problems
    assert problem.code == code
    assert problem.path == f"steps[0].connection_groups[0].connections[0].rules.{path}"
    assert problem.message and problem.hint


# --- §5 ---------------------------------------------------------------------------------------


def worked(search_type: str, reply: Any, text: str, **group: Any) -> Any:
    request = {"id": "r", "method": "GET", "request_url": "https://a.example/"}
    works = {"search_type": search_type, "request_id": "r", "code": "x", "integration_id": "a.b", **group}
    document = bot(step("a", None, "b", group=works), step("b", text), requests=[request])
    return Talk(document, lambda effect: reply, step_id="a").send("hi")


def test_the_shape_of_response() -> None:
    text = "{$response$}"
    reply = {"ok": True, "status": 200, "headers": {"a": "b"}, "result": {"n": 1}, "error": None, "elapsed_ms": 3}
    said = worked("response", reply, text).replies[0].text
    assert (
        said == '{"ok": true, "status": 200, "headers": {"a": "b"}, "result": {"n": 1}, "error": null, "elapsed_ms": 3}'
    )


@pytest.mark.parametrize(
    ("status", "ok"), [(200, "true"), (302, "true"), (399, "true"), (400, "false"), (503, "false")]
)
def test_ok_is_a_status_below_400(status: int, ok: str) -> None:
    assert worked("response", {"status": status}, "{$response.ok$}").replies[0].text == ok


@pytest.mark.parametrize("search_type", ["response", "integration"])
def test_a_failed_call_is_data(search_type: str) -> None:
    outcome = worked(search_type, {"ok": False, "error": "timed out"}, "{$response.ok$} {$response.error$}")
    assert ([reply.text for reply in outcome.replies], outcome.error) == (["false timed out"], None)


def test_the_result_of_code_and_its_top_level_keys() -> None:
    saves = [{"target": "session.a", "source": "greeting"}, {"target": "session.b", "source": "result.deep.0"}]
    outcome = worked(
        "code", {"ok": True, "result": {"greeting": "hey", "deep": [7]}}, "{$result.greeting$}", variables=saves
    )
    assert ([reply.text for reply in outcome.replies], outcome.session) == (["hey"], {"a": "hey", "b": 7})


def test_an_error_of_code_is_null_and_told() -> None:
    outcome = worked("code", {"ok": False, "result": 5, "error": "line 3: ZeroDivisionError"}, "<{$result$}>")
    assert [reply.text for reply in outcome.replies] == ["<>"]
    (entry,) = [entry for entry in outcome.trace if entry["at"] == "code"]
    assert "line 3" in entry["error"]


def test_an_integration_gets_its_config_filled_in_and_its_credential() -> None:
    group = {"search_type": "integration", "integration_id": "tg.send", "credential_id": "c",
             "integration_config": {"to": "{$user.name$}", "n": ["{$session.n$}"]}}  # fmt: skip
    said = talk(step("a", None, "b", group=group), step("b", "{$response$}"), credentials=[{"id": "c"}])
    said.answer = lambda effect: {"ok": True, "result": 1}
    assert said.say("x") == ['{"ok": true, "result": 1, "error": null}']
    (effect,) = said.effects
    assert isinstance(effect, CallIntegration)
    assert (effect.config, effect.credential_id) == ({"to": "Bob", "n": [5]}, "c")
