"""Whatever a form sends: a preset refuses it, or draws a fragment that a bot can hold, with ids of its own and names as
they were given."""

from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from pydantic import ValidationError

from dbcv.domains.media.service.icons import shipped
from dbcv.engine.operators import OPERATORS, TYPES
from dbcv.presets.catalogue import PRESETS
from dbcv.presets.if_else import Rule
from dbcv.presets.inputs import schema_of
from dbcv.presets.preset import Refused
from tests.examples import tried
from tests.presets.fragments import bot_of, fragment, problems_of

PATHS = ["session.a", "user.name", "message.text", "bot.x.0", "session.возраст", "template.v"]
HOSTILE = [
    "{$bot.token$}",
    "{$none$}",
    "{$",
    '"}',
    "<script>",
    "p/if",
    "p/then",
    "a.b",
    "session",
    "user.id",
    "today",
    "(",
    ".*",
    "х" * 150,
]
TEXTS = st.one_of(
    st.sampled_from(PATHS + HOSTILE), st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=12)
)
PICKED = {"variable": st.sampled_from(PATHS), "operator": st.sampled_from(list(OPERATORS)), "text": TEXTS}


def values(schema: dict[str, Any], whole: dict[str, Any]) -> st.SearchStrategy[Any]:
    """What a form drawn from the schema may send."""
    if "$ref" in schema:
        return values(whole["$defs"][schema["$ref"].rpartition("/")[2]], whole)
    if "enum" in schema:
        return st.sampled_from(schema["enum"])
    if "anyOf" in schema:
        return st.one_of([values(each | {"x-pick": schema.get("x-pick")}, whole) for each in schema["anyOf"]])
    kind = schema.get("type")
    if isinstance(kind, list) or kind is None:
        return st.one_of(TEXTS, st.integers(-9, 99), st.booleans(), st.lists(TEXTS, max_size=2))
    if kind == "array":
        return st.lists(
            values(schema["items"], whole),
            min_size=schema.get("minItems", 0),
            max_size=min(schema.get("maxItems", 3), 3),
        )
    if kind == "object":
        return objects(schema, whole)
    return scalars(kind, schema)


def objects(schema: dict[str, Any], whole: dict[str, Any]) -> st.SearchStrategy[Any]:
    if "properties" not in schema:
        return st.dictionaries(TEXTS, st.sampled_from(PATHS), max_size=2)
    required = schema.get("required", [])
    each = {name: values(inner, whole) for name, inner in schema["properties"].items()}
    must = {name: each[name] for name in required}
    return st.fixed_dictionaries(must, optional={name: each[name] for name in each.keys() - must.keys()})


def scalars(kind: str, schema: dict[str, Any]) -> st.SearchStrategy[Any]:
    if kind == "integer":
        return st.integers(schema.get("minimum", 0), schema.get("maximum", 9))
    if kind == "number":
        return st.one_of(st.integers(-99, 99), st.floats(-1e6, 1e6))
    if kind == "string":
        texts = PICKED.get(schema.get("x-pick") or "", TEXTS)
        return texts.filter(lambda text: schema.get("minLength", 0) <= len(text) <= schema.get("maxLength", 10**6))
    return {"boolean": st.booleans(), "null": st.none()}[kind]


@pytest.mark.parametrize("preset_id", PRESETS)
@tried(40)
@given(data=st.data())
def test_no_inputs_make_an_invalid_document(preset_id: str, data: st.DataObject) -> None:
    schema = PRESETS[preset_id].inputs.model_json_schema()
    inputs = data.draw(values(schema, schema))
    try:
        drawn = fragment(preset_id, data.draw(st.sampled_from(["en", "ru"])), **inputs)
    except (ValidationError, Refused):
        assume(False)
    ids = [part["id"] for part in [*drawn.steps, *drawn.requests]]
    assert len(ids) == len(set(ids))
    assert all(each.startswith("p/") for each in ids)
    assert drawn.first_step_id == drawn.steps[0]["id"]
    assert {door.step_id for door in [*drawn.ways_out, *drawn.ways_in]} <= set(ids)
    assert problems_of(bot_of(drawn)) == []
    name = inputs.get("name", "").strip()
    assert all(step["name"].startswith(name) for step in drawn.steps)
    own = [step for step in drawn.steps if step.get("preset_id")]
    assert own[0] is drawn.steps[0]
    assert {(step["preset_id"], step["preset_icon_s3_key"]) for step in own} == {
        (preset_id, f"icons/{PRESETS[preset_id].icon}")
    }


@pytest.mark.parametrize("language", ["en", "ru"])
def test_every_field_has_its_words_in_both_languages(language: Any) -> None:
    for preset in PRESETS.values():
        assert preset.name[language] and preset.about[language]
        schema = schema_of(preset.inputs, language)
        english = schema_of(preset.inputs, "en")
        for form, plain in [
            (schema, english),
            *((schema["$defs"][each], english["$defs"][each]) for each in schema.get("$defs", {})),
        ]:
            for name, field in form["properties"].items():
                assert field["title"], name
                same = field["title"] == plain["properties"][name]["title"]
                assert same == (language == "en") or name == "code", (preset.id, name)


def test_every_preset_has_an_icon() -> None:
    assert {preset.icon for preset in PRESETS.values()} <= shipped().keys()


def test_rules_know_every_type_and_operator() -> None:
    for kind in TYPES:
        for operator in OPERATORS:
            assert Rule.model_validate({"field": "session.a", "operator": operator, "type": kind}).type == kind


@pytest.mark.parametrize(("preset_id", "inputs"), [
    ("question_date", {"text": "?", "save_as": "session.a", "earliest": "tomorrow"}),
    ("question_text", {"text": "?", "save_as": "user.id"}),
    ("question_text", {"text": "?", "save_as": "message.text"}),
    ("question_text", {"text": "?", "save_as": "session.a", "pattern": "(("}),
    ("question_choice", {"text": "?", "save_as": "session.a", "options": [{"text": "{$x$}"}]}),
    ("request", {}), ("request", {"request_id": "r", "url": "https://a.example"}), ("request", {"url": "ftp://a.example"}),
    ("request", {"url": "https://a.example", "headers": {"Host": "b"}}),
    ("delay", {"amount": 0}), ("delay", {"amount": True}), ("loop", {"items": "list"}),
    ("loop", {"items": "user.a$} {$user.b"}),
    ("split", {"variants": [{"name": "A"}]}), ("switch", {"cases": [{"values": [None]}]}), ("code", {"code": " "}),
    ("message", {"text": "a", "nmae": "b"}),
])  # fmt: skip
def test_what_cannot_be_meant_is_refused(preset_id: str, inputs: dict[str, Any]) -> None:
    with pytest.raises((ValidationError, Refused)):
        fragment(preset_id, **inputs)
