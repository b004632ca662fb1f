"""Goes through the parts of a document and gathers the uses of variables in them. Called by the package."""

from __future__ import annotations

import copy
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any

from dbcv.domains.bots.document.usage.places import TOO_MUCH, Use, code_uses, read, rules_uses, text_uses, value_uses
from dbcv.engine.paths import Path
from dbcv.engine.problems import ProblemList
from dbcv.engine.saving import Save, compile_saves, compile_target

__all__ = [
    "document_uses",
    "group_savings",
    "message_uses",
    "request_uses",
    "rules_uses",
    "step_uses",
    "template_mapping_uses",
    "widget_uses",
    "work_uses",
]

Part = Mapping[str, Any]
MAX_CODE_CHARS = 500_000
"""Of code that is read for one document: some two seconds."""
_REQUEST = ("request_url", "url_params", "params", "headers", "json_field", "data", "content", "attachments", "proxies")


def document_uses(document: Part) -> Iterator[Use]:
    """Every use in a normalised document, in its order. Of its code, the first MAX_CODE_CHARS are read."""
    return _document_uses(_with_less_code(document))


def _with_less_code(document: Part) -> Part:
    """The document; if it has too much code, a copy without what is beyond."""
    holders = [*document["steps"], *(step for template in document["templates"] for step in template["steps"])]
    groups = [
        *document["master_connection_groups"],
        *(group for step in holders for group in step["connection_groups"]),
    ]
    if sum(len(group["code"] or "") for group in groups) <= MAX_CODE_CHARS:
        return document
    left = MAX_CODE_CHARS
    made = copy.deepcopy(dict(document))
    holders = [*made["steps"], *(step for template in made["templates"] for step in template["steps"])]
    for group in (
        *made["master_connection_groups"],
        *(group for step in holders for group in step["connection_groups"]),
    ):
        left -= len(group["code"] or "")
        if left < 0 and group["code"]:
            group["code"] = TOO_MUCH
    return made


def _document_uses(document: Part) -> Iterator[Use]:
    for name in document["variables"]:
        yield Use(("bot", name), "set", "initial", f"variables.{name}", mode="set")
    for index, group in enumerate(document["master_connection_groups"]):
        yield from group_uses(group, f"master_connection_groups[{index}]")
    for index, step in enumerate(document["steps"]):
        yield from step_uses(step, f"steps[{index}]")
    askers = _users(document, "request_id")
    for index, request in enumerate(document["requests"]):
        yield from _by(request_uses(request, f"requests[{index}]"), askers[request["id"]])
    for index, template in enumerate(document["templates"]):
        yield from _template_uses(template, f"templates[{index}]")
    showers = _users(document, "widget_id")
    for index, widget in enumerate(document["widgets"]):
        yield from _by(widget_uses(widget, f"widgets[{index}]"), showers[widget["id"]])
    for index, emitter in enumerate(document["emitters"]):
        for use in message_uses(emitter["message"], f"emitters[{index}].message"):
            yield replace(use, kind="emitter")


def step_uses(step: Part, place: str) -> Iterator[Use]:
    """The uses of one step, without those in its request and its widget."""
    yield from _by(_step_uses(step, place), (step["id"],))


def _step_uses(step: Part, place: str) -> Iterator[Use]:
    if step["message"] is not None:
        yield from message_uses(step["message"], f"{place}.message")
    if step["template_instance"] is not None:
        yield from template_mapping_uses(step["template_instance"], f"{place}.template_instance")
    for index, group in enumerate(step["connection_groups"]):
        yield from group_uses(group, f"{place}.connection_groups[{index}]")


def message_uses(message: Part, place: str) -> Iterator[Use]:
    """What a message says."""
    yield from text_uses(message["text"], "text", f"{place}.text")
    yield from value_uses(message["params"], "text", f"{place}.params")
    yield from value_uses(message["attachments"], "text", f"{place}.attachments")


def template_mapping_uses(instance: Part, place: str) -> Iterator[Use]:
    """What goes into a template and what comes out of it. `template.*` of the template itself is among them."""
    inner = instance["template_id"]
    for name, value in instance["inputs_mapping"].items():
        where = f"{place}.inputs_mapping.{name}"
        yield from value_uses(value, "input", where)
        yield Use(("template", name), "set", "input", where, mode="set", template_id=inner)
    for name, target in instance["outputs_mapping"].items():
        where = f"{place}.outputs_mapping.{name}"
        path = compile_target(target, where, ProblemList())
        if path is not None:
            yield replace(read(path, "output", where), how="set", mode="set")
        yield Use(("template", name), "read", "output", where, template_id=inner)


def group_uses(group: Part, place: str) -> Iterator[Use]:
    """Work, savings, rules: in the order in which they happen."""
    yield from work_uses(group, place)
    for use, _ in group_savings(group, place):
        yield use
    for index, connection in enumerate(group["connections"]):
        yield from rules_uses(connection["rules"], f"{place}.connections[{index}].rules")


def work_uses(group: Part, place: str) -> Iterator[Use]:
    """The work of a group, without what its request reads."""
    if group["search_type"] == "code":
        yield from code_uses(group["code"], f"{place}.code")
    elif group["search_type"] in ("integration", "response"):
        if group["search_type"] == "integration":
            yield from value_uses(group["integration_config"], "integration", f"{place}.integration_config")
            where, kind = f"{place}.integration_id", "integration"
        else:
            where, kind = f"{place}.request_id", "request"
        yield Use(("response",), "set", kind, where, mode="set")  # type: ignore[arg-type]


def group_savings(group: Part, place: str) -> Iterator[tuple[Use, Save]]:
    """The uses of a group's savings, source before target, each with the saving as the engine reads it."""
    for index, entry in enumerate(group["variables"]):
        where = f"{place}.variables[{index}]"
        for save in compile_saves([entry], where, ProblemList()):
            for use in _source_uses(save, entry["source"], f"{where}.source"):
                yield use, save
            yield replace(read(save.target, "saving", f"{where}.target"), how="set", mode=save.mode), save


def _source_uses(save: Save, source: Any, place: str) -> Iterator[Use]:
    if save.source_path is not None:
        yield read(save.source_path, "saving", place)
    elif save.result_keys is not None:
        yield read(Path(".".join(save.result_keys), "result", save.result_keys), "saving", place)
    else:
        yield from value_uses(source, "saving", place)


def request_uses(request: Part, place: str) -> Iterator[Use]:
    """What a request is filled with."""
    for field in _REQUEST:
        yield from value_uses(request[field], "request", f"{place}.{field}")


def widget_uses(widget: Part, place: str) -> Iterator[Use]:
    """What a widget is filled with."""
    for field in ("body", "css", "js"):
        yield from text_uses(widget[field], "widget", f"{place}.{field}")


def _template_uses(template: Part, place: str) -> Iterator[Use]:
    """Inside a template `template.*` means its own variables, whoever runs it."""
    inner = template["id"]
    for name in template["variables"]:
        yield Use(("template", name), "set", "initial", f"{place}.variables.{name}", mode="set", template_id=inner)
    for index, step in enumerate(template["steps"]):
        for use in step_uses(step, f"{place}.steps[{index}]"):
            own = use.template_id is None and use.keys[:1] == ("template",)
            yield replace(use, template_id=inner) if own else use


def _by(uses: Iterable[Use], step_ids: Iterable[str]) -> Iterator[Use]:
    steps = tuple(step_ids)
    return (replace(use, step_ids=steps) for use in uses)


def _users(document: Part, link: str) -> Mapping[str, list[str]]:
    """The steps, also those of templates, that name a request or a widget."""
    found: dict[str, list[str]] = defaultdict(list)
    flows = [document["steps"], *(template["steps"] for template in document["templates"])]
    for step in (step for steps in flows for step in steps):
        named = [step["message"] or {}] if link == "widget_id" else step["connection_groups"]
        for identity in dict.fromkeys(str(each[link]) for each in named if each.get(link) is not None):
            found[identity].append(step["id"])
    return found


def overlaps(use: Use, keys: tuple[str, ...]) -> bool:
    """Whether a use touches the variable at `keys`: it is the same, a part of it, or holds it."""
    shared = min(len(use.keys), len(keys))
    return use.keys[:shared] == keys[:shared]
