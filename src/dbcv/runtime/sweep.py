"""The sweeper: rings again for what has been lying too long, so that a lost bell delays an event and never loses it."""

import asyncio
import uuid
from collections.abc import Awaitable, Callable, Sequence
from typing import TypeAlias

import structlog

from dbcv.kit.db import DATABASE_ERRORS, Database, Driver

SWEEP_AT_ONCE = 2_000
AWAY_SECONDS = 0.5

FindLate: TypeAlias = Callable[[Driver, Sequence[int], float, int], Awaitable[list[uuid.UUID]]]

log = structlog.get_logger(__name__)


async def keep_sweeping(
    db: Database,
    held: set[int],
    find_late: FindLate,
    ring: Callable[[uuid.UUID], None],
    older_than_seconds: float,
) -> None:
    """Looks twice in `older_than_seconds` at the shards in `held` (which others change) until it is cancelled."""
    while True:
        await asyncio.sleep(older_than_seconds / 2)
        if not held:
            continue
        try:
            async with db.driver() as connection:
                for session_id in await find_late(connection, list(held), older_than_seconds, SWEEP_AT_ONCE):
                    ring(session_id)
        except DATABASE_ERRORS as error:
            log.warning("sweep.database_unavailable", error=str(error) or repr(error))
            await asyncio.sleep(AWAY_SECONDS)
