"""`dbcv test FILE…`: runs written conversations against their bots on the real engine, without database or network, and
says which steps and connections none of them reached."""

import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from dbcv.domains.bots.document.conversation_tests import ReadScript, Script, read_script
from dbcv.domains.bots.document.wording import Language, word
from dbcv.engine.problems import GraphError
from dbcv.entrypoints.bot_file import BotFile, language_of, line_of, read_bot_file
from dbcv.entrypoints.check import problem_lines
from dbcv.entrypoints.rehearsal import report
from dbcv.entrypoints.rehearsal.code import CodeRunner
from dbcv.entrypoints.rehearsal.coverage import Coverage, coverage_of
from dbcv.entrypoints.rehearsal.report import Result
from dbcv.entrypoints.rehearsal.run import play_script

_REPORTS: dict[str, Callable[[Sequence[Result], Sequence[Coverage]], str]] = {
    "text": report.as_text,
    "json": report.as_json,
    "junit": report.as_junit,
}


def main(paths: Sequence[Path], lang: str = "", format: str = "text", min_coverage: float = 0) -> int:
    """Run them all and print a report (text, json or junit); 1 if one fails or coverage (percent) is too low."""
    if format not in _REPORTS:
        print(f"unknown format {format}: text, json or junit", file=sys.stderr)
        return 2
    rehearsal = Rehearsal(language_of(lang))
    with rehearsal.code:
        results = [rehearsal.run(path) for path in paths]
    coverages = list(rehearsal.coverages.values())
    print(_REPORTS[format](results, coverages))
    failed = any(result.problem is not None for result in results)
    return int(failed or any(coverage.percent < min_coverage for coverage in coverages))


@dataclass(slots=True)
class Rehearsal:
    """Runs conversation tests and gathers the coverage of each bot over all of them."""

    language: Language = "en"
    bots: dict[Path, BotFile] = field(default_factory=dict)
    coverages: dict[Path, Coverage] = field(default_factory=dict)
    code: CodeRunner = field(default_factory=CodeRunner)

    def run(self, path: Path) -> Result:
        """Run one test file; whatever goes wrong is in the result."""
        started = time.perf_counter()
        try:
            read = read_script(path)
            if read.script is None:
                return _unreadable(path, read, self.language)
            bot = self._bot((path.parent / read.script.bot).resolve())
            if bot.document is None or bot.errors:
                return _unusable(path, read.script, bot, self.language)
            return self._play(path, read, read.script, bot, started)
        except OSError as error:
            return Result(path, path.stem, 0, 0.0, problem=f"{error.filename}: {error.strerror}")
        except GraphError as error:
            return Result(path, path.stem, 0, 0.0, problem=f"the bot cannot run: {error}")

    def _bot(self, path: Path) -> BotFile:
        if path not in self.bots:
            self.bots[path] = read_bot_file(path, self.language)
        return self.bots[path]

    def _play(self, path: Path, read: ReadScript, script: Script, bot: BotFile, started: float) -> Result:
        document = bot.document or {}
        played = play_script(script, document, self.code.run)
        self.coverages.setdefault(bot.path, coverage_of(document)).add(played.turns)
        seconds, name, failure = time.perf_counter() - started, script.name or path.stem, played.failure
        if failure is None:
            return Result(path, name, len(script.turns), seconds)
        heading = f"turn {failure.turn + 1}, {failure.heading}"
        line = line_of(f"turns[{failure.turn}]", read.lines)
        details = [text for difference in failure.differences for text in difference.lines()]
        return Result(path, name, len(script.turns), seconds, line, heading, details, failure.why)


def _unreadable(path: Path, read: ReadScript, language: Language) -> Result:
    details = []
    for finding in read.findings:
        line = finding.line or line_of(finding.path, read.lines)
        message, hint = word(finding, language)
        details.append(f"{f'line {line}: ' if line else ''}{finding.path}: {message}; {hint}")
    return Result(path, path.stem, 0, 0.0, problem="the test has mistakes", details=details)


def _unusable(path: Path, script: Script, bot: BotFile, language: Language) -> Result:
    details = [line for problem in bot.errors for line in problem_lines(bot, problem, language)]
    return Result(path, script.name or path.stem, 0, 0.0, problem="the bot has mistakes", details=details)
