"""The API's description is one that a client generator takes without a word, and that a person learns from."""

import json
import re
import subprocess
import warnings
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from openapi_spec_validator import OpenAPIV31SpecValidator

from dbcv.entrypoints.api import create_app
from tests.api_contract.conftest import page_of
from tests.api_contract.description import Description

ROOT = Path(__file__).resolve().parents[2]
PROBLEM = {"$ref": "#/components/responses/Problem"}


def test_it_is_valid_and_makes_no_warnings() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        page = page_of(create_app)
    faults = [
        f"{list(fault.absolute_path)}: {fault.message[:200]}" for fault in OpenAPIV31SpecValidator(page).iter_errors()
    ]
    assert faults == []


def test_every_call_has_a_name_of_its_own_that_is_a_word_in_every_language(description: Description) -> None:
    names = Counter(call.operation["operationId"] for call in description.calls())
    assert [name for name, times in names.items() if times > 1 or not re.fullmatch(r"[a-z][a-z0-9_]*", name)] == []
    assert [name for name in description.page["components"]["schemas"] if "__" in name] == []


def test_every_call_says_what_it_does_and_stands_under_a_described_tag(description: Description) -> None:
    tags = {tag["name"]: tag["description"] for tag in description.page["tags"]}
    for call in description.calls():
        assert len(call.operation["tags"]) == 1 and tags[call.operation["tags"][0]], call.name
        assert " " in call.operation["summary"], f"{call.name}: a list of calls says only {call.operation['summary']!r}"
    assert description.page["info"]["description"]


def test_every_body_has_a_shape_and_an_example_that_fits_it(description: Description) -> None:
    for call in description.calls():
        for media_type, content in call.bodies.items():
            assert content.get("schema"), f"{call.name}: {media_type} has no schema"
            examples = description.examples(content)
            assert examples, f"{call.name}: {media_type} has no example"
            for example in examples if media_type.endswith(("json", "yaml")) else ():
                schema = content["schema"] | {"components": description.page["components"]}
                faults = [
                    f"{fault.json_path}: {fault.message}" for fault in Draft202012Validator(schema).iter_errors(example)
                ]
                assert faults == [], call.name


def test_every_answer_has_a_shape(description: Description) -> None:
    bare = []
    for call in description.calls():
        for status, answer in call.operation["responses"].items():
            for content in description.resolved(answer).get("content", {}).values():
                schema = description.resolved(content.get("schema", {}))
                if (
                    not schema.keys() & {"properties", "items", "format", "anyOf", "oneOf"}
                    and schema.get("type") != "string"
                ):
                    bare.append(f"{call.name} {status}")
    assert bare == []


def test_every_error_is_the_one_problem(description: Description) -> None:
    for call in description.calls():
        errors = {status: each for status, each in call.operation["responses"].items() if status[0] in "45"}
        if call.path == "/health/ready":
            continue  # 503 has the same parts as 200
        assert errors or not call.path.startswith("/api/"), call.name
        for status, answer in errors.items():
            assert PROBLEM.items() <= answer.items() and answer["description"], f"{call.name} {status}"
    assert description.page["components"]["responses"].keys() == {"Problem"}


def test_what_needs_a_token_says_so(description: Description) -> None:
    schemes = description.page["components"]["securitySchemes"]
    assert all(scheme["description"] for scheme in schemes.values())
    for call in description.calls():
        for way in call.operation["security"]:
            assert way.keys() <= schemes.keys(), call.name
        assert ("401" in call.operation["responses"]) >= bool(call.operation["security"]), call.name


@pytest.fixture(scope="module")
def generator() -> list[str | Path]:
    return [ROOT / ".venv/bin/python", ROOT / "tools/install.py", "npm", "exec", "--", "openapi-typescript"]


def test_the_typescript_generator_takes_it_in_silence(tmp_path: Path, description: Description, generator: Any) -> None:
    (tmp_path / "openapi.json").write_text(json.dumps(description.page))
    made = subprocess.run(
        [*generator, tmp_path / "openapi.json", "--default-non-nullable=false", "-o", tmp_path / "schema.d.ts"],
        capture_output=True, text=True, timeout=60, cwd=ROOT,
    )  # fmt: skip
    assert made.returncode == 0, made.stdout + made.stderr
    said = [line for line in (made.stdout + made.stderr).splitlines() if not line.startswith("npm ")]
    assert not re.search(r"warn|error|⚠", "\n".join(said), re.IGNORECASE), said
    assert "operations" in (tmp_path / "schema.d.ts").read_text()
