"""Template instances: scope, inputs and outputs, waiting inside, nesting, limits."""

from typing import Any

from tests.engine.bots import Talk, bot, rule, says, step


def template(name: str, *steps: dict[str, Any], **fields: Any) -> dict[str, Any]:
    return {"id": name, "name": name, "first_step_id": steps[0]["id"], "steps": list(steps), **fields}


def instance(name: str, inputs: Any = None, outputs: Any = None) -> dict[str, Any]:
    return {"template_id": name, "inputs_mapping": inputs or {}, "outputs_mapping": outputs or {}}


FORECAST = template(
    "t1",
    step(
        "q",
        "Which day in {$template.city$}?",
        (says("never"), "q"),
        "done",
        variables={"message.text": "template.forecast"},
    ),
    step("done", "Noted: {$template.forecast$} {$template.unit$}"),
    variables={"unit": "C"},
)
SUB = instance("t1", {"city": "{$session.city$}"}, {"forecast": "session.forecast"})


def test_a_template_asks_waits_and_hands_over() -> None:
    document = bot(
        step("sub", "Start", "bye", is_proxy=True, template_instance=SUB),
        step("bye", "Bye: {$session.forecast$} {$template.city$}"),
        templates=[FORECAST],
    )
    talk = Talk(document, session={"city": "Oslo"})
    outcome = talk.send("hi")
    assert [reply.text for reply in outcome.replies] == ["Start", "Which day in Oslo?"]
    assert (outcome.step_id, outcome.entered) == ("q", ["sub", "t1/q"])
    assert outcome.frames == [{"step_id": "sub", "template_id": "t1", "variables": {"unit": "C", "city": "Oslo"}}]
    outcome = talk.send("Monday")
    assert [reply.text for reply in outcome.replies] == ["Noted: Monday C", "Bye: Monday "]
    assert (outcome.step_id, outcome.frames, outcome.session["forecast"]) == ("bye", [], "Monday")
    assert outcome.taken == [("t1/q", 0, 1), ("sub", 0, 0)]


def test_a_holder_that_is_no_proxy_waits_afterwards() -> None:
    document = bot(step("sub", None, "bye", template_instance=SUB), step("bye", "Bye"), templates=[FORECAST])
    talk = Talk(document, step_id=None)
    document["steps"][0]["message"] = {"text": "S"}
    talk = Talk(document)
    talk.say("hi")
    outcome = talk.send("Monday")
    assert (outcome.step_id, outcome.frames) == ("sub", [])
    assert talk.say("now") == ["Bye"]


def test_a_silent_first_step_with_a_template_goes_on_as_a_proxy() -> None:
    end = template("t", step("end", "End"))
    document = bot(step("sub", None, "bye", template_instance=instance("t")), step("bye", "Bye"), templates=[end])
    assert Talk(document).say("hi") == ["End", "Bye"]


def test_templates_nest_and_keep_their_scopes_apart() -> None:
    inner = template("in", step("ask", "inner {$template.x$}", "out"), step("out", None, variables={}))
    outer = template(
        "out",
        step(
            "hold",
            None,
            "end",
            is_proxy=True,
            template_instance=instance("in", {"x": "{$template.y$}!"}, {"x": "template.z"}),
        ),
        step("end", "outer {$template.y$} {$template.z$}"),
    )
    document = bot(
        step("sub", "S", "bye", is_proxy=True, template_instance=instance("out", {"y": "Y"})),
        step("bye", "Bye"),
        templates=[inner, outer],
    )
    talk = Talk(document)
    assert talk.say("hi") == ["S", "inner Y!"]
    assert [frame["template_id"] for frame in talk.state.frames] == ["out", "in"]
    assert talk.say("x") == ["outer Y Y!", "Bye"]


def test_a_template_in_itself_stops() -> None:
    endless = template("t", step("s", "x", template_instance=instance("t")))
    outcome = Talk(bot(step("a", "A", template_instance=instance("t")), templates=[endless])).send("hi")
    assert outcome.error is not None
    assert outcome.error.code == "template_depth"
    assert (outcome.step_id, outcome.frames) == (None, [])


def test_a_master_that_moves_drops_the_frames() -> None:
    masters = [{"connections": [{"rules": says("stop"), "next_step_id": "bye"}]}]
    document = bot(
        step("sub", "S", "bye", is_proxy=True, template_instance=SUB),
        step("bye", "Bye"),
        templates=[FORECAST],
        master_connection_groups=masters,
    )
    talk = Talk(document, session={"city": "Oslo"})
    talk.say("hi")
    outcome = talk.send("stop")
    assert (outcome.step_id, outcome.frames) == ("bye", [])


def test_waiting_inside_keeps_the_template_scope() -> None:
    counting = template(
        "t",
        step(
            "n", "go",
            (rule("template.n", "greater_or_equal", 2), "end"),
            variables=[{"target": "template.n", "source": "{$template.n|add:1$}"}],
        ),
        step("end", "n={$template.n$}"),
        variables={"n": 0},
    )  # fmt: skip
    talk = Talk(bot(step("a", "A", is_proxy=True, template_instance=instance("t")), templates=[counting]))
    assert talk.say("x") == ["A", "go"]
    assert talk.say("x") == []
    assert talk.state.frames[0]["variables"] == {"n": 1}
    assert talk.say("x") == ["n=2"]


def test_timeouts_work_inside() -> None:
    slow = template("t", step("w", "wait", timeout_after=5, timeout_step_id="end"), step("end", "late"))
    talk = Talk(
        bot(step("a", None, "b", is_proxy=True, template_instance=instance("t")), step("b", "B"), templates=[slow])
    )
    outcome = talk.send("x")
    assert (outcome.step_id, outcome.timer_action) == ("w", "set")
    fired = talk.send(kind="timeout", data={"step_id": "w"})
    assert [reply.text for reply in fired.replies] == ["late", "B"]
    assert fired.timer_action == "cancel"


def test_frames_that_fit_no_longer_start_the_session_again() -> None:
    talk = Talk(bot(step("a", "A"), templates=[FORECAST]), step_id="q", frames=[{"step_id": "a", "template_id": "t1"}])
    assert talk.say("x") == ["A"]
