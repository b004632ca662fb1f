"""Queries of logins (devices) and their refresh tokens."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import delete, insert, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from dbcv.domains.accounts.tables import LoginRow, RefreshTokenRow, UserRow


async def add(session: AsyncSession, fields: dict[str, Any]) -> None:
    await session.execute(insert(LoginRow).values(**fields))


async def user_of(session: AsyncSession, login_id: UUID, now: datetime) -> UserRow | None:
    """Whose login this is, while it lasts."""
    query = select(UserRow).join(LoginRow, LoginRow.user_id == UserRow.id)
    return (await session.scalars(query.where(LoginRow.id == login_id, LoginRow.expires_at > now))).one_or_none()


async def one(session: AsyncSession, login_id: UUID, lock: bool = False) -> LoginRow | None:
    """A login; with `lock` nobody else renews or ends it until the transaction ends."""
    query = select(LoginRow).where(LoginRow.id == login_id)
    return (await session.scalars(query.with_for_update() if lock else query)).one_or_none()


async def page(session: AsyncSession, user_id: UUID, now: datetime) -> Sequence[LoginRow]:
    """An account's logins, the latest used first. They are few: the oldest go when there are too many."""
    query = select(LoginRow).where(LoginRow.user_id == user_id, LoginRow.expires_at > now)
    return (await session.scalars(query.order_by(LoginRow.last_used_at.desc(), LoginRow.id.desc()))).all()


async def touch(session: AsyncSession, login_id: UUID, fields: dict[str, Any]) -> None:
    await session.execute(update(LoginRow).where(LoginRow.id == login_id).values(**fields))


async def end(session: AsyncSession, user_id: UUID, login_id: UUID) -> bool:
    """End one login of an account. Whether there was one."""
    query = delete(LoginRow).where(LoginRow.id == login_id, LoginRow.user_id == user_id)
    return (await session.scalar(query.returning(LoginRow.id))) is not None


async def end_all(session: AsyncSession, user_id: UUID, but: UUID | None = None) -> None:
    """End every login of an account, except perhaps one."""
    query = delete(LoginRow).where(LoginRow.user_id == user_id)
    await session.execute(query if but is None else query.where(LoginRow.id != but))


async def end_old(session: AsyncSession, user_id: UUID, now: datetime, keep: int) -> None:
    """Forget the logins of an account that are over, and the longest unused of more than `keep`."""
    mine = LoginRow.user_id == user_id
    latest = select(LoginRow.id).where(mine).order_by(LoginRow.last_used_at.desc()).limit(keep)
    old = or_(LoginRow.expires_at <= now, LoginRow.id.not_in(latest.scalar_subquery()))
    await session.execute(delete(LoginRow).where(mine, old))


async def login_of_token(session: AsyncSession, token_hash: str) -> UUID | None:
    return await session.scalar(select(RefreshTokenRow.login_id).where(RefreshTokenRow.token_hash == token_hash))


async def token(session: AsyncSession, token_hash: str) -> RefreshTokenRow | None:
    return await session.get(RefreshTokenRow, token_hash)


async def add_token(session: AsyncSession, token_hash: str, login_id: UUID, expires_at: datetime) -> None:
    values = {"token_hash": token_hash, "login_id": login_id, "expires_at": expires_at}
    await session.execute(insert(RefreshTokenRow).values(values))


async def use_token(session: AsyncSession, token_hash: str, now: datetime) -> None:
    await session.execute(update(RefreshTokenRow).where(RefreshTokenRow.token_hash == token_hash).values(used_at=now))


async def forget_expired_tokens(session: AsyncSession, login_id: UUID, now: datetime) -> None:
    """Those that nobody could use any more, even if they had never been used."""
    mine = RefreshTokenRow.login_id == login_id
    await session.execute(delete(RefreshTokenRow).where(mine, RefreshTokenRow.expires_at <= now))
