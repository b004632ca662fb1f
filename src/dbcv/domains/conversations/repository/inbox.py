"""Queries of a bot's inbox: its conversations by their last activity.

When a session was active last is not indexed: every turn would pay for it. So a page sorts the newest WINDOW sessions,
and those in which somebody spoke lately however old they are; beyond that conversations are found by their words.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Row, func, select, text
from sqlalchemy.ext.asyncio import AsyncSession

from dbcv.domains.conversations.repository.sessions import is_there
from dbcv.domains.conversations.schemas.inbox import InboxWish
from dbcv.domains.conversations.tables import DeadLetterRow, SessionRow, TurnRecordRow
from dbcv.kit.keyset import FIRST, LAST

WINDOW = 10_000
HEARD_IN_A_CHANNEL = 300
CHANNELS = 50
"""Channels of a bot whose latest messages are looked at: its newest, and those it is a member of."""
FAILED = 2_000
"""Newest failed turns of a bot that are looked at."""
MOST_COUNTED = 1_000
SHOWN_CHARS = 200

Activity = tuple[datetime, UUID]

_NEWEST = """
SELECT * FROM session WHERE ({owner}, id) >= (:owner_id, :first) AND ({owner}, id) < (:owner_id, :last)
ORDER BY {owner} DESC, id DESC LIMIT :window
"""
# A channel's newest messages by its index, whoever has most of the messages (see keyset.py).
_HEARD = """
SELECT s.* FROM session s WHERE s.id IN (
  SELECT said.session_id FROM (
    (SELECT channel_id AS id FROM channel_subscriber WHERE subscriber_id = :bot_id LIMIT :channels)
    UNION (SELECT id FROM channel WHERE default_bot_id = :bot_id ORDER BY id DESC LIMIT :channels)
  ) AS room CROSS JOIN LATERAL (
    SELECT session_id FROM message
    WHERE (channel_id, id) >= (room.id, :first) AND (channel_id, id) < (room.id, :last)
    ORDER BY channel_id DESC, id DESC LIMIT :heard
  ) AS said)
"""
_FAILING = """
SELECT s.* FROM session s WHERE s.id IN (
  SELECT session_id FROM (
    SELECT session_id FROM turn_record WHERE bot_id = :bot_id AND error IS NOT NULL ORDER BY id DESC LIMIT :failed
  ) AS failed)
"""
_PART = """(SELECT id, updated_at FROM ({pool}) AS s WHERE s.bot_id = :bot_id
AND (s.deleted_at IS NULL OR s.updated_at > s.deleted_at){wanted} ORDER BY updated_at DESC, id DESC LIMIT :limit)"""
_PAGE = "SELECT id FROM ({parts}) AS found GROUP BY id, updated_at ORDER BY updated_at DESC, id DESC LIMIT :limit"

# The last message by the session's index, whoever has most of the messages (see keyset.py).
_SURROUNDINGS = text("""
SELECT s.id, s.bot_id, s.channel_id, c.name AS channel_name, s.user_id, s.step_id, s.revision, s.paused_by,
  s.created_at, s.updated_at, COALESCE(u.username, o.name) AS username,
  jsonb_build_array(v.data->'name', v.data->'verified'->'name', v.data->'claimed'->'name',
    v.data->'first_name', v.data->'last_name') AS told,
  m.id AS message_id, m.sender_id, m.reply_to, left(m.text, :chars) AS text,
  CASE jsonb_typeof(m.attachments) WHEN 'array' THEN jsonb_array_length(m.attachments) ELSE 0 END AS attachments,
  m.widget IS NOT NULL AS has_widget, m.created_at AS said_at
FROM session s
LEFT JOIN channel c ON c.id = s.channel_id
LEFT JOIN "user" u ON u.id = s.user_id
LEFT JOIN bot o ON o.id = s.user_id
LEFT JOIN user_variables v ON v.user_id = s.user_id
LEFT JOIN LATERAL (
  SELECT * FROM message WHERE (session_id, id) >= (s.id, :first) AND (session_id, id) < (s.id, :last)
  ORDER BY session_id DESC, id DESC LIMIT 1
) AS m ON true
WHERE s.id = ANY(:ids)
""")


@dataclass(frozen=True, slots=True)
class Failure:
    """The newest failed turn of a session."""

    error: str
    created_at: datetime


def _wanted(wish: InboxWish, before: Activity | None) -> tuple[str, dict[str, Any]]:
    parts: dict[str, dict[str, Any]] = {}
    if wish.channel_id is not None:
        parts["s.channel_id = :channel_id"] = {"channel_id": wish.channel_id}
    if wish.standing == "person":
        parts["s.paused_by IS NOT NULL"] = {}
    if wish.standing == "waiting":
        parts["s.paused_by IS NULL AND s.step_id = ANY(:steps)"] = {}
    if wish.active_since is not None:
        parts["s.updated_at >= :since"] = {"since": wish.active_since}
    if before is not None:
        parts["(s.updated_at, s.id) < (:before, :before_id)"] = {"before": before[0], "before_id": before[1]}
    clauses = "".join(f" AND {part}" for part in parts)
    return clauses, {name: value for given in parts.values() for name, value in given.items()}


def _pools(wish: InboxWish) -> list[str]:
    if wish.has_failed:
        return [_FAILING]
    owner = "bot_id" if wish.channel_id is None else "channel_id"
    pools = [_NEWEST.format(owner=owner), _HEARD]
    return pools if wish.standing != "person" else [*pools, "SELECT * FROM session WHERE paused_by IS NOT NULL"]


async def page(
    session: AsyncSession, bot_id: UUID, wish: InboxWish, steps: Sequence[str], limit: int, before: Activity | None
) -> list[UUID]:
    """Ids of sessions, the latest activity first, from before `before`. `steps`: where a bot waits for a person."""
    wanted, given = _wanted(wish, before)
    pools = _pools(wish)
    statement = _PAGE.format(parts=" UNION ALL ".join(_PART.format(pool=pool, wanted=wanted) for pool in pools))
    limits = {"window": WINDOW, "heard": HEARD_IN_A_CHANNEL, "channels": CHANNELS, "failed": FAILED, "limit": limit}
    ends = {"owner_id": wish.channel_id or bot_id, "first": FIRST, "last": LAST, "steps": list(steps)}
    values = limits | ends | given | {"bot_id": bot_id}
    used = {name: value for name, value in values.items() if f":{name}" in statement}
    return list((await session.scalars(text(statement), used)).all())


async def surroundings(session: AsyncSession, ids: Sequence[UUID]) -> dict[UUID, Row[Any]]:
    """What a row of the list shows, by the session's id; one query."""
    rows = await session.execute(_SURROUNDINGS, {"ids": list(ids), "chars": SHOWN_CHARS, "first": FIRST, "last": LAST})
    return {row.id: row for row in rows}


async def failures(session: AsyncSession, bot_id: UUID, ids: Sequence[UUID]) -> dict[UUID, Failure]:
    """The newest failed turn of each of these sessions, among the bot's newest failed turns."""
    columns = select(TurnRecordRow.id, TurnRecordRow.session_id, TurnRecordRow.error, TurnRecordRow.created_at)
    newest = columns.where(TurnRecordRow.bot_id == bot_id, TurnRecordRow.error.is_not(None))
    failed = newest.order_by(TurnRecordRow.id.desc()).limit(FAILED).subquery()
    rows = await session.execute(select(failed).where(failed.c.session_id.in_(ids)).order_by(failed.c.id))
    return {row.session_id: Failure(row.error, row.created_at) for row in rows}


async def waiting(session: AsyncSession, bot_id: UUID, steps: Sequence[str]) -> int:
    """How many of the newest sessions wait for a person in one of the steps."""
    scope = _NEWEST.format(owner="bot_id")
    statement = text(
        f"SELECT count(*) FROM ({scope}) AS s WHERE s.paused_by IS NULL AND s.step_id = ANY(:steps)"  # noqa: S608
        " AND (s.deleted_at IS NULL OR s.updated_at > s.deleted_at)"
    )
    given = {"owner_id": bot_id, "first": FIRST, "last": LAST, "window": WINDOW, "steps": list(steps)}
    return int(await session.scalar(statement, given) or 0)


async def paused(session: AsyncSession, bot_id: UUID) -> int:
    query = select(func.count()).where(SessionRow.bot_id == bot_id, SessionRow.paused_by.is_not(None), is_there())
    return int(await session.scalar(query) or 0)


async def undelivered(session: AsyncSession, bot_id: UUID) -> int:
    """Dead letters that were not sent again, MOST_COUNTED at most."""
    open_ones = select(DeadLetterRow.id).where(DeadLetterRow.bot_id == bot_id, DeadLetterRow.resent_at.is_(None))
    counted = open_ones.order_by(DeadLetterRow.id.desc()).limit(MOST_COUNTED).subquery()
    return int(await session.scalar(select(func.count()).select_from(counted)) or 0)
