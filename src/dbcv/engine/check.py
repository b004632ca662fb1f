"""All that is wrong or odd with a bot document, each with its place and a mend. For import, editor and `dbcv check`."""

from __future__ import annotations

from typing import Any

from dbcv.engine.limits import Limits
from dbcv.engine.lint import lint_graph
from dbcv.engine.parts import Graph
from dbcv.engine.problems import Problem, ProblemList
from dbcv.engine.reading import read_bot
from dbcv.engine.undefined import lint_variables


def check(document: Any) -> list[Problem]:
    """All problems at once, errors first, at most MAX_PROBLEMS of them. Never raises on any JSON value.

    What compile_bot would refuse is among them. Linear in the document.
    """
    problems = ProblemList()
    graph = read_bot(document, Limits(), problems)
    if isinstance(document, dict):
        _check_beside(document, graph, problems)
    lint_graph(graph, problems)
    lint_variables(graph, problems)
    return sorted(problems.all, key=lambda problem: problem.severity != "error")


def _check_beside(document: dict[str, Any], graph: Graph, problems: ProblemList) -> None:
    """Ids that what stands beside the flow names: notes of steps, emitters' widgets."""
    widgets = {entry.get("id") for entry in _objects(document.get("widgets")) if isinstance(entry.get("id"), str)}
    for index, note in enumerate(_objects(document.get("notes"))):
        _check_named(note.get("step_id"), graph.flow.steps, f"notes[{index}].step_id", "step", problems)
    for index, emitter in enumerate(_objects(document.get("emitters"))):
        message = emitter.get("message")
        if isinstance(message, dict):
            _check_named(message.get("widget_id"), widgets, f"emitters[{index}].message.widget_id", "widget", problems)


def _objects(raw: Any) -> list[dict[str, Any]]:
    """The list with {} in place of what is no object, so that indexes stay right."""
    return [entry if isinstance(entry, dict) else {} for entry in raw] if isinstance(raw, list) else []


def _check_named(identity: Any, known: Any, path: str, noun: str, problems: ProblemList) -> None:
    if identity is None or (isinstance(identity, str) and identity in known):
        return
    shown = f'"{identity[:80]}"' if isinstance(identity, str) else "that is no text"
    problems.error(f"dangling_{noun}", path, f"there is no {noun} {shown}", f"Name a {noun} that is there, or none.")
