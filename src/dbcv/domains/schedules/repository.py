"""Queries of emitters and their crons. Only schedules.service imports this."""

from typing import Any
from uuid import UUID

from sqlalchemy import delete, insert, select
from sqlalchemy.ext.asyncio import AsyncSession

from dbcv.domains.schedules.tables import CronRow, EmitterRow


async def replace(
    session: AsyncSession, bot_id: UUID, emitters: list[dict[str, Any]], crons: list[dict[str, Any]]
) -> None:
    """Store these rows instead of what the bot has."""
    await session.execute(delete(EmitterRow).where(EmitterRow.bot_id == bot_id))
    if emitters:
        await session.execute(insert(EmitterRow), emitters)
    if crons:
        await session.execute(insert(CronRow), crons)


async def ids_of_bot(session: AsyncSession, bot_id: UUID) -> list[UUID]:
    """The bot's emitters in the document's order."""
    query = select(EmitterRow.id).where(EmitterRow.bot_id == bot_id).order_by(EmitterRow.ordinal)
    return list(await session.scalars(query))


async def of_bot(session: AsyncSession, bot_id: UUID) -> list[tuple[EmitterRow, dict[str, Any] | None]]:
    """The bot's emitters in the document's order, each with its cron, if it has one."""
    query = select(EmitterRow, CronRow.schedule).outerjoin(CronRow, CronRow.emitter_id == EmitterRow.id)
    rows = await session.execute(query.where(EmitterRow.bot_id == bot_id).order_by(EmitterRow.ordinal))
    return [(emitter, schedule) for emitter, schedule in rows]
