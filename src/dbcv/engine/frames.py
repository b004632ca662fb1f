"""Open template instances of a session, and where in a graph its state points. For walk."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from dbcv.engine.parts import Flow, Graph, Step, Template
from dbcv.engine.state import State


@dataclass(slots=True)
class Frame:
    """An open template instance: the step that holds it, and the template's variables."""

    step: Step
    template: Template
    variables: dict[str, Any]


def find_place(graph: Graph, state: State) -> tuple[Step, list[Frame]] | None:
    """The step a session waits in and its open templates; None if one of them is no longer there."""
    flow, frames = graph.flow, []
    for raw in state.frames:
        if not isinstance(raw, dict):
            return None
        holder = _step_of(flow, raw.get("step_id"))
        if holder is None or holder.instance is None or holder.instance.template.id != raw.get("template_id"):
            return None
        variables = raw.get("variables")
        frames.append(Frame(holder, holder.instance.template, variables if isinstance(variables, dict) else {}))
        flow = holder.instance.template.flow
    step = _step_of(flow, state.step_id)
    return None if step is None else (step, frames)


def _step_of(flow: Flow, step_id: Any) -> Step | None:
    return flow.steps.get(step_id) if isinstance(step_id, str) else None
