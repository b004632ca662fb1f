"""Variables as documents: what lies at a path, a page of it, and edits by path. Plain values, no database."""

from collections.abc import Iterator, Sequence
from typing import Any

from dbcv.domains.conversations import errors
from dbcv.domains.conversations.schemas.variables import MAX_VALUE_BYTES, VariableChange, VariableOut
from dbcv.engine.paths import FACTS, UNDEFINED, dig, index_of
from dbcv.engine.variables import Change, would_apply
from dbcv.kit.errors import AppError, ErrorDetail, Invalid
from dbcv.kit.json_text import clean, dumps

_KINDS: dict[type, str] = {
    bool: "yes_no", int: "number", float: "number", str: "text", list: "list", dict: "object", type(None): "null"
}  # fmt: skip


def page_of(document: dict[str, Any], path: str, limit: int, after: str | None) -> tuple[list[VariableOut], str | None]:
    """What lies at `path` ("": the whole), after the key or index `after`; and the next page's.

    Raises NotFound.
    """
    place = dig(document, tuple(path.split("."))) if path else document
    if place is UNDEFINED:
        raise errors.no_variable(path)
    keys = _keys_after(place, after)
    if keys is None:
        return [_shown(path, place)], None
    items = [_shown(f"{path}.{key}" if path else key, dig(place, (key,))) for key in keys[:limit]]
    return items, keys[limit - 1] if len(keys) > limit else None


def _keys_after(place: Any, after: str | None) -> list[str] | None:
    if isinstance(place, dict):
        return sorted(key for key in place if after is None or key > after)
    if isinstance(place, list):
        index = index_of(after) if after is not None else -1
        return [str(number) for number in range((index if index is not None else -1) + 1, len(place))]
    return None


def _shown(path: str, value: Any) -> VariableOut:
    size = len(dumps(value).encode())
    is_cut = size > MAX_VALUE_BYTES and isinstance(value, list | dict)
    kind: Any = _KINDS[type(value)]
    return VariableOut(path=path, kind=kind, size_bytes=size, value=None if is_cut else value, is_cut=is_cut)


def edited(document: dict[str, Any], scope: Any, changes: Sequence[VariableChange]) -> dict[str, Any]:
    """The document after the edits, a new one. Raises Invalid naming every edit that cannot be made."""
    faults: list[ErrorDetail] = []
    for number, change in enumerate(changes):
        why = _refusal(scope, change)
        after = None if why else _applied(document, scope, change)
        if after is None:
            hint = "Use another key: facts come with what they belong to" if why else _hint(change)
            faults.append(ErrorDetail(f"changes[{number}].path", why or "leads nowhere", hint))
        else:
            document = after
    if faults:
        raise _refused(faults)
    return document


def _refused(faults: list[ErrorDetail]) -> AppError:
    return Invalid(f"{faults[0].path}: {faults[0].message}", code="variable_refused", errors=faults)


def _hint(change: VariableChange) -> str:
    if change.op == "remove":
        return "Name a key or an item that is there"
    return "A list takes the number of an item, or the next free one; what is no list or object has nothing below it"


def _refusal(scope: str, change: VariableChange) -> str | None:
    key = change.path.partition(".")[0]
    return f'"{scope}.{key}" is a fact, read-only' if key in FACTS[scope] else None


def _applied(document: dict[str, Any], scope: Any, change: VariableChange) -> dict[str, Any] | None:
    keys = tuple(change.path.split("."))
    if change.op == "remove":
        left: dict[str, Any] | None = _without(document, keys)
        return left
    parent = dig(document, keys[:-1])
    if parent is not UNDEFINED and not isinstance(parent, dict | list):
        return None
    return would_apply(document, Change(scope, "set", keys, clean(change.value)))


def _without(node: Any, keys: tuple[str, ...]) -> Any:
    """A copy without what lies at `keys`, copied along the path only; None if nothing does."""
    key, rest = keys[0], keys[1:]
    child = dig(node, (key,))
    if child is UNDEFINED:
        return None
    if rest:
        child = _without(child, rest)
        return None if child is None else _with(node, key, child)
    return list(_others(node, int(key))) if isinstance(node, list) else {k: v for k, v in node.items() if k != key}


def _with(node: Any, key: str, child: Any) -> Any:
    if isinstance(node, list):
        return [*node[: int(key)], child, *node[int(key) + 1 :]]
    return {**node, key: child}


def _others(items: list[Any], index: int) -> Iterator[Any]:
    return (item for number, item in enumerate(items) if number != index)
