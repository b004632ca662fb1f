"""Queries of the conversation tests that are kept with bots."""

from collections.abc import Collection
from typing import Any
from uuid import UUID

from sqlalchemy import Text, cast, delete, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from dbcv.domains.bots.tables import ConversationTestRow


async def add(session: AsyncSession, fields: dict[str, Any]) -> ConversationTestRow:
    query = insert(ConversationTestRow).values(**fields).returning(ConversationTestRow)
    return (await session.scalars(query)).one()


async def size_bytes(session: AsyncSession, bot_id: UUID, but: UUID | None = None) -> int:
    """Of all tests of a bot as JSON, without the one with the id `but`."""
    query = select(func.sum(func.octet_length(cast(ConversationTestRow.script, Text))))
    query = query.where(ConversationTestRow.bot_id == bot_id)
    return int(await session.scalar(query if but is None else query.where(ConversationTestRow.id != but)) or 0)


async def count(session: AsyncSession, bot_id: UUID) -> int:
    query = select(func.count()).select_from(ConversationTestRow).where(ConversationTestRow.bot_id == bot_id)
    return int(await session.scalar(query) or 0)


async def page(session: AsyncSession, bot_id: UUID, limit: int, after: UUID | None) -> list[ConversationTestRow]:
    """A bot's tests, the oldest first, from after the id `after`."""
    query = select(ConversationTestRow).where(ConversationTestRow.bot_id == bot_id)
    query = query.order_by(ConversationTestRow.id).limit(limit)
    return list(await session.scalars(query if after is None else query.where(ConversationTestRow.id > after)))


async def one(session: AsyncSession, bot_id: UUID, test_id: UUID) -> ConversationTestRow | None:
    mine = ConversationTestRow.bot_id == bot_id, ConversationTestRow.id == test_id
    return (await session.scalars(select(ConversationTestRow).where(*mine))).one_or_none()


async def some(session: AsyncSession, bot_id: UUID, ids: Collection[UUID]) -> list[ConversationTestRow]:
    """Those of `ids` that the bot has, the oldest first."""
    query = select(ConversationTestRow).where(ConversationTestRow.bot_id == bot_id, ConversationTestRow.id.in_(ids))
    return list(await session.scalars(query.order_by(ConversationTestRow.id)))


async def change(session: AsyncSession, test_id: UUID, fields: dict[str, Any]) -> ConversationTestRow:
    """Write fields of a test, and count its version."""
    query = update(ConversationTestRow).where(ConversationTestRow.id == test_id)
    query = query.values(**fields, version=ConversationTestRow.version + 1, updated_at=func.now())
    found = await session.scalars(query.returning(ConversationTestRow), execution_options={"populate_existing": True})
    return found.one()


async def remove(session: AsyncSession, test_id: UUID) -> None:
    await session.execute(delete(ConversationTestRow).where(ConversationTestRow.id == test_id))
