"""Counts turns into hours a moment after they were kept. Runs in the scheduler; any number of replicas may.

Turns pay nothing for it but an entry in a small index. Figures are some seconds old (docs/adr/0040).
"""

import asyncio
import time
from datetime import timedelta

import structlog

from dbcv.domains.analytics.repository import rolling
from dbcv.kit.clock import utc_now
from dbcv.kit.driver import DATABASE_ERRORS, Driver, OpenDriver
from dbcv.kit.vital import rest

TURNS_AT_ONCE = 10_000
FEW_TURNS = 2_000
EVERY_SECONDS = 5.0
AWAY_SECONDS = 5.0
TIDY_SECONDS = 3_600.0
HOURS_KEPT = timedelta(days=8)
"""Counts of steps and connections are kept by the hour so long, then by the day (UTC)."""
_LEAST, _MOST = timedelta(milliseconds=1), timedelta(days=30)

log = structlog.get_logger(__name__)


class Rolling:
    """Goes along the turns, slice by slice; a slice is as long as it takes to hold enough of them."""

    def __init__(self, keep_days: float) -> None:
        self._keep_days = keep_days
        self._span = timedelta(minutes=1)
        self._tidied_at = float("-inf")

    async def run(self, connect: OpenDriver, stop: asyncio.Event) -> None:
        """Count until `stop`; goes on by itself when the database has been away."""
        while not stop.is_set():
            seconds = EVERY_SECONDS
            try:
                async with connect() as connection:
                    while not stop.is_set():
                        await self._go(connection, stop)
                        await rest(stop, EVERY_SECONDS)
            except DATABASE_ERRORS as error:
                log.warning("analytics.not_counted", error=str(error) or repr(error))
                self._span = max(self._span / 2, _LEAST)  # it may have been too much at once
                seconds = AWAY_SECONDS
            await rest(stop, seconds)

    async def catch_up(self, connection: Driver) -> None:
        """Count all there is."""
        while await self.step(connection):
            pass

    async def step(self, connection: Driver) -> bool:
        """One slice; False when there is no other to count now, or another process is at it."""
        async with connection.transaction():
            since = await rolling.up_to(connection)
            if since is None:
                return False
            border = await rolling.border(connection)
            if border <= since:
                return False
            until = min(since + self._span, border)
            turns = await rolling.count(connection, since, until, TURNS_AT_ONCE + 1)
            if turns > TURNS_AT_ONCE and self._span > _LEAST:
                self._span = max((until - since) / 2, _LEAST)
                return True
            await rolling.roll(connection, since, until, turns > 0)
        if turns < FEW_TURNS:
            self._span = min(self._span * 2, _MOST)
        return until < border

    async def tidy(self, connection: Driver) -> None:
        """Fold what is some days old, forget what is too old; nothing while another process is at it."""
        async with connection.transaction():
            if await rolling.up_to(connection) is None:
                return
            now = utc_now()
            today = now.replace(hour=0, minute=0, second=0, microsecond=0)
            await rolling.fold(connection, today - HOURS_KEPT)
            if self._keep_days:
                await rolling.forget(connection, now - timedelta(days=self._keep_days))

    async def _go(self, connection: Driver, stop: asyncio.Event) -> None:
        """All slices there are, each followed by as long a rest as it took, so that turns keep their half."""
        began = time.monotonic()
        while not stop.is_set() and await self.step(connection):
            await rest(stop, min(time.monotonic() - began, 1.0))
            began = time.monotonic()
        if time.monotonic() - self._tidied_at > TIDY_SECONDS:
            self._tidied_at = time.monotonic()
            await self.tidy(connection)
