"""Background tasks: how they rest and are ended, and those a process cannot do without. When one of these ends by a
defect, the process ends and is started anew: one that lives on with a dead task accepts work that nobody does.
"""

import asyncio
import contextlib
import os
import signal
from collections.abc import Coroutine
from typing import Any

import structlog

CANCEL_AGAIN_SECONDS = 0.5
"""Time for what a task does at its end: a second cancel would cut that off."""

log = structlog.get_logger(__name__)


def start_vital(work: Coroutine[Any, Any, None], name: str) -> asyncio.Task[None]:
    """A task for `work`, which should end only by being cancelled or by returning."""
    task = asyncio.create_task(work, name=name)
    task.add_done_callback(_check)
    return task


async def rest(stop: asyncio.Event, seconds: float) -> None:
    """Sleep for so long, or until `stop`."""
    with contextlib.suppress(TimeoutError):
        await asyncio.wait_for(stop.wait(), seconds)


async def end(*tasks: asyncio.Task[Any] | None) -> None:
    """Cancels the tasks until each is over. What they raise is not raised here.

    Python 3.11's `wait_for` swallows a cancel that comes when what it waits for is just done, and the client of Valkey
    calls it for whatever it sends: a task in a loop would go on, and who waits for its end would wait for ever.
    """
    waiting = {task for task in tasks if task is not None}
    while waiting:
        for task in waiting:
            task.cancel()
        done, waiting = await asyncio.wait(waiting, timeout=CANCEL_AGAIN_SECONDS)
        for task in done:
            if not task.cancelled():
                task.exception()


def _check(task: asyncio.Task[None]) -> None:
    if task.cancelled() or task.exception() is None:
        return
    log.critical("vital_task_died", task=task.get_name(), exc_info=task.exception())
    os.kill(os.getpid(), signal.SIGTERM)
