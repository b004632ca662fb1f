"""Templates made of steps: what is found out about the selection, and that the bot means the same afterwards."""

import json
import re
from typing import Any

import pytest

from dbcv.domains.bots.document import normalise
from dbcv.domains.templates.document.library import judged
from dbcv.domains.templates.document.selection import Made, NotOneEntryError, made_of
from dbcv.domains.templates.document.wording import WORDS
from tests.domains.templates.things import draft, group, host, made
from tests.engine.bots import Talk, rule

CODE = """async def main(message, variables):
    s = variables["session"]
    return {"n": s["tmp"] + int(variables.get('session.age'))}
"""
NAMES = ("start", "ask", "calc", "bye", "other")
ASKING: dict[str, Any] = {
    "name": "Asking",
    "variables": {"greeting": "Hi"},
    "first_step_id": "start",
    "requests": [{"id": "crm", "request_url": "https://crm.example/{$session.age$}"}],
    "widgets": [{"id": "card", "body": "<b>{$session.age$}</b>"}],
    "steps": [
        {
            "id": "start",
            "name": "Start",
            "message": {"text": "Name?"},
            "connection_groups": [
                {
                    "variables": [{"target": "user.name", "source": "message.text"}],
                    "connections": [{"next_step_id": "ask"}],
                }
            ],
        },
        {
            "id": "ask",
            "name": "Ask",
            "position": [7, 8],
            "timeout_after": 60,
            "timeout_step_id": "other",
            "message": {"text": "{$bot.greeting$} {$user.name|upper$}, how old?", "widget_id": "card"},
            "connection_groups": [
                {
                    "variables": [
                        {"target": "session.age", "source": "message.text"},
                        {"target": "session.tmp", "source": 5},
                    ],
                    "connections": [
                        {"rules": rule("session.age", "greater", 17), "next_step_id": "calc"},
                        {"priority": 1, "next_step_id": "bye"},
                    ],
                }
            ],
        },
        {
            "id": "calc",
            "name": "Calc",
            "is_proxy": True,
            "connection_groups": [
                {
                    "search_type": "code",
                    "code": CODE,
                    "variables": [{"target": "session.list", "source": "result.n", "mode": "append"}],
                    "connections": [
                        {"rules": rule("result.n", "greater", 50), "next_step_id": "other"},
                        {"priority": 1, "next_step_id": "bye"},
                    ],
                }
            ],
        },
        {"id": "bye", "name": "Bye", "message": {"text": "Bye {$session.age$} {$session.list$}"}},
        {"id": "other", "name": "Other", "message": {"text": "Other {$session.age$}"}},
    ],
}


def with_uuids(document: dict[str, Any]) -> dict[str, Any]:
    """The document normalised, with ids as drafts have them."""
    text = json.dumps(normalise(document))
    for name in NAMES:
        text = text.replace(f'"{name}"', f'"{step_id(name)}"')
    return json.loads(text)


def step_id(name: str) -> str:
    return f"01890000-0000-7000-8000-00000000000{NAMES.index(name)}"


def select(document: dict[str, Any], *names: str, first: str | None = None) -> Made:
    return made_of(with_uuids(document), [step_id(name) for name in names], "T", first and step_id(first))


def ports(ports: Any) -> dict[str, Any]:
    return {port.name: (port.variable, port.schema.get("type")) for port in ports}


def test_inputs_outputs_and_types_are_found() -> None:
    found = select(ASKING, "ask", "calc")
    assert ports(found.inputs) == {"greeting": ("bot.greeting", "string"), "name": ("user.name", "string")}
    assert ports(found.outputs) == {
        "age": ("session.age", ["number", "string"]),
        "list": ("session.list", "array"),
        "exit": ("", ["integer", "null"]),
    }
    assert found.inputs_mapping == {"greeting": "{$bot.greeting$}", "name": "{$user.name$}"}
    assert found.outputs_mapping == {"age": "session.age", "list": "session.list"}
    assert found.body["inputs"]["required"] == ["name"]
    assert found.body["inputs"]["properties"]["greeting"]["default"] == "Hi"


def test_the_entry_and_the_ways_out_are_found() -> None:
    found = select(ASKING, "calc", "ask")
    assert found.entry_id == found.body["first_step_id"] == step_id("ask")
    assert [(way.place, number) for way, number in found.exits] == [
        ("steps[1].timeout_step_id", 1),
        ("steps[1].connection_groups[0].connections[1].next_step_id", 2),
        ("steps[2].connection_groups[0].connections[0].next_step_id", 1),
        ("steps[2].connection_groups[0].connections[1].next_step_id", 2),
    ]
    dense, problems = judged(found.body | {"description": ""})
    assert dense is not None
    assert problems == []


def test_everything_in_the_steps_is_renamed() -> None:
    body = select(ASKING, "ask", "calc").body
    ask, calc = body["steps"][:2]
    assert ask["message"]["text"] == "{$template.greeting$} {$template.name|upper$}, how old?"
    assert [each["target"] for each in ask["connection_groups"][0]["variables"]] == ["template.age", "template.tmp"]
    assert ask["connection_groups"][0]["connections"][0]["rules"]["rules"][0]["field"] == "template.age"
    code = calc["connection_groups"][0]["code"]
    assert code == CODE.replace('"session"', '"template"').replace("session.age", "template.age")
    assert body["widgets"][0]["body"] == "<b>{$template.age$}</b>"


@pytest.mark.parametrize(
    "code",
    [
        "async def main(message, variables):\n    return variables['session'][message['text']]",
        "async def main(message, variables):\n    return dict(variables)",
        "async def main(message, variables):\n    return list(variables['session'].values())",
        "async def main(message, variables:\n",
    ],
)
def test_what_code_reads_at_run_time_keeps_its_name(code: str) -> None:
    document = normalise(ASKING)
    document["steps"][2]["connection_groups"][0]["code"] = code
    found = select(document, "ask", "calc")
    assert found.body["steps"][0]["connection_groups"][0]["variables"][0]["target"] == "session.age"
    assert found.body["steps"][1]["connection_groups"][0]["code"] == code
    assert "variable_stays" in {note.code for note in found.notes}


def test_shared_variables_that_are_only_set_stay() -> None:
    found = select(ASKING, "start", "ask")
    assert {"user.name"} == {note.message.split()[0] for note in found.notes if note.code == "variable_shared"}
    assert found.body["steps"][0]["connection_groups"][0]["variables"][0]["target"] == "user.name"


def test_what_some_ways_out_do_not_set_is_not_lost() -> None:
    restart = {"connections": [{"rules": rule("message.text", "equal", "again"), "next_step_id": "start"}]}
    found = select(ASKING | {"master_connection_groups": [restart]}, "ask", "calc")
    assert {"age", "list"} <= ports(found.inputs).keys()
    assert found.inputs_mapping["age"] == "{$session.age$}"
    assert "tmp" not in ports(found.inputs)
    assert found.body["inputs"]["required"] == ["name"]


def test_an_unclear_beginning_is_said() -> None:
    with pytest.raises(NotOneEntryError) as error:
        select(ASKING, "start", "bye", "other")
    assert set(error.value.candidates) == {step_id("start"), step_id("bye"), step_id("other")}
    assert select(ASKING, "start", "bye", "other", first="start").entry_id == step_id("start")


def test_it_is_told_in_the_language_of_the_asker() -> None:
    """Nothing of it says more Latin words than names of variables and places."""
    document = normalise(ASKING)
    document["steps"][2]["connection_groups"][0]["code"] = (
        "async def main(message, variables):\n    return dict(variables)"
    )
    document["first_step_id"] = "ask"
    document["master_connection_groups"] = normalise(
        ASKING | {"master_connection_groups": [{"connections": [{"next_step_id": "calc"}]}]}
    )["master_connection_groups"]
    dense, chosen = with_uuids(document), [step_id(name) for name in ("ask", "calc")]
    found = made_of(dense, chosen, "T", step_id("ask"), "ru")
    assert {"variable_stays", "several_exits", "exit", "way_into_the_middle"} <= {note.code for note in found.notes}
    told = [note.message for note in found.notes] + [port.why for port in (*found.inputs, *found.outputs)]
    clear = select(ASKING, "ask", "calc")
    russian = made_of(with_uuids(ASKING), chosen, "T", None, "ru")
    properties = {**russian.body["inputs"]["properties"], **russian.body["outputs"]["properties"]}
    told += [port.why for port in (*russian.inputs, *russian.outputs)]
    told += [each["description"] for each in properties.values() if "description" in each]
    names = {port.variable for port in clear.inputs + clear.outputs} | {"null"}
    for text in told:
        plain = " ".join(word for word in text.split() if word.strip(",.:;") not in names and "[" not in word)
        assert re.search("[а-яё]", plain), text
        assert not re.search("[A-Za-z]", re.sub(r"(session|user|bot)\.\w+", "", plain)), text
    assert all(set(each) == {"en", "ru"} for each in WORDS.values())


async def test_answers_and_errors_are_in_the_language_of_the_asker(anna: Any) -> None:
    bot_id = await host(anna, ASKING)
    ids = {step["name"]: step["id"] for step in (await draft(anna, bot_id))["steps"]}
    headers = {"If-Match": "*", "Accept-Language": "ru"}
    wish: dict[str, Any] = {"bot_id": bot_id, "name": "Возраст", "step_ids": [ids["Calc"], ids["Bye"]], "replace": True}
    unclear = (await anna.client.post("/templates/from_steps", json=wish, headers=headers)).json()
    assert unclear["title"].startswith("Непонятно, откуда начать")
    assert {each["message"] for each in unclear["errors"]} == {
        f"первым может быть шаг «{name}»" for name in ("Calc", "Bye")
    }
    wish["first_step_id"] = ids["Calc"]
    middle = (await anna.client.post("/templates/from_steps", json=wish, headers=headers)).json()
    assert middle["errors"][0]["message"].startswith("ведёт в середину выбранного, к шагу «Bye»")
    wish |= {
        "first_step_id": None,
        "step_ids": [ids["Ask"], ids["Calc"]],
        "replace": False,
        "group_id": await group(anna),
    }
    result = await made(await anna.client.post("/templates/from_steps", json=wish, headers=headers))
    told = [*result["notes"], *({"message": each["why"]} for each in (*result["inputs"], *result["outputs"]))]
    assert all(re.search("[а-яё]", each["message"]) for each in told)


def words(document: dict[str, Any], *said: str) -> list[list[str]]:
    """What the bot answers to each message; its code is done here, from the scopes it would be given."""

    def answer(effect: Any) -> Any:
        scopes = effect.variables
        own = scopes["session"] if "age" in scopes["session"] else scopes["template"]
        return {"ok": True, "result": {"n": own["tmp"] + int(own["age"])}}

    talk = Talk(document, answer)
    return [talk.say(each) for each in said]


@pytest.mark.parametrize("library", [True, False])
async def test_the_bot_means_the_same_afterwards(anna: Any, library: bool) -> None:
    bot_id = await host(anna, ASKING)
    before = await draft(anna, bot_id)
    ids = {step["name"]: step["id"] for step in before["steps"]}
    wish: dict[str, Any] = {"bot_id": bot_id, "step_ids": [ids["Ask"], ids["Calc"]], "name": "Age", "replace": True}
    if library:
        wish["group_id"] = await group(anna)
    answer = await anna.client.post("/templates/from_steps", json=wish, headers={"If-Match": '"1"'})
    result = await made(answer)
    after = await draft(anna, bot_id)
    assert {step["name"] for step in after["steps"]} == {"Start", "Bye", "Other", "Age"}
    assert [each["exit"] for each in result["exits"]] == [1, 2, 1, 2]
    assert (result["template"]["group_id"] is not None) is library
    run = next(step for step in after["steps"] if step["name"] == "Age")
    assert (run["id"], run["position"]) == (result["instance_step_id"], [7, 8])
    for said in (("", "Bob", "12"), ("", "Bob", "30"), ("", "Bob", "80")):
        assert words(after, *said) == words(before, *said)
    assert words(after, "", "Bob", "80")[-1] == ["Other 80"]
    assert (await anna.client.post(f"/bots/{bot_id}/publish", json={})).status_code == 201


async def test_a_stale_draft_leaves_nothing_behind(anna: Any) -> None:
    bot_id = await host(anna, ASKING)
    before = await draft(anna, bot_id)
    step_ids = [step["id"] for step in before["steps"] if step["name"] in ("Ask", "Calc")]
    wish = {"bot_id": bot_id, "step_ids": step_ids, "name": "Age", "replace": True, "group_id": await group(anna)}
    answer = await anna.client.post("/templates/from_steps", json=wish, headers={"If-Match": '"9"'})
    assert answer.status_code == 412
    assert (await made(await anna.client.get("/templates"), 200))["items"] == []
    assert await draft(anna, bot_id) == before


async def test_selections_that_cannot_be_replaced_say_why(anna: Any) -> None:
    bot_id = await host(anna, ASKING)
    ids = {step["name"]: step["id"] for step in (await draft(anna, bot_id))["steps"]}
    wish: dict[str, Any] = {"bot_id": bot_id, "name": "x", "replace": True}
    headers = {"If-Match": "*"}
    several = wish | {"step_ids": [ids["Calc"], ids["Bye"]]}
    answer = await anna.client.post("/templates/from_steps", json=several, headers=headers)
    assert (answer.status_code, answer.json()["code"]) == (422, "not_one_entry")
    several["first_step_id"] = ids["Calc"]
    answer = await anna.client.post("/templates/from_steps", json=several, headers=headers)
    assert (answer.status_code, answer.json()["code"]) == (422, "ways_into_the_middle")
    for step_ids in ([bot_id], []):
        answer = await anna.client.post("/templates/from_steps", json=wish | {"step_ids": step_ids}, headers=headers)
        assert answer.status_code == 422
