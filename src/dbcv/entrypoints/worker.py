"""The worker process: `dbcv worker --role user|bot|all`. Wiring only: memory, shards, doorbell, sweeper, watchdog."""

import asyncio
import signal
import uuid
from collections.abc import Sequence
from contextlib import AsyncExitStack
from typing import Any

import structlog
import uvloop

from dbcv.entrypoints.transports import TransportRole
from dbcv.entrypoints.wiring import make_outside
from dbcv.kit.bell import Bell, Ring
from dbcv.kit.db import Database, Driver
from dbcv.kit.ids import new_id
from dbcv.kit.logs import configure_logs
from dbcv.kit.metrics import Sharer, process_name
from dbcv.kit.settings import Settings, load_settings
from dbcv.kit.streams import bot_messages, make_broker, make_valkey, user_messages
from dbcv.kit.traces import tracer
from dbcv.kit.vital import start_vital
from dbcv.runtime import ledger, mailbox
from dbcv.runtime.delivery import BotWorker, late_deliveries
from dbcv.runtime.shards import Acknowledger, ShardKeeper, Ticket
from dbcv.runtime.sweep import FindLate, keep_sweeping
from dbcv.runtime.watchdog import Watchdog
from dbcv.runtime.worker import UserWorker
from dbcv.sandbox.opening import open_sandbox

USER_LOCK_CLASS, BOT_LOCK_CLASS = 0x64620001, 0x64620002
BOT_ROWS_OFFSET = 10_000
"""Rows of the bot role in table `shard` begin here."""
SWEPT_AT_TAKING = 10_000

log = structlog.get_logger(__name__)


def main(roles: Sequence[str]) -> None:
    """Run the given roles ("user", "bot") until SIGTERM or SIGINT."""
    settings = load_settings()
    configure_logs(settings, "worker")
    uvloop.run(_run(settings, set(roles)))


async def _run(settings: Settings, roles: set[str]) -> None:
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    watchdog = Watchdog(settings.turn_hang_seconds)
    watchdog.start()
    async with AsyncExitStack() as stack:
        parts = await _Parts.open(settings, stack)
        sharer = Sharer(parts.valkey, process_name("worker"))
        await sharer.start()
        stack.push_async_callback(sharer.stop)
        await tracer.start(settings, sharer.name)
        stack.push_async_callback(tracer.stop)
        if "user" in roles:
            await _start_user_role(parts, stack)
        if "bot" in roles:
            await _start_bot_role(parts, stack)
        log.info("worker.started", worker=parts.worker_id, roles=sorted(roles))
        await stop.wait()
    watchdog.stop()


class _Parts:
    """What both roles share."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.worker_id = f"w-{new_id().hex}"
        self.db = Database.connect(settings.database_url, settings.db_pool_size, settings.db_max_overflow)
        self.broker = make_broker(settings, logger=None)
        self.valkey = make_valkey(settings)
        self.bell = Bell(self.broker, self.valkey)
        self.acknowledger = Acknowledger(self.valkey)

    @classmethod
    async def open(cls, settings: Settings, stack: AsyncExitStack) -> "_Parts":
        parts = cls(settings)
        stack.push_async_callback(parts.db.close)
        stack.push_async_callback(parts.valkey.aclose)
        stack.push_async_callback(parts.broker.stop)
        await parts.bell.start()
        stack.push_async_callback(parts.bell.stop)
        await parts.acknowledger.start()
        stack.push_async_callback(parts.acknowledger.stop)
        return parts

    def keeper(self, lock_class: int, offset: int, stream_name: Any, on_ring: Any, on_taken: Any) -> ShardKeeper:
        return ShardKeeper(
            self.db, self.broker, self.worker_id, lock_class=lock_class, offset=offset, shards=self.settings.shards,
            stream_name=stream_name, on_ring=on_ring, on_taken=on_taken, acknowledger=self.acknowledger,
        )  # fmt: skip

    def sweep(self, keeper: ShardKeeper, find_late: FindLate, ring: Any, stack: AsyncExitStack) -> None:
        task = start_vital(
            keep_sweeping(self.db, keeper.held, find_late, ring, self.settings.sweep_after_seconds), "sweep"
        )
        stack.callback(task.cancel)


async def _start_user_role(parts: _Parts, stack: AsyncExitStack) -> None:
    settings = parts.settings
    code = open_sandbox(settings)
    stack.push_async_callback(code.close)
    outside = make_outside(parts.db, settings, code, parts.bell, stack)
    worker = UserWorker(
        parts.db, parts.bell, outside.performer, parts.worker_id, shards=settings.shards,
        max_tries=settings.turn_max_tries, turn_timeout_seconds=settings.turn_timeout_seconds,
        gather_seconds=settings.gather_seconds,
    )  # fmt: skip
    await worker.start()

    def on_ring(ring: Ring, ticket: Ticket) -> None:
        for key in ring.keys:
            worker.ring(uuid.UUID(key), ticket)

    async def on_taken(connection: Driver, shard: int, dead_owner: str | None) -> None:
        if dead_owner is not None:
            log.warning("shard.taken_from_dead_worker", shard=shard, dead_worker=dead_owner)
            await ledger.release_claims(connection, dead_owner)
            await mailbox.suspect_first_events(connection, shard)
        for session_id in await mailbox.late_sessions(connection, [shard], 0, SWEPT_AT_TAKING):
            worker.ring(session_id)

    keeper = parts.keeper(USER_LOCK_CLASS, 0, user_messages, on_ring, on_taken)
    await keeper.start()
    # In this order at the end: no new bells, turns in hand finish, shards go back.
    stack.push_async_callback(keeper.stop)
    stack.push_async_callback(worker.stop, settings.stop_timeout_seconds)
    stack.push_async_callback(keeper.silence)
    parts.sweep(keeper, mailbox.late_sessions, worker.ring, stack)


async def _start_bot_role(parts: _Parts, stack: AsyncExitStack) -> None:
    worker = BotWorker(parts.db, parts.bell, parts.settings.shards)
    await worker.start()
    transports = TransportRole(parts.db, parts.settings, parts.bell, parts.worker_id, stack)
    await transports.sender.start()

    def on_ring(ring: Ring, ticket: Ticket) -> None:
        for key in ring.keys:
            worker.ring(uuid.UUID(key), ticket)
            transports.sender.ring(uuid.UUID(key))

    def ring_late(session_id: uuid.UUID) -> None:
        worker.ring(session_id)
        transports.sender.ring(session_id)

    async def on_taken(connection: Driver, shard: int, dead_owner: str | None) -> None:
        if dead_owner is not None:
            await transports.sender.release(dead_owner)
        for session_id in await late_deliveries(connection, [shard], 0, SWEPT_AT_TAKING):
            ring_late(session_id)

    keeper = parts.keeper(BOT_LOCK_CLASS, BOT_ROWS_OFFSET, bot_messages, on_ring, on_taken)
    await keeper.start()
    stack.push_async_callback(keeper.stop)
    stack.push_async_callback(worker.stop)
    stack.push_async_callback(transports.sender.stop, parts.settings.stop_timeout_seconds)
    await transports.receive(keeper.held, stack)
    parts.sweep(keeper, late_deliveries, ring_late, stack)
