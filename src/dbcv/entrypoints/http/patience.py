"""How long and how much the server listens before a request is one: uvicorn's protocol with bounds of its own.

Who connects and says nothing, drips or floods headers, or falls silent inside a body holds a connection for a
while, not for ever.
"""

from asyncio import TimerHandle
from typing import Any

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol, RequestResponseCycle

HEAD_SECONDS = 15.0
HEAD_BYTES = 65_536
SILENCE_SECONDS = 90.0
"""Inside a body. Uploads of files are less patient with their senders."""


class PatientProtocol(HttpToolsProtocol):
    """The head of each request comes whole within HEAD_SECONDS and HEAD_BYTES, each part of a body within
    SILENCE_SECONDS of the last one; otherwise the connection is closed."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self._ends: TimerHandle | None = None
        self._has_head = False
        self._head_bytes = 0
        self._heard_at = 0.0

    def connection_made(self, transport: Any) -> None:
        super().connection_made(transport)
        self._await_head()

    def connection_lost(self, exc: Exception | None) -> None:
        self._wait_no_more()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        self._head_bytes += len(data)
        super().data_received(data)
        if not self._has_head:
            if self._head_bytes > HEAD_BYTES and not self.transport.is_closing():
                self.send_400_response("The head of this request is too large.")
        elif self._is_in_body():
            self._heard_at = self.loop.time()
            if self._ends is None:
                self._ends = self.loop.call_later(SILENCE_SECONDS, self._look_at_body)

    def on_message_begin(self) -> None:
        super().on_message_begin()
        if self._has_head:
            self._wait_no_more()
            self._await_head()

    def on_headers_complete(self) -> None:
        self._wait_no_more()
        self._has_head = True
        super().on_headers_complete()

    def _await_head(self) -> None:
        self._has_head, self._head_bytes = False, 0
        self._ends = self.loop.call_later(HEAD_SECONDS, self._give_up)

    def _wait_no_more(self) -> None:
        if self._ends is not None:
            self._ends.cancel()
            self._ends = None

    def _look_at_body(self) -> None:
        """Close what fell silent; where we are the slow ones, or something came meanwhile, look again later."""
        self._ends = None
        if not self._is_in_body():
            return
        silent = 0.0 if self.flow.read_paused else self.loop.time() - self._heard_at
        if silent >= SILENCE_SECONDS:
            self._give_up()
        else:
            self._ends = self.loop.call_later(SILENCE_SECONDS - silent, self._look_at_body)

    def _is_in_body(self) -> bool:
        cycle: RequestResponseCycle | None = self.cycle  # None before the first request, and for WebSockets
        return cycle is not None and cycle.more_body

    def _give_up(self) -> None:
        self._ends = None
        if not self.transport.is_closing():
            self.transport.close()
