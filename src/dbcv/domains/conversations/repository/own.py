"""Queries of what is a bot's own, as the bot itself may see it: its owner, channels of that owner, who is there."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, exists, or_, select, text
from sqlalchemy.ext.asyncio import AsyncSession

from dbcv.domains.accounts.tables import SubscriberRow, UserRow
from dbcv.domains.bots.tables import BotRow
from dbcv.domains.conversations.repository.sessions import is_there
from dbcv.domains.conversations.tables import ChannelRow, ChannelSubscriberRow, SessionRow

_SEEN = """
SELECT p.id, k.kind, u.username, s.external_id, COALESCE(s.profile, '{}'::jsonb), p.since
FROM people p JOIN subscriber k ON k.id = p.id AND k.kind <> 'bot' LEFT JOIN "user" u ON u.id = p.id
LEFT JOIN LATERAL (SELECT external_id, profile FROM channel_sender
                   WHERE channel_id = :channel_id AND subscriber_id = p.id LIMIT 1) AS s ON true
ORDER BY p.id LIMIT :limit
"""
# Each half by its own index, and no further than the page.
_PEOPLE = """
WITH people AS (
  SELECT id, min(since) AS since FROM (
    (SELECT c.subscriber_id AS id, c.created_at AS since FROM channel_subscriber c
     JOIN subscriber k ON k.id = c.subscriber_id AND k.kind <> 'bot'
     WHERE c.channel_id = :channel_id AND c.subscriber_id > :after ORDER BY c.subscriber_id LIMIT :limit)
    UNION ALL
    (SELECT t.user_id, t.created_at FROM session t JOIN subscriber k ON k.id = t.user_id AND k.kind <> 'bot'
     WHERE t.channel_id = :channel_id AND t.bot_id = :bot_id AND t.user_id > :after
       AND (t.deleted_at IS NULL OR t.updated_at > t.deleted_at) ORDER BY t.user_id LIMIT :limit)) AS seen
  GROUP BY id)
"""
_KNOWN_OUTSIDE = """
WITH people AS (
  SELECT subscriber_id AS id, created_at AS since FROM channel_sender
  WHERE channel_id = :channel_id AND external_id = :external_id AND subscriber_id > :after)
"""
_ALL_SEEN, _ONE_SEEN = text(_PEOPLE + _SEEN), text(_KNOWN_OUTSIDE + _SEEN)


@dataclass(frozen=True, slots=True)
class PersonSeen:
    """Somebody of a channel. `name` of an account; `external_id` and `profile` of who comes by a transport."""

    id: UUID
    kind: str
    name: str | None
    external_id: str | None
    profile: dict[str, Any]
    since: datetime


async def owner(session: AsyncSession, bot_id: UUID) -> tuple[UUID, str, str] | None:
    """(id, role, username) of the account that a bot belongs to."""
    query = select(UserRow.id, UserRow.role, UserRow.username).join(BotRow, BotRow.owner_id == UserRow.id)
    row = (await session.execute(query.where(BotRow.id == bot_id))).one_or_none()
    return None if row is None else (row[0], row[1], row[2])


def _takes_part(subscriber_id: UUID) -> ColumnElement[bool]:
    mine = ChannelSubscriberRow.subscriber_id == subscriber_id
    return exists().where(ChannelSubscriberRow.channel_id == ChannelRow.id, mine)


async def has_channel(session: AsyncSession, bot_id: UUID, channel_id: UUID) -> bool:
    """Whether it is a channel of the bot's owner in which the bot answers or takes part."""
    query = (
        select(ChannelRow.id)
        .join(BotRow, BotRow.owner_id == ChannelRow.owner_id)
        .where(ChannelRow.id == channel_id, BotRow.id == bot_id)
        .where(or_(ChannelRow.default_bot_id == bot_id, _takes_part(bot_id)))
    )
    return await session.scalar(query) is not None


async def people(
    session: AsyncSession, bot_id: UUID, channel_id: UUID, external_id: str | None, limit: int, after: UUID | None
) -> list[PersonSeen]:
    """Who takes part in a channel or has talked to the bot there, bots aside, by id, from after the id `after`."""
    wanted = {"bot_id": bot_id, "channel_id": channel_id, "limit": limit, "after": after or UUID(int=0)}
    query = _ALL_SEEN if external_id is None else _ONE_SEEN
    found = await session.execute(query, wanted if external_id is None else wanted | {"external_id": external_id})
    return [PersonSeen(*row) for row in found]


async def may_be_told(session: AsyncSession, channel_id: UUID, subscriber_id: UUID) -> bool:
    """Whether somebody, no bot, takes part in a channel, owns it, or has spoken there while it is public."""
    spoke = exists().where(SessionRow.channel_id == ChannelRow.id, SessionRow.user_id == subscriber_id, is_there())
    known = or_(ChannelRow.owner_id == subscriber_id, _takes_part(subscriber_id), ChannelRow.is_public & spoke)
    person = exists().where(SubscriberRow.id == subscriber_id, SubscriberRow.kind != "bot")
    return await session.scalar(select(ChannelRow.id).where(ChannelRow.id == channel_id, known, person)) is not None


async def bot_of(session: AsyncSession, session_id: UUID) -> UUID | None:
    """Whose session it is; None where there is none (any more)."""
    return await session.scalar(select(SessionRow.bot_id).where(SessionRow.id == session_id, is_there()))


async def is_paused(session: AsyncSession, session_id: UUID) -> bool:
    """Whether a person answers in the bot's place."""
    return await session.scalar(select(SessionRow.paused_by).where(SessionRow.id == session_id)) is not None
