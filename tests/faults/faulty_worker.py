"""A worker that fails on magic words; otherwise the ordinary one. Started as a process by `World.start_workers`."""

import asyncio
import os
import signal
import time
from collections.abc import Generator
from typing import Any

from dbcv.engine.effects import Effect, SaveFile
from dbcv.engine.events import Event
from dbcv.engine.graph import Graph
from dbcv.engine.outcome import Outcome
from dbcv.engine.state import State
from dbcv.entrypoints import worker
from dbcv.runtime import turn
from dbcv.runtime.perform import Performer
from tests.faults.bots import BLOCK, DIE, RAISE, WAIT

_walk, _perform = turn.walk, Performer.perform


def walk(graph: Graph, state: State, event: Event) -> Generator[Effect, dict[str, Any], Outcome]:
    """The engine's, with defects."""
    match event.message.get("text"):
        case word if word == RAISE:
            raise ZeroDivisionError("a defect")
        case word if word == BLOCK:
            time.sleep(3600)
        case word if word == DIE:
            os.kill(os.getpid(), signal.SIGKILL)
        case word if word == WAIT:
            yield SaveFile(WAIT, "", None, f"{event.id}:1")
    return (yield from _walk(graph, state, event))


async def perform(self: Performer, effect: Effect, *more: Any) -> dict[str, Any]:
    if isinstance(effect, SaveFile) and effect.name == WAIT:
        await asyncio.Event().wait()
    return await _perform(self, effect, *more)


if __name__ == "__main__":
    turn.walk = walk
    Performer.perform = perform  # type: ignore[method-assign]
    worker.main(("user", "bot"))
