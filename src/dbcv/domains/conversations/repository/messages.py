"""Queries of what was said and of what became of it."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import Select, select, true
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from dbcv.domains.conversations.tables import ChannelRow, DeadLetterRow, MessageRow, SessionRow, TurnRecordRow
from dbcv.kit.keyset import newest_of

WINDOW = 10_000
"""Messages a filtered page looks through at most."""


async def message(session: AsyncSession, message_id: UUID) -> MessageRow | None:
    return await session.get(MessageRow, message_id)


async def message_seen_by(session: AsyncSession, message_id: UUID, subscriber_id: UUID) -> MessageRow | None:
    """The message, if the subscriber said it, was told it, or owns the channel."""
    owns = ChannelRow.owner_id == subscriber_id
    said = (MessageRow.sender_id == subscriber_id) | (MessageRow.recipient_id == subscriber_id)
    query = (
        select(MessageRow)
        .join(ChannelRow, ChannelRow.id == MessageRow.channel_id)
        .where(MessageRow.id == message_id, owns | said)
    )
    return (await session.scalars(query)).one_or_none()


def _page(query: Select[Any], limit: int, before: UUID | None, after: UUID | None) -> Select[Any]:
    """Newest first, older than `before`; with `after` oldest first, newer than it."""
    if after is not None:
        return query.where(MessageRow.id > after).order_by(MessageRow.id).limit(limit)
    query = query if before is None else query.where(MessageRow.id < before)
    return query.order_by(MessageRow.id.desc()).limit(limit)


async def messages_in(
    session: AsyncSession, channel_id: UUID, limit: int, before: UUID | None, after: UUID | None
) -> Sequence[MessageRow]:
    """All that was said in a channel."""
    if after is None:
        newest = newest_of(select(MessageRow), MessageRow.channel_id, MessageRow.id, channel_id, before)
        return (await session.scalars(newest.limit(limit))).all()
    query = select(MessageRow).where(MessageRow.channel_id == channel_id)
    return (await session.scalars(_page(query, limit, before, after))).all()


async def messages_between(
    session: AsyncSession, channel_id: UUID, user_id: UUID, limit: int, before: UUID | None, after: UUID | None
) -> Sequence[MessageRow]:
    """What was said between one member and the channel's bots: each session's newest by its index, then merged."""
    one = _page(select(MessageRow).where(MessageRow.session_id == SessionRow.id), limit, before, after).lateral()
    said = aliased(MessageRow, one)
    own = select(said).select_from(SessionRow).join(one, true())
    query = own.where(SessionRow.channel_id == channel_id, SessionRow.user_id == user_id)
    order = said.id if after is not None else said.id.desc()
    return (await session.scalars(query.order_by(order).limit(limit))).all()


def _within(place: Mapping[str, Any]) -> Select[Any]:
    """The messages of a session or a channel between two ids, newest first: the part that an index answers."""
    if place["session_id"] is not None:
        owner, owner_id = MessageRow.session_id, place["session_id"]
    else:
        owner, owner_id = MessageRow.channel_id, place["channel_id"]
    query = newest_of(select(MessageRow), owner, MessageRow.id, owner_id, place["before"])
    return query.where(MessageRow.id >= place["since"])


async def found(session: AsyncSession, place: Mapping[str, Any], limit: int) -> Sequence[MessageRow]:
    """Messages by place, sender and time, newest first; other filters are tried on the newest WINDOW of them."""
    row = aliased(MessageRow, _within(place).limit(WINDOW).subquery())
    query = select(row)
    if place["channel_id"] is not None:
        query = query.where(row.channel_id == place["channel_id"])
    else:
        query = query.join(SessionRow, SessionRow.id == row.session_id).where(SessionRow.bot_id == place["bot_id"])
    if place["sender_id"] is not None:
        query = query.where(row.sender_id == place["sender_id"])
    if place["member_id"] is not None:
        query = query.where((row.sender_id == place["member_id"]) | (row.recipient_id == place["member_id"]))
    return (await session.scalars(query.order_by(row.id.desc()).limit(limit))).all()


async def window_end(session: AsyncSession, place: Mapping[str, Any]) -> UUID | None:
    """The last message a page was looked for in, where there may be more behind it."""
    query = _within(place).with_only_columns(MessageRow.id)
    end: UUID | None = await session.scalar(query.offset(WINDOW - 1).limit(1))
    return end


async def endings(session: AsyncSession, event_ids: Sequence[UUID]) -> dict[UUID, tuple[UUID, list[str], str | None]]:
    """Of those events whose turn is over: event id → (session, reply ids, error)."""
    replies = TurnRecordRow.record["replies"]
    columns = select(TurnRecordRow.id, TurnRecordRow.session_id, replies, TurnRecordRow.error)
    rows = await session.execute(columns.where(TurnRecordRow.id.in_(event_ids)))
    return {row[0]: (row[1], row[2] or [], row[3]) for row in rows}


async def dead_events(session: AsyncSession, event_ids: Sequence[UUID]) -> dict[UUID, tuple[UUID, str]]:
    """Of those events that became dead letters and were not sent again: event id → (session, error)."""
    columns = select(DeadLetterRow.id, DeadLetterRow.session_id, DeadLetterRow.error)
    dead = columns.where(DeadLetterRow.id.in_(event_ids), DeadLetterRow.resent_at.is_(None))
    return {row[0]: (row[1], row[2]) for row in await session.execute(dead)}


async def messages_by_id(session: AsyncSession, ids: Sequence[UUID]) -> dict[UUID, MessageRow]:
    rows = await session.scalars(select(MessageRow).where(MessageRow.id.in_(ids)))
    return {row.id: row for row in rows}
