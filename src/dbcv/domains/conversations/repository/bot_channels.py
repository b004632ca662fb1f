"""A bot's channels and how they do: a page in four queries, whatever the number of channels. And who writes there."""

from collections.abc import Collection, Sequence
from uuid import UUID

from sqlalchemy import delete, func, literal, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from dbcv.domains.conversations.repository.channels import bump
from dbcv.domains.conversations.repository.sessions import is_there
from dbcv.domains.conversations.tables import (
    ChannelRow,
    ChannelSenderRow,
    ChannelSubscriberRow,
    ChannelTransportRow,
    DeliveryRow,
    SessionRow,
)
from dbcv.kit.keyset import newest_of

MOST_COUNTED = 1_000
Counts = dict[UUID, int]


async def of_bot(session: AsyncSession, bot_id: UUID, limit: int, before: UUID | None) -> Sequence[ChannelRow]:
    """Channels whose default bot it is, newest first, older than the id `before`."""
    query = newest_of(select(ChannelRow), ChannelRow.default_bot_id, ChannelRow.id, bot_id, before)
    return (await session.scalars(query.limit(limit))).all()


async def take_out(session: AsyncSession, bot_id: UUID, owner_id: UUID) -> list[tuple[UUID, str]]:
    """A bot answers in no channel of this owner any more: (id, name) of those where it did."""
    own = select(ChannelRow.id).where(ChannelRow.owner_id == owner_id)
    query = update(ChannelRow).where(ChannelRow.owner_id == owner_id, ChannelRow.default_bot_id == bot_id)
    rows = await session.execute(query.values(default_bot_id=None).returning(ChannelRow.id, ChannelRow.name))
    left = {row.id: row.name for row in rows}
    gone = delete(ChannelSubscriberRow).where(
        ChannelSubscriberRow.subscriber_id == bot_id, ChannelSubscriberRow.channel_id.in_(own)
    )
    ids = (await session.scalars(gone.returning(ChannelSubscriberRow.channel_id))).all()
    names = await session.execute(select(ChannelRow.id, ChannelRow.name).where(ChannelRow.id.in_(ids)))
    left |= {row.id: row.name for row in names}
    for channel_id in left:
        await bump(session, channel_id)
    return list(left.items())


async def one_of_bot(session: AsyncSession, bot_id: UUID, channel_id: UUID) -> ChannelRow | None:
    """One of them."""
    query = select(ChannelRow).where(ChannelRow.id == channel_id, ChannelRow.default_bot_id == bot_id)
    return (await session.scalars(query)).one_or_none()


async def bindings(session: AsyncSession, channel_ids: Collection[UUID]) -> dict[UUID, ChannelTransportRow]:
    """The transports of those that have one."""
    query = select(ChannelTransportRow).where(ChannelTransportRow.channel_id.in_(channel_ids))
    return {row.channel_id: row for row in await session.scalars(query)}


async def sessions(session: AsyncSession, channel_ids: Collection[UUID]) -> Counts:
    """How many there are in each."""
    some = select(literal(1)).where(SessionRow.channel_id == ChannelRow.id, is_there()).limit(MOST_COUNTED)
    count = select(func.count()).select_from(some.correlate(ChannelRow).subquery()).scalar_subquery()
    query = select(ChannelRow.id, count).where(ChannelRow.id.in_(channel_ids))
    return dict((await session.execute(query)).all())


async def waiting(session: AsyncSession, channel_ids: Collection[UUID]) -> Counts:
    """How many messages are to go out of each by its transport."""
    some = select(literal(1)).where(DeliveryRow.target_id == ChannelRow.id, DeliveryRow.target_kind != "bot")
    count = (
        select(func.count()).select_from(some.limit(MOST_COUNTED).correlate(ChannelRow).subquery()).scalar_subquery()
    )
    query = select(ChannelRow.id, count).where(ChannelRow.id.in_(channel_ids))
    return dict((await session.execute(query)).all())


async def senders(
    session: AsyncSession, channel_id: UUID, limit: int, before: UUID | None
) -> Sequence[ChannelSenderRow]:
    """People outside who have written, the newest first."""
    query = newest_of(
        select(ChannelSenderRow), ChannelSenderRow.channel_id, ChannelSenderRow.subscriber_id, channel_id, before
    )
    return (await session.scalars(query.limit(limit))).all()


async def served(session: AsyncSession, credential_ids: Collection[UUID]) -> list[tuple[UUID, UUID, str]]:
    """(credential, channel, the channel's name) of channels that are bound with these credentials."""
    query = select(ChannelTransportRow.credential_id, ChannelRow.id, ChannelRow.name).join(
        ChannelRow, ChannelRow.id == ChannelTransportRow.channel_id
    )
    found = await session.execute(query.where(ChannelTransportRow.credential_id.in_(credential_ids)))
    return [(credential_id, channel_id, name) for credential_id, channel_id, name in found if credential_id]
