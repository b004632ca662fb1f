"""What is older than the settings keep goes: in small steps by the primary key, so that no turn ever waits for it.

Run by the scheduler. Ids are UUID version 7: what is older than a moment has a smaller id than that moment's first.
"""

import asyncio
import time
from datetime import datetime, timedelta
from uuid import UUID

import structlog

from dbcv.kit.clock import utc_now
from dbcv.kit.driver import DATABASE_ERRORS, Driver, OpenDriver
from dbcv.kit.settings import Settings
from dbcv.kit.vital import rest

EVERY_SECONDS = 3_600.0
AWAY_SECONDS = 30.0
ROWS_A_STEP = 2_000
LOCK = 0x64620010
"""Held by whoever deletes: other schedulers let it be."""

_DELETE = """
WITH old AS (SELECT id FROM {table} WHERE id > $1 AND id < $2 ORDER BY id LIMIT $3),
gone AS (DELETE FROM {table} WHERE id IN (SELECT id FROM old) RETURNING id)
SELECT count(*) AS rows, (SELECT id FROM old ORDER BY id DESC LIMIT 1) AS last FROM gone
"""

log = structlog.get_logger(__name__)


def kept_days(settings: Settings) -> dict[str, float]:
    """{table: days its rows are kept}, of the tables that are not kept for ever."""
    days = {
        "turn_record": settings.keep_turn_records_days,
        "message": settings.keep_messages_days,
        "dead_letter": settings.keep_dead_letters_days,
        "audit_event": settings.keep_audit_days,
    }
    return {table: kept for table, kept in days.items() if kept}


async def keep_small(connect: OpenDriver, settings: Settings, stop: asyncio.Event) -> None:
    """Delete what is too old every hour until `stop`; while the database is away, later."""
    while not stop.is_set():
        seconds = EVERY_SECONDS
        try:
            async with connect() as connection:
                await sweep(connection, kept_days(settings), utc_now(), stop)
        except DATABASE_ERRORS as error:
            log.warning("retention.database_unavailable", error=str(error) or repr(error))
            seconds = AWAY_SECONDS
        await rest(stop, seconds)


async def sweep(connection: Driver, days: dict[str, float], now: datetime, stop: asyncio.Event) -> dict[str, int]:
    """{table: rows deleted}; {} when another process is at it."""
    if not days or not await connection.fetchval("SELECT pg_try_advisory_lock($1)", LOCK):
        return {}
    try:
        deleted = {table: await _sweep_table(connection, table, now - timedelta(days=kept), stop)
                   for table, kept in days.items()}  # fmt: skip
    finally:
        await connection.execute("SELECT pg_advisory_unlock($1)", LOCK)
    if any(deleted.values()):
        log.info("retention.deleted", **deleted)
    return deleted


async def _sweep_table(connection: Driver, table: str, before: datetime, stop: asyncio.Event) -> int:
    """Step after step from the oldest on; each is a transaction, followed by as long a rest as it took."""
    last, bound, total = UUID(int=0), first_id(before), 0
    while not stop.is_set():
        began = time.monotonic()
        row = await connection.fetchrow(_DELETE.format(table=table), last, bound, ROWS_A_STEP)
        assert row is not None
        total += row["rows"]
        if row["last"] is None:
            break
        last = row["last"]
        await rest(stop, time.monotonic() - began)
    return total


def first_id(moment: datetime) -> UUID:
    """The smallest UUID version 7 of a moment."""
    return UUID(int=int(moment.timestamp() * 1000) << 80)
