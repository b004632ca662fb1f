"""A bot document compiled for running. Called once a revision; the graph is never changed and may be shared."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from dbcv.engine.limits import Limits
from dbcv.engine.parts import Graph
from dbcv.engine.problems import GraphError, Problem, ProblemList
from dbcv.engine.reading import read_bot

__all__ = ["Graph", "GraphError", "Problem", "compile_bot"]


def compile_bot(document: Mapping[str, Any], limits: Limits = Limits()) -> Graph:  # noqa: B008 - immutable
    """Compile a bot document (absent fields take their defaults); raises GraphError if it cannot run."""
    problems = ProblemList()
    graph = read_bot(document, limits, problems)
    if problems.fatal:
        raise GraphError(problems.fatal)
    return graph
