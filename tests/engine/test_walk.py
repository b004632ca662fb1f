"""Turns: new and known sessions, groups, proxies, masters, timeouts, limits."""

import time
from typing import Any

import pytest

from dbcv.engine.limits import Limits
from tests.engine.bots import Talk, bot, rule, says, step

GREET = bot(
    step("idle", None, (says("start"), "ask")),
    step(
        "ask",
        "Hello {$user.name$}! How old are you?",
        (rule("session.age", "greater_than", 17), "welcome"),
        "young",
        variables=[{"target": "session.age", "source": "message.text"}],
    ),
    step("welcome", "Welcome, {$user.name$} ({$session.age$})", (says("bye"), "bye")),
    step("young", "Come back later"),
    step("bye", "Bye {$user.name$}", "idle", is_proxy=True),
)


def test_greet() -> None:
    talk = Talk(GREET)
    assert talk.say("start") == ["Hello Bob! How old are you?"]
    assert talk.say("21") == ["Welcome, Bob (21)"]
    assert talk.state.session == {"age": "21"}
    assert talk.say("nonsense") == []
    outcome = talk.send("bye")
    assert [reply.text for reply in outcome.replies] == ["Bye Bob"]
    assert outcome.entered == ["bye", "idle"]
    assert outcome.taken == [("welcome", 0, 0), ("bye", 0, 0)]
    assert talk.state.step_id == "idle"


def test_a_first_step_with_a_message_only_speaks() -> None:
    talk = Talk(bot(step("a", "Hi", "b"), step("b", "B")))
    assert talk.say("anything") == ["Hi"]
    assert talk.say("anything") == ["B"]


def test_a_silent_first_step_waits_when_nothing_holds() -> None:
    talk = Talk(GREET)
    assert talk.say("hm") == []
    assert talk.state.step_id == "idle"
    assert talk.say("start") == ["Hello Bob! How old are you?"]


def test_groups_and_connections_go_by_priority_then_order() -> None:
    groups = [
        {"priority": 1, "connections": [{"next_step_id": "late"}]},
        {"priority": 0, "connections": [
            {"priority": 5, "next_step_id": "late"}, {"priority": 1, "rules": says("x"), "next_step_id": "x"}]},
    ]  # fmt: skip
    groups[1]["connections"][0]["rules"] = says("y")
    document = bot({"id": "a", "connection_groups": groups}, step("late", "late"), step("x", "x"))
    assert Talk(document).say("x") == ["x"]
    outcome = Talk(document).send("z")
    assert outcome.taken == [("a", 0, 0)]


def test_every_group_does_its_work_until_one_moves() -> None:
    saves = [[{"target": f"session.g{index}", "source": "message.text"}] for index in range(3)]
    groups = [
        {"variables": saves[0]},
        {"variables": saves[1], "connections": [{"next_step_id": "b"}]},
        {"variables": saves[2], "connections": [{"next_step_id": "b"}]},
    ]
    outcome = Talk(bot({"id": "a", "connection_groups": groups}, step("b"))).send("v")
    assert outcome.session == {"g0": "v", "g1": "v"}


def test_masters_come_first_and_move_from_anywhere() -> None:
    masters = [{"connections": [{"rules": says("/help"), "next_step_id": "help"}]}]
    talk = Talk(bot(step("a", "A", "b"), step("b", "B"), step("help", "Help"), master_connection_groups=masters))
    assert talk.say("/help") == ["Help"]
    outcome = Talk(bot(step("a", "A", "b"), step("b", "B"), step("help", "H"), master_connection_groups=masters)).send(
        "/help"
    )
    assert outcome.taken == [("", 0, 0)]


def test_a_proxy_whose_rules_fail_waits() -> None:
    talk = Talk(bot(step("a", "A", (says("go"), "b"), is_proxy=True), step("b", "B")))
    assert talk.say("hm") == ["A"]
    assert talk.state.step_id == "a"
    assert talk.say("go") == ["B"]


@pytest.mark.parametrize("size", [1, 2, 3])
def test_a_ring_of_proxies_ends_in_a_loop_error(size: int) -> None:
    ring = [step(f"p{index}", "spam", f"p{(index + 1) % size}", is_proxy=True) for index in range(size)]
    talk = Talk(bot(step("a", "A", (says("ok"), "b"), "p0"), step("b", "B"), *ring))
    talk.say("hi")
    outcome = talk.send("loop")
    assert outcome.error is not None
    assert outcome.error.code == "loop"
    assert (outcome.step_id, len(outcome.entered), outcome.timer_action) == ("a", 100, "keep")
    assert talk.say("ok") == ["B"]


def test_exactly_as_many_steps_as_allowed_is_no_loop() -> None:
    chain = [step(f"p{index}", None, f"p{index + 1}", is_proxy=True) for index in range(9)]
    document = bot(*chain, step("p9", "end"))
    assert Talk(document, limits=Limits(max_steps_per_turn=10)).say("x") == ["end"]
    assert Talk(document, limits=Limits(max_steps_per_turn=9)).send("x").error is not None


def test_a_new_session_in_a_loop_stays_new() -> None:
    outcome = Talk(bot(step("p", "x", "p", is_proxy=True))).send("hi")
    assert outcome.step_id is None
    assert outcome.error is not None
    assert len(outcome.replies) == 100


def test_timers() -> None:
    talk = Talk(
        bot(
            step("a", "A", (says("go"), "b"), timeout_after=60, timeout_step_id="late"),
            step("b", "B"),
            step("late", "L"),
        )
    )
    outcome = talk.send("x")
    assert outcome.timer_action == "set"
    assert outcome.timer is not None
    assert (outcome.timer.after_seconds, outcome.timer.step_id) == (60.0, "a")
    assert talk.send("no").timer_action == "keep"
    stale = talk.send(kind="timeout", data={"step_id": "b"})
    assert (stale.timer_action, stale.step_id, stale.replies) == ("keep", "a", [])
    fired = talk.send(kind="timeout", data={"step_id": "a"})
    assert (fired.step_id, [reply.text for reply in fired.replies], fired.timer_action) == ("late", ["L"], "cancel")


def test_a_timeout_that_leads_nowhere_is_an_error_and_no_end() -> None:
    talk = Talk(bot(step("a", "A", "b", timeout_after=60), step("b", "B")))
    assert talk.send("x").timer_action == "cancel"
    outcome = talk.send(kind="timeout", data={"step_id": "a"})
    assert outcome.error is not None
    assert (outcome.error.code, outcome.step_id, outcome.timer_action) == ("timeout_step_missing", "a", "cancel")
    assert talk.say("x") == ["B"]


def test_a_delay_is_a_silent_step_with_a_timeout() -> None:
    talk = Talk(
        bot(
            step("a", "A", "wait"),
            step("wait", timeout_after=5, timeout_step_id="b"),
            step("b", "B", "a", is_proxy=True),
        )
    )
    talk.say("x")
    assert talk.send("y").timer_action == "set"
    fired = talk.send(kind="timeout", data={"step_id": "wait"})
    assert [reply.text for reply in fired.replies] == ["B", "A"]


@pytest.mark.parametrize("step_id", ["gone", "", 5, None])
def test_a_session_whose_step_is_gone_starts_again(step_id: Any) -> None:
    talk = Talk(GREET, step_id=step_id, session={"age": "3"})
    outcome = talk.send("start")
    assert [reply.text for reply in outcome.replies] == ["Hello Bob! How old are you?"]
    assert (step_id is None) is not any(entry["at"] == "step_gone" for entry in outcome.trace)


@pytest.mark.parametrize("kind", ["emitter", "cron", "bot", "webhook"])
def test_other_events_are_tried_like_messages(kind: str) -> None:
    talk = Talk(bot(step("a", "A", (rule("event.kind", "equal", kind), "b")), step("b", "{$event.n$} {$event.now$}")))
    talk.say("x")
    outcome = talk.send("x", kind=kind, data={"n": 7})
    assert [reply.text for reply in outcome.replies] == ["7 2026-01-01T09:00:00+00:00"]


def test_an_empty_bot_says_nothing() -> None:
    outcome = Talk({}).send("hi")
    assert (outcome.step_id, outcome.replies, outcome.session_changed) == (None, [], False)


def test_the_trace_says_which_rule_failed_on_which_value() -> None:
    talk = Talk(GREET)
    talk.say("start")
    outcome = talk.send("12")
    tried = [entry for entry in outcome.trace if entry["at"] == "connection"]
    assert tried[0] == {
        "at": "connection", "step": "ask", "group": 0, "connection": 0, "held": False,
        "rules": [{"rule": "session.age greater 17", "value": '"12"'}],
    }  # fmt: skip
    assert tried[1]["held"] is True


def test_the_trace_is_bounded_and_its_values_clipped() -> None:
    many = [{"target": f"session.k{index}", "source": "message.text"} for index in range(50)]
    outcome = Talk(bot(step("a", None, variables=many, group={})), limits=Limits(max_trace=10)).send("x" * 10_000)
    assert len(outcome.trace) == 10
    assert outcome.trace[-1] == {"at": "trace_full", "dropped": 42}
    assert all(len(str(entry)) < 400 for entry in outcome.trace)


def test_params_attachments_and_buttons_are_filled_in() -> None:
    message = {
        "text": "Hi",
        "params": {"buttons": [{"text": "{$user.name$}", "value": "{$user$}"}]},
        "attachments": ["{$message.attachments.0$}"],
    }
    document = bot({"id": "a", "message": message})
    reply = Talk(document).send("x", attachments=[{"id": "f1"}]).replies[0]
    assert reply.params["buttons"][0] == {"text": "Bob", "value": {"name": "Bob", "id": "u1", "username": "bob"}}
    assert reply.attachments == [{"id": "f1"}]


def test_a_message_that_comes_to_nothing_is_not_sent() -> None:
    outcome = Talk(bot(step("a", "{$session.nothing$}"))).send("x")
    assert outcome.replies == []
    assert {"at": "undefined", "path": "session.nothing"} in outcome.trace


def test_replies_hold_no_text_that_a_database_refuses() -> None:
    outcome = Talk(bot(step("a", "{$message.text$}"))).send("a\x00b\ud800")
    assert outcome.replies[0].text == "a�b���" or outcome.replies[0].text.startswith("a�b")
    outcome.replies[0].text.encode()


def test_what_a_bot_says_unchanged_is_storable_too() -> None:
    document = bot({"id": "a", "message": {"text": "x", "params": {"k": ["a\x00"]}}})
    assert Talk(document).send("x").replies[0].params == {"k": ["a�"]}


@pytest.mark.parametrize("frames", [[5], [{}], [{"step_id": []}], [{"step_id": "idle", "template_id": None}]])
def test_frames_of_any_shape_are_survived(frames: Any) -> None:
    outcome = Talk(GREET, step_id="ask", frames=frames).send("start")
    assert outcome.step_id == "ask"
    assert outcome.frames == []


DOUBLE = [{"target": "session.l", "source": "session.l", "mode": "append"}] * 3


@pytest.mark.parametrize(
    ("text", "extra"),
    [
        ("x", {"variables": DOUBLE}),
        ("x" * 10_000, {"rules": rule("message.text", "matches", "(a|b|x)*x(a|b|x){300}c")}),
        ("x" * 90_000, {"message": "{$message.text|upper|lower|title|json|length$}" * 500}),
    ],
    ids=["doubling list", "slow pattern", "long text"],
)
def test_a_turn_that_works_too_much_ends(text: str, extra: dict[str, Any]) -> None:
    ways = [(extra["rules"], "p")] * 50 if "rules" in extra else []
    document = bot(
        step("w", "W", "p"),
        step("p", extra.get("message"), *ways, "p", is_proxy=True, variables=extra.get("variables")),
    )
    talk = Talk(document, session={"l": []})
    talk.say("hi")
    begin = time.process_time()
    outcome = talk.send(text)
    assert time.process_time() - begin < 10
    assert outcome.error is not None
    assert (outcome.error.code, outcome.step_id) == ("too_much_work", "w")
