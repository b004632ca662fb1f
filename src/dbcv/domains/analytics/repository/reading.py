"""Queries over the counts, for the pages. Every one goes by the bot and a range of time; sums are made here, by
PostgreSQL, so that a page carries as many rows as it shows."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Row, text
from sqlalchemy.ext.asyncio import AsyncSession

from dbcv.domains.analytics.repository.latency_classes import summed

MAX_LISTED = 20
MAX_ERRORS_COUNTED = 1_000
MAX_DEAD_LETTERS = 10_000
MAX_STEPS = 5_000
MAX_WALKS = 10_000
ALL = UUID(int=0)

_COUNTED_TO = text("SELECT up_to FROM analytics_progress")
# `bounds` are the beginnings of the parts and the end: which part an hour is in is their place.
_HOURS = text(f"""
SELECT width_bucket(start, CAST(:bounds AS timestamptz[])) AS part, sum(turns)::bigint AS turns,
       sum(messages_in)::bigint AS messages_in, sum(messages_out)::bigint AS messages_out,
       sum(errors)::bigint AS errors, {summed("latency")} AS latency
FROM bot_hour WHERE bot_id = :bot_id AND channel_id = :channel_id AND start >= :since AND start < :until GROUP BY 1
""")  # noqa: S608  a constant
_PRESENCE = text("""
SELECT part, sum(sessions) FILTER (WHERE since < (CAST(:bounds AS timestamptz[]))[part])::bigint AS active,
       sum(sessions) FILTER (WHERE since = '-infinity')::bigint AS begun,
       sum(sessions) FILTER (WHERE since < :since)::bigint AS of_the_whole
FROM (SELECT width_bucket(start, CAST(:bounds AS timestamptz[])) AS part, since, sessions FROM bot_presence
      WHERE bot_id = :bot_id AND channel_id = :channel_id AND start >= :since AND start < :until) AS hours
GROUP BY 1
""")
_DEAD_LETTERS = text("""
SELECT width_bucket(created_at, CAST(:bounds AS timestamptz[])) AS part, count(*) FROM (
  SELECT created_at FROM dead_letter WHERE bot_id = :bot_id AND id >= :first AND id < :last
  ORDER BY id DESC LIMIT :most) AS newest GROUP BY 1
""")
_ERRORS = """
SELECT r.id, r.session_id, r.error, r.created_at FROM turn_record r
WHERE r.bot_id = :bot_id AND r.error IS NOT NULL AND r.id >= :first AND r.id < :last
  AND (CAST(:channel_id AS uuid) IS NULL
       OR EXISTS (SELECT FROM session s WHERE s.id = r.session_id AND s.channel_id = :channel_id))
ORDER BY r.id DESC LIMIT :most
"""
_NEWEST = text(_ERRORS)
_CODES = text(f"""
SELECT left(split_part(error, ':', 1), 100) AS code, count(*) AS times FROM ({_ERRORS}) AS newest
GROUP BY 1 ORDER BY 2 DESC, 1 LIMIT 20
""")  # noqa: S608  a constant
_STEPS = text("""
SELECT step_id, sum(visits)::bigint AS visits, sum(departures)::bigint AS departures FROM step_hour
WHERE bot_id = :bot_id AND start >= :since AND start < :until
GROUP BY step_id ORDER BY visits DESC, step_id LIMIT :most
""")
_WALKS = text("""
SELECT step_id, group_place, place, target_id, sum(walks)::bigint AS walks FROM walk_hour
WHERE bot_id = :bot_id AND start >= :since AND start < :until
GROUP BY step_id, group_place, place, target_id ORDER BY walks DESC, step_id, group_place, place LIMIT :most
""")

Rows = Sequence[Row[Any]]


def first_id(moment: datetime) -> UUID:
    """No id made at `moment` or later is smaller."""
    return UUID(int=int(moment.timestamp() * 1000) << 80)


async def counted_to(session: AsyncSession) -> datetime | None:
    """Up to when turns are counted; None while none are."""
    moment: datetime | None = await session.scalar(_COUNTED_TO)
    return moment


def _place(bot_id: UUID, channel_id: UUID | None, bounds: Sequence[datetime]) -> dict[str, Any]:
    return {
        "bot_id": bot_id, "channel_id": channel_id or ALL, "since": bounds[0], "until": bounds[-1],
        "bounds": list(bounds),
    }  # fmt: skip


async def hours(session: AsyncSession, bot_id: UUID, channel_id: UUID | None, bounds: Sequence[datetime]) -> Rows:
    """(part, turns, messages_in, messages_out, errors, latency) of the parts between `bounds`, the first being 1."""
    return (await session.execute(_HOURS, _place(bot_id, channel_id, bounds))).all()


async def presence(session: AsyncSession, bot_id: UUID, channel_id: UUID | None, bounds: Sequence[datetime]) -> Rows:
    """(part, active, begun, of_the_whole): sessions active in a part, begun in it, and those for whom it is the first
    part of the whole span."""
    return (await session.execute(_PRESENCE, _place(bot_id, channel_id, bounds))).all()


async def dead_letters(session: AsyncSession, bot_id: UUID, bounds: Sequence[datetime]) -> dict[int, int]:
    """{part: how many}, the newest MAX_DEAD_LETTERS."""
    given = {"bot_id": bot_id, "bounds": list(bounds), "most": MAX_DEAD_LETTERS}
    ids = {"first": first_id(bounds[0]), "last": first_id(bounds[-1])}
    return {row[0]: row[1] for row in await session.execute(_DEAD_LETTERS, given | ids)}


async def errors(
    session: AsyncSession, bot_id: UUID, channel_id: UUID | None, since: datetime, until: datetime
) -> tuple[Rows, Rows]:
    """The newest turns that failed (id, session_id, error, created_at), and (code, times) of the newest thousand."""
    given = {"bot_id": bot_id, "channel_id": channel_id, "first": first_id(since), "last": first_id(until)}
    newest = (await session.execute(_NEWEST, given | {"most": MAX_LISTED})).all()
    codes = (await session.execute(_CODES, given | {"most": MAX_ERRORS_COUNTED})).all() if newest else []
    return newest, codes


async def steps(session: AsyncSession, bot_id: UUID, since: datetime, until: datetime) -> Rows:
    """(step_id, visits, departures), the most visited first."""
    given = {"bot_id": bot_id, "since": since, "until": until, "most": MAX_STEPS}
    return (await session.execute(_STEPS, given)).all()


async def walks(session: AsyncSession, bot_id: UUID, since: datetime, until: datetime) -> Rows:
    """(step_id, group_place, place, target_id, walks), the most walked first."""
    given = {"bot_id": bot_id, "since": since, "until": until, "most": MAX_WALKS}
    return (await session.execute(_WALKS, given)).all()
