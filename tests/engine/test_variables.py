"""Paths, saving, path-wise changes."""

from typing import Any

import pytest

from dbcv.engine.limits import Limits
from dbcv.engine.paths import PathError, parse_path
from dbcv.engine.saving import normalise_variables
from dbcv.engine.variables import Change, apply_changes
from tests.engine.bots import Talk, bot, step

SET: Any = "set"
APPEND: Any = "append"


@pytest.mark.parametrize(
    ("document", "op", "path", "value", "expected"),
    [
        ({}, SET, "a", 1, {"a": 1}),
        ({}, SET, "a.b.c", 1, {"a": {"b": {"c": 1}}}),
        ({"a": 5}, SET, "a.b", 1, {"a": {"b": 1}}),
        ({"a": None}, SET, "a.b", 1, {"a": {"b": 1}}),
        ({"a": [1, 2]}, SET, "a.1", 9, {"a": [1, 9]}),
        ({"a": [1, 2]}, SET, "a.2", 9, {"a": [1, 2, 9]}),
        ({"a": [1, 2]}, SET, "a.3", 9, {"a": [1, 2]}),
        ({"a": [1, 2]}, SET, "a.01", 9, {"a": [1, 2]}),
        ({"a": [1, 2]}, SET, "a.-1", 9, {"a": [1, 2]}),
        ({"a": [1, 2]}, SET, "a.x", 9, {"a": [1, 2]}),
        ({"a": []}, SET, "a.0.b", 9, {"a": [{"b": 9}]}),
        ({"a": [5]}, SET, "a.0.b", 9, {"a": [{"b": 9}]}),
        ({"a": [5]}, SET, "a.7.b", 9, {"a": [5]}),
        ({}, SET, "a.0", 9, {"a": {"0": 9}}),
        ({}, APPEND, "a", 1, {"a": [1]}),
        ({"a": None}, APPEND, "a", 1, {"a": [1]}),
        ({"a": [1]}, APPEND, "a", [2], {"a": [1, [2]]}),
        ({"a": "text"}, APPEND, "a", 1, {"a": "text"}),
        ({"a": {}}, APPEND, "a", 1, {"a": {}}),
        ({}, APPEND, "x.y", 1, {"x": {"y": [1]}}),
        ({"x": 3}, APPEND, "x.y", 1, {"x": {"y": [1]}}),
        ({"x": [[1]]}, APPEND, "x.0", 2, {"x": [[1, 2]]}),
        ({"x": [[1]]}, APPEND, "x.1", 2, {"x": [[1], [2]]}),
        ({"x": [3]}, APPEND, "x.0", 2, {"x": [3]}),
    ],
)
def test_apply_changes(document: dict[str, Any], op: Any, path: str, value: Any, expected: dict[str, Any]) -> None:
    before = repr(document)
    assert apply_changes(document, [Change("bot", op, tuple(path.split(".")), value)]) == expected
    assert repr(document) == before


def test_changes_of_two_sessions_both_win() -> None:
    ours = [Change("bot", "set", ("a", "x"), 1), Change("bot", "append", ("list",), "ours")]
    theirs = [Change("bot", "set", ("a", "y"), 2), Change("bot", "append", ("list",), "theirs")]
    assert apply_changes(apply_changes({}, ours), theirs) == {"a": {"x": 1, "y": 2}, "list": ["ours", "theirs"]}


@pytest.mark.parametrize(
    ("written", "read"),
    [
        (None, []),
        ({"message.text": "session.a"}, [{"target": "session.a", "source": "message.text", "mode": "set"}]),
        ({"session.a": "message.text"}, [{"target": "session.a", "source": "message.text", "mode": "set"}]),
        ({"user.a": "session.b"}, [{"target": "session.b", "source": "user.a", "mode": "set"}]),
        ({"greeting": "session.g"}, [{"target": "session.g", "source": "greeting", "mode": "set"}]),
        ({"session.g": "greeting"}, [{"target": "session.g", "source": "greeting", "mode": "set"}]),
        ({"message.text": "bot.log|a"}, [{"target": "bot.log", "source": "message.text", "mode": "append"}]),
        ({"bot.log|a": "message.text"}, [{"target": "bot.log", "source": "message.text", "mode": "append"}]),
        ({"result.csv": "session.f|file|.csv"},
         [{"target": "session.f", "source": "result.csv", "mode": "file", "ext": ".csv"}]),
        ({"result.csv": "session.f|file"},
         [{"target": "session.f", "source": "result.csv", "mode": "file", "ext": ""}]),
    ],
)  # fmt: skip
def test_every_spelling_is_read(written: Any, read: list[dict[str, Any]]) -> None:
    assert normalise_variables(written) == read


def save(*entries: Any, **scopes: Any) -> Talk:
    return Talk(bot(step("a", None, variables=list(entries) if len(entries) != 1 else entries[0])), **scopes)


def test_shared_scopes_change_by_path_and_the_turn_sees_it() -> None:
    talk = save(
        {"target": "bot.count.total", "source": "message.text"},
        {"target": "channel.log", "source": "bot.count.total", "mode": "append"},
        {"target": "user.last|a", "source": "channel.log.0"},
        bot={"count": {"other": 1}},
    )
    outcome = talk.send("5")
    assert outcome.changes == [
        Change("bot", "set", ("count", "total"), "5"),
        Change("channel", "append", ("log",), "5"),
        Change("user", "append", ("last",), "5"),
    ]
    assert talk.state.bot == {"count": {"other": 1, "total": "5"}}
    assert not outcome.session_changed


def test_keys_in_any_script() -> None:
    talk = save({"message.text": "session.возраст"})
    assert talk.send("20").session == {"возраст": "20"}


def test_types_are_kept_and_missing_is_null() -> None:
    talk = save(
        [
            {"target": "session.params", "source": "message.params"},
            {"target": "session.none", "source": "message.nope"},
            {"target": "session.text", "source": "{$message.text|trim|upper$}!"},
            {"target": "session.yes", "source": True},
        ]
    )
    outcome = talk.send(" a ", params={"n": [1, {"x": None}]})
    assert outcome.session == {"params": {"n": [1, {"x": None}]}, "none": None, "text": "A!", "yes": True}


def test_facts_known_only_at_run_time_are_not_overwritten() -> None:
    talk = save([{"target": "user.telegram", "source": "message.text"}], facts={"user": {"telegram": 7}})
    outcome = talk.send("x")
    assert outcome.changes == []
    assert outcome.trace[-1] == {"at": "not_saved", "target": "user.telegram", "why": "a fact, read-only"}


def test_values_too_big_too_deep_or_not_json_are_not_saved() -> None:
    deep: Any = 1
    for _ in range(200):
        deep = {"a": deep}
    for value in ("x" * 2_000_000, deep, {"x": {1}}, float("inf")):
        outcome = save([{"target": "session.x", "source": "message.params"}]).send("t", params=value)
        assert outcome.session == {}
        assert outcome.trace[-1]["at"] == "not_saved"


def test_a_list_does_not_grow_for_ever() -> None:
    talk = Talk(bot(step("a", None, variables={"message.text": "session.l|a"})), limits=Limits(max_list_items=3))
    for _ in range(6):
        talk.say("x")
    assert talk.state.session["l"] == ["x"] * 3


@pytest.mark.parametrize(
    "text", ["", "x", "session..a", "session. a", "a.b", "session.{$x$}", "session.a|b", "session." + "a." * 99]
)
def test_what_is_no_path(text: str) -> None:
    with pytest.raises(PathError):
        parse_path(text)
