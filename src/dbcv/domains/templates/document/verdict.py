"""What is wrong with templates of a bot: judged by the engine in a small document that holds all of the bot's templates
and a stub of whatever else they name. Called when a change stores templates."""

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from typing import Any

from dbcv.domains.bots.document.engine_wording import in_language
from dbcv.domains.bots.document.wording import Language
from dbcv.domains.templates.document.library import needed_ids, rings, side_problems
from dbcv.domains.templates.document.mappings import mapping_problems
from dbcv.engine.limits import Limits
from dbcv.engine.problems import Problem, ProblemList
from dbcv.engine.reading import read_bot

Part = Mapping[str, Any]
LINKED = ("request", "widget", "credential", "template")
_PLACE = re.compile(r"templates\[(\d+)\]\.?")


def links(templates: Sequence[Part]) -> dict[str, set[str]]:
    """The ids that steps of templates name, by kind."""
    steps = [step for template in templates for step in template["steps"]]
    return {kind: needed_ids(kind, steps) for kind in LINKED}


def template_problems(
    templates: Sequence[Part], wanted: Collection[str], known: Mapping[str, Sequence[str]], language: Language
) -> list[tuple[str, Problem]]:
    """Problems of the templates with ids in `wanted`, each with its template's id, paths within the template.

    `templates` are all of the bot, `known` the ids of its requests, widgets and credentials that they may name.
    """
    stubs = {f"{kind}s": [_stub(kind, each) for each in ids] for kind, ids in known.items()}
    found = ProblemList()
    read_bot({"steps": [], "templates": list(templates), **stubs}, Limits(), found)
    every = list({id(problem): problem for problem in (*found.all, *found.fatal)}.values())
    told = []
    for problem in every:
        place = _PLACE.match(problem.path)
        if place is not None and (owner := templates[int(place[1])]["id"]) in wanted:
            told.append((owner, replace(in_language(problem, language), path=problem.path[place.end() :])))
    by_id = {template["id"]: template for template in templates}
    for template_id in wanted:
        if template_id in by_id:
            told += [(template_id, problem) for problem in _own_problems(by_id[template_id], by_id)]
    return told + [
        (template_id, problem) for template_id in wanted for problem in _ring_problems(template_id, templates, by_id)
    ]


def _stub(kind: str, identity: str) -> dict[str, str]:
    return {"id": identity, "request_url": "https://stub.invalid/"} if kind == "request" else {"id": identity}


def _own_problems(template: Part, known: Mapping[str, Part]) -> list[Problem]:
    """Schemas that cannot be used, instances inside that do not fit."""
    found = [*side_problems(template, "inputs"), *side_problems(template, "outputs")]
    for index, step in enumerate(template["steps"]):
        instance = step["template_instance"]
        inner = known.get(instance["template_id"]) if instance else None
        for problem in mapping_problems(instance, inner) if inner is not None else ():
            place = f"steps[{index}].template_instance.{problem.path}"
            found.append(replace(problem, path=place, step_id=step["id"]))
    return found


def _ring_problems(template_id: str, templates: Sequence[Part], by_id: Mapping[str, Part]) -> list[Problem]:
    """A template that would hold itself is refused, not only kept from being published: no draft needs it."""
    name = by_id[template_id]["name"] or template_id if template_id in by_id else None
    problems = []
    for ring in rings(templates):
        if name in ring:
            said = " → ".join(f'"{each}"' for each in ring)
            message = f"a template would hold itself: {said}"
            problems.append(Problem("error", "template_ring", "steps", message, "Take one of these instances out."))
    return problems
