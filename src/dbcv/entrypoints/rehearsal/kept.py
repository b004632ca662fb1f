"""Runs the tests that are kept with a bot against its draft, for the API and the MCP server: off the event loop,
bounded in time, code in the process's own sandbox, nobody outside called."""

import asyncio
import time
from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from dbcv.domains.bots.document import normalise
from dbcv.domains.bots.document.conversation_tests import kept_script
from dbcv.domains.bots.document.wording import shorten
from dbcv.domains.bots.schemas import Document, Language
from dbcv.domains.bots.schemas.conversation_tests import (
    CoverageOut,
    KeptTest,
    ReachedConnection,
    Rehearsed,
    TestDifference,
    TestResult,
)
from dbcv.engine.effects import RunCode
from dbcv.engine.graph import Graph, compile_bot
from dbcv.engine.problems import GraphError
from dbcv.entrypoints.rehearsal.coverage import TIMEOUT, Coverage, Edge, coverage_of
from dbcv.entrypoints.rehearsal.difference import Difference, say
from dbcv.entrypoints.rehearsal.run import Failure, OverTimeError, Played, RunsCode, play_script
from dbcv.kit.errors import Invalid
from dbcv.sandbox.port import CodeCall, CodeSandbox

MAX_SECONDS = 10.0
"""All tests of one run together; those that are not reached fail and say so."""
AT_ONCE = 2
"""Runs of a process; others wait."""
MAX_DIFFERENCES = 20
MAX_SIDE_CHARACTERS = 4_000
_CODE_PATIENCE_SECONDS = 30.0


class Rehearsals:
    """`run` is what bots are given as `Rehearse`."""

    def __init__(self, sandbox: CodeSandbox) -> None:
        self._sandbox, self._permits = sandbox, asyncio.Semaphore(AT_ONCE)

    async def run(self, bot_id: UUID, document: Document, tests: Sequence[KeptTest], language: Language) -> Rehearsed:
        """All of `tests` against `document`, in their order."""
        loop = asyncio.get_running_loop()

        def run_code(effect: RunCode) -> dict[str, Any]:
            call = CodeCall(str(bot_id), effect.code, effect.message, effect.variables, effect.now, effect.seed)
            return asyncio.run_coroutine_threadsafe(self._sandbox.run(call), loop).result(_CODE_PATIENCE_SECONDS)

        async with self._permits:
            return await asyncio.to_thread(_play_all, document, tests, run_code, language)


def _play_all(document: Document, tests: Sequence[KeptTest], run_code: RunsCode, language: Language) -> Rehearsed:
    until = time.monotonic() + MAX_SECONDS

    def check_time() -> None:
        if time.monotonic() > until:
            raise OverTimeError

    whole = normalise(document)
    coverage = coverage_of(whole)
    try:
        graph = compile_bot(whole)
    except GraphError:
        nowhere = Failure(0, "", [Difference(say("no_graph", language))], [])
        return Rehearsed([_result(test, Played(failure=nowhere)) for test in tests], _shown(coverage))
    results = []
    for test in tests:
        played = _play(test, whole, graph, run_code, language, check_time)
        coverage.add(played.turns)
        results.append(_result(test, played))
    return Rehearsed(results, _shown(coverage))


def _play(
    test: KeptTest, document: Mapping[str, Any], graph: Graph, run_code: RunsCode, language: Language, check_time: Any
) -> Played:
    """What a newer version of the product reads otherwise fails with its mistakes."""
    try:
        script = kept_script(test.script | {"name": test.name}, language)
    except Invalid as error:
        wrong = [Difference(f"{detail.path}: {detail.message}") for detail in error.errors]
        return Played(failure=Failure(0, "", wrong, []))
    return play_script(script, document, run_code, language, graph, check_time)


def _result(test: KeptTest, played: Played) -> TestResult:
    failure = played.failure
    return TestResult(
        id=test.id,
        name=test.name,
        passed=failure is None,
        failed_turn=failure.turn if failure else None,
        happened=shorten(failure.heading, 500) if failure else None,
        differences=[_difference(each) for each in failure.differences[:MAX_DIFFERENCES]] if failure else [],
    )


def _difference(found: Difference) -> TestDifference:
    return TestDifference(words=_cut(found.words) or "", expected=_cut(found.expected), got=_cut(found.got))


def _cut(text: str | None) -> str | None:
    return text if text is None or len(text) <= MAX_SIDE_CHARACTERS else f"{text[:MAX_SIDE_CHARACTERS]}…"


def _shown(coverage: Coverage) -> CoverageOut:
    reached = [edge for edge in coverage.edges if edge in coverage.reached_edges]
    missed = [edge for edge in coverage.edges if edge not in coverage.reached_edges]
    return CoverageOut(
        percent=coverage.percent,
        steps=[step for step in coverage.steps if step in coverage.reached_steps],
        missed_steps=[step for step in coverage.steps if step not in coverage.reached_steps],
        connections=_connections(reached),
        missed_connections=_connections(missed),
        timeouts=[edge[0] for edge in reached if edge[1] == TIMEOUT],
        missed_timeouts=[edge[0] for edge in missed if edge[1] == TIMEOUT],
    )


def _connections(edges: Sequence[Edge]) -> list[ReachedConnection]:
    return [
        ReachedConnection(step=step, group=group, connection=connection)
        for step, group, connection in edges
        if group != TIMEOUT
    ]
