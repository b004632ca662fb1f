"""Rules of connections: compiled once with all their faults named, tried in every turn without ever raising."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final

from dbcv.engine.limits import Limits
from dbcv.engine.operators import (
    BY_SPELLING,
    OPERATORS,
    TYPES,
    Comparison,
    Operator,
    Unusable,
    choices_of,
    compile_pattern,
    pattern_work,
)
from dbcv.engine.paths import Path, PathError, parse_path
from dbcv.engine.scopes import Scopes
from dbcv.engine.templating import TooDeepError, Value, compile_value
from dbcv.engine.values import clip

__all__ = ["OPERATORS", "TYPES", "RuleError", "RuleFault", "Rules", "compile_rules"]

_GROUP_FIELDS: Final = frozenset(("condition", "not", "rules", "valid", "id", "flags", "data", "readonly"))
_RULE_FIELDS: Final = frozenset(
    ("field", "operator", "value", "type", "ignore_case", "id", "input", "flags", "data", "readonly")
)
_MAX_REASONS: Final = 5


@dataclass(frozen=True, slots=True)
class RuleFault:
    """What is wrong with a rule: `path` begins with the path compile_rules was given."""

    code: str
    path: str
    message: str
    hint: str


class RuleError(ValueError):
    """Rules that cannot be used; `faults` says why, all of it."""

    def __init__(self, faults: Iterable[RuleFault]) -> None:
        self.faults = list(faults)
        super().__init__("; ".join(f"{fault.path}: {fault.message}" for fault in self.faults[:3]))


Reasons = list[dict[str, str]]
Node = Callable[[Scopes, Reasons], bool]


@dataclass(frozen=True, slots=True)
class Rules:
    """Compiled rules. `node` is None if they always hold (ELSE); `reads` are the paths they look at."""

    node: Node | None
    reads: tuple[Path, ...]

    @property
    def always(self) -> bool:
        """Whether these are the rules of an ELSE."""
        return self.node is None

    def hold(self, scopes: Scopes, reasons: Reasons) -> bool:
        """Whether the rules hold. To `reasons` go the rules tried: {"rule", "value"}, five at most. Never raises."""
        return self.node is None or self.node(scopes, reasons)


ALWAYS: Final = Rules(None, ())


def compile_rules(value: Any, path: str = "rules", limits: Limits = Limits()) -> Rules:  # noqa: B008 - immutable
    """Compile rules; raises RuleError with every fault. `path` is where they stand in the document."""
    if value is None or value == {}:
        return ALWAYS
    compiler = _Compiler(limits)
    node = compiler.item(value, path, 0)
    if compiler.faults or node is None:
        raise RuleError(compiler.faults)
    return Rules(node, tuple(compiler.reads))


@lru_cache(maxsize=256)
def _comparison(kind: str | None, ignore_case: bool, limits: Limits) -> Comparison:
    return Comparison(kind, ignore_case, limits)


class _Compiler:
    def __init__(self, limits: Limits) -> None:
        self.limits = limits
        self.faults: list[RuleFault] = []
        self.reads: list[Path] = []
        self.count = 0

    def fault(self, code: str, path: str, message: str, hint: str) -> None:
        self.faults.append(RuleFault(code, path, message, hint))

    def item(self, value: Any, path: str, depth: int) -> Node | None:
        """A rule or a group of rules."""
        self.count += 1
        if not isinstance(value, dict) or not value:
            self.fault(
                "bad_rule", path, "is no rule", 'Write {"field": …, "operator": …, "value": …}; {} alone is ELSE.'
            )
        elif depth > self.limits.max_rule_depth:
            self.fault(
                "rules_too_deep", path, f"nested deeper than {self.limits.max_rule_depth}", "Flatten the groups."
            )
        elif self.count > self.limits.max_rules:
            if self.count == self.limits.max_rules + 1:
                self.fault("too_many_rules", path, f"more than {self.limits.max_rules} rules", "Use `in` with a list.")
        elif "rules" in value or "condition" in value:
            return self.group(value, path, depth)
        else:
            return self.rule(value, path)
        return None

    def group(self, value: dict[str, Any], path: str, depth: int) -> Node | None:
        self.fields(value, _GROUP_FIELDS, path)
        condition, negated, rules = value.get("condition", "AND"), value.get("not", False), value.get("rules")
        if not isinstance(condition, str) or condition.upper() not in ("AND", "OR"):
            self.fault("bad_condition", f"{path}.condition", "is neither AND nor OR", 'Write "AND" or "OR".')
        if not isinstance(negated, bool) and negated is not None:
            self.fault("bad_not", f"{path}.not", "is neither true nor false", "Write true or false.")
        if not isinstance(rules, list) or not rules:
            self.fault("empty_rules", f"{path}.rules", "is no list of rules", "Add a rule; {} in place of all is ELSE.")
            return None
        nodes = [self.item(rule, f"{path}.rules[{index}]", depth + 1) for index, rule in enumerate(rules)]
        if self.faults:
            return None
        whole = [node for node in nodes if node is not None]
        if len(whole) == 1 and not negated:
            return whole[0]
        return _Group(tuple(whole), str(condition).upper() == "OR", bool(negated))

    def rule(self, value: dict[str, Any], path: str) -> Node | None:
        self.fields(value, _RULE_FIELDS, path)
        field = self.field(value.get("field"), f"{path}.field")
        operator = self.operator(value.get("operator"), f"{path}.operator")
        how = self.comparison(value, path)
        if field is None or operator is None or how is None:
            return None
        other = self.value(value, operator, how, f"{path}.value")
        if other is None:
            return None
        shown = f"{field.text} {operator.name}"
        if operator.arity != "none":
            shown = f"{shown} {clip(value.get('value'), self.limits.max_trace_chars)}"
        return _Rule(field, operator, other, how, shown)

    def fields(self, value: dict[str, Any], known: frozenset[str], path: str) -> None:
        for name in value:
            if name not in known:
                shown = str(name)[:80]
                self.fault("unknown_field", f"{path}.{shown}", f'unknown field "{shown}"', f"Known: {sorted(known)}.")

    def field(self, text: Any, path: str) -> Path | None:
        hint = "Write a scope and a key, as session.age or message.text."
        if not isinstance(text, str):
            self.fault("bad_field", path, "the field is no path", hint)
            return None
        try:
            field = parse_path(text)
        except PathError as error:
            self.fault("bad_field", path, str(error)[:300], hint)
            return None
        self.reads.append(field)
        return field

    def operator(self, name: Any, path: str) -> Operator | None:
        operator = BY_SPELLING.get(name) if isinstance(name, str) else None
        if operator is None:
            known = ", ".join(OPERATORS)
            self.fault("unknown_operator", path, f"unknown operator {clip(name, 60)}", f"Use one of: {known}.")
        return operator

    def comparison(self, value: dict[str, Any], path: str) -> Comparison | None:
        kind, ignore_case = value.get("type"), value.get("ignore_case", False)
        if kind is not None and kind not in TYPES:
            self.fault("bad_type", f"{path}.type", "unknown type", f"Use one of: {', '.join(TYPES)}, or leave it out.")
            return None
        if not isinstance(ignore_case, bool):
            self.fault("bad_ignore_case", f"{path}.ignore_case", "is neither true nor false", "Write true or false.")
            return None
        return _comparison(kind, ignore_case, self.limits)

    def value(self, rule: dict[str, Any], operator: Operator, how: Comparison, path: str) -> Value | None:
        if operator.arity == "none":
            return compile_value(None)
        if "value" not in rule:
            self.fault("no_value", path, f'"{operator.name}" needs a value', "Add one.")
            return None
        try:
            value = compile_value(rule["value"], self.limits.max_depth)
        except TooDeepError:
            self.fault("bad_value", path, "nested too deep", "Use a simpler value.")
            return None
        faults = [fault for text in value.texts for fault in text.faults]
        for fault in faults:
            self.fault("bad_placeholder", path, fault, "Write {$scope.key$}.")
        self.reads.extend(read for text in value.texts for read in text.paths)
        return None if faults else self.fitting(value, operator, how, path)

    def fitting(self, value: Value, operator: Operator, how: Comparison, path: str) -> Value | None:
        """The value if the operator can take it (a list of choices and a pattern made ready), as far as it is known."""
        try:
            if operator.arity == "two" and value.is_constant:
                _check_bounds(value.constant)
            if value.is_constant and operator.arity == "list":
                return compile_value(choices_of(value.constant), self.limits.max_depth + 1)
            if value.is_constant and operator.arity == "pattern":
                pattern = compile_pattern(value.constant, how)
                return Value(pattern)
        except Unusable as error:
            self.fault("bad_value", path, str(error), f'"{operator.name}" cannot use this value.')
            return None
        return value


def _check_bounds(bounds: Any) -> None:
    if not isinstance(bounds, list) or len(bounds) != 2:
        raise Unusable("between needs [low, high]")


@dataclass(slots=True, eq=False)
class _Group:
    """Nodes of which any one or all must hold. A node that is called, not a closure: a big bot has many thousands."""

    nodes: tuple[Node, ...]
    any_of: bool
    negated: bool

    def __call__(self, scopes: Scopes, reasons: Reasons) -> bool:
        for node in self.nodes:
            if node(scopes, reasons) is self.any_of:
                return self.any_of is not self.negated
        return self.any_of is self.negated


@dataclass(slots=True, eq=False)
class _Rule:
    """One rule. `shown` is how the trace names it."""

    field: Path
    operator: Operator
    value: Value
    how: Comparison
    shown: str

    def __call__(self, scopes: Scopes, reasons: Reasons) -> bool:
        value, operator = scopes.get(self.field), self.operator
        reason = {"rule": self.shown, "value": scopes.clip(value)}
        scopes.spend(1)
        try:
            other = self.value.render(scopes)
            if operator.arity == "pattern":
                scopes.spend(pattern_work(value, other))
            elif self.value.fill is None:
                scopes.charge(other)
            held = operator.test(value, other, self.how) is not operator.negated
        except Unusable as unusable:
            held = False
            reason["unusable"] = str(unusable)
        if len(reasons) < _MAX_REASONS:
            reasons.append(reason)
        return held
