"""Which entry of a document is which emitter. They have no ids there, so the same words, the same name or at last the
same place tell; pure, called when a document is stored and when one begins to run."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from dbcv.kit.ids import new_id

FIELDS = ("name", "message", "send_at", "cron", "is_active")


def matched(entries: Sequence[dict[str, Any]], known: Sequence[tuple[UUID, dict[str, Any]]]) -> list[UUID]:
    """An id for each entry: that of the `known` emitter it goes on, or a new one."""
    ids: list[UUID | None] = [None] * len(entries)
    left = dict(known)
    places = [emitter_id for emitter_id, _ in known]
    _take(ids, entries, left, _same)
    _take(ids, entries, left, lambda entry, emitter: bool(entry["name"]) and entry["name"] == emitter["name"])
    for place, emitter_id in enumerate(places[: len(entries)]):
        if ids[place] is None and emitter_id in left:
            ids[place] = emitter_id
    return [emitter_id or new_id() for emitter_id in ids]


def _take(ids: list[UUID | None], entries: Sequence[dict[str, Any]], left: dict[UUID, Any], fits: Any) -> None:
    for place, entry in enumerate(entries):
        if ids[place] is None:
            found = next((emitter_id for emitter_id, emitter in left.items() if fits(entry, emitter)), None)
            if found is not None:
                ids[place] = found
                del left[found]


def _same(entry: dict[str, Any], emitter: dict[str, Any]) -> bool:
    return all(entry[name] == emitter[name] for name in FIELDS)
