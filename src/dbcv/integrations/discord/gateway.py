"""Discord's gateway by discord.py's own WebSocket, over a socket that the guard opens.

The library keeps the protocol: heartbeats, where to resume, what is acknowledged. Its client is not used: that one
keeps servers and members in memory and calls discord.com past the guard.
"""

import asyncio
import json
from collections.abc import Awaitable, Callable
from types import SimpleNamespace
from typing import Any

import aiohttp
import discord
import yarl
from discord.gateway import DiscordWebSocket, ReconnectWebSocket

from dbcv.integration_kit.http import PlaceRefused
from dbcv.integration_kit.sockets import guarded_websocket
from dbcv.integration_kit.transport import BadCredential, TransportError
from dbcv.integration_kit.wire import Wire
from dbcv.integrations.discord.calls import VERSION

MAX_FRAME_BYTES = 16_000_000
SILENT_SECONDS = 60.0
RETRIES = 6
_UNKNOWN_TOKEN, _INTENTS = (4004,), (4013, 4014)
_LOST = (aiohttp.ClientError, OSError, TimeoutError)

Hear = Callable[[dict[str, Any]], None]
"""Given every event, {"t", "d", …}, in order; must not wait."""
Breathe = Callable[[], Awaitable[None]]
"""Waits while there is more than can be kept."""


class _Socket(DiscordWebSocket):
    """The library's, with our ear. Nothing is packed, so nothing unpacks without end."""

    hear: Hear

    def log_receive(self, data: Any, /) -> None:
        told = json.loads(data)
        if isinstance(told, dict) and told.get("op") == self.DISPATCH:
            self.hear(told)

    async def send_as_json(self, data: Any) -> None:
        if data.get("op") == self.IDENTIFY:
            data["d"]["compress"] = False
        await super().send_as_json(data)


class Gateway:
    """One bot's events. `intents`: of what it wants to hear; `is_allowed`: whether the token may go to a host."""

    def __init__(
        self, wire: Wire, token: str, intents: discord.Intents, is_allowed: Callable[[yarl.URL], bool]
    ) -> None:
        self._wire, self._token, self._intents, self._is_allowed = wire, token, intents, is_allowed

    async def listen(self, address: str, hear: Hear, breathe: Breathe) -> None:
        """Until it is cancelled. A dropped socket is resumed where it was; where that cannot be, READY comes again.
        Raises TransportError and its kinds."""
        session: _Socket | None = None
        tries = 0
        while True:
            try:
                session = await self._serve(yarl.URL(address), session, hear, breathe)
                tries = 0
            except ReconnectWebSocket:
                tries += 1
            except discord.ConnectionClosed as error:
                raise _refusal(error.code) from error
            except PlaceRefused as error:
                raise TransportError(str(error)) from error
            except _LOST as error:
                tries += 1
                if tries > RETRIES:
                    raise TransportError("no connection to Discord's gateway could be made") from error
            await asyncio.sleep(min(0.05 * 4**tries, 20.0))

    async def _serve(self, address: yarl.URL, before: _Socket | None, hear: Hear, breathe: Breathe) -> _Socket | None:
        """One connection: the session to resume when it has ended, or None for a new one."""
        resumes = before is not None and before.session_id is not None
        url = before.gateway if before is not None and resumes else address
        if not self._is_allowed(url):
            raise TransportError(f"Discord names a gateway at {url.host}, which the credential is not bound to")
        asked = url.with_query(v=VERSION, encoding="json")
        async with guarded_websocket(self._wire, str(asked), MAX_FRAME_BYTES) as opened:
            socket = self._socket(opened, url, before if resumes else None, hear)
            try:
                await socket.poll_event()
                await (socket.resume() if resumes else socket.identify())
                while True:
                    await socket.poll_event()
                    await breathe()
            except ReconnectWebSocket as error:
                return socket if error.resume and socket.session_id is not None else None
            except _LOST:
                return socket if socket.session_id is not None else None
            finally:
                await socket.close(4000)

    def _socket(self, opened: Any, url: yarl.URL, before: _Socket | None, hear: Hear) -> _Socket:
        socket = _Socket(opened, loop=asyncio.get_running_loop())
        socket.hear, socket.token, socket.gateway = hear, self._token, url
        socket._discord_parsers = {}  # the library's own readers: nothing is kept of what they would keep
        socket._connection = SimpleNamespace(_activity=None, _status=None, _intents=self._intents)  # type: ignore[assignment]
        socket.call_hooks, socket._initial_identify = _no_hooks, True
        socket.shard_id = socket.shard_count = None
        socket._max_heartbeat_timeout = SILENT_SECONDS
        if before is not None:
            socket.session_id, socket.sequence = before.session_id, before.sequence
        return socket


async def _no_hooks(*_: Any, **__: Any) -> None:
    return None


def _refusal(code: int | None) -> TransportError:
    if code in _UNKNOWN_TOKEN:
        return BadCredential("Discord does not know this token: enter the one that the Developer Portal gave")
    if code in _INTENTS:
        words = "switch on Message Content Intent (Developer Portal, Bot), or leave the list of channels empty"
        return BadCredential(f"Discord does not let the bot read these channels: {words}")
    return TransportError(f"Discord closed the connection ({code})")
