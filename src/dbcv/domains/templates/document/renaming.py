"""Variables of selected steps made `template.*`: in texts, rules, savings, mappings by the engine's own reading of
them, in code by the literals its syntax tree points at. Pure; called by selection."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from dbcv.domains.bots.document.usage import CodeRead, Literal, code_use
from dbcv.engine.paths import KEPT_SCOPES, PathError, parse_path
from dbcv.engine.templating import Placeholder, compile_text

Variable = tuple[str, str]
"""Scope and first key."""
Names = Mapping[Variable, str]
"""The variables that become the template's own, and what they are called there."""


def renamed_value(value: Any, names: Names) -> Any:
    """A JSON value with its placeholders renamed."""
    if isinstance(value, str):
        return _text(value, names)
    if isinstance(value, dict):
        return {key: renamed_value(each, names) for key, each in value.items()}
    return [renamed_value(each, names) for each in value] if isinstance(value, list) else value


def renamed_path(text: Any, names: Names) -> Any:
    """A path; what is none, or not to be renamed, stays as it is."""
    if not isinstance(text, str):
        return text
    try:
        path = parse_path(text)
    except PathError:
        return text
    name = names.get((path.scope, path.keys[0])) if path.keys else None
    return text if name is None else ".".join(("template", name, *path.keys[1:]))


def renamed_step(step: Mapping[str, Any], names: Names) -> dict[str, Any]:
    """A step, everything in it renamed; what its request and its widget say is renamed there."""
    message, instance = step["message"], step["template_instance"]
    return {
        **step,
        "message": message and {**message, **{each: renamed_value(message[each], names) for each in _SAID}},
        "template_instance": instance and _instance(instance, names),
        "connection_groups": [_group(group, names) for group in step["connection_groups"]],
    }


_SAID = ("text", "params", "attachments")


def _instance(instance: Mapping[str, Any], names: Names) -> dict[str, Any]:
    targets = {name: renamed_path(target, names) for name, target in instance["outputs_mapping"].items()}
    inputs = renamed_value(instance["inputs_mapping"], names)
    return {**instance, "inputs_mapping": inputs, "outputs_mapping": targets}


def _group(group: Mapping[str, Any], names: Names) -> dict[str, Any]:
    code = group["code"]
    return {
        **group,
        "code": renamed_code(code, names) if group["search_type"] == "code" and isinstance(code, str) else code,
        "integration_config": renamed_value(group["integration_config"], names),
        "variables": [_saving(each, names) for each in group["variables"]],
        "connections": [{**each, "rules": _rules(each["rules"], names)} for each in group["connections"]],
    }


def _saving(saving: Mapping[str, Any], names: Names) -> dict[str, Any]:
    source = saving["source"]
    is_path = isinstance(source, str) and "{$" not in source
    made = renamed_path(source, names) if is_path else renamed_value(source, names)
    return {**saving, "target": renamed_path(saving["target"], names), "source": made}


def _rules(rules: Any, names: Names) -> Any:
    if not isinstance(rules, dict):
        return rules
    made = dict(rules)
    if isinstance(rules.get("rules"), list):
        made["rules"] = [_rules(each, names) for each in rules["rules"]]
    if "field" in rules:
        made["field"] = renamed_path(rules["field"], names)
    if "value" in rules:
        made["value"] = renamed_value(rules["value"], names)
    return made


def _text(source: str, names: Names) -> str:
    if "{$" not in source:
        return source
    return "".join(part if isinstance(part, str) else _token(part, names) for part in compile_text(source).parts)


def _token(placeholder: Placeholder, names: Names) -> str:
    _, bar, filters = placeholder.source[2:-2].partition("|")
    path = renamed_path(placeholder.path.text, names)
    return placeholder.source if path == placeholder.path.text else f"{{${path}{bar}{filters}$}}"


def unnameable(codes: Iterable[str], wanted: Iterable[Variable]) -> tuple[set[str], set[Variable]]:
    """Scopes and variables that code uses in a way that cannot be renamed: they have to stay as they are.

    Besides code that picks names at run time: a literal that spells the scope for several variables can only be
    renamed for all of them.
    """
    scopes: set[str] = set()
    stuck: set[Variable] = set()
    reads: list[CodeRead] = []
    for code in codes:
        use = code_use(code)
        scopes.update(KEPT_SCOPES if use.fault is not None else ())
        reads += use.reads
    for read in reads:
        if not read.keys or (len(read.keys) == 1 and read.keys[0] in KEPT_SCOPES):
            scopes.update(read.keys or KEPT_SCOPES)
        elif not read.exact or not _spelled(read):
            stuck.add((read.keys[0], read.keys[1]))
    free = {each for each in wanted if each not in stuck and each[0] not in scopes}
    while True:
        fixed = {read.literals[0] for read in reads if len(read.keys) > 1 and read.keys[:2] not in free}
        caught = {read.keys[:2] for read in reads if len(read.keys) > 1 and read.literals[0] in fixed} & free
        if not caught:
            return scopes, stuck | {each for each in wanted if each not in free and each[0] not in scopes}
        free -= caught


def _spelled(read: CodeRead) -> bool:
    """Whether text literals spell scope and key."""
    first = read.literals[0].text if read.literals else ""
    return bool(first) and ("." in first or (len(read.literals) > 1 and read.literals[1].text == read.keys[1]))


def renamed_code(code: str, names: Names) -> str:
    """Code whose literals name the template's variables; it is edited in place, nothing else in it changes."""
    edits: dict[Literal, str] = {}
    for read in code_use(code).reads:
        name = names.get((read.keys[0], read.keys[1])) if len(read.keys) > 1 and read.exact else None
        if name is None or not _spelled(read):
            continue
        first = read.literals[0]
        if "." in first.text:
            edits[first] = ".".join(("template", name, *first.text.split(".")[2:]))
        else:
            edits[first], edits[read.literals[1]] = "template", name
    return _edited(code, edits)


def _edited(code: str, edits: Mapping[Literal, str]) -> str:
    """The code with other texts in place of literals, the last ones first so that places stay right."""
    raw = code.encode()
    starts = [0, *(found.end() for found in re.finditer(rb"\r\n|\r|\n", raw))]
    for literal, text in sorted(edits.items(), key=lambda pair: (pair[0].line, pair[0].column), reverse=True):
        start, end = starts[literal.line - 1] + literal.column, starts[literal.end_line - 1] + literal.end_column
        quote = chr(raw[start]) if raw[start : start + 1] in (b'"', b"'") else '"'
        raw = raw[:start] + (f"{quote}{text}{quote}" if quote not in text else repr(text)).encode() + raw[end:]
    return raw.decode()
