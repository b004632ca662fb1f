"""How a bot did in a span of time, for those who may see the bot."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from dbcv.domains.accounts.schemas import Principal
from dbcv.domains.analytics.repository import reading
from dbcv.domains.analytics.schemas import AnalyticsOut, ErrorCount, ErrorSeen, Figures, Point, Wish
from dbcv.domains.analytics.service.latency import percentile
from dbcv.domains.analytics.service.periods import Period, period_of
from dbcv.domains.bots.service import Bots
from dbcv.kit.clock import utc_now
from dbcv.kit.db import Database

_COUNTED = ("turns", "messages_in", "messages_out", "errors")


async def figures(db: Database, bots: Bots, caller: Principal, bot_id: UUID, wish: Wish) -> AnalyticsOut:
    """What is asked for. Raises NotFound, Invalid."""
    await bots.get(caller.id, bot_id)
    period = period_of(wish, utc_now())
    async with db.read() as session:
        totals, parts = await _figures(session, bot_id, wish.channel_id, period.bounds)
        before, _ = await _figures(session, bot_id, wish.channel_id, period.before)
        newest, codes = await reading.errors(session, bot_id, wish.channel_id, period.since, period.until)
        counted_to = await reading.counted_to(session)
    return AnalyticsOut(
        bot_id=bot_id, since=period.since, until=period.until, counted_to=counted_to, interval=period.interval,
        timezone=wish.timezone, totals=totals, before=before,
        series=_series(period, parts),
        errors=[
            ErrorSeen(turn_id=row.id, session_id=row.session_id, error=row.error[:500], created_at=row.created_at)
            for row in newest
        ],
        error_counts=[ErrorCount(code=row.code, count=row.times) for row in codes],
    )  # fmt: skip


async def _figures(
    session: AsyncSession, bot_id: UUID, channel_id: UUID | None, bounds: Sequence[datetime]
) -> tuple[Figures, Mapping[int, dict[str, Any]]]:
    """Those of the whole span, and {part: the fields of a Figures} of the parts that have any."""
    hours = await reading.hours(session, bot_id, channel_id, bounds)
    presence = await reading.presence(session, bot_id, channel_id, bounds)
    letters = await reading.dead_letters(session, bot_id, bounds)
    parts: dict[int, dict[str, Any]] = {part: {"dead_letters": count} for part, count in letters.items()}
    for row in hours:
        counts = {name: getattr(row, name) for name in _COUNTED}
        parts.setdefault(row.part, {}).update(counts | _percentiles(row.latency))
    for row in presence:
        parts.setdefault(row.part, {}).update(sessions_active=row.active or 0, sessions_begun=row.begun or 0)
    totals = {name: sum(getattr(row, name) for row in hours) for name in _COUNTED}
    latency = [sum(column) for column in zip(*(row.latency for row in hours), strict=True)]
    whole = Figures(
        **totals, **_percentiles(latency), dead_letters=sum(letters.values()),
        sessions_begun=sum(row.begun or 0 for row in presence),
        sessions_active=sum(row.of_the_whole or 0 for row in presence),
    )  # fmt: skip
    return whole, parts


def _percentiles(latency: Sequence[int]) -> dict[str, Any]:
    return {f"p{share}_ms": percentile(latency, share / 100) for share in (50, 95, 99)}


def _series(period: Period, parts: Mapping[int, dict[str, Any]]) -> list[Point]:
    return [Point(start=start, **parts.get(number, {})) for number, start in enumerate(period.bounds[:-1], start=1)]
