"""Who uses a variable: found by the engine's parsers and in code's syntax tree, shown by the API."""

from typing import Any

import pytest

from dbcv.domains.bots.document import normalise
from dbcv.domains.bots.document.usage import CodeUse, code_use, document_uses
from tests.domains.bots.documents import GREETER, imported


def read_by(body: str) -> list[tuple[str, bool]]:
    """The paths that a code step of these lines reads, and whether surely those."""
    found = code_use("async def main(message, variables):\n" + "".join(f"    {line}\n" for line in body.split("\n")))
    assert found.fault is None
    return [(".".join(each.keys), each.exact) for each in found.reads]


@pytest.mark.parametrize(
    ("body", "paths"),
    [
        ('return variables.get("user.name")', [("user.name", True)]),
        ('return variables["session"]["order"]["items"][0]', [("session.order.items.0", True)]),
        ('return variables.get("session", {}).get("age", 0)', [("session.age", True)]),
        ('s = variables.get("session") or {}\nreturn s["возраст"]', [("session.возраст", True)]),
        ('return (variables["user"] or {}).get("a") or variables["bot"]["b"]', [("user.a", True), ("bot.b", True)]),
        ('return "age" in variables["session"]', [("session.age", True)]),
        ('return message["text"].upper()', [("message.text", True)]),
        ('return [n for n in variables["bot"].values()]', [("bot", True)]),
        ('key = "a"\nreturn variables["session"][key]', [("session", False)]),
        ('key = "a"\nreturn variables["session"].get(key)', [("session", False)]),
        ("return dict(variables)", [("", False)]),
        ('s = variables["user"]\ns = variables["bot"]\nreturn s["a"]', [("bot", True), ("user.a", False)]),
        ('variables["session"]["x"] = 1', []),
        ('return variables["nonsense"]["x"]', []),
        ("return \"variables['user']['name']\"", []),
    ],
)
def test_code_is_followed(body: str, paths: list[tuple[str, bool]]) -> None:
    assert read_by(body) == paths


def test_what_code_returns_is_result() -> None:
    found = code_use('def main(m, v):\n def inner():\n  return {"no": 1}\n return {"n": 1, **v}\n')
    assert found.returns == (("n", 4), ("", 4))


@pytest.mark.parametrize(
    "code",
    [
        "(" * 5_000 + ")" * 5_000,
        "-" * 90_000 + "1",
        "async def main(m, v):\n return v" + "['a']" * 19_000,
        "async def main(m, v):\n return v" + "['a']" * 2_000,
        "async def main(m, v):\n return v" + ".get('a')" * 1_400,
        "if a:\n pass\n" + "elif a:\n pass\n" * 6_000,
        "async def main(m, v):\n return \0",
        "\ud800",
        "def main(m, v):\n  x" + "=v" * 40_000,
        "import os; os._exit(3)",
        "a" * 200_000,
    ],
)
def test_hostile_code_is_only_looked_at(code: str) -> None:
    assert isinstance(code_use(code), CodeUse)


def test_every_place_of_a_bot() -> None:
    uses = {(use.path, use.how, use.kind, use.place) for use in document_uses(normalise(GREETER))}
    assert uses >= {
        ("bot.greeting", "set", "initial", "variables.greeting"),
        ("bot.greeting", "read", "text", "steps[0].message.text"),
        ("session.age", "set", "saving", "steps[0].connection_groups[0].variables[0].target"),
        ("message.text", "read", "saving", "steps[0].connection_groups[0].variables[0].source"),
        ("session.age", "read", "rule", "steps[0].connection_groups[0].connections[0].rules.rules[0]"),
        ("session.age", "read", "input", "steps[1].template_instance.inputs_mapping.city"),
        ("session.forecast", "set", "output", "steps[1].template_instance.outputs_mapping.forecast"),
        ("session.age", "read", "integration", "steps[2].connection_groups[2].integration_config.text"),
        ("session.age", "read", "request", "requests[0].request_url"),
        ("session.age", "read", "widget", "widgets[0].body"),
        ("template.city", "read", "text", "templates[0].steps[0].message.text"),
        ("message.text", "read", "rule", "master_connection_groups[0].connections[0].rules.rules[0]"),
    }


def test_too_much_code_is_named_and_not_read() -> None:
    code = "async def main(message, variables):\n    return variables['session']['a']\n" + "# x\n" * 20_000
    group = {"search_type": "code", "code": code}
    document = {"name": "x", "steps": [{"id": str(n), "connection_groups": [group]} for n in range(8)]}
    notes = [use.note for use in document_uses(normalise(document)) if use.kind == "code" and use.how == "read"]
    assert [note is None for note in notes] == [True] * 6 + [False] * 2


async def usage(person: Any, bot_id: str, **query: Any) -> Any:
    answer = await person.client.get(f"/bots/{bot_id}/variables/usage", params=query)
    assert answer.status_code == 200, answer.text
    return answer.json()


async def test_one_variable_over_http(anna: Any) -> None:
    bot_id = (await imported(anna))["id"]
    found = await usage(anna, bot_id, path="session.age")
    (age,) = found["items"]
    assert (found["version"], age["path"], age["set"], age["read"]) == (1, "session.age", 1, 5)
    request = next(use for use in age["uses"] if use["kind"] == "request")
    assert [step["name"] for step in request["steps"]] == ["Look up"]
    assert {item["path"] for item in (await usage(anna, bot_id, path="session"))["items"]} == {
        "session.age",
        "session.forecast",
    }
    assert (await usage(anna, bot_id, path="session.nobody"))["items"] == []


async def test_all_variables_in_pages(anna: Any) -> None:
    bot_id = (await imported(anna))["id"]
    whole = (await usage(anna, bot_id))["items"]
    page, paths = await usage(anna, bot_id, limit=2), []
    while True:
        paths += [item["path"] for item in page["items"]]
        if page["next_cursor"] is None:
            break
        page = await usage(anna, bot_id, limit=2, cursor=page["next_cursor"])
    assert paths == [item["path"] for item in whole] == sorted(paths)
    assert next(item for item in whole if item["path"] == "template.city")["template_id"]


async def test_bad_paths_and_other_tenants(anna: Any, boris: Any) -> None:
    bot_id = (await imported(anna))["id"]
    for path in ("session..a", "a" * 501, ".".join("a" * 40), "session.{$x$}"):
        answer = await anna.client.get(f"/bots/{bot_id}/variables/usage", params={"path": path})
        assert answer.status_code == 422, path
    assert (await boris.client.get(f"/bots/{bot_id}/variables/usage")).status_code == 404
