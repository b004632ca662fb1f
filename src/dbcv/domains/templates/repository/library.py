"""Queries of library templates: those of groups the caller may see, and who has copies of them."""

from collections.abc import Collection, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import Select, delete, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased, load_only

from dbcv.domains.bots.tables import BotRow, bots_seen_by
from dbcv.domains.templates.repository.groups import visible_to
from dbcv.domains.templates.tables import Access, TemplateGroupRow, TemplateRow

SUMMARY = (
    TemplateRow.id,
    TemplateRow.bot_id,
    TemplateRow.group_id,
    TemplateRow.name,
    TemplateRow.description,
    TemplateRow.inputs,
    TemplateRow.outputs,
    TemplateRow.version,
    TemplateRow.source_template_id,
    TemplateRow.source_version,
    TemplateRow.created_at,
    TemplateRow.updated_at,
)


def _visible_to(user_id: UUID) -> Select[Any]:
    """Templates with what the caller may do with them, as their group says."""
    group = visible_to(user_id).subquery()
    return select(TemplateRow, group.c.access).join(group, group.c.id == TemplateRow.group_id)


async def visible(session: AsyncSession, template_id: UUID, user_id: UUID) -> tuple[TemplateRow, Access] | None:
    """A library template the caller may see."""
    found = (await session.execute(_visible_to(user_id).where(TemplateRow.id == template_id))).one_or_none()
    return (found[0], found[1]) if found else None


async def several(session: AsyncSession, ids: Collection[UUID], user_id: UUID) -> dict[UUID, TemplateRow]:
    """Those of `ids` that are library templates the caller may see."""
    query = _visible_to(user_id).where(TemplateRow.id.in_(ids))
    return {row.id: row for row, _ in await session.execute(query)} if ids else {}


async def versions(session: AsyncSession, ids: Collection[UUID], user_id: UUID) -> dict[UUID, int]:
    """The present versions of those library templates that the caller may see."""
    if not ids:
        return {}
    group = visible_to(user_id).subquery()
    query = select(TemplateRow.id, TemplateRow.version).join(group, group.c.id == TemplateRow.group_id)
    return {each[0]: each[1] for each in await session.execute(query.where(TemplateRow.id.in_(ids)))}


async def page(
    session: AsyncSession, user_id: UUID, group_id: UUID | None, limit: int, before: UUID | None
) -> list[tuple[TemplateRow, Access]]:
    """Library templates the caller may see, without their steps, the newest first, from before the id `before`."""
    query = _visible_to(user_id).options(load_only(*SUMMARY, raiseload=True)).order_by(TemplateRow.id.desc())
    if group_id is not None:
        query = query.where(TemplateRow.group_id == group_id)
    if before is not None:
        query = query.where(TemplateRow.id < before)
    return [(row, access) for row, access in await session.execute(query.limit(limit))]


async def add(session: AsyncSession, fields: dict[str, Any]) -> TemplateRow:
    return (await session.scalars(insert(TemplateRow).values(**fields).returning(TemplateRow))).one()


async def change(session: AsyncSession, template_id: UUID, fields: dict[str, Any]) -> TemplateRow:
    """Update a library template: its next version."""
    query = update(TemplateRow).where(TemplateRow.id == template_id, TemplateRow.group_id.is_not(None))
    query = query.values(updated_at=func.clock_timestamp(), version=TemplateRow.version + 1, **fields)
    options = {"populate_existing": True}
    return (await session.scalars(query.returning(TemplateRow), execution_options=options)).one()


async def remove(session: AsyncSession, template_id: UUID) -> None:
    query = delete(TemplateRow).where(TemplateRow.id == template_id, TemplateRow.group_id.is_not(None))
    await session.execute(query)


async def users(
    session: AsyncSession, template_ids: Collection[UUID], caller_id: UUID, limit: int
) -> tuple[Sequence[Any], int]:
    """Who has copies: rows of kind ("bot" or "template"), id, name that the caller may see; how many there are in all.

    A template does not use another one of the same list: a group that goes takes both.
    """
    bots = select(BotRow.id, BotRow.name).where(
        BotRow.id.in_(select(TemplateRow.bot_id).where(TemplateRow.source_template_id.in_(template_ids)))
    )
    mine = bots.where(BotRow.id.in_(bots_seen_by(caller_id))).order_by(BotRow.id).limit(limit)
    found: list[Any] = [("bot", *row) for row in await session.execute(mine)]
    outer = aliased(TemplateRow)
    holding = outer.uses.overlap(list(template_ids)) & outer.id.not_in(template_ids)
    holders = select(outer.id, outer.name).where(holding)
    groups = visible_to(caller_id).with_only_columns(TemplateGroupRow.id)
    seen = holders.where(outer.group_id.in_(groups)).order_by(outer.id).limit(limit)
    found += [("template", *row) for row in await session.execute(seen)]
    counts = [await session.scalar(select(func.count()).select_from(each.subquery())) or 0 for each in (bots, holders)]
    return found, sum(counts)


async def ids_of_group(session: AsyncSession, group_id: UUID) -> list[UUID]:
    return list(await session.scalars(select(TemplateRow.id).where(TemplateRow.group_id == group_id)))
