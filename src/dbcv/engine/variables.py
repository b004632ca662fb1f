"""Saving variables: what a group's `variables` mean, and how a path-wise change alters a document.

apply_changes is the meaning; the database function `dbcv_apply_changes` mirrors it. Nothing here changes its input.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

from dbcv.engine.paths import UNDEFINED, index_of


@dataclass(frozen=True, slots=True)
class Change:
    """One write to a shared scope. `path` has at least one key."""

    scope: Literal["user", "bot", "channel"]
    op: Literal["set", "append"]
    path: tuple[str, ...]
    value: Any


def apply_changes(document: dict[str, Any], changes: Sequence[Change]) -> dict[str, Any]:
    """The document after the changes, in order; `document` stays as it is. The scope is not looked at.

    Walking `path` from the document, for every key but the last:
    - an object: its value under the key; a missing one is created as {}
    - a list: the item at the index (digits, no leading zero, at most nine); index == length creates {} at the end;
      any other key: the whole change is ignored
    - a value that is neither (a scalar or null) is replaced by {}
    and at the last key:
    - `set` on an object puts the value; on a list replaces the item at the index, appends at index == length, and is
      ignored for any other key
    - `append` puts the value at the end of the list found there; a missing or null one starts as []; anything else
      there (a scalar, an object, a bad index) and the change is ignored
    An ignored change changes nothing, nor does it create what lay on its way.
    """
    for change in changes:
        changed = _put(document, change.path, change.op, change.value)
        if changed is not UNDEFINED:
            document = changed
    return document


def apply_to_scopes(scopes: dict[str, dict[str, Any]], changes: Sequence[Change]) -> dict[str, dict[str, Any]]:
    """{scope: its variables} after the changes, in order; what no change names is the same object as before."""
    changed = {
        scope: apply_changes(scopes[scope], [change for change in changes if change.scope == scope])
        for scope in {change.scope for change in changes}
    }
    return scopes | changed


def would_apply(document: dict[str, Any], change: Change) -> dict[str, Any] | None:
    """The document after one change, or None if the change is ignored."""
    changed = _put(document, change.path, change.op, change.value)
    return None if changed is UNDEFINED else changed


def _put(node: Any, path: tuple[str, ...], op: str, value: Any) -> Any:
    """A copy of the node with the change, copied along the path only; UNDEFINED if it cannot be made."""
    key, rest = path[0], path[1:]
    if isinstance(node, list):
        return _put_in_list(node, key, rest, op, value)
    own = node if isinstance(node, dict) else {}
    child = _child(own.get(key, UNDEFINED), rest, op, value)
    return UNDEFINED if child is UNDEFINED else {**own, key: child}


def _put_in_list(node: list[Any], key: str, rest: tuple[str, ...], op: str, value: Any) -> Any:
    index = index_of(key)
    if index is None or index > len(node):
        return UNDEFINED
    child = _child(node[index] if index < len(node) else UNDEFINED, rest, op, value)
    return UNDEFINED if child is UNDEFINED else [*node[:index], child, *node[index + 1 :]]


def _child(old: Any, rest: tuple[str, ...], op: str, value: Any) -> Any:
    if rest:
        return _put(old, rest, op, value)
    if op == "set":
        return value
    if old is UNDEFINED or old is None:
        return [value]
    return [*old, value] if isinstance(old, list) else UNDEFINED
