"""Whether an instance fits its template: values against the inputs, targets against the outputs. Called by the service
when an instance is saved, and to say what a new version of a template breaks."""

from collections.abc import Iterator, Mapping
from typing import Any

from dbcv.domains.templates.document.json_schemas import VARIABLE, value_faults
from dbcv.engine.problems import Problem, ProblemList
from dbcv.engine.saving import compile_target

Part = Mapping[str, Any]


def mapping_problems(instance: Part, template: Part) -> list[Problem]:
    """What is wrong with an instance's mappings; paths lie within the instance ("inputs_mapping.city")."""
    return [*_input_problems(instance["inputs_mapping"], template), *_output_problems(instance, template["outputs"])]


def _input_problems(mapping: Part, template: Part) -> Iterator[Problem]:
    schema = template["inputs"]
    names = properties(schema)
    required = schema.get("required")
    missing = [name for name in required if name not in mapping] if isinstance(required, list) else []
    known = {name for name, each in names.items() if isinstance(each, dict) and "default" in each}
    for name in missing:
        if name not in known and name not in template["variables"]:
            message = f'the template "{template["name"]}" needs the input "{str(name)[:80]}"'
            yield _problem("missing_input", f"inputs_mapping.{str(name)[:80]}", message, "Map a value to it.")
    if names and schema.get("additionalProperties") is not True:
        for name in mapping:
            if name not in names:
                hint = f"Use one of its inputs: {', '.join(list(names)[:20])}."
                yield _problem("unknown_input", f"inputs_mapping.{name}", "the template has no such input", hint)
    for fault in value_faults(schema, {**dict.fromkeys(missing, VARIABLE), **mapping}):
        path = f"inputs_mapping.{fault.path}" if fault.path else "inputs_mapping"
        yield _problem("bad_input", path, fault.message, fault.hint)


def _output_problems(instance: Part, schema: Part) -> Iterator[Problem]:
    names = properties(schema)
    for name, target in instance["outputs_mapping"].items():
        path = f"outputs_mapping.{name}"
        if names and name not in names:
            hint = f"Use one of its outputs: {', '.join(list(names)[:20])}."
            yield _problem("unknown_output", path, "the template has no such output", hint)
        faults = ProblemList()
        compile_target(target, path, faults)
        yield from faults.all


def properties(schema: Part) -> dict[str, Any]:
    """The named properties of an object's schema."""
    found = schema.get("properties")
    return found if isinstance(found, dict) else {}


def _problem(code: str, path: str, message: str, hint: str) -> Problem:
    return Problem("error", code, path, message, hint)
