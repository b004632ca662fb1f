"""`dbcv test FILE…`: runs written conversations, and those inside bot documents, against their bots on the real engine,
without database or network, and says which steps and connections none of them reached."""

import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from dbcv.domains.bots.document.conversation_tests import ReadScript, kept_script, read_script
from dbcv.domains.bots.document.reading import read as read_tree
from dbcv.domains.bots.document.script_shapes import KeptScript, Script
from dbcv.domains.bots.document.shapes import FORMAT
from dbcv.domains.bots.document.wording import Language, word
from dbcv.engine.problems import GraphError
from dbcv.entrypoints.bot_file import BotFile, format_of, line_of, read_bot_file
from dbcv.entrypoints.check import problem_lines
from dbcv.entrypoints.language import language_of
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
        results = [result for path in paths for result in rehearsal.run_all(path)]
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

    def run_all(self, path: Path) -> list[Result]:
        """Run the tests of one file: a test, or a bot with tests in its document."""
        try:
            return self._run_inside(path) if _is_bot(path) else [self.run(path)]
        except OSError as error:
            return [_failed(path, f"{error.filename}: {error.strerror}")]
        except GraphError as error:
            return [_failed(path, f"the bot cannot run: {error}")]

    def _run_inside(self, path: Path) -> list[Result]:
        bot = self._bot(path.resolve())
        if bot.document is None or bot.errors:
            return [_unusable(path, path.stem, bot, self.language)]
        tests = bot.document["tests"] or []
        if not tests:
            return [_failed(path, "the bot has no tests: write them under `tests`, or name files of tests")]
        scripts = [kept_script(tree, self.language) for tree in tests]
        return [self._play(path, script, bot, bot.lines, f"tests[{n}].") for n, script in enumerate(scripts)]

    def run(self, path: Path) -> Result:
        """Run one test file; whatever goes wrong is in the result."""
        try:
            read = read_script(path)
            if read.script is None:
                return _unreadable(path, read, self.language)
            bot = self._bot((path.parent / read.script.bot).resolve())
            if bot.document is None or bot.errors:
                return _unusable(path, read.script.name or path.stem, bot, self.language)
            return self._play(path, read.script, bot, read.lines)
        except OSError as error:
            return _failed(path, f"{error.filename}: {error.strerror}")
        except GraphError as error:
            return _failed(path, f"the bot cannot run: {error}")

    def _bot(self, path: Path) -> BotFile:
        if path not in self.bots:
            self.bots[path] = read_bot_file(path, self.language)
        return self.bots[path]

    def _play(
        self, path: Path, script: Script | KeptScript, bot: BotFile, lines: Mapping[str, int], inside: str = ""
    ) -> Result:
        """`inside`: where the test stands in its file, which is the bot's; "" where it has a file of its own."""
        document, started = bot.document or {}, time.perf_counter()
        played = play_script(script, document, self.code.run)
        self.coverages.setdefault(bot.path, coverage_of(document)).add(played.turns)
        seconds, name, failure = time.perf_counter() - started, script.name or path.stem, played.failure
        if failure is None:
            return Result(path, name, len(script.turns), seconds, is_inside=bool(inside))
        heading = f"turn {failure.turn + 1}, {failure.heading}"
        line = line_of(f"{inside}turns[{failure.turn}]", lines)
        details = [text for difference in failure.differences for text in difference.lines()]
        return Result(path, name, len(script.turns), seconds, line, heading, details, failure.why, bool(inside))


def _is_bot(path: Path) -> bool:
    """A bot document says so, or has steps; a test has turns. Raises OSError."""
    tree = read_tree(path.read_bytes(), format_of(path)).tree
    return isinstance(tree, dict) and "turns" not in tree and ("steps" in tree or tree.get("format") == FORMAT)


def _failed(path: Path, problem: str) -> Result:
    return Result(path, path.stem, 0, 0.0, problem=problem)


def _unreadable(path: Path, read: ReadScript, language: Language) -> Result:
    details = []
    for finding in read.findings:
        line = finding.line or line_of(finding.path, read.lines)
        message, hint = word(finding, language)
        place = [f"line {line}"] if line else []
        details.append(": ".join([*place, *([finding.path] if finding.path else []), f"{message}; {hint}"]))
    return Result(path, path.stem, 0, 0.0, problem="the test has mistakes", details=details)


def _unusable(path: Path, name: str, bot: BotFile, language: Language) -> Result:
    details = [line for problem in bot.errors for line in problem_lines(bot, problem, language)]
    return Result(path, name, 0, 0.0, problem="the bot has mistakes", details=details)
