"""Empties the conversations of deleted bots, batch by batch. Runs in the scheduler; any number of replicas may.

Deleting a bot takes what people drew at once; what turns wrote is too much for one transaction (docs/adr/0006).
"""

import asyncio
from uuid import UUID

import structlog

from dbcv.domains.conversations.repository import leftovers
from dbcv.kit.driver import DATABASE_ERRORS, Driver, OpenDriver
from dbcv.kit.vital import rest

EVERY_SECONDS = 600.0
SESSIONS_AT_ONCE = 500
REST_SECONDS = 0.05

log = structlog.get_logger(__name__)


async def keep_emptying(connect: OpenDriver, stop: asyncio.Event) -> None:
    """Look every ten minutes until `stop`; while the database is away, later."""
    while not stop.is_set():
        try:
            async with connect() as connection:
                await empty(connection, stop)
        except DATABASE_ERRORS as error:
            log.warning("leftovers.not_emptied", error=str(error) or repr(error))
        await rest(stop, EVERY_SECONDS)


async def empty(connection: Driver, stop: asyncio.Event) -> tuple[int, int]:
    """One round: (sessions emptied, dead letters dropped)."""
    sessions = 0
    for bot_id in await leftovers.gone_bots(connection):
        sessions += await _empty_bot(connection, bot_id, stop)
    letters = await leftovers.drop_dead_letters(connection)
    if sessions or letters:
        log.info("leftovers.emptied", sessions=sessions, dead_letters=letters)
    return sessions, letters


async def _empty_bot(connection: Driver, bot_id: UUID, stop: asyncio.Event) -> int:
    """Batch after batch, each followed by a rest, so that no turn waits for it."""
    last, total = UUID(int=0), 0
    while not stop.is_set():
        ids = await leftovers.empty_sessions(connection, bot_id, last, SESSIONS_AT_ONCE)
        total += len(ids)
        if len(ids) < SESSIONS_AT_ONCE:
            break
        last = ids[-1]
        await rest(stop, REST_SECONDS)
    return total
