"""Counts for a page of bots: three queries, whatever the number of bots. Ids rise with time, so a day is a range of ids
and the indexes answer it."""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from dbcv.domains.conversations.repository.sessions import is_there
from dbcv.domains.conversations.tables import SessionRow, TurnRecordRow

Counts = dict[UUID, int]


def first_id_at(moment: datetime) -> UUID:
    """No id made at `moment` or later is smaller."""
    return UUID(int=int(moment.timestamp() * 1000) << 80)


async def begun(session: AsyncSession, bot_ids: Collection[UUID], since: UUID) -> Counts:
    """Sessions with an id from `since` on."""
    query = select(SessionRow.bot_id, func.count()).where(SessionRow.bot_id.in_(bot_ids), SessionRow.id >= since)
    return dict((await session.execute(query.group_by(SessionRow.bot_id))).all())


async def paused(session: AsyncSession, bot_ids: Collection[UUID]) -> Counts:
    """Sessions in which a person answers."""
    query = select(SessionRow.bot_id, func.count()).where(SessionRow.bot_id.in_(bot_ids), is_there())
    query = query.where(SessionRow.paused_by.is_not(None)).group_by(SessionRow.bot_id)
    return dict((await session.execute(query)).all())


async def failed(session: AsyncSession, bot_ids: Collection[UUID], since: UUID) -> Counts:
    """Turns with an id from `since` on that ended with an error."""
    query = select(TurnRecordRow.bot_id, func.count()).where(TurnRecordRow.bot_id.in_(bot_ids))
    query = query.where(TurnRecordRow.error.is_not(None), TurnRecordRow.id >= since).group_by(TurnRecordRow.bot_id)
    return dict((await session.execute(query)).all())
