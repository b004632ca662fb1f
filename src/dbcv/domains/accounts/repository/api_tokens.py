"""Queries of API tokens."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import delete, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from dbcv.domains.accounts.tables import ApiTokenRow, UserRow


async def add(session: AsyncSession, fields: dict[str, Any]) -> ApiTokenRow:
    return (await session.scalars(insert(ApiTokenRow).values(**fields).returning(ApiTokenRow))).one()


async def count(session: AsyncSession, user_id: UUID) -> int:
    query = select(func.count()).select_from(ApiTokenRow).where(ApiTokenRow.user_id == user_id)
    return int(await session.scalar(query) or 0)


async def page(session: AsyncSession, user_id: UUID, limit: int, before: UUID | None) -> Sequence[ApiTokenRow]:
    """An account's tokens, the newest first, from before the id `before`."""
    query = select(ApiTokenRow).where(ApiTokenRow.user_id == user_id).order_by(ApiTokenRow.id.desc()).limit(limit)
    return (await session.scalars(query if before is None else query.where(ApiTokenRow.id < before))).all()


async def by_hash(session: AsyncSession, token_hash: str) -> tuple[ApiTokenRow, UserRow] | None:
    """The token and whose it is."""
    query = select(ApiTokenRow, UserRow).join(UserRow, UserRow.id == ApiTokenRow.user_id)
    found = (await session.execute(query.where(ApiTokenRow.token_hash == token_hash))).one_or_none()
    return (found[0], found[1]) if found else None


async def touch(session: AsyncSession, token_id: UUID, now: datetime) -> None:
    await session.execute(update(ApiTokenRow).where(ApiTokenRow.id == token_id).values(last_used_at=now))


async def revoke(session: AsyncSession, user_id: UUID, token_id: UUID) -> str | None:
    """Delete a token of an account: its name, None if there was none."""
    query = delete(ApiTokenRow).where(ApiTokenRow.id == token_id, ApiTokenRow.user_id == user_id)
    return await session.scalar(query.returning(ApiTokenRow.name))


async def revoke_all(session: AsyncSession, user_id: UUID) -> None:
    await session.execute(delete(ApiTokenRow).where(ApiTokenRow.user_id == user_id))
