"""Templates and instances in a batch of changes to a bot's draft. Implements bots.schemas.PartKind twice; everything
happens inside the transaction of the change, the bot locked."""

import asyncio
from collections.abc import Collection, Mapping, Sequence
from contextvars import ContextVar
from dataclasses import replace
from typing import Any
from uuid import UUID

from pydantic import BaseModel
from sqlalchemy.ext.asyncio import AsyncSession

from dbcv.domains.bots.schemas import Fields, Language, Loosened
from dbcv.domains.templates.document.kind_shapes import TemplateInstancePart, TemplatePart
from dbcv.domains.templates.document.links import loosened, stored_ids
from dbcv.domains.templates.document.mappings import mapping_problems
from dbcv.domains.templates.document.verdict import LINKED, links, template_problems
from dbcv.domains.templates.repository import drafts
from dbcv.domains.templates.service.part import instance_fields, template_fields
from dbcv.engine.problems import Problem

copies: ContextVar[Mapping[UUID, Mapping[str, Any]]] = ContextVar("copies", default={})  # noqa: B039 - never changed
"""What templates that are being saved are copies of ({id: drafts.SOURCE fields}): a bot's document has no word for it,
so it takes this way around `Parts.change` into the same transaction."""
MOST_TEMPLATES = 1_000
"""As many as a document may have, so that every draft can be imported."""
_FIELDS = ("name", "inputs", "outputs", "variables", "steps")


class TemplateKind:
    """A template of the bot."""

    name = "template"
    shape: type[BaseModel] = TemplatePart

    async def stored(self, session: AsyncSession, bot_id: UUID, ids: Collection[UUID]) -> dict[UUID, Fields]:
        """Those of `ids` that this bot has."""
        return {row.id: template_fields(row) for row in await drafts.some(session, bot_id, ids)}

    async def save(self, session: AsyncSession, bot_id: UUID, parts: Mapping[UUID, Fields]) -> set[UUID]:
        """Add what is new, change what is there. Steps whose ids are no UUIDs get one."""
        if not parts:
            return set()
        rows = [_template_row(part_id, stored_ids(part_id, fields)) for part_id, fields in parts.items()]
        taken = await drafts.save_templates(session, bot_id, rows)
        sources = copies.get()
        await drafts.change_each(session, [{"id": each, **sources[each]} for each in parts if each in sources])
        return taken

    async def remove(self, session: AsyncSession, bot_id: UUID, ids: Collection[UUID]) -> None:
        """Delete templates of this bot, and with them the instances that ran them."""
        await drafts.remove_templates(session, bot_id, ids)

    async def forget(
        self, session: AsyncSession, bot_id: UUID, removed: Mapping[str, Collection[UUID]]
    ) -> list[Loosened]:
        """Let steps of templates go of requests, widgets, credentials and templates that are removed."""
        gone = {kind: {str(each) for each in ids} for kind, ids in removed.items() if kind in LINKED and ids}
        if not gone:
            return []
        changed, told = [], []
        for row in await drafts.templates(session, bot_id):
            steps, lost = loosened(row.steps, gone)
            if lost and row.id not in removed.get("template", ()):
                changed.append({"id": row.id, "steps": steps})
                told += [Loosened("template", str(row.id), field, was) for field, was in lost]
        await drafts.change_each(session, changed)
        return told

    async def judge(
        self, session: AsyncSession, bot_id: UUID, ids: Collection[UUID], language: Language
    ) -> list[tuple[UUID, Problem]]:
        """What is wrong with these templates, among the others of the bot."""
        if not ids:
            return []
        every = [{"id": str(row.id)} | template_fields(row) for row in await drafts.templates(session, bot_id)]
        known = await self._known(session, bot_id, [each for each in every if UUID(each["id"]) in ids])
        found = await asyncio.to_thread(template_problems, every, {str(each) for each in ids}, known, language)
        told = [(UUID(template_id), problem) for template_id, problem in found]
        return told if len(every) <= MOST_TEMPLATES else [(next(iter(ids)), _too_many()), *told]

    async def _known(
        self, session: AsyncSession, bot_id: UUID, templates: Sequence[Mapping[str, Any]]
    ) -> dict[str, list[str]]:
        """Requests and widgets of the bot that templates name; credentials are a neighbour's and taken as named."""
        named = links(templates)
        known = {"credential": sorted(named["credential"])}
        for kind in ("request", "widget"):
            ids = [UUID(each) for each in named[kind] if _is_uuid(each)]
            known[kind] = [str(each) for each in await drafts.known(session, bot_id, kind, ids)]
        return known


class TemplateInstanceKind:
    """A template run by a step: the part's id is the step's."""

    name = "template_instance"
    shape: type[BaseModel] = TemplateInstancePart

    async def stored(self, session: AsyncSession, bot_id: UUID, ids: Collection[UUID]) -> dict[UUID, Fields]:
        """Those of `ids` that this bot has."""
        return {row.step_id: instance_fields(row) for row in await drafts.some_instances(session, bot_id, ids)}

    async def save(self, session: AsyncSession, bot_id: UUID, parts: Mapping[UUID, Fields]) -> set[UUID]:
        """Add or change instances. One without a step or a template of this bot is left out: `judge` says so."""
        templates = [UUID(fields["template_id"]) for fields in parts.values() if _is_uuid(fields["template_id"])]
        known = await drafts.known(session, bot_id, "template", templates)
        steps = await drafts.known(session, bot_id, "step", parts.keys())
        rows = [
            {**fields, "step_id": step_id, "template_id": UUID(fields["template_id"])}
            for step_id, fields in parts.items()
            if step_id in steps and _is_uuid(fields["template_id"]) and UUID(fields["template_id"]) in known
        ]
        await drafts.remove_instances(session, bot_id, parts.keys() - {row["step_id"] for row in rows})
        if rows:
            await drafts.save_instances(session, bot_id, rows)
        return set()

    async def remove(self, session: AsyncSession, bot_id: UUID, ids: Collection[UUID]) -> None:
        """Let steps run no template any more."""
        await drafts.remove_instances(session, bot_id, ids)

    async def forget(
        self, session: AsyncSession, bot_id: UUID, removed: Mapping[str, Collection[UUID]]
    ) -> list[Loosened]:
        """Instances of removed templates go; those of removed steps have gone with them."""
        gone = removed.get("template")
        if not gone:
            return []
        found = [row for row, _ in await drafts.instances_of(session, bot_id, gone)]
        await drafts.remove_instances(session, bot_id, [row.step_id for row in found])
        return [Loosened(self.name, str(row.step_id), "template_id", str(row.template_id)) for row in found]

    async def judge(
        self, session: AsyncSession, bot_id: UUID, ids: Collection[UUID], language: Language
    ) -> list[tuple[UUID, Problem]]:
        """Whether the mappings fit what the templates ask for and give."""
        rows = {row.step_id: row for row in await drafts.some_instances(session, bot_id, ids)}
        wanted = {row.template_id for row in rows.values()}
        templates = {row.id: template_fields(row) for row in await drafts.some(session, bot_id, wanted)}
        steps = await drafts.known(session, bot_id, "step", [each for each in ids if each not in rows])
        found = [(each, _missing(each in steps)) for each in ids if each not in rows]
        for step_id, row in rows.items():
            problems = mapping_problems(instance_fields(row), templates[row.template_id])
            found += [(step_id, replace(problem, step_id=str(step_id))) for problem in problems]
        return found


def _template_row(template_id: UUID, fields: Fields) -> dict[str, Any]:
    first = fields["first_step_id"]
    ids = {"id": template_id, "first_step_id": UUID(first) if first and _is_uuid(first) else None}
    return ids | {name: fields[name] for name in _FIELDS}


def _too_many() -> Problem:
    message = f"a bot has at most {MOST_TEMPLATES} templates"
    return Problem("error", "too_many_templates", "", message, "Remove those that nothing runs.")


def _missing(has_step: bool) -> Problem:
    if has_step:
        hint = "Name a template of this bot; place one of a library by POST /template_instances."
        return Problem("error", "dangling_template", "template_id", "there is no such template in the bot", hint)
    hint = "Give the id of a step of this bot: the instance has its step's id."
    return Problem("error", "dangling_step", "", "there is no such step in the bot", hint)


def _is_uuid(text: Any) -> bool:
    try:
        return isinstance(text, str) and len(text) == 36 and bool(UUID(text))
    except ValueError:
        return False
