"""Judging some parts of a draft without reading the rest: a small document is put together that holds the parts and a
stub of whatever they may name, and the engine reads it. Called by the service after a change; pure.

What only the whole graph can tell (who is never reached, loops of proxies) is left to the check of the whole draft.
"""

from collections.abc import Collection, Mapping
from typing import Any

from dbcv.domains.bots.document.engine_wording import in_language
from dbcv.domains.bots.document.integrations import integration_problems
from dbcv.domains.bots.document.wording import Language
from dbcv.engine.limits import Limits
from dbcv.engine.problems import Problem, ProblemList
from dbcv.engine.reading import read_bot

PartKey = tuple[str, str]
"""Kind and id of a part."""

_STUBS = {"request": "requests", "widget": "widgets", "credential": "credentials"}


def judge_parts(
    parts: Mapping[PartKey, Mapping[str, Any]], named: Mapping[str, Collection[str]], language: Language
) -> list[tuple[PartKey, str, Problem]]:
    """Problems of `parts` (fields by kind and id), each with its part and its place inside the part's fields.

    `named`: {kind: ids} of the bot that parts point at and that are not among them.
    """
    small = _SmallDocument()
    for (kind, part_id), fields in parts.items():
        small.add(kind, part_id, fields)
    for kind, ids in named.items():
        for part_id in ids:
            small.add_stub(kind, part_id)
    found = ProblemList()
    read_bot(small.document, Limits(), found)
    # `all` is cut off, errors matter; whose credential it is, only the whole draft tells
    integrations = integration_problems({"steps": small.document["steps"]})
    every = {id(problem): problem for problem in (*found.all, *found.fatal, *integrations)}.values()
    return [(key, inner, in_language(problem, language)) for problem in every for key, inner in small.owner(problem)]


class _SmallDocument:
    """The document, and which part stands where in it."""

    def __init__(self) -> None:
        self.document: dict[str, Any] = {"steps": [], "requests": [], "widgets": [], "credentials": []}
        self._places: dict[str, PartKey] = {}

    def add(self, kind: str, part_id: str, fields: Mapping[str, Any]) -> None:
        if kind == "step":
            self._put("steps", {**fields, "id": part_id}, (kind, part_id))
        elif kind == "connection_group":
            self._put_group({**fields, "connections": []}, "", (kind, part_id))
        elif kind == "connection":
            self._put_group({"connections": [fields]}, ".connections[0]", (kind, part_id))
        elif kind == "bot":
            self.document |= {"variables": fields["variables"], "first_step_id": fields["first_step_id"]}
            self._places |= dict.fromkeys(("variables", "first_step_id"), (kind, part_id))
        elif kind in _STUBS:
            self._put(_STUBS[kind], {**fields, "id": part_id}, (kind, part_id))

    def add_stub(self, kind: str, part_id: str) -> None:
        self.document[_STUBS.get(kind, "steps")].append({"id": part_id, "request_url": "https://stub.example/"})

    def owner(self, problem: Problem) -> list[tuple[PartKey, str]]:
        """The part a problem belongs to, and where in it; none for problems of stubs."""
        place = problem.path
        while place and place not in self._places:
            place = place[: max(place.rfind("."), place.rfind("["), 0)]
        if not place:
            return []
        inner = problem.path if self._places[place][0] == "bot" else problem.path[len(place) :].removeprefix(".")
        return [(self._places[place], inner)]

    def _put(self, section: str, entry: dict[str, Any], key: PartKey) -> None:
        self._places[f"{section}[{len(self.document[section])}]"] = key
        self.document[section].append(entry)

    def _put_group(self, group: dict[str, Any], inside: str, key: PartKey) -> None:
        """Groups hang on a step that is made for each, so that they are judged apart."""
        place = len(self.document["steps"])
        self._places[f"steps[{place}].connection_groups[0]{inside}"] = key
        self.document["steps"].append({"id": f"holder of {place}", "connection_groups": [group]})
