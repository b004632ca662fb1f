"""Queries of sessions and of the records of their turns."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from dbcv.domains.conversations.tables import SessionRow, SessionVariablesRow, TurnRecordRow


async def sessions_of_bot(session: AsyncSession, bot_id: UUID, limit: int, before: UUID | None) -> Sequence[SessionRow]:
    """Newest first, older than the id `before`."""
    query = select(SessionRow).where(SessionRow.bot_id == bot_id).order_by(SessionRow.id.desc()).limit(limit)
    return (await session.scalars(query if before is None else query.where(SessionRow.id < before))).all()


async def session_row(session: AsyncSession, session_id: UUID) -> SessionRow | None:
    return await session.get(SessionRow, session_id)


async def variables(session: AsyncSession, session_id: UUID) -> dict[str, Any]:
    row = await session.get(SessionVariablesRow, session_id)
    return row.data if row else {}


async def turns(session: AsyncSession, session_id: UUID, limit: int, before: UUID | None) -> Sequence[TurnRecordRow]:
    """Newest first, older than the id `before`."""
    query = select(TurnRecordRow).where(TurnRecordRow.session_id == session_id)
    query = query if before is None else query.where(TurnRecordRow.id < before)
    return (await session.scalars(query.order_by(TurnRecordRow.id.desc()).limit(limit))).all()
