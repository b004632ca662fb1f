"""Conversation tests: read with every mistake at once, from a file, as they are kept with a bot (then without `bot`),
or in a bot's document. Called by the package, the test command and the use cases of tests; the rehearsal plays them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from dbcv.domains.bots.document.guards import guard
from dbcv.domains.bots.document.reading import read
from dbcv.domains.bots.document.script_shapes import Conversation, KeptScript, Script
from dbcv.domains.bots.document.shape_check import validate
from dbcv.domains.bots.document.wording import Finding, Language, word
from dbcv.domains.bots.schemas.conversation_tests import MAX_TESTS_BYTES
from dbcv.engine.paths import KEPT_SCOPES, PathError, parse_path
from dbcv.kit.errors import ErrorDetail, Invalid
from dbcv.kit.json_text import dumps

_TITLE: dict[Language, str] = {"en": "The test has mistakes", "ru": "В тесте есть ошибки"}
_Kind = TypeVar("_Kind", bound=Conversation)


@dataclass(frozen=True, slots=True)
class ReadScript:
    """What a file held: the script, or None with what is wrong (path, line). `lines` say where its parts stand."""

    script: Script | None
    findings: list[Finding]
    lines: Mapping[str, int]


def read_script(path: Path) -> ReadScript:
    """Read a conversation test, YAML or JSON. Raises OSError if the file cannot be read."""
    source = read(path.read_bytes(), "json" if path.suffix.lower() == ".json" else "yaml", with_lines=True)
    if source.findings:
        return ReadScript(None, source.findings, source.lines)
    script, findings = _examined(Script, source.tree)
    return ReadScript(script if not findings else None, findings, source.lines)


def kept_script(tree: Any, language: Language = "en") -> KeptScript:
    """A test that is to be kept with its bot, or was. Raises Invalid with every finding: path, message, hint."""
    script, findings = _examined(KeptScript, tree)
    if script is None or findings:
        words = [(finding.path, *word(finding, language)) for finding in findings]
        details = [ErrorDetail(path, message, hint) for path, message, hint in words]
        raise Invalid(_TITLE[language], code="test_invalid", errors=details)
    return script


def size_bytes(script: Mapping[str, Any]) -> int:
    """Of a test without its name, as JSON; what the database says of a kept one is not smaller."""
    return len(dumps(script).encode())


def findings_of(tests: Sequence[Mapping[str, Any]]) -> list[Finding]:
    """What the shape does not say about the tests that stand in a bot document (whose shape was found right)."""
    size = sum(size_bytes({name: part for name, part in test.items() if name != "name"}) for test in tests)
    if size > MAX_TESTS_BYTES:
        return [Finding("tests_too_large", "tests", {"size": size, "limit": MAX_TESTS_BYTES})]
    scripts = [KeptScript.model_validate(tree) for tree in tests]
    odd = ((index, finding) for index, script in enumerate(scripts) for finding in _odd(script))
    return [Finding(finding.code, f"tests[{index}].{finding.path}", finding.args) for index, finding in odd]


def _examined(shape: type[_Kind], tree: Any) -> tuple[_Kind | None, list[Finding]]:
    if findings := guard(tree):
        return None, findings
    script, findings = validate(shape, tree)
    return script, findings if script is None else _odd(script)


def _odd(script: Conversation) -> list[Finding]:
    return [*_odd_turns(script), *_odd_effects(script)]


def _odd_turns(script: Conversation) -> list[Finding]:
    findings = []
    for index, turn in enumerate(script.turns):
        if (turn.user is None) == (turn.wait is None):
            findings.append(Finding("one_of", f"turns[{index}]", {"options": "user, wait"}))
        findings += [
            Finding("bad_path", f"turns[{index}].then.{path}", {"value": path})
            for path in turn.then
            if path not in ("step", "error") and not _is_kept_path(path)
        ]
    return findings


def _odd_effects(script: Conversation) -> list[Finding]:
    return [
        Finding("one_of", f"effects[{index}]", {"options": "request, integration, code, file"})
        for index, effect in enumerate(script.effects)
        if sum(part is not None for part in (effect.request, effect.integration, effect.code, effect.file)) != 1
    ]


def _is_kept_path(text: str) -> bool:
    try:
        return parse_path(text).scope in KEPT_SCOPES
    except PathError:
        return False
