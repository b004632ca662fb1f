"""Queries of who accounts are at OpenID providers."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import delete, insert, select
from sqlalchemy.ext.asyncio import AsyncSession

from dbcv.domains.accounts.tables import IdentityRow, UserRow


async def add(session: AsyncSession, fields: dict[str, Any]) -> None:
    await session.execute(insert(IdentityRow).values(**fields))


async def user_of(session: AsyncSession, issuer: str, subject: str) -> UserRow | None:
    """The account that is this person there."""
    query = select(UserRow).join(IdentityRow, IdentityRow.user_id == UserRow.id)
    return (
        await session.scalars(query.where(IdentityRow.issuer == issuer, IdentityRow.subject == subject))
    ).one_or_none()


async def of_user(session: AsyncSession, user_id: UUID) -> Sequence[IdentityRow]:
    """Who an account is elsewhere."""
    query = select(IdentityRow).where(IdentityRow.user_id == user_id)
    return (await session.scalars(query.order_by(IdentityRow.created_at, IdentityRow.subject))).all()


async def remove(session: AsyncSession, user_id: UUID) -> bool:
    """Forget who an account is elsewhere. Whether there was something to forget."""
    query = delete(IdentityRow).where(IdentityRow.user_id == user_id).returning(IdentityRow.subject)
    return (await session.scalars(query)).first() is not None
