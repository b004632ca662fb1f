"""Everything that is wrong with a document at once: its shape (here) and its sense (the engine's check). Called by the
package; the engine's problems about a place whose shape is wrong are left out, one word for one mistake."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from dbcv.domains.bots.document.engine_wording import in_language
from dbcv.domains.bots.document.integrations import integration_problems
from dbcv.domains.bots.document.wording import Finding, Language, word
from dbcv.engine.check import check
from dbcv.engine.problems import Problem

_STEP = re.compile(r"(?:templates\[(\d+)\]\.)?steps\[(\d+)\]")


def judge(tree: Any, findings: Sequence[Finding], language: Language) -> list[Problem]:
    """The shape's findings as problems, then what the engine adds. Errors first, in the document's order."""
    problems = [_problem(tree, finding, language) for finding in findings]
    wrong = {finding.path for finding in findings}
    readable = not any(finding.path == "" or finding.code == "too_deep" for finding in findings)
    if readable and isinstance(tree, Mapping):
        judged = [*check(tree), *integration_problems(tree)]
        found = [problem for problem in judged if not _is_within(problem.path, wrong)]
        problems += [in_language(problem, language) for problem in found]
    return sorted(problems, key=lambda problem: problem.severity != "error")


def _problem(tree: Any, finding: Finding, language: Language) -> Problem:
    message, hint = word(finding, language)
    return Problem("error", finding.code, finding.path, message, hint, _step_id(tree, finding.path))


def _step_id(tree: Any, path: str) -> str | None:
    match = _STEP.match(path)
    if match is None:
        return None
    try:
        holder = tree if match[1] is None else tree["templates"][int(match[1])]
        id = holder["steps"][int(match[2])]["id"]
    except (LookupError, TypeError):
        return None
    return id if isinstance(id, str) else None


def _is_within(path: str, places: set[str]) -> bool:
    """Whether `path` is one of `places` or a part of one."""
    while path:
        if path in places:
            return True
        path = path[: max(path.rfind("."), path.rfind("["), 0)]
    return False
