"""The scheduler process: `dbcv scheduler`. Wiring only; any number of replicas may run.

What fires needs one connection and a doorbell; the chores beside it bring SQLAlchemy along.
"""

import asyncio
import signal
from datetime import timedelta

import structlog
import uvloop
from redis.asyncio import Redis

from dbcv.domains.analytics.service.rolling import Rolling
from dbcv.domains.conversations.service.leftovers import keep_emptying
from dbcv.domains.conversations.service.words import keep_words
from dbcv.domains.media.service.keeping import keep_files_tidy
from dbcv.domains.schedules.events import EMITTER_STREAM
from dbcv.kit.doorbell import Doorbell
from dbcv.kit.driver import connector
from dbcv.kit.logs import configure_logs
from dbcv.kit.metrics import Sharer, process_name
from dbcv.kit.settings import Settings, load_settings
from dbcv.kit.vital import start_vital
from dbcv.runtime.clockwork import Clockwork
from dbcv.runtime.retention import keep_small

log = structlog.get_logger(__name__)


def main() -> None:
    """Fire timers and schedules until SIGTERM or SIGINT."""
    settings = load_settings()
    configure_logs(settings, "scheduler")
    uvloop.run(_run(settings))


async def _run(settings: Settings) -> None:
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    valkey = Redis.from_url(settings.redis_url, socket_connect_timeout=5, max_connections=4)
    doorbell = Doorbell(valkey, EMITTER_STREAM)
    await doorbell.start()
    clockwork = Clockwork(
        connector(settings.database_url), doorbell, shards=settings.shards,
        keep_firings=timedelta(days=settings.firings_kept_days), woken=doorbell.woken,
    )  # fmt: skip
    firing = start_vital(clockwork.run(stop), "clockwork")
    tidying = start_vital(keep_files_tidy(settings, stop), "files")
    words = start_vital(keep_words(connector(settings.database_url), stop), "words")
    keeping = start_vital(keep_small(connector(settings.database_url), settings, stop), "retention")
    emptying = start_vital(keep_emptying(connector(settings.database_url), stop), "leftovers")
    rolling = Rolling(settings.keep_analytics_days).run(connector(settings.database_url), stop)
    counting = start_vital(rolling, "analytics")
    sharer = Sharer(valkey, process_name("scheduler"))
    await sharer.start()
    log.info("scheduler.started")
    try:
        await stop.wait()
        await asyncio.gather(firing, tidying, words, keeping, emptying, counting)
    finally:
        await sharer.stop()
        await doorbell.stop()
        await valkey.aclose()
