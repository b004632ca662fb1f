"""Queries of invitations to bots."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import delete, func, select
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.ext.asyncio import AsyncSession

from dbcv.domains.bots.tables import BotInvitationRow


async def put(session: AsyncSession, fields: dict[str, Any]) -> BotInvitationRow:
    """Insert an invitation; an older one of the same e-mail to the same bot goes, and its link with it."""
    query = upsert(BotInvitationRow).values(**fields)
    changed = {name: value for name, value in fields.items() if name not in ("bot_id", "email")}
    query = query.on_conflict_do_update(index_elements=["bot_id", "email"], set_=changed)
    return (
        await session.scalars(query.returning(BotInvitationRow), execution_options={"populate_existing": True})
    ).one()


async def forget_expired(session: AsyncSession, bot_id: UUID, now: datetime) -> None:
    mine = BotInvitationRow.bot_id == bot_id
    await session.execute(delete(BotInvitationRow).where(mine, BotInvitationRow.expires_at <= now))


async def count(session: AsyncSession, bot_id: UUID) -> int:
    query = select(func.count()).select_from(BotInvitationRow).where(BotInvitationRow.bot_id == bot_id)
    return int(await session.scalar(query) or 0)


async def page(
    session: AsyncSession, bot_id: UUID, now: datetime, limit: int, before: UUID | None
) -> Sequence[BotInvitationRow]:
    """A bot's open invitations, the newest first, from before the id `before`."""
    query = select(BotInvitationRow).where(BotInvitationRow.bot_id == bot_id, BotInvitationRow.expires_at > now)
    query = query.order_by(BotInvitationRow.id.desc()).limit(limit)
    return (await session.scalars(query if before is None else query.where(BotInvitationRow.id < before))).all()


async def by_hash(session: AsyncSession, token_hash: str, now: datetime) -> BotInvitationRow | None:
    """The open invitation of a link."""
    query = select(BotInvitationRow).where(BotInvitationRow.token_hash == token_hash, BotInvitationRow.expires_at > now)
    return (await session.scalars(query)).one_or_none()


async def remove(session: AsyncSession, bot_id: UUID, invitation_id: UUID) -> str | None:
    """Delete an invitation of a bot: its e-mail, None if there was none."""
    query = delete(BotInvitationRow).where(BotInvitationRow.id == invitation_id, BotInvitationRow.bot_id == bot_id)
    return await session.scalar(query.returning(BotInvitationRow.email))
