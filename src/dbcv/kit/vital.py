"""Background tasks a process cannot do without: when one ends by a defect, the process ends and is started anew.

A process that lives on with a dead task accepts work that nobody does; that is worse than a restart.
"""

import asyncio
import os
import signal
from collections.abc import Coroutine
from typing import Any

import structlog

log = structlog.get_logger(__name__)


def start_vital(work: Coroutine[Any, Any, None], name: str) -> asyncio.Task[None]:
    """A task for `work`, which should end only by being cancelled or by returning."""
    task = asyncio.create_task(work, name=name)
    task.add_done_callback(_check)
    return task


def _check(task: asyncio.Task[None]) -> None:
    if task.cancelled() or task.exception() is None:
        return
    log.critical("vital_task_died", task=task.get_name(), exc_info=task.exception())
    os.kill(os.getpid(), signal.SIGTERM)
