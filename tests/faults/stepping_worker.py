"""A worker that dies as by `kill -9` at the n-th step of its tasks after its first bell; n is in FAULT_DIE_AT.

A step ends at an await that really waits, so n = 1, 2, 3 … are deaths at each await of its loop in turn.
"""

import asyncio
import os
import signal
import uuid
from collections.abc import Coroutine, Generator
from typing import Any

import uvloop

from dbcv.entrypoints import worker
from dbcv.runtime.hands import Hands

_ring = Hands.ring


class Deadline:
    """Counts steps once it is armed."""

    def __init__(self, steps: int) -> None:
        self.left, self.is_armed = steps, False

    def tick(self) -> None:
        if self.is_armed:
            self.left -= 1
            if self.left <= 0:
                os.kill(os.getpid(), signal.SIGKILL)


deadline = Deadline(int(os.environ.get("FAULT_DIE_AT", "0")))


class Counted(Coroutine[Any, Any, Any]):
    """A coroutine whose every step is counted."""

    def __init__(self, inner: Coroutine[Any, Any, Any]) -> None:
        self._inner = inner

    def send(self, value: Any) -> Any:
        deadline.tick()
        return self._inner.send(value)

    def throw(self, *error: Any) -> Any:
        deadline.tick()
        return self._inner.throw(*error)

    def close(self) -> None:
        self._inner.close()

    def __await__(self) -> Generator[Any, Any, Any]:
        return self._inner.__await__()


def ring(self: Hands, session_id: uuid.UUID, ticket: Any = None) -> None:
    deadline.is_armed = True
    _ring(self, session_id, ticket)


def new_loop() -> asyncio.AbstractEventLoop:
    loop = uvloop.new_event_loop()
    loop.set_task_factory(lambda loop, inner, **more: asyncio.Task(Counted(inner), loop=loop, **more))  # type: ignore[arg-type]
    return loop


if __name__ == "__main__":
    Hands.ring = ring  # type: ignore[method-assign]
    run = uvloop.run
    uvloop.run = lambda main, **options: run(main, loop_factory=new_loop, **options)  # type: ignore[assignment]
    worker.main(("user", "bot"))
