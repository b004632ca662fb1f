"""check: every kind of problem, with place and mend; any JSON value; linear time."""

import time
from typing import Any

import pytest

from dbcv.engine.check import check
from dbcv.engine.graph import GraphError, compile_bot
from tests.engine.bots import bot, rule, says, step


def codes(document: Any) -> set[tuple[str, str]]:
    problems = check(document)
    assert all(problem.message and problem.hint for problem in problems)
    return {(problem.code, problem.path) for problem in problems}


def fatal(document: Any) -> set[str]:
    try:
        compile_bot(document)
    except GraphError as error:
        return {problem.code for problem in error.problems}
    return set()


ASK = step("ask", "?", (says("x"), "end"), "ask")
END = step("end", "Bye", timeout_after=1, timeout_step_id="ask")
GOOD = bot(ASK, END)


def test_a_good_bot_has_no_problems() -> None:
    assert check(GOOD) == []


def test_a_piece_that_nothing_leads_to_is_one_problem() -> None:
    piece = [step("head", "?", "middle"), step("middle", "?", "tail"), step("tail", "?", "middle")]
    ring = [step("one", "?", "two"), step("two", "?", "one")]
    found = [problem.step_id for problem in check(bot(ASK, END, *piece, *ring)) if problem.code == "unreachable_step"]
    assert found == ["head", "one"]


CASES: list[tuple[dict[str, Any], str, str]] = [
    (bot(ASK, END, step("lost", "?", "ask")), "unreachable_step", "steps[2]"),
    (bot(step("a", "A")), "dead_end", "steps[0]"),
    (bot(step("a", "A", "a", is_proxy=True)), "proxy_loop", "steps[0]"),
    (bot(step("a", "A", (says("x"), "a"))), "missing_else", "steps[0].connection_groups"),
    (bot(step("a", "A", "a", "a")), "never_tried", "steps[0].connection_groups[0].connections[1]"),
    (bot(step("a", "{$session.nope$}", "a")), "undefined_variable", "steps[0].message.text"),
    (bot(step("a", "{$response.x$}", "a")), "undefined_variable", "steps[0].message.text"),
    (bot(step("a", "{$sesion.x$}", "a")), "bad_placeholder", "steps[0].message.text"),
    (bot(step("a", "{$session.x|foo$}", "a")), "bad_placeholder", "steps[0].message.text"),
    (bot(step("a", "A", "nope")), "dangling_step", "steps[0].connection_groups[0].connections[0].next_step_id"),
    ({**GOOD, "first_step_id": "nope"}, "dangling_step", "first_step_id"),
    ({**GOOD, "first_step_id": None}, "no_first_step", "first_step_id"),
    ({}, "no_steps", "steps"),
    (bot(ASK, {**END, "timeout_step_id": "nope"}), "dangling_step", "steps[1].timeout_step_id"),
    (bot(ASK, {**END, "timeout_step_id": None}), "timeout_without_step", "steps[1].timeout_step_id"),
    (bot(ASK, {**END, "timeout_after": -5}), "bad_timeout", "steps[1].timeout_after"),
    (bot(ASK, {**END, "timeout_after": None}), "timeout_without_time", "steps[1].timeout_after"),
    (bot(ASK, END, ASK), "duplicate_id", "steps[2].id"),
    (bot(ASK, END, {"name": "x"}), "bad_id", "steps[2].id"),
    (bot(ASK, END, {"id": ["a"]}), "bad_id", "steps[2].id"),
    (bot(step("a", "A", "a", group={"search_type": "response", "request_id": "r"})),
     "dangling_request", "steps[0].connection_groups[0].request_id"),
    (bot(step("a", "A", "a", group={"search_type": "integration", "integration_id": "x", "credential_id": "c"})),
     "dangling_credential", "steps[0].connection_groups[0].credential_id"),
    (bot(step("a", "A", "a", group={"search_type": "code", "code": 5})),
     "no_code", "steps[0].connection_groups[0].code"),
    (bot(step("a", "A", "a", group={"search_type": "magic"})),
     "bad_search_type", "steps[0].connection_groups[0].search_type"),
    (bot({**step("a", "A", "a"), "message": {"text": "x", "widget_id": "w"}}),
     "dangling_widget", "steps[0].message.widget_id"),
    (bot(step("a", "A", "a", template_instance={"template_id": "t"})),
     "dangling_template", "steps[0].template_instance.template_id"),
    ({**GOOD, "notes": [{"text": "x", "step_id": "nope"}]}, "dangling_step", "notes[0].step_id"),
    ({**GOOD, "emitters": [{"message": {"widget_id": "w"}}]}, "dangling_widget", "emitters[0].message.widget_id"),
    (bot(step("a", "A", (rule("session.x", "eqal", 1), "a"), "a")),
     "unknown_operator", "steps[0].connection_groups[0].connections[0].rules.rules[0].operator"),
    (bot(step("a", "A", "a", variables={"message.text": "user.id"})),
     "fact_target", "steps[0].connection_groups[0].variables[0].target"),
    (bot(step("a", "A", "a", variables=[{"target": "message.x", "source": "user.id"}])),
     "bad_target", "steps[0].connection_groups[0].variables[0].target"),
    (bot(step("a", "A", "a", variables=[{"target": "{$message.text$}", "source": "user.id"}])),
     "bad_target", "steps[0].connection_groups[0].variables[0].target"),
    (bot(step("a", "A", "a", variables=[{"target": "session.x", "source": "message.text", "mode": "evil"}])),
     "bad_mode", "steps[0].connection_groups[0].variables[0].mode"),
    (bot(step("a", "A", "a", variables=[{"target": "session.x"}])),
     "bad_source", "steps[0].connection_groups[0].variables[0].source"),
    ({**GOOD, "variables": {"name": "x"}}, "fact_target", "variables.name"),
    ({**GOOD, "requests": [{"id": "r", "request_url": "https://{$user.h$}/"}]}, "bad_url", "requests[0].request_url"),
    ({**GOOD, "requests": [{"id": "r", "request_url": "https://h.example/", "headers": {"X": "a\r\nb"}}]},
     "bad_header", "requests[0].headers.X"),
    ({**GOOD, "templates": [{"id": "t", "first_step_id": "s", "steps": [step("s", "x", "s")]}]},
     "template_never_ends", "templates[0].steps"),
    ({**GOOD, "templates": [{"id": "t", "first_step_id": "s",
                             "steps": [step("s", "x", template_instance={"template_id": "t"})]}]},
     "template_recursion", "templates[0]"),
]  # fmt: skip


@pytest.mark.parametrize(("document", "code", "path"), CASES, ids=[f"{code}-{path}" for _, code, path in CASES])
def test_problems(document: dict[str, Any], code: str, path: str) -> None:
    assert (code, path) in codes(document)


def test_what_makes_a_graph_unrunnable_and_what_does_not() -> None:
    assert fatal(bot(step("a", "A", "nope"))) == {"dangling_step"}
    assert fatal(bot(step("a", "A", (rule("x", "equal", 1), "a")))) == {"bad_field"}
    assert fatal(bot(step("a", "{$nope$}{$session.x$}", "a", is_proxy=True))) == set()
    assert fatal({}) == set()


def test_all_problems_at_once_errors_first() -> None:
    problems = check(bot(step("a", "{$nope$}", "x", "y"), step("a", "A", (rule("q", "eqal", 1), "z"))))
    assert len(problems) >= 4
    severities = [problem.severity for problem in problems]
    assert severities == sorted(severities)
    assert {problem.step_id for problem in problems if problem.code == "dangling_step"} == {"a"}


def test_a_loop_with_a_way_out_is_only_a_warning() -> None:
    ring = [step("a", None, (says("x"), "end"), "b", is_proxy=True), step("b", None, "a", is_proxy=True)]
    found = {problem.severity for problem in check(bot(*ring, END, ASK)) if problem.code == "proxy_loop"}
    assert found == {"warning"}


def test_saved_and_provided_variables_are_not_reported() -> None:
    text = "{$session.a.b$}{$session.a$}{$bot.x.y$}{$session.id$}{$user.any$}{$channel.any$}{$message.any$}"
    document = bot(step("s", text, "s", variables={"message.text": "session.a.b"}), variables={"x": {}})
    assert check(document) == []


JUNK: list[Any] = [
    None,
    True,
    5,
    -1.5,
    "",
    "x",
    [],
    {},
    [[]],
    [None],
    ["a"],
    [5],
    {"id": None},
    [{}],
    [{"id": "x"}],
    {"a": {"b": []}},
]
FIELDS = (
    "steps", "master_connection_groups", "requests", "templates", "widgets", "emitters", "credentials", "notes",
    "variables", "first_step_id", "name",
)  # fmt: skip
STEP_FIELDS = (
    "id",
    "is_proxy",
    "message",
    "connection_groups",
    "template_instance",
    "timeout_after",
    "timeout_step_id",
)
GROUP_FIELDS = (
    "search_type", "request_id", "code", "integration_id", "integration_config", "credential_id", "variables",
    "connections", "priority",
)  # fmt: skip


REQUEST_FIELDS = (
    "request_url", "url_params", "params", "headers", "json_field", "data", "content", "attachments", "proxies",
    "method", "name",
)  # fmt: skip


@pytest.mark.parametrize("junk", JUNK, ids=repr)
def test_junk_anywhere_is_a_problem_not_a_crash(junk: Any) -> None:
    check(junk)
    for name in FIELDS:
        check({**GOOD, name: junk})
    for name in STEP_FIELDS:
        check(bot({**ASK, name: junk}, END))
        check({**GOOD, "templates": [{"id": "t", "steps": [{"id": "s", name: junk}], "first_step_id": "s"}]})
    for kind in ("message", "response", "code", "integration"):
        for name in GROUP_FIELDS:
            check(bot({"id": "a", "connection_groups": [{"search_type": kind, name: junk}]}))
    for name in ("rules", "priority", "next_step_id"):
        check(bot({"id": "a", "connection_groups": [{"connections": [{"next_step_id": "a", name: junk}]}]}))
    for name in REQUEST_FIELDS:
        check({**GOOD, "requests": [{"id": "r", name: junk}]})
    for name in ("text", "params", "attachments", "widget_id"):
        check(bot({"id": "a", "message": {name: junk}}))
    for name in ("template_id", "inputs_mapping", "outputs_mapping"):
        template = {"id": "t", "inputs": {"properties": junk, "required": junk}, "steps": []}
        check(bot({"id": "a", "template_instance": {"template_id": "t", name: junk}}, templates=[template]))


def test_deep_values_are_refused_not_followed() -> None:
    deep: Any = "x"
    for _ in range(100_000):
        deep = {"rules": [deep]}
    for document in (
        deep,
        {"steps": deep},
        bot(step("a", None, (deep, "a"))),
        bot({"id": "a", "message": {"params": deep}}),
        bot(step("a", None, group={"search_type": "integration", "integration_id": "x", "integration_config": deep})),
        {"requests": [{"id": "r", "request_url": "https://x.example", "json_field": deep}]},
        {"requests": [{"id": "r", "request_url": "https://x.example", "json_field": "[" * 100_000}]},
    ):
        assert isinstance(check(document), list)


def test_ten_thousand_steps_take_less_than_two_seconds() -> None:
    chain = [
        step(
            f"s{index}",
            "{$user.name$}",
            (says("x"), f"s{(index + 1) % 10_000}"),
            f"s{(index * 7) % 10_000}",
            is_proxy=True,
        )
        for index in range(10_000)
    ]
    begin = time.process_time()
    problems = check(bot(*chain))
    assert time.process_time() - begin < 2
    assert {problem.code for problem in problems} == {"proxy_loop"}


def test_problems_are_bounded() -> None:
    assert len(check(bot(*[step(f"s{index}", "x", "nope") for index in range(5_000)]))) <= 1_001


def test_a_step_is_called_by_its_name() -> None:
    named = {**step("01a2", "?"), "name": 'Say "hi"'}
    [problem] = [each for each in check(bot(named)) if each.code == "dead_end"]
    assert problem.message == "nothing leads on from \"Say 'hi'\""
