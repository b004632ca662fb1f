"""What stands between a draft and its publication: errors and failing tests. Both can be overruled with a reason, which
is kept with the revision; what the engine refuses to compile cannot. Called by publishing."""

import asyncio
from collections.abc import Sequence
from typing import Any

from dbcv.domains.bots import errors
from dbcv.domains.bots.document.engine_wording import in_language
from dbcv.domains.bots.schemas import Document, Language
from dbcv.domains.bots.schemas.conversation_tests import Rehearsed, TestResult
from dbcv.engine.graph import compile_bot
from dbcv.engine.problems import GraphError, Problem
from dbcv.kit.errors import ErrorDetail

MAX_KEPT = 50
"""Errors, and tests, that are named in what is kept; the rest is counted."""
_WORDS: dict[Language, tuple[str, str]] = {
    "en": ("the test “{name}” fails: {why}", "Run the tests to see what is expected and what came"),
    "ru": ("тест «{name}» не проходит: {why}", "Запустите тесты: видно, что ожидалось и что получилось"),
}


async def runs(document: Document) -> bool:
    """Whether the engine can run this document at all."""
    return await asyncio.to_thread(_compiles, document)


async def pass_gate(
    document: Document, found: Sequence[Problem], rehearsed: Rehearsed | None, reason: str, language: Language
) -> dict[str, Any] | None:
    """What was overruled, to be kept, or None if nothing was. Raises Invalid with every error and failing test where
    there is no reason, and where no reason helps."""
    wrong = [in_language(problem, language) for problem in found if problem.severity == "error"]
    failed = rehearsed.failed if rehearsed else []
    if not await runs(document):
        raise errors.not_publishable(wrong, runs=False)
    if (wrong or failed) and not reason:
        raise errors.not_publishable(wrong, [_detail(result, language) for result in failed])
    if not wrong and not failed:
        return None
    return {
        "reason": reason,
        "problems": [problem.message for problem in wrong[:MAX_KEPT]],
        "tests": [result.name for result in failed[:MAX_KEPT]],
        "more": max(0, len(wrong) - MAX_KEPT) + max(0, len(failed) - MAX_KEPT),
    }


def as_logged(overruled: dict[str, Any] | None) -> dict[str, Any]:
    """What the audit log keeps of it."""
    if overruled is None:
        return {}
    counted = {f"overruled_{name}": len(overruled[name]) for name in ("problems", "tests") if overruled[name]}
    return {"overrule_reason": overruled["reason"]} | counted


def _compiles(document: Document) -> bool:
    try:
        compile_bot(document)
    except GraphError:
        return False
    return True


def _detail(result: TestResult, language: Language) -> ErrorDetail:
    message, hint = _WORDS[language]
    why = result.differences[0].words if result.differences else ""
    return ErrorDetail(f"tests[{result.id}]", message.format(name=result.name, why=why), hint)
