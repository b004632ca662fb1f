"""Does a tree have the shape of a bot document? Turns pydantic's errors into findings in the product's words, with the
nearest known name for a misspelt field. Called by the package, and by the conversation tests for their own file; reads
no files and knows no engine."""

import difflib
import types
from collections.abc import Callable, Sequence
from functools import cache
from typing import Any, TypeVar, Union, get_args, get_origin

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from dbcv.domains.bots.document.reading import join
from dbcv.domains.bots.document.script_shapes import AsWritten
from dbcv.domains.bots.document.shapes import FORMAT, VERSION, BotDocument, CredentialDocument
from dbcv.domains.bots.document.wording import Finding

Model = TypeVar("Model", bound=BaseModel)
_SECRET_NAMES = frozenset({"data", "secret", "token", "password", "value", "api_key", "key"})

# Names that people coming from other tools (or from memory) write, and what they are called here.
_CALLED_HERE = {
    "title": "name",
    "label": "name",
    "url": "request_url",
    "body": "json_field",
    "json": "json_field",
    "crons": "emitters",
    "credentials_id": "credential_id",
    "credentials": "credential_id",
    "groups": "connection_groups",
    "edges": "connections",
    "nodes": "steps",
    "next": "next_step_id",
    "timeout": "timeout_after",
    "delay": "timeout_after",
    "request": "request_id",
    "widget": "widget_id",
    "template": "template_instance",
    "proxy": "is_proxy",
    "type": "search_type",
    "buttons": "params",
    "condition": "rules",
    "start": "first_step_id",
}

_KINDS = {
    "string_type": "text",
    "int_type": "whole",
    "int_from_float": "whole",
    "bool_type": "flag",
    "list_type": "list",
    "dict_type": "object",
    "model_type": "object",
    "model_attributes_type": "object",
}


def shape_of(tree: Any) -> tuple[BotDocument | None, list[Finding]]:
    """The document as a model, or None with every finding about its shape."""
    if found := _format_findings(tree):
        return None, found
    return validate(BotDocument, tree)


def validate(root: type[Model], tree: Any) -> tuple[Model | None, list[Finding]]:
    """`tree` as a `root` model (of any file that people write), or None with every finding about its shape."""
    try:
        return root.model_validate(tree), []
    except ValidationError as error:
        return None, [_finding(details, root) for details in error.errors(include_url=False)]


def _format_findings(tree: Any) -> list[Finding]:
    """Another format or a newer version: nothing else that could be said about the file would help."""
    if not isinstance(tree, dict):
        return []
    if tree.get("format", FORMAT) != FORMAT:
        return [Finding("wrong_format", "format", {"value": tree["format"]})]
    version = tree.get("version", VERSION)
    if isinstance(version, int) and version > VERSION:
        return [Finding("newer_version", "version", {"value": version, "limit": VERSION})]
    return []


def _finding(details: ErrorDetails, root: type[BaseModel]) -> Finding:
    path = ""
    for part in details["loc"]:
        path = join(path, part)
    if details["type"] == "extra_forbidden":
        return _unknown(path, details, root)
    return _FINDINGS.get(details["type"], _wrong_type)(path, details)


def _wrong_type(path: str, details: ErrorDetails) -> Finding:
    value = details["input"]
    expected = _KINDS.get(details["type"]) or details.get("ctx", {}).get("expected", "object")
    if expected == "text" and isinstance(value, (int, float)) and not isinstance(value, bool):
        return Finding("number_for_text", path, {"value": value})
    return Finding("wrong_type", path, {"expected": expected, "found": _kind_of(value), "example": _example(expected)})


def _example(expected: str) -> str:
    return {"list": ": […]", "object": ": {…}", "text": ': "…"', "point": ": [0, 0]"}.get(expected, "")


def _kind_of(value: Any) -> str:
    kinds: dict[type, str] = {bool: "flag", str: "text", int: "number", float: "number", list: "list", dict: "object"}
    return kinds.get(type(value), "null")


def _missing(path: str, details: ErrorDetails) -> Finding:
    return Finding("missing", path, {"name": details["loc"][-1]})


def _unknown(path: str, details: ErrorDetails, root: type[BaseModel]) -> Finding:
    *place, last = details["loc"]
    name, model = str(last), _model_at(root, tuple(part for part in place if isinstance(part, str)))
    if model is CredentialDocument and name.lower() in _SECRET_NAMES:
        return Finding("secret_field", path, {"name": name})
    known = list(model.model_fields)
    nearest = _nearest(name, known)
    if nearest is None:
        return Finding("unknown_field", path, {"name": name, "known": ", ".join(known)})
    return Finding("misspelt_field", path, {"name": name, "nearest": nearest})


def _nearest(name: str, known: Sequence[str]) -> str | None:
    called_here = _CALLED_HERE.get(name.lower())
    if called_here in known:
        return called_here
    close = difflib.get_close_matches(name[:100].lower(), known, n=1, cutoff=0.6)
    return close[0] if close else None


@cache
def _model_at(root: type[BaseModel], place: tuple[str, ...]) -> type[BaseModel]:
    """The class whose fields are expected at a place: ("steps", "message") → MessageDocument."""
    model = root
    for name in place:
        model = _model_in(model.model_fields[name].annotation) or model
    return model


def _model_in(annotation: Any) -> type[BaseModel] | None:
    if isinstance(annotation, AsWritten):
        return annotation.model
    if isinstance(annotation, type) and not get_args(annotation) and issubclass(annotation, BaseModel):
        return annotation
    if get_origin(annotation) in (list, Union, types.UnionType) or hasattr(annotation, "__metadata__"):
        inside = (*get_args(annotation), *getattr(annotation, "__metadata__", ()))
        return next((model for arg in inside if (model := _model_in(arg))), None)
    return None


def _too_long(path: str, details: ErrorDetails) -> Finding:
    return Finding("too_long", path, {"size": len(details["input"]), "limit": details["ctx"]["max_length"]})


def _empty(path: str, _details: ErrorDetails) -> Finding:
    return Finding("empty", path)


def _range(path: str, details: ErrorDetails) -> Finding:
    ctx = details["ctx"]
    low, high = ctx.get("low", ctx.get("ge")), ctx.get("high", ctx.get("le"))
    if high is None:
        span = {"en": f"of {low} or more", "ru": f"не меньше {low}"}
    elif low is None:
        span = {"en": f"of {high} or less", "ru": f"не больше {high}"}
    else:
        span = {"en": f"between {low} and {high}", "ru": f"от {low} до {high}"}
    return Finding("out_of_range", path, {"value": details["input"], "range": span})


def _not_one_of(path: str, details: ErrorDetails) -> Finding:
    options = details["ctx"]["expected"].replace("'", "").replace(" or ", ", ")
    return Finding("not_one_of", path, {"value": details["input"], "options": options})


def _own(path: str, details: ErrorDetails) -> Finding:
    ctx = details.get("ctx", {})
    return Finding(details["type"], join(path, ctx["key"]) if "key" in ctx else path, ctx)


_FINDINGS: dict[str, Callable[[str, ErrorDetails], Finding]] = {
    "missing": _missing,
    "string_too_long": _too_long,
    "too_long": _too_long,
    "string_too_short": _empty,
    "too_short": _empty,
    "greater_than_equal": _range,
    "less_than_equal": _range,
    "range": _range,
    "literal_error": _not_one_of,
    "header_lines": _own,
    "cron_expression": _own,
    "time_zone": _own,
    "moment": _own,
    "two_times": _own,
    "own_words": _own,
}
