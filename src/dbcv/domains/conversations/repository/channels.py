"""Queries of channels, who takes part in them, and who a webhook's senders are."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, delete, exists, func, insert, select, update
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.ext.asyncio import AsyncSession

from dbcv.domains.accounts.tables import SubscriberRow
from dbcv.domains.conversations.tables import (
    ChannelRow,
    ChannelSenderRow,
    ChannelSubscriberRow,
    ChannelVariablesRow,
    DeadLetterRow,
    DeliveryRow,
    MailboxRow,
    MessageRow,
    SessionRow,
    SessionVariablesRow,
    TimerRow,
    TurnRecordRow,
)

SESSIONS_AT_ONCE = 5_000


def _takes_part(subscriber_id: UUID) -> ColumnElement[bool]:
    mine = ChannelSubscriberRow.subscriber_id == subscriber_id
    return exists().where(ChannelSubscriberRow.channel_id == ChannelRow.id, mine)


async def add_channel(session: AsyncSession, **fields: Any) -> ChannelRow:
    """Insert a channel with its variables; its owner takes part in it."""
    row = (await session.scalars(insert(ChannelRow).values(**fields).returning(ChannelRow))).one()
    await session.execute(insert(ChannelVariablesRow).values(channel_id=row.id))
    await add_subscriber(session, row.id, row.owner_id)
    return row


async def count_owned(session: AsyncSession, owner_id: UUID) -> int:
    """How many channels an account owns."""
    query = select(func.count()).select_from(ChannelRow).where(ChannelRow.owner_id == owner_id)
    return await session.scalar(query) or 0


async def channel(session: AsyncSession, channel_id: UUID) -> ChannelRow | None:
    return await session.get(ChannelRow, channel_id)


async def channel_of_member(session: AsyncSession, channel_id: UUID, subscriber_id: UUID) -> ChannelRow | None:
    """The channel, if it is public, or the subscriber's own, or one the subscriber takes part in."""
    allowed = ChannelRow.is_public | (ChannelRow.owner_id == subscriber_id) | _takes_part(subscriber_id)
    return (await session.scalars(select(ChannelRow).where(ChannelRow.id == channel_id, allowed))).one_or_none()


async def channels_of(
    session: AsyncSession, subscriber_id: UUID, limit: int, before: UUID | None
) -> Sequence[ChannelRow]:
    """Own channels and those taken part in, newest first, older than the id `before`."""
    mine = (ChannelRow.owner_id == subscriber_id) | _takes_part(subscriber_id)
    query = select(ChannelRow).where(mine).order_by(ChannelRow.id.desc()).limit(limit)
    return (await session.scalars(query if before is None else query.where(ChannelRow.id < before))).all()


async def change_channel(session: AsyncSession, channel_id: UUID, fields: dict[str, Any]) -> ChannelRow | None:
    query = update(ChannelRow).where(ChannelRow.id == channel_id).values(**fields).returning(ChannelRow)
    row = (await session.scalars(query)).one_or_none()
    await bump(session, channel_id)
    return row


async def bump(session: AsyncSession, channel_id: UUID) -> None:
    """Tell the workers that what they remember of the channel is old."""
    moved = {"version": ChannelVariablesRow.version + 1}
    await session.execute(
        update(ChannelVariablesRow).where(ChannelVariablesRow.channel_id == channel_id).values(**moved)
    )


async def delete_channel(session: AsyncSession, channel_id: UUID) -> None:
    """Delete a channel with all that was said in it. The hot tables have no foreign keys, so they are cleared here."""
    await session.execute(delete(ChannelRow).where(ChannelRow.id == channel_id))
    # Sessions before what is theirs, as turns take their locks: the other way round the two would wait for each other.
    gone = delete(SessionRow).where(SessionRow.channel_id == channel_id).returning(SessionRow.id)
    sessions = (await session.scalars(gone)).all()
    for start in range(0, len(sessions), SESSIONS_AT_ONCE):
        some = sessions[start : start + SESSIONS_AT_ONCE]
        for table in (MailboxRow, DeliveryRow, TimerRow, TurnRecordRow, DeadLetterRow, SessionVariablesRow):
            await session.execute(delete(table).where(table.session_id.in_(some)))
    await session.execute(delete(MessageRow).where(MessageRow.channel_id == channel_id))


async def kind_of(session: AsyncSession, subscriber_id: UUID) -> str | None:
    """ "user", "anonymous" or "bot"; None for nobody."""
    return await session.scalar(select(SubscriberRow.kind).where(SubscriberRow.id == subscriber_id))


async def add_subscriber(session: AsyncSession, channel_id: UUID, subscriber_id: UUID) -> None:
    """Somebody takes part; a second time changes nothing."""
    query = upsert(ChannelSubscriberRow).values(channel_id=channel_id, subscriber_id=subscriber_id)
    await session.execute(query.on_conflict_do_nothing())
    await bump(session, channel_id)


async def remove_subscriber(session: AsyncSession, channel_id: UUID, subscriber_id: UUID) -> bool:
    """Whether there was one to remove."""
    query = delete(ChannelSubscriberRow).where(
        ChannelSubscriberRow.channel_id == channel_id, ChannelSubscriberRow.subscriber_id == subscriber_id
    )
    removed = (await session.execute(query.returning(ChannelSubscriberRow.subscriber_id))).first() is not None
    await bump(session, channel_id)
    return removed


async def subscribed_at(session: AsyncSession, channel_id: UUID, subscriber_id: UUID) -> datetime:
    """Since when somebody takes part."""
    row = await session.get_one(ChannelSubscriberRow, (channel_id, subscriber_id))
    return row.created_at


async def takes_part(session: AsyncSession, channel_id: UUID, subscriber_id: UUID) -> bool:
    found = await session.get(ChannelSubscriberRow, (channel_id, subscriber_id))
    return found is not None


async def subscribers(
    session: AsyncSession, channel_id: UUID, limit: int, after: UUID | None
) -> Sequence[tuple[ChannelSubscriberRow, str]]:
    """(row, kind) of those who take part, by id, after the id `after`."""
    query = (
        select(ChannelSubscriberRow, SubscriberRow.kind)
        .join(SubscriberRow, SubscriberRow.id == ChannelSubscriberRow.subscriber_id)
        .where(ChannelSubscriberRow.channel_id == channel_id)
        .order_by(ChannelSubscriberRow.subscriber_id)
        .limit(limit)
    )
    query = query if after is None else query.where(ChannelSubscriberRow.subscriber_id > after)
    return [(row, kind) for row, kind in await session.execute(query)]


async def bots_of(session: AsyncSession, channel_id: UUID) -> Sequence[UUID]:
    """The bots that take part beside the default one."""
    query = (
        select(ChannelSubscriberRow.subscriber_id)
        .join(SubscriberRow, SubscriberRow.id == ChannelSubscriberRow.subscriber_id)
        .where(ChannelSubscriberRow.channel_id == channel_id, SubscriberRow.kind == "bot")
    )
    return (await session.scalars(query)).all()


async def answering_in(session: AsyncSession, channel_id: UUID, user_id: UUID) -> Sequence[tuple[UUID, bool]]:
    """(bot, whether a person answers in its place) of somebody's sessions in a channel."""
    query = select(SessionRow.bot_id, SessionRow.paused_by.is_not(None)).where(
        SessionRow.channel_id == channel_id, SessionRow.user_id == user_id
    )
    return [(bot_id, is_paused) for bot_id, is_paused in await session.execute(query)]


async def sender(session: AsyncSession, channel_id: UUID, external_id: str) -> UUID | None:
    """Who a webhook's sender is here."""
    row = await session.get(ChannelSenderRow, (channel_id, external_id))
    return row.subscriber_id if row else None


async def add_sender(session: AsyncSession, channel_id: UUID, external_id: str, subscriber_id: UUID) -> None:
    fields = {"channel_id": channel_id, "external_id": external_id, "subscriber_id": subscriber_id}
    await session.execute(insert(ChannelSenderRow).values(**fields))
    await add_subscriber(session, channel_id, subscriber_id)


async def alone_with_sender(session: AsyncSession, channel_id: UUID, external_id: str) -> None:
    """Wait until no other process is making this sender a person; let go at the end of the transaction."""
    key = func.hashtextextended(f"{channel_id}:{external_id}", 0)
    await session.execute(select(func.pg_advisory_xact_lock(key)))
