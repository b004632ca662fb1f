"""All that is wrong or odd with a bot document, each with its place and a mend. For import, editor and `dbcv check`."""

from __future__ import annotations

from typing import Any

from dbcv.engine.limits import Limits
from dbcv.engine.problems import Problem, ProblemList
from dbcv.engine.reading import read_bot


def check(document: Any) -> list[Problem]:
    """All problems at once, errors and warnings, in document order by kind. Never raises on any JSON value."""
    problems = ProblemList()
    read_bot(document, Limits(), problems)
    return problems.all
