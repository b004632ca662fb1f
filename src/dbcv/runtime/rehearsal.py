"""Walks turns that are suspected of killing in a copy of this process, so that a killer takes only the copy with it.

Called by the user worker after the death of a worker. It knows nothing of sessions or of the database: a rehearsal is
a function that touches nothing but memory, and what it does is gone with the copy. See ADR 0051.
"""

import asyncio
import contextlib
import os
import select
import signal
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from dbcv.kit.processes import Child, fork

ENDED = "the turn ended the process that it ran in"
STOOD_STILL = "the turn did not come to an end"
MOST_SECONDS = 2.0
"""A walk takes far less than a millisecond; on a busy machine so long is still no walk."""
_END_SECONDS = 5.0
_READ_BYTES = 4_096


@dataclass(frozen=True, slots=True)
class Rehearsed:
    """How many went well, from the first on, and why the one after them did not; None: all did."""

    well: int
    error: str | None


async def rehearse(turns: Sequence[Callable[[], object]], most_seconds: float = MOST_SECONDS) -> Rehearsed:
    """Runs them in a copy, one after the other, each at most `most_seconds`, until one ends the copy or stands still.

    One that raises went well: that is told apart where it runs in earnest.
    """
    if sys.platform != "linux":
        return Rehearsed(len(turns), None)
    reader, writer = os.pipe()
    try:
        copy = fork(lambda: _play(turns, writer), env=os.environ, death_signal=signal.SIGKILL, pass_fds=[writer])
    except OSError:
        os.close(reader)
        return Rehearsed(len(turns), None)
    finally:
        os.close(writer)
    return await asyncio.to_thread(_watch, copy, reader, len(turns), most_seconds)


def _play(turns: Sequence[Callable[[], object]], writer: int) -> None:
    for turn in turns:
        with contextlib.suppress(Exception):
            turn()
        os.write(writer, b".")


def _watch(copy: Child, reader: int, count: int, most_seconds: float) -> Rehearsed:
    look = select.poll()
    look.register(reader, select.POLLIN)
    well, error = 0, ENDED
    try:
        while well < count:
            if not look.poll(most_seconds * 1_000):
                error = STOOD_STILL
                break
            done = os.read(reader, _READ_BYTES)
            if not done:
                break
            well += len(done)
    finally:
        os.close(reader)
        copy.stop([(signal.SIGKILL, _END_SECONDS)])
    return Rehearsed(well, None if well == count else error)
