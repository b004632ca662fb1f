"""Queries of failed log-ins."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import case, delete, update
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.ext.asyncio import AsyncSession

from dbcv.domains.accounts.tables import LoginAttemptRow


async def add_attempt(
    session: AsyncSession, keys: Sequence[bytes], now: datetime, window: timedelta
) -> dict[bytes, int]:
    """Count one attempt for each key and say how many there are now; a window that is over starts anew."""
    await session.execute(delete(LoginAttemptRow).where(LoginAttemptRow.window_ends_at < now - window))
    query = upsert(LoginAttemptRow).values(
        [{"key": key, "failures": 1, "window_ends_at": now + window} for key in sorted(keys)]
    )
    over = LoginAttemptRow.window_ends_at <= now
    changed = {
        "failures": case((over, 1), else_=LoginAttemptRow.failures + 1),
        "window_ends_at": case((over, query.excluded.window_ends_at), else_=LoginAttemptRow.window_ends_at),
    }
    counted = query.on_conflict_do_update(index_elements=[LoginAttemptRow.key], set_=changed)
    rows = await session.execute(counted.returning(LoginAttemptRow.key, LoginAttemptRow.failures))
    return {row.key: row.failures for row in rows}


async def take_back_attempt(session: AsyncSession, keys: Sequence[bytes], forgiven: bytes) -> None:
    """A log-in went well: it was no failure for any key, and `forgiven` starts from nothing."""
    await session.execute(delete(LoginAttemptRow).where(LoginAttemptRow.key == forgiven))
    query = update(LoginAttemptRow).where(LoginAttemptRow.key.in_(keys), LoginAttemptRow.failures > 0)
    await session.execute(query.values(failures=LoginAttemptRow.failures - 1))
