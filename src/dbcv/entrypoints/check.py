"""`dbcv check FILE`: everything that is wrong with a bot document, with its line and how to mend it. No database."""

import json
import sys
from pathlib import Path

from dbcv.domains.bots.document.wording import Language, shorten
from dbcv.engine.problems import Problem
from dbcv.entrypoints.bot_file import BotFile, line_of, read_bot_file
from dbcv.entrypoints.language import language_of

_SEVERITY: dict[Language, dict[str, str]] = {
    "en": {"error": "error", "warning": "warning"},
    "ru": {"error": "ошибка", "warning": "замечание"},
}


def main(path: Path, lang: str = "", format: str = "text") -> int:
    """Print the problems as text or JSON; 1 if there is an error, 2 if the file cannot be read."""
    language = language_of(lang)
    try:
        file = read_bot_file(path, language)
    except OSError as error:
        print(f"{path}: {error.strerror}", file=sys.stderr)
        return 2
    print(as_json(file) if format == "json" else as_text(file, language))
    return 1 if file.errors else 0


def as_json(file: BotFile) -> str:
    """The problems for a program."""
    listed = [
        {
            "severity": problem.severity,
            "code": problem.code,
            "path": problem.path,
            "line": line_of(problem.path, file.lines),
            "step_id": problem.step_id,
            "message": problem.message,
            "hint": problem.hint,
        }
        for problem in file.problems
    ]
    return json.dumps({"file": str(file.path), "problems": listed}, ensure_ascii=False, indent=2)


def as_text(file: BotFile, language: Language) -> str:
    """The problems for a person, two lines each, and a last line that sums up."""
    in_order = sorted(file.problems, key=lambda problem: line_of(problem.path, file.lines) or 0)
    lines = [line for problem in in_order for line in problem_lines(file, problem, language)]
    return "\n".join([*lines, _summary(file, language)])


def problem_lines(file: BotFile, problem: Problem, language: Language) -> list[str]:
    """`file:line: error: message`, then where and how to mend it."""
    line = line_of(problem.path, file.lines)
    place = f"{file.path}:{line}" if line else str(file.path)
    second = "; ".join(part for part in (shorten(problem.path, 200), problem.hint) if part)
    return [
        f"{place}: {_SEVERITY[language][problem.severity]}: {problem.message}",
        *([f"    {second}"] if second else []),
    ]


def _summary(file: BotFile, language: Language) -> str:
    errors, warnings = len(file.errors), len(file.problems) - len(file.errors)
    if language == "ru":
        return f"{file.path}: ошибок {errors}, замечаний {warnings}" if file.problems else f"{file.path}: всё в порядке"
    if not file.problems:
        return f"{file.path}: nothing to mend"
    return f"{file.path}: {_count(errors, 'error')}, {_count(warnings, 'warning')}"


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"
