"""Queries of accounts. Only accounts.service imports this."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import case, delete, func, insert, select, update
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.ext.asyncio import AsyncSession

from dbcv.domains.accounts.tables import (
    AnonymousUserRow,
    LoginAttemptRow,
    SubscriberRow,
    UserRow,
    UserVariablesRow,
)

FIRST_ACCOUNT_LOCK = 0x64626376_0001


async def add_subscriber(session: AsyncSession, subscriber_id: UUID, kind: str) -> None:
    await session.execute(insert(SubscriberRow).values(id=subscriber_id, kind=kind))


async def add_user(session: AsyncSession, **fields: Any) -> UserRow:
    """Insert an account with its subscriber and variables; the caller checked that the e-mail is free."""
    await add_subscriber(session, fields["id"], "user")
    row = (await session.scalars(insert(UserRow).values(**fields).returning(UserRow))).one()
    await session.execute(insert(UserVariablesRow).values(user_id=row.id))
    return row


async def add_anonymous(session: AsyncSession, visitor_id: UUID, channel_id: UUID) -> None:
    await add_subscriber(session, visitor_id, "anonymous")
    await session.execute(insert(AnonymousUserRow).values(id=visitor_id, channel_id=channel_id))
    await session.execute(insert(UserVariablesRow).values(user_id=visitor_id))


async def user(session: AsyncSession, user_id: UUID) -> UserRow | None:
    return await session.get(UserRow, user_id)


async def user_by_email(session: AsyncSession, email: str) -> UserRow | None:
    return (await session.scalars(select(UserRow).where(UserRow.email == email))).one_or_none()


async def users(session: AsyncSession, limit: int, after: UUID | None) -> Sequence[UserRow]:
    """Accounts, oldest first, from after the id `after`."""
    query = select(UserRow).order_by(UserRow.id).limit(limit)
    return (await session.scalars(query if after is None else query.where(UserRow.id > after))).all()


async def any_user(session: AsyncSession) -> bool:
    return (await session.scalar(select(UserRow.id).limit(1))) is not None


async def change_user(session: AsyncSession, user_id: UUID, fields: dict[str, Any], end_tokens: bool) -> UserRow | None:
    """Update an account; with `end_tokens` every token given out before stops working."""
    if not fields and not end_tokens:
        return await user(session, user_id)
    if end_tokens:
        fields = fields | {"token_epoch": UserRow.token_epoch + 1}
    query = update(UserRow).where(UserRow.id == user_id).values(**fields).returning(UserRow)
    return (await session.scalars(query)).one_or_none()


async def anonymous_channel(session: AsyncSession, visitor_id: UUID) -> UUID | None:
    return await session.scalar(select(AnonymousUserRow.channel_id).where(AnonymousUserRow.id == visitor_id))


async def alone_with_first_account(session: AsyncSession) -> None:
    """Wait until no other process is making the first account; let go at the end of the transaction."""
    await session.execute(select(func.pg_advisory_xact_lock(FIRST_ACCOUNT_LOCK)))


async def add_attempt(
    session: AsyncSession, keys: Sequence[bytes], now: datetime, window: timedelta
) -> dict[bytes, int]:
    """Count one attempt for each key and say how many there are now; a window that is over starts anew."""
    await session.execute(delete(LoginAttemptRow).where(LoginAttemptRow.window_ends_at < now - window))
    query = upsert(LoginAttemptRow).values(
        [{"key": key, "failures": 1, "window_ends_at": now + window} for key in sorted(keys)]
    )
    over = LoginAttemptRow.window_ends_at <= now
    changed = {
        "failures": case((over, 1), else_=LoginAttemptRow.failures + 1),
        "window_ends_at": case((over, query.excluded.window_ends_at), else_=LoginAttemptRow.window_ends_at),
    }
    counted = query.on_conflict_do_update(index_elements=[LoginAttemptRow.key], set_=changed)
    rows = await session.execute(counted.returning(LoginAttemptRow.key, LoginAttemptRow.failures))
    return {row.key: row.failures for row in rows}


async def take_back_attempt(session: AsyncSession, keys: Sequence[bytes], forgiven: bytes) -> None:
    """A log-in went well: it was no failure for any key, and `forgiven` starts from nothing."""
    await session.execute(delete(LoginAttemptRow).where(LoginAttemptRow.key == forgiven))
    query = update(LoginAttemptRow).where(LoginAttemptRow.key.in_(keys), LoginAttemptRow.failures > 0)
    await session.execute(query.values(failures=LoginAttemptRow.failures - 1))
