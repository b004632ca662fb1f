"""One use of a variable, and the uses in single texts, values, rules and code. Called by walking."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final, Literal

from dbcv.domains.bots.document.usage.code import code_use
from dbcv.engine.paths import Path
from dbcv.engine.rules import RuleError, compile_rules
from dbcv.engine.templating import compile_text

How = Literal["read", "set"]
Kind = Literal[
    "initial", "text", "widget", "rule", "saving", "request", "code", "integration", "input", "output", "emitter"
]
Mode = Literal["", "set", "append", "file"]
TOO_MUCH: Final = "# more code than is read for one document"
"""Stands in place of code that is not read any more."""


@dataclass(frozen=True, slots=True)
class Use:
    """A variable is read or set at a place of the document.

    `keys` begin with the scope; () is every variable (code that goes through all of them). `exact` is false where code
    chooses a name at run time: then all below `keys` may be meant. `line` counts in code, from 1. `template_id` is the
    template whose `template.*` is meant, `step_ids` are the steps that do it (several for a request that is shared).
    `note` says why code was not understood.
    """

    keys: tuple[str, ...]
    how: How
    kind: Kind
    place: str
    exact: bool = True
    line: int | None = None
    mode: Mode = ""
    template_id: str | None = None
    step_ids: tuple[str, ...] = ()
    note: str | None = None

    @property
    def path(self) -> str:
        """As a person writes it; "" for every variable."""
        return ".".join(self.keys)


def read(path: Path, kind: Kind, place: str) -> Use:
    """A path that is read."""
    return Use((path.scope, *path.keys), "read", kind, place)


def text_uses(source: Any, kind: Kind, place: str) -> Iterator[Use]:
    """The placeholders of a text."""
    if isinstance(source, str) and "{$" in source:
        yield from (read(path, kind, place) for path in compile_text(source).paths)


def value_uses(value: Any, kind: Kind, place: str) -> Iterator[Use]:
    """The placeholders anywhere in a JSON value, each with its own place."""
    pending: list[tuple[Any, str]] = [(value, place)]
    while pending:
        item, where = pending.pop()
        if isinstance(item, dict):
            pending.extend((each, f"{where}.{key}") for key, each in reversed(item.items()))
        elif isinstance(item, list):
            pending.extend((each, f"{where}[{index}]") for index, each in reversed(list(enumerate(item))))
        else:
            yield from text_uses(item, kind, where)


def rules_uses(rules: Any, place: str) -> Iterator[Use]:
    """What rules look at: fields and the placeholders of values. Each rule is read by the engine, for itself."""
    pending: list[tuple[Any, str]] = [(rules, place)]
    while pending:
        rule, where = pending.pop()
        if not isinstance(rule, dict):
            continue
        if isinstance(rule.get("rules"), list):
            pending.extend(
                (each, f"{where}.rules[{index}]") for index, each in reversed(list(enumerate(rule["rules"])))
            )
            continue
        try:
            found = compile_rules(rule, where).reads
        except RuleError:
            continue
        yield from (read(path, "rule", where) for path in found)


def code_uses(code: Any, place: str) -> Iterator[Use]:
    """What code reads, and the keys of `result` it returns."""
    if not isinstance(code, str):
        return
    if code is TOO_MUCH:
        yield Use((), "read", "code", place, exact=False, note="not looked at: the bot has too much code")
        return
    found = code_use(code)
    if found.fault is not None and code.strip():
        yield Use((), "read", "code", place, exact=False, note=found.fault)
    for each in found.reads:
        yield Use(each.keys, "read", "code", place, each.exact, each.line)
    for key, line in found.returns:
        keys = ("result", key) if key else ("result",)
        yield Use(keys, "set", "code", place, bool(key), line, "set")
