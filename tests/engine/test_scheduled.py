"""Emitters and crons: the message is said, the conversation stays where it is unless a rule asks for the event."""

from typing import Any

import pytest

from tests.engine.bots import Talk, bot, rule, says, step

KINDS = pytest.mark.parametrize("kind", ["emitter", "cron"])
MORNING = {"name": "Morning", "message": {"text": "Good morning, {$user.name|default:you$}! {$event.name$}"}}
SAVE = [{"target": "session.age", "source": "message.text"}]
ASK = bot(
    step("ask", "How old?", (says("21"), "b"), ({}, "c"), variables=SAVE), step("b", "B"), step("c", "Not a number")
)


def texts(outcome: Any) -> list[str]:
    return [reply.text for reply in outcome.replies]


@KINDS
def test_the_message_is_said_and_nothing_else_happens(kind: str) -> None:
    """Neither the ELSE answers for the person, nor is what they are asked for overwritten."""
    talk = Talk(ASK, step_id="ask")
    outcome = talk.send("", kind=kind, data=MORNING)
    assert texts(outcome) == ["Good morning, Bob! Morning"]
    assert (outcome.step_id, outcome.session_changed, outcome.timer_action) == ("ask", False, "keep")
    assert texts(talk.send("21")) == ["B"]


@KINDS
def test_a_rule_that_asks_for_the_event_moves_the_session(kind: str) -> None:
    asked = rule("event.name", "equal", "Morning")
    talk = Talk(bot(step("a", "A", ({}, "c"), (asked, "b")), step("b", "B", (says("x"), "c")), step("c", "C")))
    talk.say("x")
    outcome = talk.send("", kind=kind, data={"name": "Morning"})
    assert (texts(outcome), outcome.step_id) == (["B"], "b")


@KINDS
def test_master_groups_hear_it_first(kind: str) -> None:
    document = ASK | {
        "master_connection_groups": [
            {"connections": [{"next_step_id": "c"}], "variables": SAVE},
            {"connections": [{"rules": rule("event.kind", "equal", kind), "next_step_id": "b"}]},
        ]
    }
    outcome = Talk(document, step_id="ask").send("", kind=kind, data=MORNING)
    assert (texts(outcome), outcome.step_id) == (["Good morning, Bob! Morning", "B"], "b")
    assert outcome.session_changed is False


@KINDS
def test_it_begins_no_conversation(kind: str) -> None:
    outcome = Talk(ASK).send("", kind=kind, data=MORNING)
    assert (texts(outcome), outcome.step_id) == (["Good morning, Bob! Morning"], None)


def test_it_may_carry_a_widget_of_the_bot() -> None:
    document = ASK | {"widgets": [{"id": "w", "name": "Card", "body": "<b>{$event.kind$}</b>", "css": "", "js": ""}]}
    outcome = Talk(document, step_id="ask").send("", kind="cron", data={"message": {"widget_id": "w"}})
    assert outcome.replies[0].widget["body"] == "<b>cron</b>"
    gone = Talk(ASK, step_id="ask").send("", kind="cron", data={"message": {"text": "x", "widget_id": "w"}})
    assert texts(gone) == ["x"]


@pytest.mark.parametrize("message", [None, {}, "x", 5, [], {"text": 5}, {"text": None}, {"attachments": "x"}])
def test_an_odd_message_says_nothing_and_breaks_nothing(message: Any) -> None:
    outcome = Talk(ASK, step_id="ask").send("", kind="emitter", data={"message": message})
    assert (texts(outcome), outcome.step_id, outcome.error) == ([], "ask", None)
