"""What waits to be sent over one socket: bounded in frames and bytes, so that who does not read hurts nobody else."""

import asyncio
from collections import deque
from typing import Any

from starlette.websockets import WebSocket

from dbcv.kit.json_text import dump_bytes

MAX_FRAMES = 256
MAX_BYTES = 8_000_000


class Outbox:
    """Frames in the order they were put. Once it overflowed it stays so: the socket is to be closed."""

    def __init__(self) -> None:
        self._frames: deque[str] = deque()
        self._size = 0
        self._wake = asyncio.Event()
        self.overflowed = asyncio.Event()

    def put(self, content: dict[str, Any]) -> None:
        """Never waits."""
        if self.overflowed.is_set():
            return
        text = dump_bytes(content).decode()
        self._frames.append(text)
        self._size += len(text)
        # One frame may be larger than the bound: a message of the size that is accepted must be deliverable.
        if len(self._frames) > MAX_FRAMES or (self._size > MAX_BYTES and len(self._frames) > 1):
            self._frames.clear()
            self.overflowed.set()
        self._wake.set()

    async def send_to(self, websocket: WebSocket) -> None:
        """Send for ever what is put."""
        while True:
            await self._wake.wait()
            self._wake.clear()
            while self._frames:
                text = self._frames.popleft()
                self._size -= len(text)
                await websocket.send_text(text)
