"""Queries of accounts and visitors."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from dbcv.domains.accounts.tables import (
    AnonymousUserRow,
    SubscriberRow,
    UserRow,
    UserVariablesRow,
)
from dbcv.kit.db import Driver

ADMINISTRATORS_LOCK = 0x64626376_0001


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


async def user(session: AsyncSession, user_id: UUID, lock: bool = False) -> UserRow | None:
    """An account; with `lock` nobody else changes it until the transaction ends."""
    return await session.get(UserRow, user_id, with_for_update=lock or None, populate_existing=lock)


async def user_by_email(session: AsyncSession, email: str) -> UserRow | None:
    return (await session.scalars(select(UserRow).where(UserRow.email == email))).one_or_none()


async def users(session: AsyncSession, limit: int, after: UUID | None, search: str = "") -> Sequence[UserRow]:
    """Accounts, oldest first, from after the id `after`; with `search` those whose e-mail begins so."""
    query = select(UserRow).order_by(UserRow.id).limit(limit)
    if search:
        query = query.where(UserRow.email.startswith(search, autoescape=True))
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


async def anonymous_channels(connection: Driver, visitor_ids: Sequence[UUID]) -> dict[UUID, UUID]:
    """The channel of each of these visitors that exists."""
    rows = await connection.fetch("SELECT id, channel_id FROM anonymous_user WHERE id = ANY($1::uuid[])", visitor_ids)
    return {row[0]: row[1] for row in rows}


async def any_administrator(session: AsyncSession) -> bool:
    """Whether an open account has the role ADMIN."""
    query = select(UserRow.id).where(UserRow.role == "ADMIN", UserRow.is_active).limit(1)
    return (await session.scalar(query)) is not None


async def alone_with_administrators(session: AsyncSession) -> None:
    """Wait until no other process makes the first account or takes the last administrator's role; let go at the end of
    the transaction."""
    await session.execute(select(func.pg_advisory_xact_lock(ADMINISTRATORS_LOCK)))
