"""Rules: operators, kinds, types, faults."""

from typing import Any

import pytest

from dbcv.engine.operators import BY_SPELLING
from dbcv.engine.paths import UNDEFINED
from dbcv.engine.rules import OPERATORS, RuleError, compile_rules
from tests.engine.bots import rule
from tests.engine.test_templating import scopes


def holds(value: Any, operator: str, other: Any = None, **more: Any) -> bool:
    session = {} if value is UNDEFINED else {"x": value}
    return compile_rules(rule("session.x", operator, other, **more)).hold(scopes(session=session), [])


HOLD = [
    (5, "equal", 5), (5, "equals", 5.0), ("5", "equal", 5), (5, "equal", "5.0"), (" 5 ", "equal", 5),
    ("a", "equal", "a"),
    (UNDEFINED, "equal", None), ([1, {"a": 2}], "equal", [1.0, {"a": 2}]), (True, "equal", True),
    ("5", "not_equal", "5.0"),
    ("a", "not_equals", "A"), (1, "not_equal", True), (UNDEFINED, "not_equal", "x"), ("10", "greater", "9"),
    ("10", "greater_than", 9), (10, "greater_or_equal", "10"), ("-1.5e1", "less", 0), ("b", "greater", "a"),
    (5, "less_than_or_equal", 5), (5, "between", [1, "10"]), ("5", "between", ["5", "6"]),
    ("0", "not_between", [1, 2]),
    ("a", "in", ["a", "b"]), ("1", "in", [1, 2]), ("yes", "in", "yes, no"), ("es,n", "not_in", "yes,no"),
    ("hello", "contains", "ell"), ([1, "2"], "contains", 2), ("a5b", "contains", 5), ("abc", "not_contains", "x"),
    ("abc", "begins_with", "ab"), ("abc", "not_begins_with", "b"), ("abc", "ends_with", "bc"),
    ("abc", "not_ends_with", "b"),
    (UNDEFINED, "is_empty", None), ("", "is_empty", None), ([], "is_empty", None), ({}, "is_empty", None),
    (0, "is_not_empty", None), (False, "is_not_empty", None), (None, "is_null", None), (UNDEFINED, "is_null", None),
    ("", "is_not_null", None), ("abc123", "matches", r"\d+$"), ("abc", "not_matches", r"^\d"), (42, "matches", "^4"),
    ("привет", "matches", r"^\p{L}+$"), (10**5000, "greater", 5), (5, "less", 10**5000),
]  # fmt: skip
FAIL = [
    ("abc", "greater", 17), ("abc", "greater", "17"), ("17", "less", "abc"), (True, "greater", 0), (True, "equal", 1),
    (None, "less", 5), ([1], "greater", 3), ("NaN", "equal", 5), (float("nan"), "equal", float("nan")),
    (5, "less", "Infinity"), (5, "between", ["a", "z"]), ("1_000", "equal", 1000), ("１０", "equal", 10),
    ("0x10", "equal", 16),
    ("", "equal", 0), (None, "equal", 0), (UNDEFINED, "equal", "null"), ("abc", "contains", ""),
    ("abc", "contains", None),
    (123, "contains", 2), ({"a": 1}, "contains", "a"), ("true", "equal", True), ("x", "in", []),
    ([[1]], "equal", [[True]]),
    (5, "equal", "9" * 100_000), (0.30000000000000004, "equal", 0.3), ("3,5", "greater", 3), (None, "in", ["", 0]),
    ("\ud800", "matches", "x"), ("Ж", "equal", "ж"),
]  # fmt: skip


@pytest.mark.parametrize(("value", "operator", "other"), HOLD, ids=map(str, range(len(HOLD))))
def test_holds(value: Any, operator: str, other: Any) -> None:
    assert holds(value, operator, other)


@pytest.mark.parametrize(("value", "operator", "other"), FAIL, ids=map(str, range(len(FAIL))))
def test_does_not_hold(value: Any, operator: str, other: Any) -> None:
    assert not holds(value, operator, other)


@pytest.mark.parametrize(
    ("value", "operator", "other", "kind", "held"),
    [
        ("2026-01-10", "greater", "2026-01-9", "date", False),
        ("2026-01-10", "greater", "2026-01-09", "date", True),
        ("2026-01-10T23:00:00+03:00", "equal", "2026-01-10", "date", True),
        ("2026-01-10T12:00:00+03:00", "equal", "2026-01-10T09:00:00Z", "datetime", True),
        ("2026-01-10T09:00:00", "equal", "2026-01-10T09:00:00Z", "datetime", True),
        ("2026-01-10", "between", ["2026-01-01", "2026-01-31"], "date", True),
        ("09:30", "less", "10:00", "time", True),
        ("tomorrow", "less", "2026-01-01", "date", False),
        ("007", "equal", "7", "number", True),
        ("007", "equal", 7, "string", False),
        ("10", "less", "9", "string", True),
        ("true", "equal", True, "boolean", True),
        ("yes", "equal", True, "boolean", False),
        ("5.5", "equal", 5.5, "integer", False),
    ],
)
def test_types(value: Any, operator: str, other: Any, kind: str, held: bool) -> None:
    assert holds(value, operator, other, type=kind) is held


def test_case_can_be_ignored() -> None:
    assert holds("СТАРТ", "equal", "старт", ignore_case=True)
    assert holds("abc", "matches", "^A", ignore_case=True)
    assert holds("Hello", "begins_with", "hE", ignore_case=True)
    assert holds("a", "in", ["A"], ignore_case=True)


def test_groups() -> None:
    view = scopes(session={"a": 1, "b": 2})
    one, two, no = (
        {"field": f"session.{key}", "operator": "equal", "value": value}
        for key, value in (("a", 1), ("b", 2), ("a", 9))
    )

    def tried(**group: Any) -> bool:
        return compile_rules(group).hold(view, [])

    assert tried(condition="and", rules=[one, two])
    assert tried(condition="Or", rules=[no, two])
    assert not tried(condition="AND", rules=[one, no])
    assert tried(**{"condition": "AND", "not": True, "rules": [one, no]})
    assert tried(condition="AND", rules=[one, {"condition": "OR", "rules": [no, two]}])
    assert tried(**one)
    assert compile_rules({}).always
    assert compile_rules(None).always


def test_values_may_hold_placeholders() -> None:
    view = scopes(session={"x": "21", "list": ["21"], "low": 20, "pattern": "^2", "bad": "("})

    def tried(operator: str, value: Any) -> bool:
        return compile_rules(rule("session.x", operator, value)).hold(view, [])

    assert tried("equal", "{$session.x$}")
    assert tried("in", "{$session.list$}")
    assert tried("between", ["{$session.low$}", 30])
    assert tried("matches", "{$session.pattern$}")
    assert not tried("matches", "{$session.bad$}")
    assert not tried("not_matches", "{$session.bad$}")
    assert not tried("in", "{$session.low$}")
    assert not tried("not_in", "{$session.nope$}")
    assert not tried("not_between", "{$session.x$}")


def test_reasons_say_what_was_looked_at() -> None:
    reasons: list[dict[str, str]] = []
    rules = {"condition": "OR", "rules": [rule("session.x", "equal", index) for index in range(20)]}
    assert not compile_rules(rules).hold(scopes(session={"x": "a" * 1_000}), reasons)
    assert len(reasons) == 5
    assert reasons[0]["rule"] == "session.x equal 0"
    assert len(reasons[0]["value"]) < 130


BAD: list[tuple[Any, str]] = [
    (True, "bad_rule"), ("AND", "bad_rule"), ("", "bad_rule"), ([], "bad_rule"), (0, "bad_rule"),
    ({"condition": "AND", "rules": None}, "empty_rules"), ({"condition": "AND", "rules": []}, "empty_rules"),
    ({"condition": ["AND"], "rules": [{}]}, "bad_condition"), ({"condition": "XOR", "rules": [{}]}, "bad_condition"),
    ({"rules": [{}]}, "bad_rule"), (rule("message.text", "eval", 1), "unknown_operator"),
    (rule("text", "equal", 1), "bad_field"),
    (rule("message..x", "equal", 1), "bad_field"), (rule("session.a", "matches", "("), "bad_value"),
    (rule("session.a", "matches", "a" * 2_000), "bad_value"),
    (rule("session.a", "matches", "(?:a{0,1000}){0,1000}$"), "bad_value"),
    (rule("session.a", "between", 5), "bad_value"), (rule("session.a", "in", 5), "bad_value"),
    (rule("session.a", "equal", "{$nope$}"), "bad_placeholder"),
    (rule("session.a", "equal", 1, type="color"), "bad_type"),
    (rule("session.a", "equal", 1, ignore_case=1), "bad_ignore_case"),
    (rule("session.a", "equal", 1, extra=1), "unknown_field"),
    ({"rules": [{"field": "session.a", "operator": "equal"}]}, "no_value"),
    ({"condition": "AND", "rules": [{"field": "session.a", "operator": "is_null"}], "field": "a"}, "unknown_field"),
    ({"rules": [{"field": "session.a", "operator": "is_null"}] * 1_001}, "too_many_rules"),
]  # fmt: skip


@pytest.mark.parametrize(("rules", "code"), BAD, ids=map(str, range(len(BAD))))
def test_bad_rules_are_refused_with_place_and_mend(rules: Any, code: str) -> None:
    with pytest.raises(RuleError) as refused:
        compile_rules(rules, "here")
    faults = refused.value.faults
    assert code in [fault.code for fault in faults]
    assert all(fault.path.startswith("here") and fault.message and fault.hint for fault in faults)
    assert len(faults) < 5


def test_deep_rules_are_refused_before_they_hurt() -> None:
    rules: Any = {"field": "session.a", "operator": "is_null"}
    for _ in range(50_000):
        rules = {"condition": "AND", "rules": [rules]}
    with pytest.raises(RuleError):
        compile_rules(rules)


def test_the_table_is_closed_and_complete() -> None:
    assert len(OPERATORS) == 22
    assert len(BY_SPELLING) == 28
    assert {operator.arity for operator in OPERATORS.values()} == {"none", "one", "two", "list", "pattern"}
