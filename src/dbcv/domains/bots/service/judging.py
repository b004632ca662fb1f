"""What of a draft's problems refuses a write and what only keeps the bot from being published. Called by imports and
changes."""

from collections.abc import Sequence

from dbcv.domains.bots import errors
from dbcv.engine.problems import Problem

UNFINISHED = frozenset(
    {
        "no_first_step",
        "no_step",
        "no_code",
        "bad_code",
        "no_request",
        "no_url",
        "no_integration",
        "unknown_integration",
        "bad_integration_config",
        "missing_credential",
        "wrong_provider",
        "timeout_without_step",
        "missing_input",
        "proxy_loop",
        "template_recursion",
    }
)
"""A draft may be unfinished, but not contradict itself; these errors only keep it from being published."""


def contradicts(problem: Problem) -> bool:
    """Whether a draft cannot even be kept with this problem."""
    return problem.severity == "error" and problem.code not in UNFINISHED


def check_importable(found: Sequence[Problem]) -> None:
    """Raises Invalid with everything that contradicts."""
    wrong = [problem for problem in found if contradicts(problem)]
    if wrong:
        raise errors.not_importable(wrong)
