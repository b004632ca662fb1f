"""What a person would say changed, between drafts and revisions, in two languages."""

import copy
import json
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from dbcv.domains.bots.document import normalise
from dbcv.domains.bots.document.diff import compare
from tests.domains.bots.documents import GREETER, add, changed, imported, parts, small, update


def said(before: dict[str, Any], after: dict[str, Any], language: Any = "en") -> list[str]:
    return [each.sentence for each in compare(normalise(before), normalise(after), language)]


def edited(change: Any) -> dict[str, Any]:
    document = copy.deepcopy(GREETER)
    change(document)
    return document


def step(document: dict[str, Any], step_id: str) -> dict[str, Any]:
    return next(each for each in document["steps"] if each["id"] == step_id)


def way(document: dict[str, Any], number: int) -> dict[str, Any]:
    return step(document, "ask")["connection_groups"][0]["connections"][number]


def older(document: dict[str, Any]) -> None:
    way(document, 0)["rules"]["rules"][0]["value"] = 20


CASES: list[tuple[Any, str, str]] = [
    (
        lambda d: d["emitters"].append({"name": "Evening", "cron": {"hour": "21", "minute": "0"}}),
        "Added schedule “Evening”",
        "Добавлено: расписание «Evening»",
    ),
    (
        lambda d: d["emitters"].append({"name": "Party", "send_at": "2030-01-01T09:00:00Z"}),
        "Added scheduled message “Party”",
        "Добавлено: отложенное сообщение «Party»",
    ),
    (
        lambda d: d["emitters"][0].update(message={"text": "Get up"}),
        "Schedule “Morning”: message changed",
        "Расписание «Morning»: изменено сообщение",
    ),
    (lambda d: d.update(name="Bye"), "The bot “Greeter” is called “Bye” now", "Бот «Greeter» теперь называется «Bye»"),
    (lambda d: step(d, "bye").update(name="End"), "Step “Bye” is called “End” now", "Шаг «Bye»: теперь «End»"),
    (
        lambda d: step(d, "bye")["message"].update(text="See you"),
        "“Bye” says “See you” instead of “Bye”",
        "«Bye» говорит «See you» вместо «Bye»",
    ),
    (
        older,
        "“Ask age”: to “Sub-flow” if session.age is greater than 20 instead of if session.age is greater than 17",
        "«Ask age»: к «Sub-flow» если session.age больше 20 вместо если session.age больше 17",
    ),
    (
        lambda d: way(d, 0).update(next_step_id="bye"),
        "“Ask age”: if session.age is greater than 17, go to “Bye” instead of “Sub-flow”",
        "«Ask age»: если session.age больше 17, перейти к «Bye» вместо «Sub-flow»",
    ),
    (
        lambda d: d["requests"][0].update(timeout_seconds=10),
        "Request “CRM” waits at most 10 s instead of at most 2.5 s",
        "Запрос «CRM» ждёт ответа не дольше 10 с вместо не дольше 2.5 с",
    ),
    (
        lambda d: d["requests"][0].update(retries=None),
        "Request “CRM”, more tries after a failure: as this server sets it instead of 1",
        "Запрос «CRM», повторы при сбое: как задано на сервере вместо 1",
    ),
    (
        lambda d: d["steps"].append({"id": "new", "name": "New"}),
        "Added step “New”",
        "Добавлено: шаг «New»",
    ),
    (
        lambda d: step(d, "bye").update(position=[1, 2]),
        "“Bye” was moved on the canvas",
        "«Bye» передвинут на холсте",
    ),
    (
        lambda d: d["variables"].update(visits=5),
        "The variable visits begins as 5 instead of 0",
        "Переменная visits сначала 5 вместо 0",
    ),
    (
        lambda d: step(d, "bye").update(is_proxy=True),
        "“Bye” goes on without waiting now",
        "«Bye» теперь не ждёт ответа",
    ),
    (lambda d: d["notes"][0].update(text="Forget"), "Added note “Forget”", "Добавлено: заметка «Forget»"),
    (
        lambda d: d["requests"][0].update(method="post"),
        "Request “CRM”: method changed",
        "Запрос «CRM»: изменено метод",
    ),
    (
        lambda d: d["templates"][0]["steps"][0]["message"].update(text="x"),
        "In the template “Forecast”: “End” says “x” instead of “in {$template.city$}”",
        "В шаблоне «Forecast»: «End» говорит «x» вместо «in {$template.city$}»",
    ),
    (
        lambda d: d.update(first_step_id="bye"),
        "The bot begins with “Bye” instead of “Ask age”",
        "Бот начинает с «Bye» вместо «Ask age»",
    ),
    (
        lambda d: d.update(first_step_id=None),
        "The bot has no step to begin with any more; it was “Ask age”",
        "Боту больше не с чего начать; было «Ask age»",
    ),
]


def test_every_change_is_said_in_both_languages() -> None:
    for change, english, russian in CASES:
        assert said(GREETER, edited(change))[0] == english
        assert said(GREETER, edited(change), "ru")[0] == russian


def test_equal_documents_differ_in_nothing() -> None:
    assert said(GREETER, copy.deepcopy(GREETER)) == []


def test_many_moves_are_one() -> None:
    steps = [{"id": f"{n}", "name": f"{n}"} for n in range(20)]
    moved = [each | {"position": [1, 1]} for each in steps]
    assert said({"name": "x", "steps": steps}, {"name": "x", "steps": moved}) == ["20 steps were moved on the canvas"]


@settings(max_examples=60, deadline=None)
@given(st.lists(st.integers(0, len(CASES) - 1), max_size=6), st.sampled_from(["en", "ru"]))
def test_whatever_differs_is_said(numbers: list[int], language: Any) -> None:
    document = copy.deepcopy(GREETER)
    for number in numbers:
        CASES[number][0](document)
    try:
        after = normalise(document)
    except Exception:  # noqa: BLE001 - one step added twice is no document
        return
    before = normalise(GREETER)
    assert bool(compare(before, after, language)) == (before != after)
    assert bool(compare(after, before, language)) == (before != after)


async def test_a_draft_against_its_revision(anna: Any, boris: Any) -> None:
    bot = await imported(anna, small())
    path = f"/bots/{bot['id']}/diff"
    begins = (await anna.client.get(path)).json()["differences"][0]
    assert begins["code"] == "first_step", "nothing is renamed"
    assert "instead of" not in begins["sentence"]
    await anna.client.post(f"/bots/{bot['id']}/publish")
    assert (await anna.client.get(path)).json() == {"since": 1, "to": "draft", "differences": [], "left_out": 0}
    first = (await parts(anna, "steps", bot["id"]))[0]["id"]
    await changed(anna, bot["id"], update("message", first, text="Hi"), add("step", name="More"))
    answer = (await anna.client.get(path, headers={"Accept-Language": "ru-RU,ru;q=0.9,en;q=0.8"})).json()
    assert {"text_changed", "part_added"} == {each["code"] for each in answer["differences"]}
    assert any("говорит «Hi» вместо «Hello»" in each["sentence"] for each in answer["differences"])
    back = (await anna.client.get(path, params={"from": "draft", "to": 1})).json()
    assert {"text_changed", "part_removed"} == {each["code"] for each in back["differences"]}
    for query, status in (({"from": 7}, 404), ({"from": "x"}, 422), ({"to": 0}, 422), ({"from": 2**31}, 422)):
        assert (await anna.client.get(path, params=query)).status_code == status, query
    assert (await boris.client.get(path)).status_code == 404
    assert len(json.dumps(answer)) < 10_000
