"""Queries of the audit log: it is added to and read, never changed."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import func, insert, select
from sqlalchemy.ext.asyncio import AsyncSession

from dbcv.domains.accounts.tables import AuditEventRow, UserRow


async def add(session: AsyncSession, fields: dict[str, Any]) -> None:
    """Insert an event; the actor's e-mail, as it is now, goes with it."""
    name = select(UserRow.email).where(UserRow.id == fields["actor_id"]).scalar_subquery()
    await session.execute(insert(AuditEventRow).values(actor_name=func.coalesce(name, ""), **fields))


async def page(
    session: AsyncSession, where: dict[str, Any], limit: int, before: UUID | None
) -> Sequence[AuditEventRow]:
    """Events whose columns equal `where`, the newest first, from before the id `before`."""
    query = select(AuditEventRow).filter_by(**where).order_by(AuditEventRow.id.desc()).limit(limit)
    return (await session.scalars(query if before is None else query.where(AuditEventRow.id < before))).all()
