"""JSON Schema types of variables, guessed from how a bot uses them. Pure; called by selection. A guess that nothing
supports is no type at all, and two that contradict each other are both allowed."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from typing import Any

from dbcv.domains.templates.document.renaming import Variable
from dbcv.engine.operators import BY_SPELLING
from dbcv.engine.paths import Path, PathError, index_of, parse_path
from dbcv.engine.problems import ProblemList
from dbcv.engine.saving import compile_saves
from dbcv.engine.templating import compile_text

Evidence = tuple[Variable, str]
_OF_RULE = {"string": "string", "number": "number", "double": "number", "integer": "integer", "boolean": "boolean"}
_NUMERIC = frozenset(("less", "less_or_equal", "greater", "greater_or_equal", "between", "not_between"))
_TEXTUAL = frozenset(("begins_with", "not_begins_with", "ends_with", "not_ends_with", "matches", "not_matches"))
_TEXT_FILTERS = frozenset(("upper", "lower", "title", "trim", "truncate", "replace", "split", "date"))


def guessed_types(document: Mapping[str, Any]) -> dict[Variable, set[str]]:
    """{(scope, key): JSON Schema types} for whatever the document gives a hint about."""
    found: dict[Variable, set[str]] = defaultdict(set)
    for variable, kind in _evidence(document):
        found[variable].add(kind)
    return found


def schema_of(types: set[str]) -> dict[str, Any]:
    """The types as a schema: {} for none, one by its name, several as a list."""
    kept = sorted(types - {"integer"} if "number" in types else types)
    return {} if not kept else {"type": kept[0] if len(kept) == 1 else kept}


def kind_of(value: Any) -> str | None:
    """The JSON Schema type of a value; None for null."""
    if isinstance(value, bool):
        return "boolean"
    for kind, name in ((int, "integer"), (float, "number"), (str, "string"), (list, "array"), (dict, "object")):
        if isinstance(value, kind):
            return name
    return None


def _evidence(document: Mapping[str, Any]) -> Iterator[Evidence]:
    for name, value in document["variables"].items():
        yield from _of("bot", name, kind_of(value))
    flows = [document["steps"], *(template["steps"] for template in document["templates"])]
    steps = [step for each in flows for step in each]
    groups = [*document["master_connection_groups"], *(group for step in steps for group in step["connection_groups"])]
    for group in groups:
        yield from _savings(group["variables"])
        for connection in group["connections"]:
            yield from _rules(connection["rules"])
    yield from _texts([steps, document["requests"], document["widgets"], document["master_connection_groups"]])


def _of(scope: str, key: str, kind: str | None) -> Iterator[Evidence]:
    if kind is not None:
        yield (scope, key), kind


def _deeper(path: Path) -> Iterator[Evidence]:
    """A key below a variable: it is a list or an object."""
    if len(path.keys) > 1:
        yield from _of(path.scope, path.keys[0], "array" if index_of(path.keys[1]) is not None else "object")


def _savings(entries: list[Any]) -> Iterator[Evidence]:
    for entry in entries:
        for save in compile_saves([entry], "", ProblemList()):
            yield from _deeper(save.target)
            if len(save.target.keys) > 1:
                continue
            kind: str | None = None
            if save.mode == "append":
                kind = "array"
            elif save.mode == "file":
                kind = "object"
            elif save.source_path is not None:
                kind = "string" if save.source_path.text == "message.text" else None
            elif save.source_value is not None:
                kind = _of_source(entry["source"])
            yield from _of(save.target.scope, save.target.keys[0], kind)


def _of_source(source: Any) -> str | None:
    """A constant has its type, a text around placeholders is a text, a placeholder alone may be anything."""
    if isinstance(source, str) and compile_text(source).single is not None:
        return None
    return kind_of(source)


def _rules(rules: Any) -> Iterator[Evidence]:
    pending = [rules]
    while pending:
        rule = pending.pop()
        if not isinstance(rule, dict):
            continue
        pending += rule["rules"] if isinstance(rule.get("rules"), list) else []
        try:
            path = parse_path(rule["field"]) if isinstance(rule.get("field"), str) else None
        except PathError:
            path = None
        if path is not None and path.keys:
            yield from _deeper(path)
            if len(path.keys) == 1:
                yield from _of(path.scope, path.keys[0], _of_rule_value(rule))


def _of_rule_value(rule: Mapping[str, Any]) -> str | None:
    operator = BY_SPELLING.get(rule.get("operator", ""))
    if operator is None or operator.arity == "none":
        return None
    if rule.get("type") in _OF_RULE:
        return _OF_RULE[rule["type"]]
    value = rule.get("value")
    if operator.name in _TEXTUAL:
        return "string"
    if operator.name in _NUMERIC:
        values = value if isinstance(value, list) else [value]
        return "number" if all(kind_of(each) in ("integer", "number") for each in values) else None
    if operator.name not in ("equal", "not_equal") or (isinstance(value, str) and "{$" in value):
        return None
    return kind_of(value)


def _texts(value: Any) -> Iterator[Evidence]:
    pending = [value]
    while pending:
        item = pending.pop()
        if isinstance(item, dict):
            pending.extend(item.values())
        elif isinstance(item, list):
            pending.extend(item)
        elif isinstance(item, str) and "{$" in item:
            for part in compile_text(item).parts:
                if not isinstance(part, str) and part.path.keys:
                    yield from _deeper(part.path)
                    name = part.source[2:-2].partition("|")[2].partition("|")[0].partition(":")[0].strip()
                    if name in _TEXT_FILTERS and len(part.path.keys) == 1:
                        yield from _of(part.path.scope, part.path.keys[0], "string")
