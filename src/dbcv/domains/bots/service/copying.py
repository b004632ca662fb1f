"""Copies: a whole bot, or some steps from one bot into another. Called by the endpoints; new ids everywhere, and never
a secret."""

import asyncio
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from dbcv.domains.bots import errors
from dbcv.domains.bots.document import dump
from dbcv.domains.bots.schemas import Document, Fields, KnownVersion, Language, Loosened
from dbcv.domains.bots.service.bots import Bots, Changed
from dbcv.domains.bots.service.parts import Edited
from dbcv.domains.bots.service.working_set import Change, links_of
from dbcv.kit.ids import new_id

_CARRIED = {"request": "requests", "widget": "widgets"}
_NOT_OF_A_STEP = frozenset(("id", "template_instance", "connection_groups"))


@dataclass(frozen=True, slots=True)
class Copied:
    """Steps in their new bot: `ids` says what became of each old id, `cut` which links had nothing to lead to."""

    edited: Edited
    ids: dict[str, str]
    cut: list[Loosened]


async def copy_bot(bots: Bots, caller_id: UUID, bot_id: UUID, name: str | None) -> Changed:
    """A new bot of the caller's, like the draft of one he may see, with its tests. Credentials stand in it
    without their secrets."""
    document = await bots.whole(caller_id, bot_id)
    named = document | ({"name": name} if name else {})
    text = await asyncio.to_thread(dump, named, "json")
    return await bots.import_document(caller_id, text.encode(), "json")


async def copy_steps(
    bots: Bots,
    caller_id: UUID,
    source_id: UUID,
    step_ids: Collection[UUID],
    target_id: UUID,
    known: KnownVersion,
    language: Language,
) -> Copied:
    """Put copies of steps, with the requests and widgets they use, into a draft (their own bot's, too). What leads to
    steps outside of the copy, and template instances and credentials of another bot, are cut and told.

    Raises NotFound for either bot, Invalid for a step the source does not have, and what a change raises.
    """
    _, document = await bots.seen_draft(caller_id, source_id)
    missing = {str(step_id) for step_id in step_ids} - {step["id"] for step in document["steps"]}
    if missing:
        raise errors.no_such_steps(sorted(missing))
    copy = _Copy(document, {str(step_id) for step_id in step_ids}, is_same_bot=source_id == target_id)
    changes = await asyncio.to_thread(copy.changes)
    return Copied(await bots.parts.change(caller_id, target_id, changes, known, language), copy.ids, copy.cut)


class _Copy:
    """Steps of a document on their way into another draft, as changes."""

    def __init__(self, document: Document, chosen: set[str], is_same_bot: bool) -> None:
        self._steps = [step for step in document["steps"] if step["id"] in chosen]
        self._carried = {kind: {part["id"]: part for part in document[section]} for kind, section in _CARRIED.items()}
        self._is_same_bot = is_same_bot
        self._changes: list[Change] = []
        self.ids = {step["id"]: str(new_id()) for step in self._steps}
        self.cut: list[Loosened] = []

    def changes(self) -> Sequence[Change]:
        """Everything as additions, what is named before what names it."""
        for step in self._steps:
            self._add_step(step)
        return [each for each in self._changes if each.kind in _CARRIED] + [
            each for each in self._changes if each.kind not in _CARRIED
        ]

    def _add_step(self, step: Fields) -> None:
        fields = {name: value for name, value in step.items() if name not in _NOT_OF_A_STEP}
        if step["template_instance"] is not None:
            self._cut("step", step["id"], "template_instance", step["template_instance"]["template_id"])
        self._add("step", step["id"], fields, UUID(self.ids[step["id"]]))
        for group in step["connection_groups"]:
            self._add_group(step["id"], group)

    def _add_group(self, step_id: str, group: Fields) -> None:
        group_id = new_id()
        fields = {name: value for name, value in group.items() if name != "connections"} | {"step_id": step_id}
        self._add("connection_group", step_id, fields, group_id)
        for connection in group["connections"]:
            self._add("connection", step_id, connection, new_id(), {"group_id": str(group_id)})

    def _add(self, kind: str, told_id: str, fields: Fields, part_id: UUID, more: Fields | None = None) -> None:
        """A part with its links led to the copies; a cut link is told under the step it was in."""
        own = dict(fields)
        if own.get("message") is not None and kind == "step":
            own["message"] = dict(own["message"])
        for holder, link, path, target in links_of(kind, own):
            old = holder[link]
            holder[link] = self._led(target, old)
            if holder[link] is None:
                self._cut(kind, told_id, path, old)
        self._changes.append(Change("add", kind, part_id, own | (more or {})))

    def _led(self, target: str, old: str) -> str | None:
        """What takes the place of an id: the copy, the same part in the same bot, or nothing."""
        if old in self.ids:
            return self.ids[old]
        if self._is_same_bot:
            return old
        part = self._carried.get(target, {}).get(old)
        if part is None:
            return None
        self.ids[old] = str(new_id())
        fields = {name: value for name, value in part.items() if name != "id"}
        self._changes.append(Change("add", target, UUID(self.ids[old]), fields))
        return self.ids[old]

    def _cut(self, kind: str, part_id: str, field: str, was: Any) -> None:
        self.cut.append(Loosened(kind, part_id, field, was))
