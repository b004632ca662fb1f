"""Queries of a bot's templates and of the steps that run them: whole for the document, some for changes."""

from collections.abc import Collection, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import delete, func, insert, or_, select, update
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import load_only

from dbcv.domains.bots.tables import ConnectionGroupRow, ConnectionRow, RequestRow, StepRow, WidgetRow
from dbcv.domains.templates.repository.library import SUMMARY
from dbcv.domains.templates.tables import TemplateInstanceRow, TemplateRow

SOURCE = ("source_template_id", "source_version", "source_digest")
_INSTANCE = ("template_id", "inputs_mapping", "outputs_mapping")
_KEPT = ("name", "inputs", "outputs", "variables", "first_step_id", "steps")


async def replace(
    session: AsyncSession, bot_id: UUID, templates: list[dict[str, Any]], instances: list[dict[str, Any]]
) -> None:
    """Store these rows (without bot_id) instead of what the bot has; what a template is a copy of stays known."""
    sources = await _sources(session, bot_id)
    nothing = dict.fromkeys(SOURCE)
    await session.execute(delete(TemplateInstanceRow).where(TemplateInstanceRow.bot_id == bot_id))
    await session.execute(delete(TemplateRow).where(TemplateRow.bot_id == bot_id))
    if templates:
        rows = [row | {"bot_id": bot_id} | sources.get(row["id"], nothing) for row in templates]
        await session.execute(insert(TemplateRow), rows)
    if instances:
        await session.execute(insert(TemplateInstanceRow), [row | {"bot_id": bot_id} for row in instances])


async def _sources(session: AsyncSession, bot_id: UUID) -> dict[UUID, dict[str, Any]]:
    row = TemplateRow
    columns = (row.id, row.source_template_id, row.source_version, row.source_digest)
    found = await session.execute(select(*columns).where(row.bot_id == bot_id, row.source_version.is_not(None)))
    return {each[0]: dict(zip(SOURCE, each[1:], strict=True)) for each in found}


async def templates(session: AsyncSession, bot_id: UUID) -> list[TemplateRow]:
    """A bot's templates in the document's order."""
    query = select(TemplateRow).where(TemplateRow.bot_id == bot_id).order_by(TemplateRow.ordinal, TemplateRow.id)
    return list(await session.scalars(query))


async def some(session: AsyncSession, bot_id: UUID, ids: Collection[UUID]) -> list[TemplateRow]:
    """Those of `ids` that are templates of the bot."""
    return list(await session.scalars(select(TemplateRow).where(TemplateRow.bot_id == bot_id, TemplateRow.id.in_(ids))))


async def page(session: AsyncSession, bot_id: UUID, limit: int, before: UUID | None) -> list[TemplateRow]:
    """A bot's templates without their steps, the newest first, from before the id `before`."""
    query = select(TemplateRow).where(TemplateRow.bot_id == bot_id).order_by(TemplateRow.id.desc()).limit(limit)
    if before is not None:
        query = query.where(TemplateRow.id < before)
    return list(await session.scalars(query.options(load_only(*SUMMARY, raiseload=True))))


async def bot_of_template(session: AsyncSession, template_id: UUID) -> UUID | None:
    return await session.scalar(select(TemplateRow.bot_id).where(TemplateRow.id == template_id))


async def sources(session: AsyncSession, ids: Collection[UUID]) -> list[tuple[UUID, UUID, int]]:
    """What templates of bots are copies of: rows of id, library id, version; the others are left out."""
    row = TemplateRow
    query = select(row.id, row.source_template_id, row.source_version)
    found = await session.execute(query.where(row.id.in_(ids), row.source_template_id.is_not(None)))
    return [(each, source, version) for each, source, version in found if source is not None and version is not None]


async def connections_to(
    session: AsyncSession, bot_id: UUID, step_id: UUID, except_from: Collection[UUID]
) -> list[UUID]:
    """The connections of a bot that lead to a step, without those of some steps."""
    group = ConnectionGroupRow
    query = select(ConnectionRow.id).join(group, group.id == ConnectionRow.group_id)
    query = query.where(ConnectionRow.bot_id == bot_id, ConnectionRow.next_step_id == step_id)
    others = or_(group.step_id.is_(None), group.step_id.not_in(except_from))
    return list(await session.scalars(query.where(others)))


async def save_templates(session: AsyncSession, bot_id: UUID, rows: Sequence[dict[str, Any]]) -> set[UUID]:
    """Add or change templates of a bot. Returns the ids that belong to somebody else."""
    last = await session.scalar(select(func.max(TemplateRow.ordinal)).where(TemplateRow.bot_id == bot_id))
    start = -1 if last is None else last
    values = [row | {"bot_id": bot_id, "ordinal": start + place} for place, row in enumerate(rows, 1)]
    query = upsert(TemplateRow).values(values)
    changed = {name: query.excluded[name] for name in _KEPT} | {"updated_at": func.clock_timestamp()}
    query = query.on_conflict_do_update(index_elements=["id"], set_=changed, where=TemplateRow.bot_id == bot_id)
    kept = set(await session.scalars(query.returning(TemplateRow.id)))
    return {row["id"] for row in rows} - kept


async def change_each(session: AsyncSession, rows: Sequence[dict[str, Any]]) -> None:
    """Change templates that are known to be the bot's: {"id", column: value}, the same columns in each."""
    if rows:
        await session.execute(update(TemplateRow), list(rows))


async def remove_templates(session: AsyncSession, bot_id: UUID, ids: Collection[UUID]) -> None:
    await session.execute(delete(TemplateRow).where(TemplateRow.bot_id == bot_id, TemplateRow.id.in_(ids)))


async def instances(session: AsyncSession, bot_id: UUID) -> list[TemplateInstanceRow]:
    """The template instances of a bot's steps."""
    return list(await session.scalars(select(TemplateInstanceRow).where(TemplateInstanceRow.bot_id == bot_id)))


async def instances_page(
    session: AsyncSession, bot_id: UUID, limit: int, after: UUID | None
) -> list[tuple[TemplateInstanceRow, str]]:
    """Instances of a bot's steps with the steps' names, by step id, from behind `after`."""
    row = TemplateInstanceRow
    query = select(row, StepRow.name).join(StepRow, StepRow.id == row.step_id).where(row.bot_id == bot_id)
    if after is not None:
        query = query.where(row.step_id > after)
    return [(each, name) for each, name in await session.execute(query.order_by(row.step_id).limit(limit))]


async def some_instances(session: AsyncSession, bot_id: UUID, ids: Collection[UUID]) -> list[TemplateInstanceRow]:
    row = TemplateInstanceRow
    return list(await session.scalars(select(row).where(row.bot_id == bot_id, row.step_id.in_(ids))))


async def instances_of(
    session: AsyncSession, bot_id: UUID, template_ids: Collection[UUID]
) -> list[tuple[TemplateInstanceRow, str]]:
    """The instances of some templates, with their steps' names."""
    row = TemplateInstanceRow
    query = select(row, StepRow.name).join(StepRow, StepRow.id == row.step_id)
    found = await session.execute(query.where(row.bot_id == bot_id, row.template_id.in_(template_ids)))
    return [(each, name) for each, name in found]


async def instance(session: AsyncSession, bot_id: UUID, step_id: UUID) -> tuple[TemplateInstanceRow, str] | None:
    """One instance with its step's name."""
    row = TemplateInstanceRow
    query = select(row, StepRow.name).join(StepRow, StepRow.id == row.step_id)
    found = (await session.execute(query.where(row.bot_id == bot_id, row.step_id == step_id))).one_or_none()
    return (found[0], found[1]) if found else None


async def copies_of(
    session: AsyncSession, ids: Collection[UUID], source_id: UUID, version: int
) -> list[tuple[UUID, str | None]]:
    """Those of `ids` that are copies of a library template at a version, and what they looked like when copied."""
    row = TemplateRow
    query = select(row.id, row.source_digest).where(row.id.in_(ids), row.source_template_id == source_id)
    return [(each[0], each[1]) for each in await session.execute(query.where(row.source_version == version))]


async def bot_of_instance(session: AsyncSession, step_id: UUID) -> UUID | None:
    return await session.scalar(select(TemplateInstanceRow.bot_id).where(TemplateInstanceRow.step_id == step_id))


async def save_instances(session: AsyncSession, bot_id: UUID, rows: Sequence[dict[str, Any]]) -> None:
    """Add or change instances of a bot; steps and templates are known to be the bot's."""
    query = upsert(TemplateInstanceRow).values([row | {"bot_id": bot_id} for row in rows])
    changed = {name: query.excluded[name] for name in _INSTANCE}
    own = TemplateInstanceRow.bot_id == bot_id
    await session.execute(query.on_conflict_do_update(index_elements=["step_id"], set_=changed, where=own))


async def remove_instances(session: AsyncSession, bot_id: UUID, ids: Collection[UUID]) -> None:
    row = TemplateInstanceRow
    await session.execute(delete(row).where(row.bot_id == bot_id, row.step_id.in_(ids)))


async def known(session: AsyncSession, bot_id: UUID, kind: str, ids: Collection[UUID]) -> set[UUID]:
    """Those of `ids` that are steps, requests, widgets or templates of the bot."""
    table: Any = {"step": StepRow, "request": RequestRow, "widget": WidgetRow, "template": TemplateRow}[kind]
    return (
        set(await session.scalars(select(table.id).where(table.bot_id == bot_id, table.id.in_(ids)))) if ids else set()
    )
