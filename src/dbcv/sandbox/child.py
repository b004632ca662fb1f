"""One jailed child, seen from the service: frames go in, frames come out in that order; what comes out is suspected.

Lengths are bounded before anything is read, the nonce must be that of the call whose turn it is, and nothing may come
unasked. Calls that stand in line are there already when the child has done the one before: nobody has to be woken.
"""

import asyncio
import hmac
import secrets
from collections import deque
from dataclasses import dataclass
from typing import cast

LENGTH_BYTES, NONCE_BYTES = 4, 16


class ChildGoneError(Exception):
    """The child ended in this call, or said what nobody asked: it is not to be used again."""


class NotServedError(Exception):
    """The child ended before it came to this call: another child may be asked."""


@dataclass(frozen=True, slots=True)
class Answer:
    """The body of the frame, and whether the child may serve another call."""

    body: bytes
    may_go_on: bool


@dataclass(frozen=True, slots=True)
class _Asked:
    nonce: bytes
    timeout_seconds: float
    waiter: "asyncio.Future[Answer]"

    def fail(self, error: Exception) -> None:
        if not self.waiter.done():
            self.waiter.set_exception(error)


class Child(asyncio.Protocol):
    """Serves its calls one after the other. Once it is gone it is never there again."""

    def __init__(self, number: int, owner: str, most_bytes: int) -> None:
        self.number, self.owner = number, owner
        self.calls = 0
        self.idle_since = 0.0
        self.is_gone = False
        self._most_bytes = most_bytes + NONCE_BYTES + 1
        self._transport: asyncio.Transport | None = None
        self._buffer = bytearray()
        self._asked: deque[_Asked] = deque()
        self._alarm: asyncio.TimerHandle | None = None

    @property
    def is_at_work(self) -> bool:
        """Whether an answer is outstanding."""
        return bool(self._asked)

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """The channel is there."""
        self._transport = cast(asyncio.Transport, transport)  # uvloop's are no subclasses

    def connection_lost(self, _error: Exception | None) -> None:
        """The child ended."""
        self._give_up("the code ended its process")

    def data_received(self, data: bytes) -> None:
        """Answers, or parts of one; anything else ends the child."""
        self._buffer += data
        while self._buffer and not self.is_gone:
            length = int.from_bytes(self._buffer[:LENGTH_BYTES], "big")
            if not self._asked:
                self._give_up("the code wrote what nobody asked for")
            elif len(self._buffer) < LENGTH_BYTES:
                return
            elif not NONCE_BYTES < length <= self._most_bytes:
                self._give_up("the code wrote what nobody asked for")
            elif len(self._buffer) < LENGTH_BYTES + length:
                return
            else:
                frame = bytes(self._buffer[LENGTH_BYTES : LENGTH_BYTES + length])
                del self._buffer[: LENGTH_BYTES + length]
                self._finish(frame)

    async def ask(self, body: bytes, timeout_seconds: float) -> Answer:
        """`timeout_seconds` are those of this call alone. Raises ChildGoneError, NotServedError, TimeoutError (the
        child is of no more use then)."""
        if self.is_gone or self._transport is None:
            raise NotServedError("the process is gone")
        nonce = secrets.token_bytes(NONCE_BYTES)
        self.calls += 1
        waiter: asyncio.Future[Answer] = asyncio.get_running_loop().create_future()
        self._asked.append(_Asked(nonce, timeout_seconds, waiter))
        if len(self._asked) == 1:
            self._set_alarm()
        length = (NONCE_BYTES + len(body)).to_bytes(LENGTH_BYTES, "big")
        self._transport.write(length + nonce + body)
        return await waiter

    def hang_up(self) -> None:
        """The channel ends, whoever waits is told; the process is ended by the zygote."""
        self.is_gone = True
        self._set_alarm()
        while self._asked:
            self._asked.popleft().fail(NotServedError("the process is gone"))
        if self._transport is not None:
            self._transport.abort()

    def _finish(self, frame: bytes) -> None:
        asked = self._asked[0]
        if not hmac.compare_digest(frame[:NONCE_BYTES], asked.nonce):
            self._give_up("the code wrote what nobody asked for")
            return
        answer = Answer(frame[NONCE_BYTES + 1 :], frame[NONCE_BYTES : NONCE_BYTES + 1] == b"+")
        self._asked.popleft()
        if not asked.waiter.done():
            asked.waiter.set_result(answer)
        if answer.may_go_on:
            self._set_alarm()
        else:
            self.hang_up()

    def _give_up(self, why: str) -> None:
        if self._asked:
            self._asked.popleft().fail(ChildGoneError(why))
        self.hang_up()

    def _set_alarm(self) -> None:
        """The time of the call whose turn it is begins."""
        if self._alarm is not None:
            self._alarm.cancel()
            self._alarm = None
        if self._asked and not self.is_gone:
            self._alarm = asyncio.get_running_loop().call_later(self._asked[0].timeout_seconds, self._time_out)

    def _time_out(self) -> None:
        self._asked.popleft().fail(TimeoutError())
        self.hang_up()
