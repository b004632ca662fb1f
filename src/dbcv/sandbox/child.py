"""One jailed child, seen from the service: a frame goes in, a frame comes out, all that comes out is suspected.

Lengths are bounded before anything is read, the nonce must be that of this call, and nothing may come unasked.
"""

import asyncio
import hmac
import secrets
from dataclasses import dataclass
from typing import cast

LENGTH_BYTES, NONCE_BYTES = 4, 16


class ChildGoneError(Exception):
    """The child ended, or said what nobody asked: it is not to be used again."""


@dataclass(frozen=True, slots=True)
class Answer:
    """The body of the frame, and whether the child may serve another call."""

    body: bytes
    may_go_on: bool


class Child(asyncio.Protocol):
    """One conversation at a time; `on_gone` is called once when the channel has ended."""

    def __init__(self, number: int, owner: str, most_bytes: int) -> None:
        self.number, self.owner = number, owner
        self.calls = 0
        self.idle_since = 0.0
        self.is_gone = False
        self._most_bytes = most_bytes + NONCE_BYTES + 1
        self._transport: asyncio.Transport | None = None
        self._buffer = bytearray()
        self._nonce = b""
        self._waiter: asyncio.Future[Answer] | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """The channel is there."""
        self._transport = cast(asyncio.Transport, transport)  # uvloop's are no subclasses

    def connection_lost(self, _error: Exception | None) -> None:
        """The child ended."""
        self._give_up("the code ended its process")

    def data_received(self, data: bytes) -> None:
        """A part of the answer; anything else ends the child."""
        if self._waiter is None:
            self._give_up("the code wrote what nobody asked for")
            return
        self._buffer += data
        if len(self._buffer) < LENGTH_BYTES:
            return
        length = int.from_bytes(self._buffer[:LENGTH_BYTES], "big")
        if not NONCE_BYTES < length <= self._most_bytes or len(self._buffer) > LENGTH_BYTES + length:
            self._give_up("the code wrote what nobody asked for")
        elif len(self._buffer) == LENGTH_BYTES + length:
            self._finish(bytes(self._buffer[LENGTH_BYTES:]))

    async def ask(self, body: bytes, timeout_seconds: float) -> Answer:
        """Raises ChildGoneError, TimeoutError (the caller then ends the child)."""
        if self.is_gone or self._transport is None:
            raise ChildGoneError("the process is gone")
        self._nonce = secrets.token_bytes(NONCE_BYTES)
        self._buffer.clear()
        self.calls += 1
        waiter: asyncio.Future[Answer] = asyncio.get_running_loop().create_future()
        self._waiter = waiter
        length = (NONCE_BYTES + len(body)).to_bytes(LENGTH_BYTES, "big")
        self._transport.write(length + self._nonce + body)
        alarm = asyncio.get_running_loop().call_later(timeout_seconds, self._time_out, waiter)
        try:
            return await waiter
        finally:
            alarm.cancel()
            self._waiter = None

    def hang_up(self) -> None:
        """The channel ends; the process is ended by the zygote."""
        self.is_gone = True
        if self._transport is not None:
            self._transport.abort()

    def _finish(self, frame: bytes) -> None:
        if not hmac.compare_digest(frame[:NONCE_BYTES], self._nonce):
            self._give_up("the code wrote what nobody asked for")
            return
        answer = Answer(frame[NONCE_BYTES + 1 :], frame[NONCE_BYTES : NONCE_BYTES + 1] == b"+")
        if self._waiter is not None and not self._waiter.done():
            self._waiter.set_result(answer)

    def _give_up(self, why: str) -> None:
        self.hang_up()
        if self._waiter is not None and not self._waiter.done():
            self._waiter.set_exception(ChildGoneError(why))

    @staticmethod
    def _time_out(waiter: "asyncio.Future[Answer]") -> None:
        if not waiter.done():
            waiter.set_exception(TimeoutError())
