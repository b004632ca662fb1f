"""Text to a tree of plain values: JSON and YAML, bounded before anything recurses. Called by the package and by the
conversation tests; knows nothing of bots. YAML is read as JSON's data model: no aliases, no tags, and both `yes` and
12:30 are text."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Literal

import yaml

from dbcv.domains.bots.document.wording import Finding

Format = Literal["json", "yaml"]
MAX_BYTES: dict[Format, int] = {"json": 20_000_000, "yaml": 8_000_000}
MAX_DEPTH = 100
_HUGE_DIGITS = 30

_NUMBER = re.compile(r"-?(?:0|[1-9][0-9]*)(\.[0-9]+)?([eE][-+]?[0-9]+)?\Z")
_NOT_FINITE = re.compile(r"[-+]?\.(?:inf|Inf|INF)\Z|\.(?:nan|NaN|NAN)\Z")
_WORDS: dict[str, bool | None] = {"": None, "~": None, "null": None, "Null": None, "NULL": None}
_WORDS |= {
    spelling: value for value in (True, False) for spelling in (str(value), str(value).lower(), str(value).upper())
}
_KNOWN_TAGS = {"!", "tag:yaml.org,2002:str", "tag:yaml.org,2002:map", "tag:yaml.org,2002:seq"}
# Possessive, and with an optional end: linear in time and memory for any text.
_JSON_STRING = r'"(?:[^"\\]++|\\.)*+"?'
_JSON_BRACKET = re.compile(_JSON_STRING + r"|[\[\]{}]", re.DOTALL)
_JSON_TOKEN = re.compile(_JSON_STRING + r'|[\[\]{},:]|[^\s\[\]{},:"]+|\n', re.DOTALL)


class HugeNumber(float):
    """A number with so many digits that it is never computed; the guards report it."""


@dataclass(slots=True)
class Source:
    """What a text held: `tree` (None when unreadable), `findings`, and `lines` (path → line, the first is 1)."""

    tree: Any = None
    findings: list[Finding] = field(default_factory=list)
    lines: dict[str, int] = field(default_factory=dict)


class _UnreadableError(Exception):
    def __init__(self, finding: Finding) -> None:
        super().__init__(finding.code)
        self.finding = finding


def read(text: bytes | str, format: Format, *, with_lines: bool = False) -> Source:
    """Read `text`. Never raises for bad input: what is wrong is in `findings`. `with_lines` also finds JSON's lines."""
    source = Source()
    try:
        decoded = _decoded(text, MAX_BYTES[format])
        if format == "yaml":
            _read_yaml(decoded, source)
        else:
            _read_json(decoded, source, with_lines=with_lines)
    except _UnreadableError as unreadable:
        source.tree = None
        source.findings.append(unreadable.finding)
        if unreadable.finding.line is not None:
            source.lines[unreadable.finding.path] = unreadable.finding.line
    return source


def join(path: str, key: str | int) -> str:
    """`path` with one more step: `steps` + 0 → `steps[0]`, `steps[0]` + "name" → `steps[0].name`."""
    if isinstance(key, int):
        return f"{path}[{key}]"
    if not key or "." in key or "[" in key:
        return f"{path}[{json.dumps(key, ensure_ascii=False)}]"
    return f"{path}.{key}" if path else key


def resolve(text: str) -> Any:
    """The value of an unquoted YAML scalar under JSON's data model."""
    if text in _WORDS:
        return _WORDS[text]
    if match := _NUMBER.match(text):
        return _number(text, whole=not (match[1] or match[2]))
    if _NOT_FINITE.match(text):
        return float(text.replace(".", "", 1))
    return text


def _number(text: str, *, whole: bool) -> Any:
    if whole and len(text) > _HUGE_DIGITS:
        return HugeNumber("inf")
    return int(text) if whole else float(text)


def _decoded(text: bytes | str, limit: int) -> str:
    if len(text) > limit:
        raise _UnreadableError(Finding("too_large", "", {"size": len(text), "limit": limit}))
    if isinstance(text, str):
        return text.removeprefix("\N{ZERO WIDTH NO-BREAK SPACE}")
    try:
        return text.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise _UnreadableError(Finding("not_utf8", "", line=text.count(b"\n", 0, error.start) + 1)) from error


# JSON


def _read_json(text: str, source: Source, *, with_lines: bool) -> None:
    _bound_depth(text)
    duplicates = False

    def gather(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        nonlocal duplicates
        gathered = dict(pairs)
        duplicates = duplicates or len(gathered) != len(pairs)
        return gathered

    try:
        source.tree = json.loads(text, object_pairs_hook=gather, parse_int=lambda digits: _number(digits, whole=True))
    except json.JSONDecodeError as error:
        detail = f"{error.msg} (line {error.lineno}, column {error.colno})"
        raise _UnreadableError(Finding("syntax", "", {"detail": detail}, line=error.lineno)) from error
    if duplicates or with_lines:
        _locate_json(text, source)


def _bound_depth(text: str) -> None:
    depth = 0
    for token in _JSON_BRACKET.finditer(text):
        char = text[token.start()]
        if char in "[{":
            depth += 1
            if depth > MAX_DEPTH:
                line = text.count("\n", 0, token.start()) + 1
                raise _UnreadableError(Finding("too_deep", "", {"limit": MAX_DEPTH}, line=line))
        elif char in "]}":
            depth -= 1


@dataclass(slots=True)
class _Open:
    """A list or object that is being read: where it is, what it holds, and the key its next value belongs to."""

    path: str
    value: Any
    key: str | None = None
    count: int = 0

    def next_path(self) -> str:
        return join(self.path, self.key if isinstance(self.value, dict) and self.key is not None else self.count)


def _locate_json(text: str, source: Source) -> None:
    """Fill `lines` and report repeated keys. `text` is known to be JSON, so tokens need no checking."""
    line, stack = 1, [_Open("", [])]
    for match in _JSON_TOKEN.finditer(text):
        piece, top = match[0], stack[-1]
        if piece == "\n":
            line += 1
        elif piece in "]}":
            stack.pop()
            stack[-1].count += 1
            stack[-1].key = None
        elif piece in ",:":
            continue
        elif isinstance(top.value, dict) and top.key is None:
            _note_key(top, json.loads(piece), line, source)
        else:
            path = top.next_path() if len(stack) > 1 else ""
            source.lines[path] = line
            if piece in "[{":
                stack.append(_Open(path, {} if piece == "{" else []))
            else:
                top.count += 1
                top.key = None


def _note_key(top: _Open, key: str, line: int, source: Source) -> None:
    top.key = key
    if key in top.value:
        source.findings.append(Finding("duplicate_key", join(top.path, key), {"name": key}, line=line))
    top.value[key] = None


# YAML


def _read_yaml(text: str, source: Source) -> None:
    try:
        _compose(yaml.parse(text, Loader=yaml.CSafeLoader), source)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark
        line = mark.line + 1 if mark else None
        detail = f"{error.problem or error.context}" + (f" (line {line})" if line else "")
        raise _UnreadableError(Finding("syntax", "", {"detail": detail}, line=line)) from error
    except (yaml.YAMLError, UnicodeError) as error:
        raise _UnreadableError(Finding("syntax", "", {"detail": str(error).splitlines()[0]})) from error


def _compose(events: Iterator[Any], source: Source) -> None:
    root: list[Any] = []
    stack, documents = [_Open("", root)], 0
    for event in events:
        if isinstance(event, yaml.DocumentStartEvent):
            documents += 1
            if documents > 1:
                raise _UnreadableError(Finding("many_documents", "", line=_line(event)))
        elif isinstance(event, yaml.AliasEvent):
            _refuse(stack, "alias", str(event.anchor), event)
        elif isinstance(event, yaml.CollectionStartEvent):
            _open(stack, event, source)
        elif isinstance(event, yaml.CollectionEndEvent):
            closed = stack.pop()
            _place(stack, closed.value)
        elif isinstance(event, yaml.ScalarEvent):
            _scalar(stack, event, source)
    source.tree = root[0] if root else None


def _open(stack: list[_Open], event: Any, source: Source) -> None:
    top = stack[-1]
    if isinstance(top.value, dict) and top.key is None:
        _refuse(stack, "key_not_text", "[…]", event)
    if len(stack) > MAX_DEPTH:
        raise _UnreadableError(Finding("too_deep", top.path, {"limit": MAX_DEPTH}, line=_line(event)))
    _known_tag(stack, event)
    path = top.next_path() if len(stack) > 1 else ""
    source.lines.setdefault(path, _line(event))
    stack.append(_Open(path, {} if isinstance(event, yaml.MappingStartEvent) else []))


def _scalar(stack: list[_Open], event: Any, source: Source) -> None:
    top = stack[-1]
    _known_tag(stack, event)
    line = _line(event)
    plain = event.implicit[0] and event.tag is None
    value = resolve(event.value) if plain else event.value
    if isinstance(top.value, dict) and top.key is None:
        if not isinstance(value, str):
            _refuse(stack, "key_not_text", event.value, event)
        _note_key(top, value, line, source)
        source.lines[join(top.path, value)] = line
        return
    if len(stack) > 1:
        source.lines.setdefault(top.next_path(), line)
    _place(stack, value)


def _place(stack: list[_Open], value: Any) -> None:
    top = stack[-1]
    if isinstance(top.value, dict):
        top.value[top.key] = value
        top.key = None
    else:
        top.value.append(value)
        top.count += 1


def _known_tag(stack: list[_Open], event: Any) -> None:
    if event.tag is not None and event.tag not in _KNOWN_TAGS:
        _refuse(stack, "tag", event.tag, event)


def _refuse(stack: list[_Open], code: str, name: str, event: Any) -> None:
    top = stack[-1]
    path = top.next_path() if top.key is not None else top.path
    raise _UnreadableError(Finding(code, path, {"name": name}, line=_line(event)))


def _line(event: Any) -> int:
    return int(event.start_mark.line) + 1
