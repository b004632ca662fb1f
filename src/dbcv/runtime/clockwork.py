"""What the scheduler process does all the time: step timeouts, due schedules, firings on their way; by one connection.

The database's clock is the only one, so that replicas agree. Between two looks it sleeps until something is due, at
most LOOK_SECONDS, or until somebody rings.
"""

import asyncio
import contextlib
import time
from collections.abc import Callable
from datetime import datetime, timedelta

import structlog

from dbcv.kit.doorbell import Rings
from dbcv.kit.driver import DATABASE_ERRORS, Driver, OpenDriver
from dbcv.runtime import schedules, timers

LOOK_SECONDS = 0.25
AWAY_SECONDS = 0.5
FORGET_SECONDS = 600.0
CLOCK_SET_BACK = timedelta(seconds=2)

_PEEK = """
SELECT clock_timestamp() + $1 AS now, (SELECT min(due_at) FROM timer) AS timer,
       (SELECT min(due_at) FROM schedule) AS due, EXISTS (SELECT FROM firing WHERE done_at IS NULL) AS is_on_its_way
"""

log = structlog.get_logger(__name__)


class Clockwork:
    """`run` until stopped; goes on by itself when the database has been away. `woken` is set by whoever rings.

    `clock_offset`: what to add to the database's time (tests put clocks forward and back)."""

    def __init__(
        self,
        open_driver: OpenDriver,
        bell: Rings,
        *,
        shards: int,
        keep_firings: timedelta,
        woken: asyncio.Event | None = None,
        clock_offset: Callable[[], timedelta] = timedelta,
    ) -> None:
        self._open, self._bell, self._shards = open_driver, bell, shards
        self._keep_firings = keep_firings
        self._woken = woken or asyncio.Event()
        self._clock_offset = clock_offset
        self._last: datetime | None = None
        self._forget_at = 0.0

    async def run(self, stop: asyncio.Event) -> None:
        """Fires what is due until `stop` is set."""
        while not stop.is_set():
            try:
                async with self._open() as connection:
                    while not stop.is_set():
                        await self._sleep(await self.look(connection))
            except DATABASE_ERRORS as error:
                log.warning("scheduler.database_unavailable", error=str(error) or repr(error))
                await asyncio.sleep(AWAY_SECONDS)

    async def look(self, connection: Driver) -> float:
        """Does one portion of what is due; seconds until something may be due again."""
        found = await connection.fetchrow(_PEEK, self._clock_offset())
        assert found is not None
        now: datetime = found["now"]
        next_times: list[datetime] = [moment for moment in (found["timer"], found["due"]) if moment is not None]
        if self._last is None or now < self._last - CLOCK_SET_BACK:
            await schedules.plan_again(connection, now)
        self._last = now
        if found["is_on_its_way"] or any(moment <= now for moment in next_times):
            return await self._work(connection, now)
        await self._forget(connection, now)
        return min([LOOK_SECONDS, *((moment - now).total_seconds() for moment in next_times)])

    async def _work(self, connection: Driver, now: datetime) -> float:
        timeouts = await timers.fire_due(connection, self._bell)
        fired = await schedules.fire_due(connection, now)
        on_their_way = await schedules.reach_sessions(connection, self._bell, self._shards)
        return 0.0 if timeouts == timers.FIRE_AT_ONCE or fired or on_their_way else LOOK_SECONDS

    async def _forget(self, connection: Driver, now: datetime) -> None:
        if time.monotonic() >= self._forget_at:
            self._forget_at = time.monotonic() + FORGET_SECONDS
            await schedules.forget_old(connection, now, self._keep_firings)

    async def _sleep(self, seconds: float) -> None:
        if seconds <= 0:
            return
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._woken.wait(), seconds)
        self._woken.clear()
