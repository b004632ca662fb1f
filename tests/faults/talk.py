"""Clients of the fault tests: many sessions over a few connections, sending again what was not accepted."""

import asyncio
import contextlib
import time
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import asyncpg
import msgspec

from bench.load import HttpClient, post
from dbcv.kit.ids import new_id
from tests.faults.world import PREFIX, World

ANSWER_SECONDS = 40.0


class _Connection(HttpClient):
    """Knows when it was closed, so that it is not used again."""

    is_closed = False
    used_at = 0.0

    @property
    def is_fresh(self) -> bool:
        """Not about to be closed by the server, which ends those that are idle for 5 s."""
        return not self.is_closed and time.monotonic() - self.used_at < 3.0

    def back(self) -> "_Connection":
        self.used_at = time.monotonic()
        return self

    def connection_lost(self, exc: Exception | None) -> None:
        self.is_closed = True
        super().connection_lost(exc)


class Connections:
    """Keep-alive connections, one request at a time on each."""

    def __init__(self, world: World) -> None:
        self._host, self._port = "127.0.0.1", world.port
        self._free: list[_Connection] = []

    async def open(self, count: int) -> None:
        """So many, before they are needed; each has been answered once, so that the API reads them all."""
        for _ in range(count):
            client = await self._connect()
            await client.request(f"GET /health HTTP/1.1\r\nHost: {self._host}:{self._port}\r\n\r\n".encode())
            self._free.append(client.back())

    async def _connect(self) -> _Connection:
        _, client = await asyncio.get_running_loop().create_connection(_Connection, self._host, self._port)
        return client

    async def post(self, path: str, body: Any, headers: str) -> tuple[int, Any]:
        """(status, JSON). Raises OSError when nobody answered or the answer was cut off."""
        client = self._take() or await self._connect()
        payload = post(PREFIX + path, f"{self._host}:{self._port}", msgspec.json.encode(body), headers)
        try:
            status, answer = await asyncio.wait_for(client.request(payload), ANSWER_SECONDS)
        except BaseException:
            client.close()
            raise
        self._free.append(client.back())
        return status, msgspec.json.decode(answer)

    def _take(self) -> _Connection | None:
        while self._free:
            client = self._free.pop()
            if client.is_fresh:
                return client
            client.close()
        return None

    def close(self) -> None:
        for client in self._free:
            client.close()


@dataclass
class Sent:
    """One message as its client knows it."""

    number: int
    message_id: str
    replies: list[str] | None = None
    """Of a `Prefer: wait` that was answered in time."""


@dataclass
class Client:
    """One session's sender: message k says "k" and is called "k" (`external_id`)."""

    connections: Connections
    token: str
    channel_id: str
    sender_id: UUID
    sent: list[Sent] = field(default_factory=list)
    refusals: list[int] = field(default_factory=list)
    """Answers that were no acceptance, 0 for a connection that broke."""

    async def send(self, number: int, wait_seconds: int = 0, text: str | None = None) -> Sent:
        """Until it is accepted, as a webhook's sender does it."""
        deadline = time.monotonic() + 120
        while True:
            with contextlib.suppress(OSError):
                status, answer = await self.try_once(number, wait_seconds, text)
                if status in (200, 202):
                    replies = [reply["text"] for reply in answer["replies"]] if status == 200 else None
                    sent = Sent(number, answer["message"]["id"], replies)
                    self.sent.append(sent)
                    return sent
                self.refusals.append(status)
                assert status in (503, 502), (status, answer)
            assert time.monotonic() < deadline, "the message was never accepted"
            await asyncio.sleep(0.1)

    async def try_once(self, number: int, wait_seconds: int = 0, text: str | None = None) -> tuple[int, Any]:
        headers = f"Authorization: Bearer {self.token}\r\n"
        if wait_seconds:
            headers += f"Prefer: wait={wait_seconds}\r\n"
        body = {"channel_id": self.channel_id, "text": text or str(number), "external_id": str(number)}
        try:
            return await self.connections.post("/messages", body, headers)
        except OSError:
            self.refusals.append(0)
            raise


async def crowd(world: World, connections: Connections, channel_id: str, count: int) -> list[Client]:
    """So many visitors of a channel."""
    ids = [new_id() for _ in range(count)]
    database = await asyncpg.connect(world.database_url)
    try:
        async with database.transaction():
            await database.execute("INSERT INTO subscriber (id, kind) SELECT unnest($1::uuid[]), 'anonymous'", ids)
            await database.execute(
                "INSERT INTO anonymous_user (id, channel_id) SELECT unnest($1::uuid[]), $2", ids, UUID(channel_id)
            )
    finally:
        await database.close()
    return [Client(connections, world.visitor_token(one), channel_id, one) for one in ids]
