"""The scheduler process: `dbcv scheduler`. Wiring only; any number of replicas may run."""

import asyncio
import signal

import structlog
import uvloop

from dbcv.kit.bell import Bell
from dbcv.kit.db import Database
from dbcv.kit.logs import configure_logs
from dbcv.kit.settings import Settings, load_settings
from dbcv.kit.streams import make_broker, make_valkey
from dbcv.kit.vital import start_vital
from dbcv.runtime.timers import keep_firing

log = structlog.get_logger(__name__)


def main() -> None:
    """Fire timers until SIGTERM or SIGINT."""
    settings = load_settings()
    configure_logs(settings, "scheduler")
    uvloop.run(_run(settings))


async def _run(settings: Settings) -> None:
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    db = Database.connect(settings.database_url, 1, 1)
    broker, valkey = make_broker(settings, logger=None), make_valkey(settings, 2)
    bell = Bell(broker, valkey)
    await bell.start()
    firing = start_vital(keep_firing(db, bell, stop), "timers")
    log.info("scheduler.started")
    try:
        await stop.wait()
        await firing
    finally:
        await bell.stop()
        await broker.stop()
        await valkey.aclose()
        await db.close()
