"""Queries of who was shown which file: by the messages that hold it."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import ColumnElement, and_, literal, or_, select
from sqlalchemy import text as sql
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.ext.asyncio import AsyncSession

from dbcv.domains.bots.tables import BotRow, bots_seen_by
from dbcv.domains.conversations.tables import ChannelRow, MessageRow, SessionRow


def _holds(file_id: UUID) -> ColumnElement[bool]:
    """By the partial index over messages with files, whose condition is repeated word for word."""
    held = literal([{"id": str(file_id)}], JSONB)
    return and_(sql("message.attachments <> '[]'::jsonb"), MessageRow.attachments.bool_op("@>")(held))


def _may_read(caller_id: UUID) -> ColumnElement[bool]:
    """Who takes part in the session, owns its channel or bot, or is let into the bot."""
    seen = SessionRow.bot_id.in_(bots_seen_by(caller_id))
    return or_(SessionRow.user_id == caller_id, ChannelRow.owner_id == caller_id, seen)


async def was_shown(session: AsyncSession, caller_id: UUID, file_id: UUID, sender_ids: Sequence[UUID]) -> bool:
    """Whether one of the senders said a message with the file that the caller may read."""
    query = (
        select(MessageRow.id)
        .join(SessionRow, SessionRow.id == MessageRow.session_id)
        .join(ChannelRow, ChannelRow.id == MessageRow.channel_id)
        .where(_holds(file_id), MessageRow.sender_id.in_(sender_ids), _may_read(caller_id))
    )
    return await session.scalar(query.limit(1)) is not None


async def told_to_bot(session: AsyncSession, bot_id: UUID, file_id: UUID, sender_id: UUID) -> bool:
    """Whether the sender sent the file to the bot."""
    query = select(MessageRow.id).join(SessionRow, SessionRow.id == MessageRow.session_id)
    sent = query.where(_holds(file_id), MessageRow.sender_id == sender_id, SessionRow.bot_id == bot_id)
    return await session.scalar(sent.limit(1)) is not None


async def account_of_bot(session: AsyncSession, bot_id: UUID) -> UUID | None:
    """Whose a bot is; None for one that is gone."""
    return await session.scalar(select(BotRow.owner_id).where(BotRow.id == bot_id))
