"""Keeps the words of messages up to date, for the search. Runs in the scheduler; any number of replicas may.

The messages themselves pay nothing for it. A message is found about a second after it was kept (docs/adr/0018).
"""

import asyncio
import time
from uuid import UUID

import structlog

from dbcv.domains.conversations.repository.words_written import AT_ONCE, write
from dbcv.kit.driver import DATABASE_ERRORS, Driver, OpenDriver
from dbcv.kit.vital import rest

PASSES = {"soon": 1.0, "late": 180.0}
"""Seconds that each pass stays behind. Ids are made before the commit: what is committed late, the second one meets."""
EVERY_SECONDS = 1.0
AWAY_SECONDS = 2.0

log = structlog.get_logger(__name__)


async def keep_words(connect: OpenDriver, stop: asyncio.Event) -> None:
    """Write words until `stop`; goes on by itself when the database has been away."""
    while not stop.is_set():
        try:
            async with connect() as connection:
                while not stop.is_set():
                    if await write_all(connection, time.time()) < AT_ONCE:
                        await rest(stop, EVERY_SECONDS)
        except DATABASE_ERRORS as error:
            log.warning("words.not_written", error=str(error) or repr(error))
            await rest(stop, AWAY_SECONDS)


async def write_all(connection: Driver, now: float) -> int:
    """One batch of each pass at the moment `now` (seconds since 1970); the size of the larger."""
    counts = [await write(connection, name, _id_of(now - behind)) for name, behind in PASSES.items()]
    return max(counts)


def _id_of(moment: float) -> UUID:
    """The smallest UUIDv7 of a moment (seconds since 1970)."""
    return UUID(int=int(moment * 1000) << 80)
