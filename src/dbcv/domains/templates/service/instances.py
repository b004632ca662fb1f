"""Steps that run templates: placed, mapped, taken out, brought up to date with their library. Called by the endpoints;
each write is a batch of changes to the bot's draft."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from dbcv.domains.bots.schemas import Document, KnownVersion, Language
from dbcv.domains.bots.service import Bots
from dbcv.domains.bots.service.working_set import Change
from dbcv.domains.templates import errors
from dbcv.domains.templates.document.comparing import Difference, differences
from dbcv.domains.templates.document.library import digest
from dbcv.domains.templates.document.mappings import mapping_problems, properties
from dbcv.domains.templates.repository import drafts, library
from dbcv.domains.templates.schemas import InstanceIn, InstancePatch, UpdateIn
from dbcv.domains.templates.service.copying import Copy, copy_into, drop_leftovers, present
from dbcv.domains.templates.service.kinds import copies
from dbcv.domains.templates.service.library import body_of, latest_versions
from dbcv.domains.templates.service.part import instance_fields, template_fields
from dbcv.domains.templates.tables import TemplateInstanceRow, TemplateRow
from dbcv.engine.problems import Problem
from dbcv.kit.db import Database
from dbcv.kit.errors import NotFound
from dbcv.kit.ids import new_id

Mapped = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Placed:
    """An instance, its template, the problems of its mappings, and what the library has meanwhile."""

    row: TemplateInstanceRow
    step_name: str
    template: TemplateRow
    problems: list[Problem]
    latest: Mapping[UUID, int]
    bot_version: int = 0
    needs: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Preview:
    """What an update would do."""

    placed: Placed
    library: TemplateRow
    copy: Copy
    changes: list[Difference]
    shared_with: list[UUID]
    problems: list[Problem]
    modified: bool


class Instances:
    """Use cases of template instances."""

    def __init__(self, db: Database, bots: Bots) -> None:
        self._db = db
        self._bots = bots

    async def page(
        self, caller_id: UUID, bot_id: UUID, limit: int, after: UUID | None
    ) -> tuple[list[Placed], str | None]:
        """The instances of a bot's own steps, and the cursor of the next page. Raises NotFound."""
        await self._bots.get(caller_id, bot_id)
        async with self._db.read() as session:
            found = await drafts.instances_page(session, bot_id, limit + 1, after)
            rows = await drafts.some(session, bot_id, {row.template_id for row, _ in found})
            latest = await latest_versions(session, rows, caller_id)
        templates = {row.id: row for row in rows}
        shown = [_placed(row, name, templates[row.template_id], latest) for row, name in found[:limit]]
        return shown, str(found[limit - 1][0].step_id) if len(found) > limit else None

    async def get(self, caller_id: UUID, step_id: UUID) -> Placed:
        """One instance. Raises NotFound."""
        async with self._db.read() as session:
            bot_id = await drafts.bot_of_instance(session, step_id)
        if bot_id is None:
            raise errors.no_such_instance()
        try:
            seen = await self._bots.get(caller_id, bot_id)
        except NotFound as error:
            raise errors.no_such_instance() from error
        return await self._read(caller_id, bot_id, step_id, seen.row.version)

    async def place(self, caller_id: UUID, wish: InstanceIn, known: KnownVersion, language: Language) -> Placed:
        """Let a step run a template of the bot, or a copy of a library's. Raises what `Parts.change` does."""
        _, document = await self._bots.seen_draft(caller_id, wish.bot_id)
        copy = await self._copy(caller_id, document, wish.template_id)
        step_id = wish.step_id or new_id()
        changes = list(copy.changes)
        if wish.step_id is None:
            name = wish.name if wish.name is not None else copy.body["name"]
            fields = {"name": name[:200], "is_proxy": True, "position": list(wish.position)}
            changes.append(Change("add", "step", step_id, fields))
        mapped = {"inputs_mapping": wish.inputs_mapping, "outputs_mapping": wish.outputs_mapping}
        instance = {"template_id": str(copy.template_id), **mapped}
        changes.append(Change("add", "template_instance", step_id, instance))
        return await self._write(caller_id, wish.bot_id, step_id, changes, copy, known, language)

    async def change(
        self, caller_id: UUID, step_id: UUID, patch: InstancePatch, known: KnownVersion, language: Language
    ) -> Placed:
        """Map an instance anew. Raises NotFound, Forbidden, VersionNeeded, Stale, Invalid."""
        placed = await self.get(caller_id, step_id)
        fields = {name: value for name, value in patch.model_dump(exclude_unset=True).items() if value is not None}
        change = Change("update", "template_instance", step_id, fields)
        bot_id = placed.row.bot_id
        edited = await self._bots.parts.change(caller_id, bot_id, [change], known, language, alone=True)
        return await self._read(caller_id, bot_id, step_id, edited.bot.row.version)

    async def remove(self, caller_id: UUID, step_id: UUID, known: KnownVersion) -> int:
        """Let the step run no template any more; the step stays. Returns the draft's version."""
        placed = await self.get(caller_id, step_id)
        change = Change("remove", "template_instance", step_id, {})
        edited = await self._bots.parts.change(caller_id, placed.row.bot_id, [change], known)
        return edited.bot.row.version

    async def preview(self, caller_id: UUID, step_id: UUID) -> Preview:
        """What an update would change. Raises NotFound, Conflict where there is nothing to update from."""
        return await self._preview(caller_id, step_id, UpdateIn(all=True, inputs_mapping=None, outputs_mapping=None))

    async def update(
        self, caller_id: UUID, step_id: UUID, wish: UpdateIn, known: KnownVersion, language: Language
    ) -> Placed:
        """Bring the copy that an instance runs up to its library template's present version.

        Without `all`, where other steps run the same copy, they keep it and this instance gets one of its own.
        Mappings of inputs and outputs that are gone are dropped. Raises NotFound, Forbidden, VersionNeeded, Stale,
        Conflict where there is nothing to update from, Invalid where mappings do not fit.
        """
        preview = await self._preview(caller_id, step_id, wish)
        bot_id, copy = preview.placed.row.bot_id, preview.copy
        changes = list(copy.changes)
        moved = [step_id, *(preview.shared_with if wish.all else [])]
        async with self._db.read() as session:
            rows = await drafts.some_instances(session, bot_id, moved)
        for row in rows:
            given = wish if row.step_id == step_id else UpdateIn(all=True, inputs_mapping=None, outputs_mapping=None)
            fields = _fitted(instance_fields(row), copy, given)
            changes.append(Change("update", "template_instance", row.step_id, fields))
        return await self._write(caller_id, bot_id, step_id, changes, copy, known, language)

    async def _preview(self, caller_id: UUID, step_id: UUID, wish: UpdateIn) -> Preview:
        placed = await self.get(caller_id, step_id)
        source_id = placed.template.source_template_id
        async with self._db.read() as session:
            found = None if source_id is None else await library.visible(session, source_id, caller_id)
            users = await drafts.instances_of(session, placed.row.bot_id, [placed.template.id])
        if found is None:
            raise errors.not_a_copy()
        _, document = await self._bots.seen_draft(caller_id, placed.row.bot_id)
        others = [row.step_id for row, _ in users if row.step_id != step_id]
        inner = _holders(document, str(placed.template.id))
        own = wish.all or not (others or inner)
        copy_id = placed.template.id if own else new_id()
        before = present(document, str(placed.template.id))
        copy = await asyncio.to_thread(copy_into, document, found[0], body_of(found[0]), placed.template.id)
        changes = differences(before, copy.body)
        if own:
            drop_leftovers(copy, document, before)
        else:
            copy = await asyncio.to_thread(copy_into, document, found[0], body_of(found[0]), copy_id)
        fitted = _fitted(instance_fields(placed.row), copy, wish)
        problems = mapping_problems(fitted, copy.body)
        modified = digest(template_fields(placed.template)) != placed.template.source_digest
        return Preview(placed, found[0], copy, changes, others, problems, modified)

    async def _copy(self, caller_id: UUID, document: Document, template_id: UUID) -> Copy:
        """The template to run: the bot's own, an unchanged copy it has already, or a new copy of a library's."""
        own = next((each for each in document["templates"] if each["id"] == str(template_id)), None)
        if own is not None:
            return Copy(template_id, own)
        async with self._db.read() as session:
            found = await library.visible(session, template_id, caller_id)
            if found is None:
                raise errors.no_such_template()
            ids = [UUID(each["id"]) for each in document["templates"]]
            same = await drafts.copies_of(session, ids, template_id, found[0].version)
        there = {UUID(each["id"]): each for each in document["templates"]}
        for copy_id, source_digest in same:
            if digest(there[copy_id]) == source_digest:
                return Copy(copy_id, there[copy_id])
        return await asyncio.to_thread(copy_into, document, found[0], body_of(found[0]), new_id())

    async def _write(
        self,
        caller_id: UUID,
        bot_id: UUID,
        step_id: UUID,
        changes: Sequence[Change],
        copy: Copy,
        known: KnownVersion,
        language: Language,
    ) -> Placed:
        token = copies.set(copy.sources)
        try:
            edited = await self._bots.parts.change(caller_id, bot_id, changes, known, language)
        finally:
            copies.reset(token)
        if copy.sources:
            # A new version that says the same changes no part, so nothing above was stored.
            async with self._db.transaction() as session:
                await drafts.change_each(session, [{"id": each, **source} for each, source in copy.sources.items()])
        placed = await self._read(caller_id, bot_id, step_id, edited.bot.row.version)
        placed.needs.extend(copy.needs)
        return placed

    async def _read(self, caller_id: UUID, bot_id: UUID, step_id: UUID, version: int) -> Placed:
        async with self._db.read() as session:
            found = await drafts.instance(session, bot_id, step_id)
            if found is None:
                raise errors.no_such_instance()
            rows = await drafts.some(session, bot_id, [found[0].template_id])
            latest = await latest_versions(session, rows, caller_id)
        return _placed(found[0], found[1], rows[0], latest, version)


def _placed(
    row: TemplateInstanceRow, name: str, template: TemplateRow, latest: Mapping[UUID, int], version: int = 0
) -> Placed:
    problems = mapping_problems(instance_fields(row), template_fields(template))
    return Placed(row, name, template, problems, latest, version)


def _fitted(instance: Mapped, copy: Copy, wish: UpdateIn) -> Mapped:
    """An instance's fields for a new version: new mappings where given, else the old without what is gone."""
    made: Mapped = {"template_id": str(copy.template_id)}
    for name, given in (("inputs", wish.inputs_mapping), ("outputs", wish.outputs_mapping)):
        mapping, known = instance[f"{name}_mapping"], properties(copy.body[name])
        kept = {key: value for key, value in mapping.items() if not known or key in known}
        made[f"{name}_mapping"] = kept if given is None else given
    return made


def _holders(document: Document, template_id: str) -> list[str]:
    """The bot's other templates whose steps run this one."""
    return [
        template["id"]
        for template in document["templates"]
        for step in template["steps"]
        if step["template_instance"] and step["template_instance"]["template_id"] == template_id
    ]
