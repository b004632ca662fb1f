"""Every preset talks on the real engine, down each of its ways."""

import re
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from dbcv.presets.catalogue import PRESETS
from dbcv.presets.split import BUCKETS, pattern, ranges
from tests.presets.fragments import fragment, said, talk

ASK = {"text": "Q?", "save_as": "session.kept", "retry": "No!"}


def test_a_message_waits_or_goes_on() -> None:
    drawn = fragment("message", text="Hi {$user.name$}", buttons=[{"text": "Go", "value": "go"}])
    begun = talk(drawn, user={"name": "Bob"})
    turn = begun.say("start")
    assert said(turn) == ["Hi Bob"]
    assert turn.outcome.replies[0].params == {"buttons": [{"text": "Go", "value": "go"}]}
    assert said(begun.say("go")) == ["<next>"]
    assert said(talk(fragment("message", text="Hi", waits=False, next_step_id="there")).say("x")) == ["Hi", "<there>"]


@pytest.mark.parametrize(("condition", "text", "way"), [
    ("AND", "yes 7", "<then>"), ("AND", "yes", "<else>"), ("OR", "yes", "<then>"), ("OR", "no", "<else>"),
])  # fmt: skip
def test_if_else(condition: str, text: str, way: str) -> None:
    rules = [{"field": "message.text", "operator": "contains", "value": part} for part in ("yes", "7")]
    assert said(talk(fragment("if_else", condition=condition, rules=rules)).say(text)) == [way]
    named = fragment("if_else", condition=condition, rules=rules, then_step_id="then", else_step_id="else")
    assert (len(named.steps), said(talk(named).say(text))) == (1, [way])


@pytest.mark.parametrize(("text", "way"), [("TEA", "<case-1>"), ("chai", "<case-1>"), ("2", "<b>"), ("x", "<default>")])
def test_switch(text: str, way: str) -> None:
    drawn = fragment("switch", cases=[{"values": ["tea", "chai"]}, {"values": [2], "next_step_id": "b"}])
    assert said(talk(drawn).say(text)) == [way]


def test_a_delay_waits_whatever_is_written() -> None:
    begun = talk(fragment("delay", amount=2, unit="hours"))
    assert said(begun.say("start")) == []
    assert [said(turn) for turn in begun.wait(7_000)] == []
    assert said(begun.say("are you there?")) == []
    assert [said(turn) for turn in begun.wait(200)] == [["<next>"]]
    hasty = talk(fragment("delay", amount=1, unit="days", written_step_id="soon", next_step_id="late"))
    hasty.state.step_id = "p/delay"  # as the bot's very first step it would take its first message for one meanwhile
    assert said(hasty.say("now!")) == ["<soon>"]
    assert hasty.wait(100_000) == []


ANSWERS: list[tuple[str, dict[str, Any], list[str], dict[str, Any]]] = [
    ("text", {"min_length": 2, "max_length": 4}, ["", "a", "abcde"], {" abc ": "abc", "где": "где"}),
    ("text", {"pattern": "^[A-Z]{2}[0-9]+$"}, ["ab1", "AB"], {"AB12": "AB12"}),
    ("number", {}, ["", "x", "1,2,3", "0x10", "inf"], {"21": 21, "2,5": 2.5, "-3.0": -3.0, " 7 ": 7}),
    ("number", {"low": 1, "high": 10, "whole": True}, ["0", "11", "2.5", "ten"], {"10": 10, "1.0": 1}),
    ("number", {"low": 0.5}, ["0.4"], {"0.5": 0.5, "9e3": 9000.0}),
    ("email", {}, ["x", "a@b", "a b@c.de", "@c.de", "a@b..de", "a@c.de, b@c.de"], {" a.b@c.example ": "a.b@c.example"}),
    ("phone", {}, ["12", "abc", "+7 900 12", "1" * 16],
     {"+7 (900) 123-45-67": "+79001234567", "900.123 4567": "9001234567"}),
    ("date", {}, ["x", "31.02.2026", "2026-13-01", "1.2", ""],
     {"31.12.2026": "2026-12-31", "2026-12-31": "2026-12-31"}),
    ("date", {"earliest": "today", "latest": "2026-01-31"}, ["31.12.2025", "2026-02-01"], {"01.01.2026": "2026-01-01"}),
    ("rating", {"high": 3}, ["0", "4", "2.5", "x", ""], {"1": 1, "3": 3}),
    ("choice", {"options": [{"text": "Red tea", "value": "red"}, {"text": "1"}]}, ["green", ""],
     {"red": "red", "RED TEA": "red", "1": "1"}),
]  # fmt: skip


@pytest.mark.parametrize(
    ("kind", "more", "bad", "good"), ANSWERS, ids=lambda value: value if isinstance(value, str) else ""
)
def test_questions_judge_ask_again_and_keep_the_type(kind: str, more: dict, bad: list, good: dict) -> None:
    drawn = fragment(f"question_{kind}", **ASK, **more)
    for text, kept in good.items():
        begun = talk(drawn)
        assert said(begun.say("start")) == ["Q?"]
        for wrong in bad:
            assert (wrong, said(begun.say(wrong))) == (wrong, ["No!"])
            assert begun.value("session.kept") is not kept
        assert said(begun.say(text)) == ["<next>"]
        value = begun.value("session.kept")
        assert (value, type(value)) == (kept, type(kept))


def test_a_choice_leads_its_own_way_and_shows_its_buttons_again() -> None:
    options = [{"text": "A", "next_step_id": "a"}, {"text": "B"}, {"text": "C", "next_step_id": "c"}]
    drawn = fragment("question_choice", **ASK, options=options, next_step_id="b")
    for text in "abc":
        begun = talk(drawn)
        for turn in (begun.say("start"), begun.say("?")):
            assert [each["value"] for each in turn.outcome.replies[0].params["buttons"]] == ["A", "B", "C"]
        assert said(begun.say(text)) == [f"<{text}>"]
        assert begun.value("session.kept") == text.upper()


def test_a_file() -> None:
    picture = {"id": "1", "url": "u", "name": "a.png", "content_type": "image/png"}
    text = {"id": "2", "url": "u", "name": "a.txt", "content_type": "text/plain"}
    begun = talk(fragment("question_file", **ASK, kinds=["image", "video"]))
    assert said(begun.say("start")) == ["Q?"]
    assert said(begun.say("no file")) == ["No!"]
    assert said(begun.say("", attachments=[text])) == ["No!"]
    assert said(begun.say("", attachments=[picture])) == ["<next>"]
    assert begun.value("session.kept") == picture
    several = talk(fragment("question_file", **ASK, all_files=True))
    several.say("start")
    several.say("", attachments=[text, picture])
    assert several.value("session.kept") == [text, picture]


def test_a_question_gives_up_and_begins_anew() -> None:
    begun = talk(fragment("question_email", **ASK, max_tries=2, gave_up_step_id="ask_again", next_step_id="fine"))
    begun.say("start")
    assert said(begun.say("x")) == ["No!"]
    assert said(begun.say("y")) == ["<ask_again>"]
    assert begun.value("session._question.tries") == 2


@pytest.mark.parametrize("language", ["en", "ru"])
def test_questions_have_words_of_their_own(language: str) -> None:
    for kind, more, bad, _ in ANSWERS:
        begun = talk(fragment(f"question_{kind}", language, **{**ASK, "retry": ""}, **more))
        begun.say("start")
        (words,) = said(begun.say(bad[0]))
        assert any("а" <= letter <= "я" for letter in words) == (language == "ru")


@pytest.mark.parametrize(("reply", "way"), [
    ({"ok": True, "result": 5}, "<next>"), ({"ok": True, "result": None}, "<bad>"),
    ({"ok": False, "error": "x"}, "<bad>"),
])  # fmt: skip
def test_code(reply: dict, way: str) -> None:
    drawn = fragment(
        "code", code="async def main(message, variables):\n    return 5\n", save_as="session.n", failed_step_id="bad"
    )
    begun = talk(drawn, lambda effect: reply)
    assert said(begun.say("x")) == [way]
    assert begun.value("session.n") == reply.get("result")
    assert said(talk(fragment("code"), lambda effect: reply).say("x")) == ["<next>"]


@pytest.mark.parametrize(("status", "way"), [(200, "<ok>"), (500, "<failed>")])
def test_a_request(status: int, way: str) -> None:
    asked = []
    drawn = fragment("request", url="https://api.example/{$message.text$}", method="post",
                     json_field={"a": "{$message.text$}"}, headers={"X-A": "b"}, save_as="session.got")  # fmt: skip
    begun = talk(drawn, lambda effect: asked.append(effect) or {"status": status, "result": {"n": 1}})
    assert said(begun.say("seven")) == [way]
    assert (asked[0].url, asked[0].method, asked[0].json_field) == ("https://api.example/seven", "POST", {"a": "seven"})
    assert begun.value("session.got") == {"n": 1}
    known = fragment("request", request_id="r1", next_step_id="a", failed_step_id="b")
    assert known.requests == []
    assert said(talk(known, lambda effect: {"status": status}).say("x")) == [{200: "<a>", 500: "<b>"}[status]]


@pytest.mark.parametrize(("ok", "way"), [(True, "<ok>"), (False, "<failed>")])
def test_an_integration(ok: bool, way: str) -> None:
    asked = []
    drawn = fragment("integration", integration_id="telegram.send_message", config={"text": "{$message.text$}"},
                     credential_id="c", save_as="session.got")  # fmt: skip
    begun = talk(drawn, lambda effect: asked.append(effect) or {"ok": ok, "result": 1})
    assert said(begun.say("hey")) == [way]
    assert (asked[0].integration_id, asked[0].config, asked[0].credential_id) == (
        "telegram.send_message",
        {"text": "hey"},
        "c",
    )


@pytest.mark.parametrize("count", [0, 1, 3, 4, 5, 9])
def test_a_loop_says_each_item_of_a_list(count: int) -> None:
    items = [f"item {number}" for number in range(count)]
    drawn = fragment("loop", items="session.list", max_items=4, text="{$session.item_index|add:1$}. {$session.item$}")
    begun = talk(drawn, session={"list": items})
    expected = [f"{number + 1}. {item}" for number, item in enumerate(items[:4])]
    assert said(begun.say("go")) == [*expected, "<done>"]
    assert begun.value("session.item_count") == count


def test_a_loop_with_steps_of_its_own_that_wait() -> None:
    drawn = fragment("loop", items="user.list", item="session.it")
    (back,) = [door.step_id for door in drawn.ways_in]
    (each,) = [step for step in drawn.steps if step["id"] == "p/each"]
    each |= {"is_proxy": False, "message": {"text": "What of {$session.it$}?"}}
    each["connection_groups"] = [
        {"variables": {"message.text": "session.answers|a"}, "connections": [{"next_step_id": back}]}
    ]
    drawn.ways_out[:] = [door for door in drawn.ways_out if door.name == "done"]
    begun = talk(drawn, user={"list": ["a", None, "c"]})
    assert said(begun.say("go")) == ["What of a?"]
    assert said(begun.say("1")) == ["What of ?"]
    assert said(begun.say("2")) == ["What of c?"]
    assert said(begun.say("3")) == ["<done>"]
    assert begun.value("session.answers") == ["1", "2", "3"]


def test_the_longest_loop_fits_into_a_turn() -> None:
    begun = talk(
        fragment("loop", items="session.list", max_items=45, text="{$session.item$}"), session={"list": [*range(60)]}
    )
    assert said(begun.say("go")) == [*map(str, range(45)), "<done>"]


def test_a_split_shares_people_out_by_weight_and_keeps_them() -> None:
    drawn = fragment("split", variants=[{"name": "A", "weight": 3}, {"name": "B"}])
    count = {"<variant-1>": 0, "<variant-2>": 0}
    begun = talk(drawn)
    for _ in range(800):
        person = talk(drawn, user={"id": str(uuid4())}) if not begun.state.step_id else begun
        (way,) = said(person.say("x"))
        count[way] += 1
    assert 500 < count["<variant-1>"] < 700
    person = {"id": str(uuid4())}
    assert len({said(talk(drawn, user=person).say("x"))[0] for _ in range(5)}) == 1


def test_a_split_remembers() -> None:
    variants = [{"name": "user.name"}, {"name": "B", "next_step_id": "b"}]
    for known, way in (("user.name", "<variant-1>"), ("B", "<b>")):
        for _ in range(5):
            begun = talk(
                fragment("split", variants=variants, remember_as="user.test"), user={"id": str(uuid4()), "test": known}
            )
            assert said(begun.say("x")) == [way]
    begun = talk(fragment("split", variants=variants, remember_as="user.test"), user={"id": str(uuid4())})
    (way,) = said(begun.say("x"))
    assert begun.value("user.test") == {"<variant-1>": "user.name", "<b>": "B"}[way]


@pytest.mark.parametrize("weights", [[1, 1], [1, 2, 3], [1] * 10, [100, 1], [1, 100], [1, *[100] * 9]])
def test_the_buckets_of_a_split_are_all_somebodys(weights: list[int]) -> None:
    shares = ranges(weights)
    assert [low for low, _ in shares] == [0, *(high for _, high in shares[:-1])]
    assert shares[-1][1] == BUCKETS
    assert all(
        abs((high - low) / BUCKETS - weight / sum(weights)) < 0.01
        for (low, high), weight in zip(shares, weights, strict=True)
    )
    for window in range(7):
        patterns = [re.compile(pattern(low, high, window)) for low, high in shares]
        for number in range(BUCKETS):
            identity = f"0190-{number:02x}{'0' * window}"
            assert [bool(each.search(identity)) for each in patterns].count(True) == 1
            low, high = shares[[bool(each.search(identity)) for each in patterns].index(True)]
            assert low <= number < high


def test_a_jump() -> None:
    assert said(talk(fragment("jump", step_id="there")).say("x")) == ["<there>"]


def test_handing_over() -> None:
    begun = talk(fragment("handover", text="Calling", back_words=["bot"], minutes=10, nobody_text="Nobody"))
    assert said(begun.say("help")) == ["Calling"]
    assert said(begun.say("hello?")) == []
    assert begun.value("session.handover_asked_at") == "2026-01-01T09:00:00+00:00"
    assert said(begun.say("Bot")) == ["<back>"]
    late = talk(fragment("handover", minutes=10, next_step_id="menu"))
    assert said(late.say("help")) == ["I am calling a colleague. Please wait."]
    assert [said(turn) for turn in late.wait(601)] == [["Nobody is free right now.", "<menu>"]]
    ever = talk(fragment("handover", "ru"))
    assert said(ever.say("x")) == ["Зову коллегу. Подождите, пожалуйста."]
    assert (said(ever.say("y")), ever.wait(10**8)) == ([], [])


def test_a_sub_flow() -> None:
    drawn = fragment(
        "sub_flow",
        template_id="t1",
        inputs_mapping={"who": "{$message.text$}"},
        outputs_mapping={"said": "session.said"},
    )
    begun = talk(drawn)
    assert said(begun.say("Bob")) == ["Hello Bob", "<next>"]
    assert begun.value("session.said") == "Bob"


def test_every_preset_was_played() -> None:
    source = Path(__file__).read_text()
    kinds = {f"question_{kind}" for kind, *_ in ANSWERS}
    assert {each for each in PRESETS if f'"{each}"' not in source} - kinds == set()
