"""A bot document in a file: read, with everything that is wrong with it and the lines where it stands. Called by the
commands check, play and test."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from dbcv.domains.bots.document import Format, problems_of
from dbcv.domains.bots.document.reading import read
from dbcv.domains.bots.document.wording import Language
from dbcv.engine.problems import Problem


@dataclass(frozen=True, slots=True)
class BotFile:
    """`document` is normalised, None if its shape is wrong. `lines` is path → line."""

    path: Path
    document: dict[str, Any] | None
    problems: Sequence[Problem]
    lines: Mapping[str, int]

    @property
    def errors(self) -> list[Problem]:
        """The problems that keep the bot from being used."""
        return [problem for problem in self.problems if problem.severity == "error"]


def read_bot_file(path: Path, language: Language = "en") -> BotFile:
    """Read and judge a bot document. Raises OSError if the file cannot be read."""
    source = read(path.read_bytes(), format_of(path), with_lines=True)
    document, problems = problems_of(source, language)
    return BotFile(path, document, problems, source.lines)


def format_of(path: Path) -> Format:
    """JSON by its name, else YAML (which JSON nearly is)."""
    return "json" if path.suffix.lower() == ".json" else "yaml"


def line_of(path: str, lines: Mapping[str, int]) -> int | None:
    """The line of the nearest part of `path` that stands in the file; None where nothing does."""
    while path not in lines and path:
        path = path[: max(path.rfind("."), path.rfind("["), 0)]
    return lines.get(path)
