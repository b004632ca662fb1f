"""What is wrong with a bot document, said so that its author can mend it. Made by compile, check and the rules."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final, Literal

MAX_PROBLEMS: Final = 1_000


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing to mend. `path` is the place in the document ("steps[3].message.text", "" for the whole of it)."""

    severity: Literal["error", "warning"]
    code: str
    path: str
    message: str
    hint: str
    step_id: str | None = None


class GraphError(ValueError):
    """A bot document that cannot run; `problems` are the reasons, all of them."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems: list[Problem] = list(problems)
        first = self.problems[0] if self.problems else None
        more = f" (and {len(self.problems) - 1} more)" if len(self.problems) > 1 else ""
        super().__init__(f"{first.path or 'the bot'}: {first.message}{more}" if first else "the bot cannot run")


class ProblemList:
    """Gathers problems while a document is read, MAX_PROBLEMS at most; `step_id` is the step that is being read."""

    __slots__ = ("all", "fatal", "step_id")

    def __init__(self) -> None:
        self.all: list[Problem] = []
        self.fatal: list[Problem] = []
        self.step_id: str | None = None

    def fail(self, code: str, path: str, message: str, hint: str) -> None:
        """An error that makes the graph unrunnable: compile_bot raises it."""
        problem = Problem("error", code, path, message, hint, self.step_id)
        if len(self.fatal) < MAX_PROBLEMS:
            self.fatal.append(problem)
        self._add(problem)

    def error(self, code: str, path: str, message: str, hint: str) -> None:
        """An error that a turn survives: the bot should not be published, but it can be tried."""
        self._add(Problem("error", code, path, message, hint, self.step_id))

    def warn(self, code: str, path: str, message: str, hint: str) -> None:
        """Something that is probably not meant."""
        self._add(Problem("warning", code, path, message, hint, self.step_id))

    def _add(self, problem: Problem) -> None:
        if len(self.all) < MAX_PROBLEMS:
            self.all.append(problem)
        elif len(self.all) == MAX_PROBLEMS:
            message = f"more than {MAX_PROBLEMS} problems, the rest is left out"
            self.all.append(Problem("error", "too_many_problems", "", message, "Mend these first."))
