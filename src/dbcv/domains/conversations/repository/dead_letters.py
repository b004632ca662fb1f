"""Queries of what failed too often, and its way back."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import delete, insert, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from dbcv.domains.conversations.tables import DeadLetterRow, DeliveryRow, MailboxRow, SessionRow


async def of_bot(session: AsyncSession, bot_id: UUID, limit: int, before: UUID | None) -> Sequence[DeadLetterRow]:
    """Newest first, older than the id `before`."""
    query = select(DeadLetterRow).where(DeadLetterRow.bot_id == bot_id).order_by(DeadLetterRow.id.desc()).limit(limit)
    return (await session.scalars(query if before is None else query.where(DeadLetterRow.id < before))).all()


async def dead_letter(session: AsyncSession, letter_id: UUID) -> DeadLetterRow | None:
    return await session.get(DeadLetterRow, letter_id)


async def mark_resent(session: AsyncSession, letter_id: UUID, now: datetime) -> DeadLetterRow | None:
    """The letter, if this call is the first to send it again; of two at once the second waits and gets None."""
    query = update(DeadLetterRow).where(DeadLetterRow.id == letter_id, DeadLetterRow.resent_at.is_(None))
    return (await session.scalars(query.values(resent_at=now).returning(DeadLetterRow))).one_or_none()


async def drop(session: AsyncSession, letter_id: UUID) -> bool:
    """Whether it was still there; while it is being sent again this waits for the end of that."""
    query = delete(DeadLetterRow).where(DeadLetterRow.id == letter_id)
    return await session.scalar(query.returning(DeadLetterRow.id)) is not None


async def session_exists(session: AsyncSession, session_id: UUID) -> bool:
    return await session.get(SessionRow, session_id) is not None


async def queue_event(session: AsyncSession, **fields: Any) -> None:
    await session.execute(insert(MailboxRow).values(**fields))


async def queue_delivery(session: AsyncSession, **fields: Any) -> None:
    await session.execute(insert(DeliveryRow).values(**fields))
