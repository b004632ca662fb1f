"""Queries of template groups: lists and single ones within what the caller may see, access."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import Select, and_, case, delete, func, insert, literal, or_, select, update
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.ext.asyncio import AsyncSession

from dbcv.domains.accounts.tables import UserRow
from dbcv.domains.templates.tables import Access, TemplateGroupAccessRow, TemplateGroupRow, VisibleGroup


def visible_to(user_id: UUID) -> Select[TemplateGroupRow, Access]:
    """Groups an account owns or shares, with what it may do with them."""
    shared = and_(TemplateGroupAccessRow.group_id == TemplateGroupRow.id, TemplateGroupAccessRow.user_id == user_id)
    mine = TemplateGroupRow.owner_id == user_id
    access = case((mine, literal("owner")), else_=TemplateGroupAccessRow.role)
    query = select(TemplateGroupRow, access.label("access")).outerjoin(TemplateGroupAccessRow, shared)
    return query.where(or_(mine, TemplateGroupAccessRow.role.is_not(None)))


async def visible(session: AsyncSession, group_id: UUID, user_id: UUID, lock: bool = False) -> VisibleGroup | None:
    """A group the caller may see; with `lock` nobody else changes it or its templates until the transaction ends."""
    query = visible_to(user_id).where(TemplateGroupRow.id == group_id)
    if lock:
        query = query.with_for_update(of=TemplateGroupRow).execution_options(populate_existing=True)
    found = (await session.execute(query)).one_or_none()
    return VisibleGroup(found[0], found[1]) if found else None


async def page(session: AsyncSession, user_id: UUID, limit: int, before: UUID | None) -> list[VisibleGroup]:
    """Groups the caller owns or shares, the newest first, from before the id `before`."""
    query = visible_to(user_id).order_by(TemplateGroupRow.id.desc()).limit(limit)
    if before is not None:
        query = query.where(TemplateGroupRow.id < before)
    return [VisibleGroup(row, access) for row, access in await session.execute(query)]


async def add(session: AsyncSession, group_id: UUID, owner_id: UUID, fields: dict[str, Any]) -> TemplateGroupRow:
    query = insert(TemplateGroupRow).values(id=group_id, owner_id=owner_id, **fields).returning(TemplateGroupRow)
    return (await session.scalars(query)).one()


async def change(session: AsyncSession, group_id: UUID, fields: dict[str, Any]) -> TemplateGroupRow:
    query = update(TemplateGroupRow).where(TemplateGroupRow.id == group_id)
    query = query.values(updated_at=func.clock_timestamp(), **fields)
    options = {"populate_existing": True}
    return (await session.scalars(query.returning(TemplateGroupRow), execution_options=options)).one()


async def remove(session: AsyncSession, group_id: UUID) -> None:
    """Delete a group with its templates."""
    await session.execute(delete(TemplateGroupRow).where(TemplateGroupRow.id == group_id))


async def accesses(session: AsyncSession, group_id: UUID) -> Sequence[Any]:
    """With whom a group is shared: rows of user_id, username, email, role."""
    columns = (TemplateGroupAccessRow.user_id, UserRow.username, UserRow.email, TemplateGroupAccessRow.role)
    query = select(*columns).join(UserRow, UserRow.id == TemplateGroupAccessRow.user_id)
    return (
        await session.execute(query.where(TemplateGroupAccessRow.group_id == group_id).order_by(UserRow.email))
    ).all()


async def share(session: AsyncSession, group_id: UUID, user_id: UUID, role: str) -> None:
    query = upsert(TemplateGroupAccessRow).values(group_id=group_id, user_id=user_id, role=role)
    await session.execute(query.on_conflict_do_update(index_elements=["group_id", "user_id"], set_={"role": role}))


async def unshare(session: AsyncSession, group_id: UUID, user_id: UUID) -> None:
    row = TemplateGroupAccessRow
    await session.execute(delete(row).where(row.group_id == group_id, row.user_id == user_id))
