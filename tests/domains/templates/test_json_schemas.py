"""Schemas of inputs and outputs: hostile ones end at once, values with placeholders are judged as far as known."""

import time
from typing import Any

import pytest

from dbcv.domains.templates.document.json_schemas import schema_faults, value_faults

PERSON = {
    "type": "object",
    "properties": {
        "age": {"type": "integer", "minimum": 3},
        "name": {"type": "string", "pattern": "^a+$"},
        "kind": {"enum": [1, 2]},
        "inner": {"type": "object", "properties": {"x": {"type": "number"}}, "required": ["x"]},
        "list": {"type": "array", "uniqueItems": True, "items": {"type": "integer"}},
    },
}
DOUBLING = {f"a{n}": {"allOf": [{"$ref": f"#/$defs/a{n + 1}"}] * 2} for n in range(30)} | {"a30": {}}


@pytest.mark.parametrize(
    ("value", "wrong"),
    [
        ({"age": 5, "name": "aa", "kind": 1, "inner": {"x": 1.5}, "list": [1, 2]}, []),
        ({"age": "{$session.age$}", "kind": "{$user.kind$}", "inner": {"x": "{$bot.x$}"}}, []),
        ({"list": ["{$user.a$}", "{$user.a$}", 1]}, []),
        ({"inner": "{$session.whole$}"}, []),
        ({"age": "about {$session.age$}"}, ["age"]),
        ({"name": "about {$session.age$}"}, []),
        ({"age": 2, "name": "b", "kind": 3, "inner": {}, "list": [1, 1]}, ["age", "name", "kind", "inner", "list"]),
        ({"inner": {"x": "a {$user.b$}"}}, ["inner.x"]),
    ],
)
def test_values_are_judged_as_far_as_they_are_known(value: Any, wrong: list[str]) -> None:
    assert [fault.path for fault in value_faults(PERSON, value)] == wrong


@pytest.mark.parametrize(
    ("schema", "path"),
    [
        ({"$ref": "https://evil.example/x"}, "$ref"),
        ({"properties": {"a": {"$ref": "file:///etc/passwd"}}}, "properties.a.$ref"),
        ({"type": "nonsense"}, "type"),
        ({"pattern": "(?=a)"}, "pattern"),
        ({"items": {"pattern": "("}}, "items.pattern"),
        ({"patternProperties": {"(a+)+$": {}}}, "patternProperties"),
        ({"unevaluatedProperties": False}, "unevaluatedProperties"),
        ({"$id": "https://evil.example/"}, "$id"),
        ({"$schema": "http://json-schema.org/draft-04/schema#"}, "$schema"),
        ({"description": "x" * 200_000}, ""),
    ],
)
def test_schemas_that_cannot_be_used(schema: dict[str, Any], path: str) -> None:
    assert [fault.path for fault in schema_faults(schema)] == [path]


def test_a_deep_schema_is_refused() -> None:
    schema: dict[str, Any] = {}
    for _ in range(5_000):
        schema = {"not": schema}
    assert [fault.path for fault in schema_faults(schema)] == [""]


@pytest.mark.parametrize(
    "schema",
    [
        {"$ref": "#"},
        {"allOf": [{"$ref": "#"}]},
        {"$ref": "#/nowhere"},
        {"$defs": DOUBLING, "$ref": "#/$defs/a0"},
        {"const": {"$ref": "https://evil.example/x"}, "anyOf": [{"$ref": "#/const"}]},
        {"pattern": "(a+)+$"},
    ],
)
def test_hostile_schemas_end_at_once(schema: dict[str, Any]) -> None:
    began = time.perf_counter()
    assert value_faults(schema, "a" * 10_000 + "!")
    assert time.perf_counter() - began < 5
