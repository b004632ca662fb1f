"""What conversation tests gave, as text for a person, JSON or JUnit XML for a program. Called by the test command."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape, quoteattr

from dbcv.domains.bots.document.wording import shorten
from dbcv.entrypoints.rehearsal.coverage import Coverage

_MOST_WHY_LINES = 40


@dataclass(frozen=True, slots=True)
class Result:
    """One test: `problem` is None when it passed, else its heading; `details` are the lines under it. `is_inside`: its
    file is the bot's, so that only its name tells it from others."""

    path: Path
    name: str
    turns: int
    seconds: float
    line: int | None = None
    problem: str | None = None
    details: Sequence[str] = ()
    why: Sequence[str] = ()
    is_inside: bool = False


def as_text(results: Sequence[Result], coverages: Sequence[Coverage]) -> str:
    """Failures with what differed and why, then what no test reached, then the sums."""
    lines = [line for result in results for line in _result_lines(result)]
    for coverage in coverages:
        lines += _coverage_lines(coverage)
    failed = sum(result.problem is not None for result in results)
    lines.append(f"{len(results) - failed} passed, {failed} failed")
    return "\n".join(lines)


def _result_lines(result: Result) -> list[str]:
    if result.problem is None:
        return [f"ok      {result.path}  {_name(result)}({result.turns} turns)"]
    place = f"{result.path}:{result.line}" if result.line else str(result.path)
    place += f"  {_name(result)}".rstrip()
    lines = [f"FAILED  {place}  {shorten(result.problem, 200)}", *(f"    {line}" for line in result.details)]
    if result.why:
        left_out = len(result.why) - _MOST_WHY_LINES
        lines += ["    why:", *(f"      {line}" for line in result.why[:_MOST_WHY_LINES])]
        lines += [f"      … and {left_out} lines more"] if left_out > 0 else []
    return lines


def _name(result: Result) -> str:
    return f"{shorten(result.name, 200)} " if result.is_inside else ""


def _coverage_lines(coverage: Coverage) -> list[str]:
    steps = f"{len(coverage.reached_steps)} of {len(coverage.steps)} steps"
    edges = f"{len(coverage.reached_edges)} of {len(coverage.edges)} connections"
    lines = [f"{coverage.bot}: {steps}, {edges}, {coverage.percent:g} %"]
    lines += [f"    not reached: {words}" for words in coverage.missed_steps]
    return lines + [f"    not taken: {words}" for words in coverage.missed_edges]


def as_json(results: Sequence[Result], coverages: Sequence[Coverage]) -> str:
    """The same for a program."""
    return json.dumps(
        {
            "tests": [_as_data(result) for result in results],
            "coverage": [
                {
                    "bot": coverage.bot,
                    "percent": coverage.percent,
                    "steps": {"all": len(coverage.steps), "missed": coverage.missed_steps},
                    "connections": {"all": len(coverage.edges), "missed": coverage.missed_edges},
                }
                for coverage in coverages
            ],
        },
        ensure_ascii=False,
        indent=2,
    )


def _as_data(result: Result) -> dict[str, Any]:
    return {
        "file": str(result.path),
        "name": result.name,
        "passed": result.problem is None,
        "turns": result.turns,
        "seconds": round(result.seconds, 3),
        "line": result.line,
        "problem": result.problem,
        "details": list(result.details),
        "why": list(result.why),
    }


def as_junit(results: Sequence[Result], _coverages: Sequence[Coverage]) -> str:
    """JUnit XML, one suite."""
    failed = sum(result.problem is not None for result in results)
    lines = [
        '<?xml version="1.0" encoding="UTF-8"?>',
        f'<testsuite name="conversations" tests="{len(results)}" failures="{failed}">',
    ]
    for result in results:
        name = quoteattr(_for_xml(result.name or result.path.stem))
        lines.append(f'  <testcase classname={quoteattr(str(result.path))} name={name} time="{result.seconds:.3f}">')
        if result.problem is not None:
            body = escape(_for_xml("\n".join([*result.details, *result.why])))
            lines.append(f"    <failure message={quoteattr(_for_xml(result.problem))}>{body}</failure>")
        lines.append("  </testcase>")
    return "\n".join([*lines, "</testsuite>"])


def _for_xml(text: str) -> str:
    return "".join(char if char in "\n\t" or char.isprintable() else "\N{REPLACEMENT CHARACTER}" for char in text)
