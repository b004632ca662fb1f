"""A group's `variables`: every accepted spelling is read into one list of Save. Used by the graph and by importers."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final, Literal

from dbcv.engine.paths import FACTS, SCOPES, WRITABLE_SCOPES, Path, PathError, parse_keys, parse_path
from dbcv.engine.problems import ProblemList
from dbcv.engine.templating import TooDeepError, Value, compile_text, compile_value

Mode = Literal["set", "append", "file"]
MODES: Final = ("set", "append", "file")
_FIELDS: Final = frozenset(("target", "source", "mode", "ext"))
_MAX_EXT_CHARS: Final = 16


@dataclass(frozen=True, slots=True)
class Save:
    """One variable to save. The source is a path, or a key of the last code result, or a filled-in value."""

    target: Path
    mode: Mode
    ext: str
    source_path: Path | None
    result_keys: tuple[str, ...] | None
    source_value: Value | None


def normalise_variables(value: Any) -> list[dict[str, Any]]:
    """A group's variables as the list of {"target", "source", "mode", "ext"?} that exports hold.

    A plain object is read as {"source": "target"}; where only the key is a scope that can be written, as
    {"target": "source"}; `target|a` is append, `target|file|.csv` is file. Other values are returned as they are,
    for the compiler to refuse; null is [].
    """
    if value is None:
        return []
    if isinstance(value, list):
        return value
    if not isinstance(value, dict):
        return [value]
    return [_from_pair(key, other) for key, other in value.items()]


def _from_pair(key: Any, other: Any) -> dict[str, Any]:
    reversed_pair = _can_be_target(key) and not _can_be_target(other)
    target, source = (key, other) if reversed_pair else (other, key)
    if not isinstance(target, str):
        return {"target": target, "source": source, "mode": "set"}
    path, mode, ext = _split_target(target)
    entry = {"target": path, "source": source, "mode": mode}
    return {**entry, "ext": ext} if mode == "file" else entry


def _can_be_target(text: Any) -> bool:
    return isinstance(text, str) and "." in text and text.partition(".")[0] in WRITABLE_SCOPES


def _split_target(target: str) -> tuple[str, str, str]:
    path, _, suffix = target.partition("|")
    if suffix in ("a", "append"):
        return path, "append", ""
    kind, _, ext = suffix.partition("|")
    if kind == "file":
        return path, "file", ext
    return (target, "set", "") if suffix else (path, "set", "")


def compile_saves(value: Any, where: str, problems: ProblemList) -> tuple[Save, ...]:
    """The saves of a group; what is wrong with them goes to `problems` (`where` is the path of the list)."""
    if value is not None and not isinstance(value, (list, dict)):
        problems.fail("bad_variables", where, "variables are no list", 'Write [{"target": …, "source": …}].')
        return ()
    return tuple(_compile_all(normalise_variables(value), where, problems))


def _compile_all(entries: list[Any], where: str, problems: ProblemList) -> Iterator[Save]:
    for index, entry in enumerate(entries):
        save = _compile_one(entry, f"{where}[{index}]", problems)
        if save is not None:
            yield save


def _compile_one(entry: Any, where: str, problems: ProblemList) -> Save | None:
    if not isinstance(entry, dict):
        problems.fail("bad_variable", where, "is no object", 'Write {"target": …, "source": …}.')
        return None
    for name in entry:
        if name not in _FIELDS:
            problems.error("unknown_field", f"{where}.{name}", f'unknown field "{name}"', f"Known: {sorted(_FIELDS)}.")
    target, mode, ext = _read_target(entry, where, problems)
    source = _read_source(entry, where, problems)
    if target is None or source is None:
        return None
    return Save(target, mode, ext, *source)


def _read_target(entry: dict[str, Any], where: str, problems: ProblemList) -> tuple[Path | None, Mode, str]:
    text, mode, ext = entry.get("target"), entry.get("mode", "set"), entry.get("ext")
    if isinstance(text, str) and "mode" not in entry:
        text, mode, written_ext = _split_target(text)
        ext = ext or written_ext
    if mode not in MODES:
        problems.fail("bad_mode", f"{where}.mode", "unknown mode", f"Use one of {', '.join(MODES)}.")
        return None, "set", ""
    if ext is not None and not _is_ext(ext):
        problems.fail("bad_ext", f"{where}.ext", "is no file extension", "Write it as .csv, of letters and digits.")
        ext = None
    return compile_target(text, f"{where}.target", problems), mode, ext or ""


def _is_ext(ext: Any) -> bool:
    return isinstance(ext, str) and (not ext or (ext[0] == "." and ext[1:].isalnum() and len(ext) <= _MAX_EXT_CHARS))


def compile_target(text: Any, where: str, problems: ProblemList) -> Path | None:
    """The path of a target that can be written; None, and a problem, if it cannot."""
    hint = f"Write a scope that is kept and a key: session.age (scopes: {', '.join(sorted(WRITABLE_SCOPES))})."
    if not isinstance(text, str):
        problems.fail("bad_target", where, "the target is no path", hint)
        return None
    try:
        path = parse_path(text)
    except PathError as error:
        problems.fail("bad_target", where, f"the target is no path: {error}", hint)
        return None
    if path.scope not in WRITABLE_SCOPES or not path.keys:
        problems.fail("bad_target", where, f'"{text}" cannot be saved to', hint)
        return None
    if path.keys[0] in FACTS.get(path.scope, ()):
        problems.fail("fact_target", where, f'"{path.scope}.{path.keys[0]}" is a fact, read-only', "Use another key.")
        return None
    return path


def _read_source(
    entry: dict[str, Any], where: str, problems: ProblemList
) -> tuple[Path | None, tuple[str, ...] | None, Value | None] | None:
    where = f"{where}.source"
    if "source" not in entry or entry["source"] == "":
        problems.fail("bad_source", where, "there is no source", "Write a path, as message.text.")
        return None
    source = entry["source"]
    try:
        if not isinstance(source, str):
            return None, None, compile_value(source)
        if "{$" in source:
            return _placeholder_source(source, where, problems)
        if source.partition(".")[0] in SCOPES:
            return parse_path(source), None, None
        return None, parse_keys(source), None
    except (PathError, TooDeepError) as error:
        problems.fail("bad_source", where, f"the source is no path: {error}", "Write a path, as message.text.")
        return None


def _placeholder_source(source: str, where: str, problems: ProblemList) -> tuple[None, None, Value] | None:
    faults = compile_text(source).faults
    for fault in faults:
        problems.fail("bad_placeholder", where, fault, "Write {$scope.key$}.")
    return None if faults else (None, None, compile_value(source))
