# ruff: noqa: E501 - tables
"""The language, rule by rule: what a turn is (§2), and what becomes of sessions whose bot changed (§6)."""

from typing import Any

import pytest

from dbcv.engine.check import check
from tests.engine.bots import Talk, bot, rule, says, step

SAVE = [{"target": "session.seen", "source": "message.text", "mode": "append"}]


def group(*ways: Any, **fields: Any) -> dict[str, Any]:
    """A group whose connections are `ways`, as `step` takes them."""
    return {**step("x", None, *ways)["connection_groups"][0], **fields} if ways else {"connections": [], **fields}


def masters(*groups: dict[str, Any]) -> dict[str, Any]:
    return {"master_connection_groups": list(groups)}


SPEAKS = step("a", "A", "b")
SILENT = step("a", None, (says("go"), "b"))
B = step("b", "B")
ON = step("b", "B", (says("on"), "c"))
C = step("c", "C")

# (rule, bot, state at first or None, what is sent, what is said, where the session waits then)
TURNS: list[tuple[str, dict[str, Any], dict[str, Any], str, list[str], str | None]] = [
    # 2. new session
    ("2 a new session enters the first step", bot(SPEAKS, B), {}, "x", ["A"], "a"),
    ("2 a first step with a message does not try its groups", bot(step("a", "A", (says("go"), "b")), B), {}, "go", ["A"], "a"),
    ("2 a silent first step tries its groups at once", bot(SILENT, B), {}, "go", ["B"], "b"),
    ("2 and waits if none holds", bot(SILENT, B), {}, "no", [], "a"),
    ("2 a first step that is a proxy goes on", bot(step("a", "A", "b", is_proxy=True), B), {}, "x", ["A", "B"], "b"),
    ("2 master groups come first", bot(SPEAKS, B, **masters(group((says("m"), "b")))), {}, "m", ["B"], "b"),
    ("2 and if none moved, the first step", bot(SPEAKS, B, **masters(group((says("m"), "b")))), {}, "x", ["A"], "a"),
    ("2 coming back to a silent first step waits there",
     bot(step("a", None, (says("bye"), "b")), step("b", "Bye", "a", is_proxy=True)), {}, "bye", ["Bye"], "a"),
    # 3. known session
    ("3 the groups of the current step", bot(SPEAKS, ON, C), {"step_id": "b"}, "on", ["C"], "c"),
    ("3 master groups before them", bot(SPEAKS, ON, C, **masters(group((says("on"), "a")))), {"step_id": "b"}, "on", ["A"], "a"),
    ("3 masters by priority, 0 first",
     bot(SPEAKS, ON, C, **masters(group("c", priority=1), group("a", priority=0))), {"step_id": "b"}, "x", ["A"], "a"),
    ("3 nothing holds: nothing is said, the session waits on", bot(SPEAKS, ON, C), {"step_id": "b"}, "x", [], "b"),
    # 4. trying groups
    ("4 groups by priority", bot({"id": "a", "connection_groups": [group("b", priority=2), group("c", priority=1)]}, B, C),
     {"step_id": "a"}, "x", ["C"], "c"),
    ("4 groups of one priority in their order", bot({"id": "a", "connection_groups": [group("b"), group("c")]}, B, C),
     {"step_id": "a"}, "x", ["B"], "b"),
    ("4 connections by priority",
     bot({"id": "a", "connection_groups": [{"connections": [
         {"priority": 1, "next_step_id": "b"}, {"priority": 0, "next_step_id": "c"}]}]}, B, C),
     {"step_id": "a"}, "x", ["C"], "c"),
    ("4 connections of one priority in their order",
     bot({"id": "a", "connection_groups": [{"connections": [{"next_step_id": "b"}, {"next_step_id": "c"}]}]}, B, C),
     {"step_id": "a"}, "x", ["B"], "b"),
    ("4 the first that holds, no other", bot(step("a", None, (says("no"), "c"), (says("x"), "b"), "c"), B, C),
     {"step_id": "a"}, "x", ["B"], "b"),
    ("4 none holds: the next group", bot({"id": "a", "connection_groups": [group((says("no"), "b")), group("c")]}, B, C),
     {"step_id": "a"}, "x", ["C"], "c"),
    ("4 a group saves before it tries its connections",
     bot(step("a", None, (rule("session.v", "equal", "x"), "b"), variables=[{"target": "session.v", "source": "message.text"}]), B),
     {"step_id": "a"}, "x", ["B"], "b"),
    # 5. entering
    ("5 a step that is no proxy ends the turn", bot(step("a", None, "b"), step("b", "B", "c"), C), {"step_id": "a"}, "x", ["B"], "b"),
    ("5 a proxy tries its groups with the same event",
     bot(step("a", None, "b"), step("b", "B", (says("x"), "c"), is_proxy=True), C), {"step_id": "a"}, "x", ["B", "C"], "c"),
    ("5 a proxy whose rules fail waits",
     bot(step("a", None, "b"), step("b", "B", (says("y"), "c"), is_proxy=True), C), {"step_id": "a"}, "x", ["B"], "b"),
    ("5 and is tried again by the next event",
     bot(step("a", None, "b"), step("b", "B", (says("y"), "c"), is_proxy=True), C), {"step_id": "b"}, "y", ["C"], "c"),
    ("5 a chain of proxies", bot(*(step(str(n), str(n), str(n + 1), is_proxy=True) for n in range(5)), step("5", "end")),
     {}, "x", ["0", "1", "2", "3", "4", "end"], "5"),
    ("5 variables are filled in as the step is entered",
     bot(step("a", None, "b", variables=[{"target": "session.v", "source": "message.text"}]), step("b", "<{$session.v$}>")),
     {"step_id": "a"}, "x", ["<x>"], "b"),
    # 6. the limit
    ("6 a ring of proxies ends on the last step that waits",
     bot(step("a", "A", "p"), step("p", None, "q", is_proxy=True), step("q", None, "p", is_proxy=True)),
     {"step_id": "a"}, "x", [], "a"),
    # §6 of the language
    ("§6 a session whose step is gone starts again at the first step", bot(SPEAKS, B), {"step_id": "gone"}, "x", ["A"], "a"),
    ("§6 its template instance is gone too", bot(SPEAKS, B), {"step_id": "s", "frames": [{"step_id": "b", "template_id": "t"}]},
     "x", ["A"], "a"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("document", "state", "text", "said", "waits"), [case[1:] for case in TURNS], ids=[case[0] for case in TURNS]
)
def test_turns(document: dict[str, Any], state: dict[str, Any], text: str, said: list[str], waits: str | None) -> None:
    talk = Talk(document, **state)
    outcome = talk.send(text)
    assert ([reply.text for reply in outcome.replies], outcome.step_id) == (said, waits)


@pytest.mark.parametrize("kind", ["message", "emitter", "cron", "bot", "webhook"])
def test_every_event_but_a_timeout_is_tried(kind: str) -> None:
    talk = Talk(bot(step("a", None, (rule("event.kind", "equal", kind), "b")), B), step_id="a")
    assert [reply.text for reply in talk.send("x", kind=kind).replies] == ["B"]


def test_a_loop_of_more_than_100_steps_is_an_error_and_the_limit_is_100() -> None:
    proxies = [step(f"p{n}", None, f"p{n + 1}", is_proxy=True) for n in range(100)]
    assert Talk(bot(*proxies[:99], step("p99", "end"))).send("x").error is None
    outcome = Talk(bot(*proxies, step("p100", "end"))).send("x")
    assert outcome.error is not None and outcome.error.code == "loop"
    assert len(outcome.entered) == 100


def test_what_a_loop_saved_and_said_before_is_kept() -> None:
    """§2.7: committed at once or not at all; the error is a part of the outcome, not an end of it."""
    document = bot(step("a", None, "p", variables=SAVE), step("p", "spam", "p", is_proxy=True))
    outcome = Talk(document, step_id="a").send("x")
    assert outcome.error is not None
    assert (outcome.session["seen"], outcome.step_id) == (["x"], "a")


WAITS = bot(
    step("a", "A", (says("go"), "b"), timeout_after=60, timeout_step_id="t"), ON, C, step("t", "T", (says("on"), "c"))
)


def test_timeouts() -> None:
    talk = Talk(WAITS)
    entered = talk.send("x")
    assert entered.timer is not None and (entered.timer.after_seconds, entered.timer.step_id) == (60, "a")
    assert talk.send("nothing").timer_action == "keep"
    left = talk.send("go")
    assert (left.timer_action, left.step_id) == ("cancel", "b")
    late = talk.send(kind="timeout", data={"step_id": "a"})
    assert (late.replies, late.step_id, late.error) == ([], "b", None)


def test_a_timeout_goes_to_its_step_past_the_master_groups() -> None:
    talk = Talk({**WAITS, **masters(group("b"))}, step_id="a")
    fired = talk.send(kind="timeout", data={"step_id": "a"})
    assert ([reply.text for reply in fired.replies], fired.step_id) == (["T"], "t")


def test_a_timeout_may_lead_on_through_proxies_with_the_timeout_as_event() -> None:
    ways = (rule("event.kind", "equal", "timeout"), "b")
    document = bot(step("a", "A", timeout_after=1, timeout_step_id="p"), step("p", "P", ways, is_proxy=True), B)
    fired = Talk(document, step_id="a").send(kind="timeout", data={"step_id": "a"})
    assert [reply.text for reply in fired.replies] == ["P", "B"]


def test_a_delay_is_a_silent_step_with_a_timeout() -> None:
    document = bot(step("a", None, "d"), step("d", timeout_after=5, timeout_step_id="b"), B)
    talk = Talk(document, step_id="a")
    waiting = talk.send("x")
    assert (waiting.replies, waiting.step_id, waiting.timer_action) == ([], "d", "set")
    assert [reply.text for reply in talk.send(kind="timeout", data={"step_id": "d"}).replies] == ["B"]


@pytest.mark.parametrize("rules", [{}, None])
def test_else(rules: Any) -> None:
    assert Talk(bot(step("a", None, (rules, "b")), B), step_id="a").say("x") == ["B"]


def test_a_step_that_is_gone_is_told_in_the_trace() -> None:
    outcome = Talk(bot(SPEAKS, B), step_id="gone", session={"kept": 1}).send("x")
    assert outcome.trace[0] == {"at": "step_gone", "step": '"gone"'}
    assert outcome.session == {"kept": 1}, "its variables stay"


def test_a_proxy_step_without_message_may_be_the_whole_bot() -> None:
    assert check(bot(step("a", None, "b", is_proxy=True), step("b", "B", "a"))) == []
