"""Queries of published revisions."""

from typing import Any
from uuid import UUID

from sqlalchemy import func, insert, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import defer

from dbcv.domains.bots.tables import RevisionRow


async def add(session: AsyncSession, bot_id: UUID, fields: dict[str, Any]) -> RevisionRow:
    """Store the next revision; the caller holds the bot's row, so numbers have no gaps and no twins."""
    last = await session.scalar(select(func.max(RevisionRow.number)).where(RevisionRow.bot_id == bot_id))
    query = insert(RevisionRow).values(bot_id=bot_id, number=(last or 0) + 1, **fields).returning(RevisionRow)
    return (await session.scalars(query)).one()


async def one(session: AsyncSession, bot_id: UUID, number: int) -> RevisionRow | None:
    return await session.get(RevisionRow, (bot_id, number))


async def page(session: AsyncSession, bot_id: UUID, limit: int, before: int | None) -> list[RevisionRow]:
    """Revisions without their documents, the newest first, from before the number `before`."""
    query = select(RevisionRow).where(RevisionRow.bot_id == bot_id).order_by(RevisionRow.number.desc()).limit(limit)
    if before is not None:
        query = query.where(RevisionRow.number < before)
    return list(await session.scalars(query.options(defer(RevisionRow.document, raiseload=True))))
