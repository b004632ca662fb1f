"""A document that is wrong says so: every mistake at once, with its place, its line and how to mend it."""

import json
import time

import pytest

from dbcv.domains.bots import document
from dbcv.domains.bots.document.reading import read
from dbcv.kit.errors import Invalid

MINIMAL = {"name": "b"}


def faults(tree: object) -> dict[str, str]:
    """Path → message of what `parse` refuses in a tree written as JSON."""
    with pytest.raises(Invalid) as caught:
        document.parse(json.dumps(tree), "json")
    return {detail.path: detail.message for detail in caught.value.errors}


def hints(text: bytes | str, format: document.Format = "json") -> list[tuple[str, str, str]]:
    with pytest.raises(Invalid) as caught:
        document.parse(text, format)
    return [(detail.path, detail.message, detail.hint) for detail in caught.value.errors]


def test_the_smallest_document_gets_every_default() -> None:
    full = document.parse('{"name": "b", "steps": [{"id": "a", "connection_groups": [{"connections": [{}]}]}]}', "json")
    assert full["format"] == "dbcv.bot"
    assert full["version"] == 1
    assert full["variables"] == {}
    assert full["steps"][0] == {
        "id": "a",
        "name": "",
        "is_proxy": False,
        "timeout_after": None,
        "timeout_step_id": None,
        "position": [0, 0],
        "preset_id": None,
        "preset_icon_s3_key": None,
        "message": None,
        "template_instance": None,
        "connection_groups": [
            {
                "search_type": "message",
                "priority": 0,
                "request_id": None,
                "code": None,
                "integration_id": None,
                "integration_config": {},
                "credential_id": None,
                "variables": [],
                "connections": [{"priority": 0, "rules": {}, "filters": None, "next_step_id": None}],
            }
        ],
    }


def test_all_mistakes_come_at_once() -> None:
    found = faults(
        {
            "titel": 1,
            "steps": [{"id": 5, "is_proxy": "yes", "position": [1]}, {"id": "x", "timeout_after": -1}, {"id": "x"}],
            "requests": [
                {"id": "r", "method": "FETCH", "headers": {"X": "a\r\nb"}, "timeout_seconds": 301, "retries": -1},
                {"id": "q", "timeout_seconds": "5", "retries": 1.5, "timeout": 3},
            ],
            "emitters": [{"name": "m", "cron": {"minute": "!", "timezone": "Mars/Base"}, "send_at": "noon"}],
        }
    )
    assert set(found) == {
        "name",
        "titel",
        "steps[0].id",
        "steps[0].is_proxy",
        "steps[0].position",
        "steps[1].timeout_after",
        "steps[2].id",
        "requests[0].method",
        "requests[0].headers.X",
        "requests[0].timeout_seconds",
        "requests[0].retries",
        "requests[1].timeout_seconds",
        "requests[1].retries",
        "requests[1].timeout",
        "emitters[0].cron.minute",
        "emitters[0].cron.timezone",
        "emitters[0].send_at",
    }


@pytest.mark.parametrize(
    ("tree", "hint"),
    [
        ({**MINIMAL, "steps": [{"id": "a", "title": "x"}]}, "did you mean “name”?"),
        ({**MINIMAL, "steps": [{"id": "a", "mesage": {}}]}, "did you mean “message”?"),
        ({**MINIMAL, "stepz": []}, "did you mean “steps”?"),
        ({**MINIMAL, "templates": [{"id": "t", "steps": [{"id": "a", "isproxy": True}]}]}, "did you mean “is_proxy”?"),
        ({**MINIMAL, "zzzzzz": 1}, "known here: format, version, name"),
    ],
)
def test_an_unknown_field_names_the_nearest_known_one(tree: dict, hint: str) -> None:
    assert hint in hints(json.dumps(tree))[0][2]


def test_a_secret_is_refused_with_the_reason() -> None:
    tree = {**MINIMAL, "credentials": [{"id": "c", "provider": "telegram", "data": '{"token": "123:ABC"}'}]}
    assert hints(json.dumps(tree)) == [
        (
            "credentials[0].data",
            "“data”: a document never holds a secret",
            "remove it; the secret is asked for after the import",
        )
    ]


def test_the_language_of_the_words_can_be_chosen() -> None:
    with pytest.raises(Invalid) as caught:
        document.parse('{"name": 5}', "json", "ru")
    assert caught.value.errors[0].message == "нужен текст, а здесь число 5"


@pytest.mark.parametrize(
    ("tree", "path"), [({"format": "typebot", "x": 1}, "format"), ({"version": 2, "new_field": 1}, "version")]
)
def test_another_format_and_a_newer_version_are_said_alone(tree: dict, path: str) -> None:
    assert list(faults(tree)) == [path]


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ('{"name": "b", "variables": {"x": NaN}}', "NaN"),
        ('{"name": "b", "variables": {"x": -Infinity}}', "NaN"),
        ('{"name": "b", "variables": {"x": 1e999}}', "NaN"),
        ('{"name": "b", "variables": {"x": 9007199254740992}}', "browsers"),
        ('{"name": "b", "variables": {"x": ' + "9" * 100_000 + "}}", "browsers"),
        ('{"name": "b", "variables": {"x": "\\ud800"}}', "surrogate"),
        ('{"name": "b", "variables": {"\\udfff": 1}}', "surrogate"),
        ('{"name": "b", "variables": {"x": "a\\u0000b"}}', "NUL"),
        ('{"name": "a", "name": "b"}', "twice"),
        ('{"name": "b"', "cannot read"),
        ("[" * 1_000_000, "levels"),
        ('{"a":' * 1_000_000, "levels"),
        (b'{"name": "\xff"}', "UTF-8"),
        ("", "cannot read"),
        ("null", "expected an object"),
    ],
)
def test_what_cannot_be_kept_is_refused_with_words(text: bytes | str, word: str) -> None:
    started = time.process_time()
    found = hints(text)
    assert word in found[0][1]
    assert time.process_time() - started < 2


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("name: &x [a]\nsteps: *x", "aliases"),
        ("a: &a [1]\nb: &b [*a, *a]\nc: [*b, *b]", "aliases"),
        ("name: !!python/object/apply:os.system [id]", "tag"),
        ("name: !!binary aGk=", "tag"),
        ("name: a\nname: b", "twice"),
        ("name: b\nvariables: {x: .nan}", "NaN"),
        ("name: b\n---\nname: c", "more than one"),
        ("? [a, b]\n: c", "is not text"),
        ("1: c", "is not text"),
        ("name: [", "cannot read"),
        ("[" * 100_000, "levels"),
        ("name: b\n\tx: 1", "cannot read"),
        ("", "expected an object"),
        ("\x07", "cannot read"),
        ("name: '\ud800'", "cannot read"),
    ],
)
def test_yaml_is_no_wider_than_json(text: str, word: str) -> None:
    started = time.process_time()
    assert word in hints(text, "yaml")[0][1]
    assert time.process_time() - started < 2


def test_a_long_unclosed_text_is_read_in_linear_time() -> None:
    started = time.process_time()
    hints('{"name": "' + '\\"' * 2_000_000)
    assert time.process_time() - started < 3


def test_a_document_over_the_limit_is_refused_unread() -> None:
    assert "the limit is" in hints(" " * (document.MAX_BYTES["json"] + 1))[0][1]


def test_yaml_words_and_clocks_stay_text() -> None:
    text = "name: yes\nvariables: {a: on, b: 12:30, c: 2026-01-01, d: 007, e: 0x10, f: ~, g: true, h: 1e3}"
    parsed = document.parse(text, "yaml")
    assert parsed["name"] == "yes"
    assert parsed["variables"] == {
        "a": "on",
        "b": "12:30",
        "c": "2026-01-01",
        "d": "007",
        "e": "0x10",
        "f": None,
        "g": True,
        "h": 1000.0,
    }


@pytest.mark.parametrize(
    ("plain", "normal"),
    [
        ({"message.text": "session.name"}, {"target": "session.name", "source": "message.text", "mode": "set"}),
        ({"session.name": "message.text"}, {"target": "session.name", "source": "message.text", "mode": "set"}),
        ({"session.a": "user.b"}, {"target": "user.b", "source": "session.a", "mode": "set"}),
        ({"message.text": "user.log|a"}, {"target": "user.log", "source": "message.text", "mode": "append"}),
        ({"user.log|a": "message.text"}, {"target": "user.log", "source": "message.text", "mode": "append"}),
        ({"result": "bot.f|file|.csv"}, {"target": "bot.f", "source": "result", "mode": "file", "ext": ".csv"}),
    ],
)
def test_every_spelling_of_savings_becomes_the_list(plain: dict, normal: dict) -> None:
    full = document.normalise({**MINIMAL, "master_connection_groups": [{"variables": plain}]})
    assert full["master_connection_groups"][0]["variables"] == [{"ext": None} | normal]


def test_uuids_in_upper_and_lower_case_are_one_id() -> None:
    id = "aaaaaaaa-0000-4000-8000-000000000001"
    found = faults({**MINIMAL, "steps": [{"id": id}, {"id": id.upper()}]})
    assert found == {"steps[1].id": f"the id “{id.upper()}” is already used by steps[0]"}


def test_steps_of_a_template_have_ids_of_their_own() -> None:
    tree = {**MINIMAL, "steps": [{"id": "a"}], "templates": [{"id": "t", "steps": [{"id": "a"}]}]}
    assert document.normalise(tree)["templates"][0]["steps"][0]["id"] == "a"


def test_shape_and_sense_are_judged_together_one_word_for_one_mistake() -> None:
    tree = {
        **MINIMAL,
        "first_step_id": "gone",
        "steps": [
            {
                "id": "a",
                "message": {"text": 5},
                "connection_groups": [
                    {"connections": [{"next_step_id": 7}, {"rules": {"rules": [{"field": "x", "operator": "biger"}]}}]}
                ],
            }
        ],
    }
    errors = [problem for problem in document.problems(tree) if problem.severity == "error"]
    by_path: dict[str, list] = {}
    for problem in errors:
        by_path.setdefault(problem.path, []).append(problem)
    assert {
        "first_step_id",
        "steps[0].message.text",
        "steps[0].connection_groups[0].connections[0].next_step_id",
    } <= set(by_path)
    assert any("operator" in path for path in by_path)
    assert len(by_path["steps[0].connection_groups[0].connections[0].next_step_id"]) == 1
    assert by_path["steps[0].message.text"][0].step_id == "a"


@pytest.mark.parametrize("tree", [None, True, 5, "x", [], [1], {"steps": {}}, {"steps": [None, 1, []]}, {1: 2}])
def test_any_tree_is_judged_without_raising(tree: object) -> None:
    assert any(problem.severity == "error" for problem in document.problems(tree))


@pytest.mark.parametrize("format", ["json", "yaml"])
def test_every_part_that_is_read_has_its_line(format: document.Format) -> None:
    text = document.dump({**MINIMAL, "steps": [{"id": "a"}, {"id": "b", "message": {"text": "one\ntwo"}}]}, format)
    lines = read(text, format, with_lines=True).lines
    written = text.splitlines()
    assert '"b"' in written[lines["steps[1].id"] - 1] or "id: b" in written[lines["steps[1].id"] - 1]
    assert "text" in written[lines["steps[1].message.text"] - 1]


def test_a_deep_tree_from_the_api_does_not_exhaust_the_stack() -> None:
    deep: dict = {}
    for _ in range(100_000):
        deep = {"x": deep}
    with pytest.raises(Invalid, match="mistakes"):
        document.normalise({**MINIMAL, "variables": deep})
    while deep:
        deep = deep.pop("x")


def test_dumping_leaves_defaults_out() -> None:
    assert document.dump(MINIMAL, "yaml") == "format: dbcv.bot\nversion: 1\nname: b\n"
    steps = [
        {"id": "a", "message": {"text": "one\ntwo"}, "connection_groups": [{"connections": [{"next_step_id": "a"}]}]}
    ]
    assert document.dump({**MINIMAL, "first_step_id": "a", "steps": steps}, "yaml") == (
        "format: dbcv.bot\nversion: 1\nname: b\nfirst_step_id: a\nsteps:\n  - id: a\n    message:\n      text: |-\n"
        "        one\n        two\n    connection_groups:\n      - connections:\n          - {next_step_id: a}\n"
    )
