"""Ids inside a document: each given once. Called by the package on any tree, also one whose shape is wrong elsewhere;
whether an id that is pointed at exists is asked in `problems`."""

from collections.abc import Iterator, Mapping
from typing import Any
from uuid import UUID

from dbcv.domains.bots.document.wording import Finding, shorten

_LISTS = ("steps", "requests", "templates", "widgets", "credentials")


def repeated_ids(tree: Any) -> list[Finding]:
    """A finding for every id that stands twice in one list. UUIDs are the same in upper and lower case."""
    if not isinstance(tree, Mapping):
        return []
    found = [finding for name in _LISTS for finding in _repeated(tree.get(name), name)]
    for index, template in _entries(tree.get("templates")):
        found += _repeated(template.get("steps"), f"templates[{index}].steps")
    return found


def _entries(value: Any) -> Iterator[tuple[int, dict[str, Any]]]:
    if isinstance(value, list):
        yield from ((index, entry) for index, entry in enumerate(value) if isinstance(entry, dict))


def _repeated(entries: Any, path: str) -> Iterator[Finding]:
    first: dict[str, str] = {}
    for index, entry in _entries(entries):
        id, place = entry.get("id"), f"{path}[{index}]"
        if not isinstance(id, str):
            continue
        if (key := _same(id)) in first:
            yield Finding("duplicate_id", f"{place}.id", {"value": shorten(id), "first": first[key]})
        else:
            first[key] = place


def _same(id: str) -> str:
    try:
        return str(UUID(id)) if len(id) == 36 else id
    except ValueError:
        return id
