"""The bot document (bots as files): text ↔ a normal form with every default filled in. Called by import, export, the
API and the command line; knows the shape of a document and asks the engine whether it makes sense. No tables, no
I/O."""

from collections.abc import Mapping, Sequence
from typing import Any

from dbcv.domains.bots.document.conversation_tests import findings_of
from dbcv.domains.bots.document.guards import guard
from dbcv.domains.bots.document.judging import judge
from dbcv.domains.bots.document.reading import MAX_BYTES, Format, Source, read
from dbcv.domains.bots.document.references import repeated_ids
from dbcv.domains.bots.document.shape_check import shape_of
from dbcv.domains.bots.document.shapes import FORMAT, VERSION, BotDocument
from dbcv.domains.bots.document.wording import Finding, Language, word
from dbcv.domains.bots.document.writing import write
from dbcv.engine.problems import Problem
from dbcv.kit.errors import ErrorDetail, Invalid

__all__ = [
    "FORMAT",
    "MAX_BYTES",
    "VERSION",
    "BotDocument",
    "Format",
    "dump",
    "load",
    "normalise",
    "parse",
    "problems",
    "problems_of",
]

_MAX_FINDINGS = 1_000
_TITLE: dict[Language, str] = {"en": "The bot document has mistakes", "ru": "В документе бота есть ошибки"}


def parse(data: bytes | str, format: Format, language: Language = "en") -> dict[str, Any]:
    """The document in `data`, normalised: every default filled in, savings as lists, methods in lower case.

    Raises Invalid with every finding about its shape: path, message, hint. Rules and graph are not judged here.
    """
    source = read(data, format)
    model, findings = examine(source)
    if model is None:
        raise invalid(findings, language)
    return model.model_dump()


def problems(tree: Any, language: Language = "en") -> list[Problem]:
    """Everything that is wrong with a document in memory (sparse or normalised), errors first. Never raises."""
    return problems_of(Source(tree=tree), language)[1]


def problems_of(source: Source, language: Language = "en") -> tuple[dict[str, Any] | None, list[Problem]]:
    """The normalised document in what was read (None if its shape is wrong), and everything that is wrong with it."""
    model, findings = examine(source)
    document = None if model is None else model.model_dump()
    return document, judge(source.tree if document is None else document, findings, language)


def normalise(tree: Mapping[str, Any], language: Language = "en") -> dict[str, Any]:
    """`parse` for a tree that is already in memory (the API's body, rows put together). Raises Invalid."""
    model, findings = examine(Source(tree=tree))
    if model is None:
        raise invalid(findings, language)
    return model.model_dump()


def dump(document: Mapping[str, Any], format: Format) -> str:
    """`document` (sparse or normalised) as text; `parse(dump(document, f), f) == normalise(document)`.

    Raises Invalid when it does not have the shape of a document.
    """
    model, findings = examine(Source(tree=document))
    if model is None:
        raise invalid(findings, "en")
    return write(model, format)


def examine(source: Source) -> tuple[BotDocument | None, list[Finding]]:
    """The model in what was read, or None with all findings (with lines where they are known)."""
    model, findings = None, list(source.findings)
    if not findings:
        findings = guard(source.tree)
    if not any(finding.code == "too_deep" for finding in findings) and _was_read(source):
        model, shape_findings = shape_of(source.tree)
        findings += _new(shape_findings, findings)
        findings += _new(repeated_ids(source.tree), findings)
        if model is not None and model.tests:
            findings += findings_of(model.tests)
    return (None if findings else model), [_with_line(finding, source.lines) for finding in findings[:_MAX_FINDINGS]]


def invalid(findings: Sequence[Finding], language: Language) -> Invalid:
    """The findings as the error that the API answers with."""
    details = [ErrorDetail(finding.path, *word(finding, language)) for finding in findings]
    return Invalid(
        "The bot document has mistakes" if language == "en" else "В документе бота есть ошибки", errors=details
    )


def _was_read(source: Source) -> bool:
    return source.tree is not None or not source.findings


def _new(later: Sequence[Finding], earlier: Sequence[Finding]) -> list[Finding]:
    """`later` without what stands at a place that `earlier` already names: one word for one mistake."""
    places = {finding.path for finding in earlier}
    return [finding for finding in later if finding.path not in places]


def _with_line(finding: Finding, lines: Mapping[str, int]) -> Finding:
    if finding.line is not None or not lines:
        return finding
    path = finding.path
    while path not in lines and path:
        path = _parent(path)
    return Finding(finding.code, finding.path, finding.args, line=lines.get(path))


def _parent(path: str) -> str:
    return path[: max(path.rfind("."), path.rfind("["), 0)]
