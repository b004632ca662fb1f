"""A library template as a document: everything its steps name comes with it, as the sections of a bot that does nothing
but run it. So one shape, one judge and one file format serve bots and templates alike (docs/adr/0016)."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any
from uuid import UUID, uuid5

from dbcv.domains.bots.document import FORMAT, VERSION, problems_of
from dbcv.domains.bots.document.reading import Source
from dbcv.domains.bots.publishing import known_ids, with_stored_ids
from dbcv.domains.templates.document.json_schemas import schema_faults
from dbcv.domains.templates.document.mappings import mapping_problems
from dbcv.engine.cycles import cycles
from dbcv.engine.problems import Problem

Part = Mapping[str, Any]
Body = dict[str, Any]
"""A library template: OWN and CARRIED fields, dense."""

OWN = ("name", "inputs", "outputs", "variables", "first_step_id", "steps")
CARRIED = ("requests", "widgets", "credentials", "templates")
UNFINISHED = frozenset({"no_first_step", "no_code", "no_request", "no_integration", "timeout_without_step"})
_MAIN = "template"
_RUN = "run"
_TEMPLATE_PATH = re.compile(r"templates\[(\d+)\]")


def as_bot(body: Part, template_id: str = _MAIN) -> Body:
    """The template as a bot document whose one step runs it: what is exported, checked, tried out."""
    wanted = body["inputs"].get("required") if isinstance(body["inputs"], dict) else None
    mapping = {name: f"{{$user.{name}$}}" for name in wanted or () if isinstance(name, str)}
    run = {"id": _RUN, "name": body["name"], "is_proxy": True}
    run["template_instance"] = {"template_id": template_id, "inputs_mapping": mapping}
    main = {"id": template_id} | {name: body[name] for name in OWN}
    head = {"format": FORMAT, "version": VERSION, "name": body["name"] or _MAIN, "description": body["description"]}
    carried = {name: body[name] for name in CARRIED}
    return head | {"first_step_id": _RUN, "steps": [run]} | carried | {"templates": [main, *body["templates"]]}


def from_bot(document: Part, template_id: str) -> Body:
    """The template with this id, and of the bot's parts those that it needs. Raises KeyError if there is none."""
    templates = {template["id"]: template for template in document["templates"]}
    main = templates[template_id]
    inner = [templates[each] for each in _nested(template_id, templates) if each in templates]
    steps = [step for template in (main, *inner) for step in template["steps"]]
    named = {kind: set(_named(kind, steps)) for kind in ("request", "widget", "credential")}
    body = {name: main[name] for name in OWN} | {"description": "", "templates": inner}
    for kind, ids in named.items():
        body[f"{kind}s"] = [part for part in document[f"{kind}s"] if part["id"] in ids]
    return body


def run_template_id(document: Part) -> str | None:
    """The template that a file is about: the one its first step runs, or the only one it has."""
    for step in document["steps"]:
        if step["id"] == document["first_step_id"] and step["template_instance"]:
            return str(step["template_instance"]["template_id"])
    return document["templates"][0]["id"] if len(document["templates"]) == 1 else None


def judged(body: Part) -> tuple[Body | None, list[Problem]]:
    """The body with every default filled in (None if its shape is wrong), and everything that is wrong with it."""
    document, found = problems_of(Source(tree=as_bot(body)))
    own = [moved for problem in found if (moved := _moved(problem)) is not None]
    if document is None:
        return None, own
    dense = from_bot_whole(document, body["description"])
    own = [problem for problem in own if problem.code != "template_recursion"]
    return dense, [*own, *_ring_problems(document), *_schema_problems(dense), *_instance_problems(dense)]


def from_bot_whole(document: Part, description: str) -> Body:
    """The reverse of `as_bot`, nothing left out."""
    main, *inner = document["templates"]
    own = {name: main[name] for name in OWN} | {"description": description}
    return own | {name: document[name] for name in CARRIED} | {"templates": inner}


def is_fatal(problem: Problem) -> bool:
    """Whether a template with this problem cannot be kept; the others only keep bots from being published."""
    return problem.severity == "error" and problem.code not in UNFINISHED


def with_ids(body: Part, template_id: str, before: Part | None) -> Body:
    """The body with stored ids; parts that `before` (the stored one) has keep theirs."""
    document = as_bot(body, template_id)
    document |= {"variables": {}, "master_connection_groups": [], "notes": [], "emitters": []}
    document["steps"] = [_dense_run(document["steps"][0])]
    known = known_ids(as_bot(before, template_id), {}) if before is not None else {}
    known.setdefault("template", {})[template_id] = template_id
    return from_bot_whole(with_stored_ids(document, known)[0], body["description"])


def _dense_run(step: Body) -> Body:
    instance = step["template_instance"] | {"outputs_mapping": {}}
    absent: Body = {"timeout_step_id": None, "message": None, "connection_groups": []}
    return absent | step | {"template_instance": instance}


def copied(body: Part, copy_id: UUID) -> Body:
    """The body as a bot's copy has it: each id made from the copy's and its own, so that the copy of a later version
    has the same ids for the same parts, and sessions stay where they are."""

    def rename(kind: str, identity: str | None, inside: str = "") -> str | None:
        return None if identity is None else str(uuid5(copy_id, f"{kind}:{inside}:{identity}"))

    return renamed(body, rename)


def renamed(body: Part, rename: Any) -> Body:
    """The body with other ids: `rename(kind, id, the nested template's id or "")` gives each; None stays None."""
    made: Body = dict(body)
    made["steps"], made["first_step_id"] = _renamed_flow(body, "", rename)
    made["templates"] = []
    for template in body["templates"]:
        steps, first = _renamed_flow(template, template["id"], rename)
        own_id = rename("template", template["id"], "")
        made["templates"].append(template | {"id": own_id, "steps": steps, "first_step_id": first})
    for kind in ("request", "widget", "credential"):
        made[f"{kind}s"] = [part | {"id": rename(kind, part["id"], "")} for part in body[f"{kind}s"]]
    return made


def _renamed_flow(flow: Part, inside: str, rename: Any) -> tuple[list[Body], str | None]:
    steps = [renamed_step(step, inside, rename) for step in flow["steps"]]
    return steps, rename("step", flow["first_step_id"], inside)


def renamed_step(step: Part, inside: str, rename: Any) -> Body:
    """A step with other ids."""
    message, instance = step["message"], step["template_instance"]
    return {
        **step,
        "id": rename("step", step["id"], inside),
        "timeout_step_id": rename("step", step["timeout_step_id"], inside),
        "message": message and {**message, "widget_id": rename("widget", message["widget_id"], "")},
        "template_instance": instance and {**instance, "template_id": rename("template", instance["template_id"], "")},
        "connection_groups": [_renamed_group(group, inside, rename) for group in step["connection_groups"]],
    }


def _renamed_group(group: Part, inside: str, rename: Any) -> Body:
    edges = [{**edge, "next_step_id": rename("step", edge["next_step_id"], inside)} for edge in group["connections"]]
    return {
        **group,
        "request_id": rename("request", group["request_id"], ""),
        "credential_id": rename("credential", group["credential_id"], ""),
        "connections": edges,
    }


def embedded(
    body: Part, library_id: UUID, inner: Part, version: int, origins: Mapping[str, Any]
) -> tuple[Body, dict[str, Any]]:
    """The body with a copy of the library template `inner` in place of the steps' references to it, and what the
    templates that came with it are copies of: {id: [library id, version]}."""
    copy_id = uuid5(library_id, f"copy:{version}:{len(body['templates'])}:{digest(body)}")
    copy = copied(inner, copy_id)
    main = {"id": str(copy_id)} | {name: copy[name] for name in OWN}

    def rename(kind: str, identity: str | None, _inside: str) -> str | None:
        return str(copy_id) if kind == "template" and identity == str(library_id) else identity

    made = renamed(body, rename)
    for name in CARRIED:
        made[name] = [*made[name], *copy[name]]
    made["templates"] = [*made["templates"], main]
    renamed_origins = {str(uuid5(copy_id, f"template::{each}")): origin for each, origin in origins.items()}
    return made, renamed_origins | {str(copy_id): [str(library_id), version]}


def digest(template: Part) -> str:
    """What a template says, in 64 characters; the order of keys does not count."""
    said = json.dumps({name: template[name] for name in OWN}, sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(said.encode()).hexdigest()


def rings(templates: Sequence[Part]) -> list[list[str]]:
    """Templates that hold each other without end, by name, each ring closed: ["A", "B", "A"]."""
    names = {template["id"]: template["name"] or template["id"] for template in templates}
    held = {template["id"]: list(_named("template", template["steps"])) for template in templates}
    found = []
    for ring in cycles(held):
        members, way = set(ring), [ring[0]]
        while len(way) == 1 or way[-1] not in way[:-1]:
            way.append(next(each for each in held[way[-1]] if each in members))
        found.append([names[each] for each in way[way.index(way[-1]) :]])
    return found


def _ring_problems(document: Part) -> Iterator[Problem]:
    for ring in rings(document["templates"]):
        said = " → ".join(f'"{name}"' for name in ring)
        message = f"a template would hold itself: {said}"
        yield Problem("error", "template_recursion", "steps", message, "Take one of these instances out.")


def _schema_problems(body: Part) -> Iterator[Problem]:
    places = [("", body), *((f"templates[{index}].", each) for index, each in enumerate(body["templates"]))]
    for prefix, template in places:
        for side in ("inputs", "outputs"):
            yield from side_problems(template, side, prefix)


def side_problems(template: Part, side: str, prefix: str = "") -> Iterator[Problem]:
    """What is wrong with the schema of the "inputs" or "outputs"."""
    for fault in schema_faults(template[side]):
        path = f"{prefix}{side}.{fault.path}" if fault.path else f"{prefix}{side}"
        yield Problem("error", "bad_schema", path, fault.message, fault.hint)


def _instance_problems(body: Part) -> Iterator[Problem]:
    """Instances inside, against the templates they run."""
    known = {template["id"]: template for template in body["templates"]}
    places = [("", body), *((f"templates[{index}].", each) for index, each in enumerate(body["templates"]))]
    for prefix, template in places:
        for index, step in enumerate(template["steps"]):
            instance = step["template_instance"]
            if instance is None or instance["template_id"] not in known:
                continue
            for problem in mapping_problems(instance, known[instance["template_id"]]):
                path = f"{prefix}steps[{index}].template_instance.{problem.path}"
                yield replace(problem, path=path, step_id=step["id"])


def _moved(problem: Problem) -> Problem | None:
    """A problem of `as_bot` as one of the body; None if it is about the step that runs it."""
    found = _TEMPLATE_PATH.match(problem.path)
    if found is None:
        return None if problem.path.startswith(("steps", "first_step_id")) else problem
    place, rest = int(found[1]), problem.path[found.end() :]
    return replace(problem, path=f"templates[{place - 1}]{rest}" if place else rest.lstrip("."))


def _nested(template_id: str, templates: Mapping[str, Part]) -> list[str]:
    """The templates inside one, each once, in the order in which they are met."""
    found: dict[str, None] = {}
    pending = [template_id]
    while pending:
        template = templates.get(pending.pop())
        for each in _named("template", template["steps"]) if template is not None else ():
            if each not in found and each != template_id:
                found[each] = None
                pending.append(each)
    return list(found)


def _named(kind: str, steps: Sequence[Part]) -> Iterator[str]:
    """The ids of parts of a kind that steps name."""
    for step in steps:
        if kind == "widget":
            links = [(step.get("message") or {}).get("widget_id")]
        elif kind == "template":
            links = [(step.get("template_instance") or {}).get("template_id")]
        else:
            links = [group.get(f"{kind}_id") for group in step.get("connection_groups") or ()]
        yield from (link for link in links if link is not None)


def needed_ids(kind: str, steps: Sequence[Part]) -> set[str]:
    """The ids of requests, widgets, credentials or templates that steps name."""
    return set(_named(kind, steps))
