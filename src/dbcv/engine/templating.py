"""Texts with placeholders `{$path|filter:argument$}`: split once when a bot is compiled, filled in once per use.

What was filled in is never read again: a value can hold anything and stays a value. Keys are never filled in.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Final

from dbcv.engine.filters import FILTERS, MAX_ARGUMENT_CHARS, MAX_FILTERS, FilterError
from dbcv.engine.paths import UNDEFINED, Path, PathError, parse_path
from dbcv.engine.scopes import Scopes
from dbcv.engine.values import to_text

Render = Callable[[Scopes], Any]
MAX_PLACEHOLDER_CHARS: Final = 2_000


class Placeholder:
    """One `{$...$}`: a path and the filters its value goes through, left to right."""

    __slots__ = ("calls", "path", "source")

    def __init__(self, source: str, path: Path, calls: tuple[tuple[Callable[..., Any], tuple[Any, ...]], ...]) -> None:
        self.source = source
        self.path = path
        self.calls = calls

    def value(self, scopes: Scopes) -> Any:
        """The value with its type; UNDEFINED if the path leads nowhere and no filter helps."""
        value = scopes.get(self.path)
        for apply, arguments in self.calls:
            value = apply(value, *arguments)
            scopes.charge(value)
        return value


class Text:
    """A compiled text: constant pieces and placeholders in order.

    `single` is the placeholder a text consists of, if it is exactly one. `faults` say what looks like a placeholder
    but is none: it stays in the text as it was written.
    """

    __slots__ = ("constant", "faults", "parts", "single", "source")

    def __init__(self, source: str, parts: tuple[str | Placeholder, ...], faults: tuple[str, ...]) -> None:
        self.source = source
        self.parts = parts
        self.faults = faults
        self.single = parts[0] if len(parts) == 1 and isinstance(parts[0], Placeholder) else None
        self.constant = None if any(isinstance(part, Placeholder) for part in parts) else source

    @property
    def paths(self) -> tuple[Path, ...]:
        """The paths the text reads."""
        return tuple(part.path for part in self.parts if isinstance(part, Placeholder))

    def text(self, scopes: Scopes) -> str:
        """The text filled in, at most Limits.max_text_chars long (the rest is cut off, the trace says so)."""
        if self.constant is not None:
            return self.constant
        return self.join(scopes, to_text)

    def join(self, scopes: Scopes, write: Callable[[Any], str]) -> str:
        """The text filled in, each value written by `write`."""
        limit, size, pieces = scopes.limits.max_text_chars, 0, []
        for part in self.parts:
            piece = part if isinstance(part, str) else write(part.value(scopes))
            pieces.append(piece)
            size += len(piece)
            if size > limit:
                scopes.note("text_cut", limit=limit)
                return "".join(pieces)[:limit]
        return "".join(pieces)

    def value(self, scopes: Scopes) -> Any:
        """The value itself if the text is exactly one placeholder (None for undefined), else the text."""
        if self.single is None:
            return self.text(scopes)
        value = self.single.value(scopes)
        return None if value is UNDEFINED else value


def compile_text(source: str) -> Text:
    """Split a text at its placeholders. Never raises: see Text.faults."""
    parts: list[str | Placeholder] = []
    faults: list[str] = []
    done = 0
    for start, end in _spans(source):
        try:
            placeholder = _placeholder(source[start:end])
        except (PathError, FilterError) as error:
            faults.append(str(error))
            continue
        if start > done:
            parts.append(source[done:start])
        parts.append(placeholder)
        done = end
    if done < len(source) or not parts:
        parts.append(source[done:])
    return Text(source, tuple(parts), tuple(faults))


def _spans(source: str) -> Iterator[tuple[int, int]]:
    """Where `{$...$}` stand. Of nested ones the innermost counts."""
    position = 0
    while (start := source.find("{$", position)) >= 0:
        end = source.find("$}", start + 2)
        if end < 0:
            return
        yield max(start, source.rfind("{$", start, end)), end + 2
        position = end + 2


def _placeholder(token: str) -> Placeholder:
    if len(token) > MAX_PLACEHOLDER_CHARS:
        raise PathError(f"a placeholder of {len(token)} characters is too long")
    path, *filters = _cut(token[2:-2], "|")
    if len(filters) > MAX_FILTERS:
        raise FilterError(f"{token} has more than {MAX_FILTERS} filters")
    return Placeholder(token, parse_path(path.strip()), tuple(_call(text, token) for text in filters))


def _call(text: str, token: str) -> tuple[Callable[..., Any], tuple[Any, ...]]:
    name, *arguments = _cut(text, ":")
    found = FILTERS.get(name.strip())
    if found is None:
        raise FilterError(f'{token}: there is no filter "{name.strip()}" (there are {", ".join(FILTERS)})')
    fewest, most = found.arguments
    if not fewest <= len(arguments) <= most or sum(map(len, arguments)) > MAX_ARGUMENT_CHARS:
        raise FilterError(f'{token}: the filter "{found.name}" takes {fewest} to {most} arguments')
    try:
        return found.apply, found.read([_unescape(argument) for argument in arguments])
    except FilterError as error:
        raise FilterError(f'{token}: the filter "{found.name}" {error}') from error


def _cut(text: str, separator: str) -> list[str]:
    """Split where the separator is not behind a backslash; backslashes stay."""
    pieces: list[str] = []
    piece: list[str] = []
    escaped = False
    for character in text:
        if character == separator and not escaped:
            pieces.append("".join(piece))
            piece = []
        else:
            piece.append(character)
        escaped = character == "\\" and not escaped
    return [*pieces, "".join(piece)]


def _unescape(text: str) -> str:
    for character in "|:":
        text = text.replace("\\" + character, character)
    return text.replace("\\\\", "\\")


@dataclass(frozen=True, slots=True, eq=False)
class Value:
    """A compiled JSON value; without placeholders (`fill` is None) it is `constant`, the same object each time.

    `texts` are the texts with placeholders in it. `is_list`: it was written as a list, not as a placeholder.
    """

    constant: Any
    fill: Render | None = None
    texts: tuple[Text, ...] = ()
    is_list: bool = False

    @property
    def is_constant(self) -> bool:
        """Whether the value is the same in every turn."""
        return self.fill is None

    def render(self, scopes: Scopes) -> Any:
        """The value filled in."""
        return self.constant if self.fill is None else self.fill(scopes)


NOTHING: Final = Value(None)
"""The compiled null."""


class TooDeepError(ValueError):
    """A value nested deeper than allowed."""


def compile_value(value: Any, max_depth: int = 64) -> Value:
    """Compile any JSON value: texts become typed values, lists and objects keep their shape, keys stay as they are.

    Raises TooDeepError. The returned constant shares structure with `value`.
    """
    if value is None:
        return NOTHING
    texts: list[Text] = []
    render = _compile(value, max_depth, texts)
    if render is None:
        return Value(value, None, tuple(texts), isinstance(value, list))
    return Value(None, render, tuple(texts), isinstance(value, list))


def _compile(value: Any, depth: int, texts: list[Text]) -> Render | None:
    """How to fill a value in; None if there is nothing to fill in."""
    if isinstance(value, str):
        if "{$" not in value:
            return None
        text = compile_text(value)
        texts.append(text)
        return text.value if text.constant is None else None
    if not isinstance(value, (list, dict)):
        return None
    if depth <= 0:
        raise TooDeepError
    if isinstance(value, list):
        return _compile_list(value, depth, texts)
    return _compile_object(value, depth, texts)


def _compile_list(value: list[Any], depth: int, texts: list[Text]) -> Render | None:
    items = [(item, _compile(item, depth - 1, texts)) for item in value]
    if all(render is None for _, render in items):
        return None
    return lambda scopes: [item if render is None else render(scopes) for item, render in items]


def _compile_object(value: dict[str, Any], depth: int, texts: list[Text]) -> Render | None:
    items = [(key, item, _compile(item, depth - 1, texts)) for key, item in value.items()]
    if all(render is None for _, _, render in items):
        return None
    return lambda scopes: {key: item if render is None else render(scopes) for key, item, render in items}
