"""JSON Schema for the inputs and outputs of templates: judged in bounded time, nothing fetched, patterns linear.

A value may hold placeholders: what is only known in a turn fits anything, a text around placeholders is some text.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from contextvars import ContextVar
from dataclasses import dataclass
from itertools import islice
from typing import Any, Final

import re2  # type: ignore[import-untyped]
from jsonschema import Draft202012Validator  # type: ignore[import-untyped]
from jsonschema.exceptions import SchemaError, ValidationError  # type: ignore[import-untyped]
from jsonschema.validators import extend  # type: ignore[import-untyped]
from referencing import Registry
from referencing.exceptions import Unresolvable

from dbcv.engine.templating import compile_text

MAX_SCHEMA_CHARS: Final = 100_000
MAX_SCHEMA_DEPTH: Final = 40
MAX_WORK: Final = 20_000
MAX_FAULTS: Final = 20
_MAX_WORD_CHARS: Final = 200
DIALECT: Final = "https://json-schema.org/draft/2020-12/schema"
_REFUSED: Final = (
    "$id",
    "$dynamicRef",
    "$recursiveRef",
    "$vocabulary",
    "patternProperties",
    "unevaluatedItems",
    "unevaluatedProperties",
)
_UNSURE_WITH_VARIABLES: Final = frozenset(("enum", "const", "uniqueItems", "not", "oneOf", "contains", "if"))
_ONE: Final = ("items", "additionalProperties", "not", "if", "then", "else", "contains", "propertyNames")
_NAMED: Final = ("properties", "$defs", "definitions", "dependentSchemas")
_LISTED: Final = ("allOf", "anyOf", "oneOf", "prefixItems")


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong, at `path` within the schema or the value ("properties.age.type", "" for the whole)."""

    path: str
    message: str
    hint: str


class _TooMuchWorkError(Exception):
    """The schema leads round, or asks for more than a template's inputs can need."""


class _Variable:
    """In place of a value that is known in a turn only; `is_text`: it will surely be a text."""

    __slots__ = ("is_text",)

    def __init__(self, is_text: bool) -> None:
        self.is_text = is_text

    def __repr__(self) -> str:
        return "a text with variables" if self.is_text else "a variable"


VARIABLE: Final = _Variable(is_text=False)
_TEXT: Final = _Variable(is_text=True)
_work: ContextVar[list[int]] = ContextVar("work")
_Keyword = Callable[[Any, Any, Any, Any], Iterator[ValidationError] | None]


def schema_faults(schema: Mapping[str, Any]) -> list[Fault]:
    """Why a schema cannot be used for inputs or outputs; [] if it can."""
    if _depth_exceeds(schema, MAX_SCHEMA_DEPTH):
        return [Fault("", f"the schema is nested deeper than {MAX_SCHEMA_DEPTH}", "Use a simpler schema.")]
    if len(json.dumps(schema, ensure_ascii=False)) > MAX_SCHEMA_CHARS:
        return [Fault("", f"the schema is longer than {MAX_SCHEMA_CHARS} characters", "Use a simpler schema.")]
    wrong = [*islice(_form_faults(schema), MAX_FAULTS)]
    return wrong or [*islice(_keyword_faults(schema, ""), MAX_FAULTS)]


def value_faults(schema: Mapping[str, Any], value: Any) -> list[Fault]:
    """Why a value, placeholders and all, does not fit a schema; [] if it does or may."""
    if schema_faults(schema):
        return [Fault("", "the template's schema cannot be used", "Mend the schema of the template first.")]
    token = _work.set([MAX_WORK])
    try:
        errors = islice(_Validator(schema, registry=Registry()).iter_errors(_with_variables(value)), MAX_FAULTS)
        return [Fault(_path(error.absolute_path), _word(error), "Map a value that fits.") for error in errors]
    except (_TooMuchWorkError, RecursionError):
        return [Fault("", "the template's schema leads round or is too complicated", "Use a simpler schema.")]
    except Unresolvable as error:
        return [Fault("", f"the template's schema points at nothing: {_clip(str(error))}", "Mend its $ref.")]
    finally:
        _work.reset(token)


def _with_variables(value: Any) -> Any:
    """The value, variables in place of its placeholders."""
    if isinstance(value, str):
        text = compile_text(value)
        if text.constant is not None:
            return value
        call = text.single
        return _TEXT if call is None else VARIABLE
    if isinstance(value, dict):
        return {key: _with_variables(each) for key, each in value.items()}
    return [_with_variables(each) for each in value] if isinstance(value, list) else value


def _guarded(name: str, judge: _Keyword) -> _Keyword:
    """A keyword that counts its work, and lets pass what is not known yet."""

    def keyword(validator: Any, rule: Any, instance: Any, schema: Any) -> Iterator[ValidationError]:
        left = _work.get()
        left[0] -= 1
        if left[0] < 0:
            raise _TooMuchWorkError
        if isinstance(instance, _Variable):
            if name == "type" and instance.is_text and "string" not in ([rule] if isinstance(rule, str) else rule):
                yield ValidationError(f"a text with variables goes in, the template wants {rule}")
            elif name in ("$ref", "allOf"):
                yield from judge(validator, rule, instance, schema) or ()
        elif name not in _UNSURE_WITH_VARIABLES or not _holds_variable(instance):
            yield from judge(validator, rule, instance, schema) or ()

    return keyword


def _pattern(_validator: Any, rule: Any, instance: Any, _schema: Any) -> Iterator[ValidationError]:
    if isinstance(instance, str) and _compiled(rule).search(instance) is None:
        yield ValidationError(f"does not match {_clip(rule)}")


_KEYWORDS = {**Draft202012Validator.VALIDATORS, "pattern": _pattern}
_Validator = extend(
    Draft202012Validator,
    validators={
        name: _guarded(name, judge) if name not in _REFUSED else lambda *_: None for name, judge in _KEYWORDS.items()
    },
)


def _form_faults(schema: Mapping[str, Any]) -> Iterator[Fault]:
    """What the dialect's own schema says about a schema."""
    for error in Draft202012Validator(Draft202012Validator.META_SCHEMA).iter_errors(schema):
        yield Fault(_path(error.absolute_path), _word(error), "Write JSON Schema, 2020-12.")


def _keyword_faults(schema: Any, path: str) -> Iterator[Fault]:
    """What we do not take: other documents, keywords whose cost has no bound, patterns that are none."""
    if not isinstance(schema, dict):
        return
    for name in _REFUSED:
        if name in schema:
            yield Fault(_join(path, name), f"{name} cannot be used here", "Leave it out.")
    yield from _reference_faults(schema, path)
    if isinstance(schema.get("pattern"), str) and not _is_pattern(schema["pattern"]):
        hint = "Use RE2's syntax: no look-around, no back references."
        yield Fault(_join(path, "pattern"), "is no regular expression that can be used", hint)
    for where, each in _subschemas(schema):
        yield from _keyword_faults(each, _join(path, where))


def _reference_faults(schema: dict[str, Any], path: str) -> Iterator[Fault]:
    target, dialect = schema.get("$ref"), schema.get("$schema", DIALECT)
    if isinstance(target, str) and target != "#" and not target.startswith("#/"):
        yield Fault(_join(path, "$ref"), "points to another document", "Point within the schema: #/$defs/name.")
    if isinstance(dialect, str) and dialect.rstrip("#") != DIALECT:
        yield Fault(_join(path, "$schema"), "is another dialect", f"Leave it out, or write {DIALECT}.")


def _subschemas(schema: dict[str, Any]) -> Iterator[tuple[str, Any]]:
    for name in _ONE:
        if name in schema:
            yield name, schema[name]
    for name in _NAMED:
        if isinstance(schema.get(name), dict):
            yield from ((f"{name}.{key}", each) for key, each in schema[name].items())
    for name in _LISTED:
        if isinstance(schema.get(name), list):
            yield from ((f"{name}[{index}]", each) for index, each in enumerate(schema[name]))


def _is_pattern(text: str) -> bool:
    try:
        _compiled(text)
    except (re2.error, UnicodeEncodeError):
        return False
    return True


def _compiled(text: str) -> Any:
    options = re2.Options()
    options.log_errors = False
    return re2.compile(text, options)


def _holds_variable(value: Any) -> bool:
    pending = [value]
    while pending:
        item = pending.pop()
        if isinstance(item, _Variable):
            return True
        pending.extend(item.values() if isinstance(item, dict) else item if isinstance(item, list) else ())
    return False


def _depth_exceeds(value: Any, limit: int) -> bool:
    level = [value]
    for _ in range(limit + 1):
        level = [
            child
            for item in level
            if isinstance(item, (dict, list))
            for child in (item.values() if isinstance(item, dict) else item)
        ]
    return bool(level)


def _path(parts: Any) -> str:
    path = ""
    for part in parts:
        path = f"{path}[{part}]" if isinstance(part, int) else _join(path, str(part))
    return path


def _join(path: str, name: str) -> str:
    return f"{path}.{name}" if path else name


def _word(error: ValidationError | SchemaError) -> str:
    if error.validator == "required":
        return _clip(error.message)
    if error.validator == "type":
        wanted = error.validator_value
        return (
            f"has the wrong type, it should be {wanted if isinstance(wanted, str) else ' or '.join(map(str, wanted))}"
        )
    return _clip(error.message)


def _clip(text: str) -> str:
    return text if len(text) <= _MAX_WORD_CHARS else f"{text[:_MAX_WORD_CHARS]}…"
