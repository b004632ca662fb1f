"""A whole API of this domain on a real port, with a worker that answers, over the real PostgreSQL and Valkey."""

import asyncio
import contextlib
import json
import time
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import aiohttp
import pytest
import uvicorn
from fastapi import FastAPI
from faststream.redis import RedisBroker
from redis.asyncio import Redis

from dbcv.domains.accounts import endpoints as accounts_endpoints
from dbcv.domains.accounts import service as accounts
from dbcv.domains.accounts.service import Authenticator
from dbcv.domains.conversations import endpoints, live
from dbcv.domains.conversations.endpoints.posting import PostMessage
from dbcv.domains.conversations.service.accept import Acceptor
from dbcv.domains.conversations.service.conversations import Conversations
from dbcv.entrypoints.http.edge import Edge
from dbcv.entrypoints.http.problems import add_handlers
from dbcv.entrypoints.wiring import make_bots
from dbcv.kit.bell import Bell
from dbcv.kit.db import Database
from dbcv.kit.outbound import OutboundClient
from dbcv.kit.realtime import LiveHub
from dbcv.kit.settings import Settings
from dbcv.runtime.perform import Performer
from dbcv.runtime.worker import UserWorker
from tests.shared_routes import SharingApp

PREFIX = "/api/v1"

GREETER: dict[str, Any] = {
    "format": "dbcv.bot",
    "version": 1,
    "name": "Greeter",
    "first_step_id": "start",
    "steps": [
        {
            "id": "start",
            "name": "Start",
            "message": {"text": "You said {$message.text$}"},
            "connection_groups": [{"connections": [{"rules": {}, "next_step_id": "again"}]}],
        },
        {
            "id": "again",
            "name": "Again",
            "message": {"text": "Again: {$message.text$}"},
            "connection_groups": [{"connections": [{"rules": {}, "next_step_id": "again"}]}],
        },
    ],
}


class LocalBell(Bell):
    """A bell that also rings in this process, where the worker of the tests is, and can be told not to."""

    worker: UserWorker | None = None
    is_heard = True

    def ring(self, stream: str, key: str) -> None:
        super().ring(stream, key)
        if self.worker is not None and self.is_heard and stream.startswith("user_messages"):
            self.worker.ring(UUID(key))


@dataclass
class Answered:
    """A status, headers and a JSON body."""

    status: int
    body: Any
    headers: dict[str, str]


@dataclass
class House:
    """The running API and its parts."""

    base: str
    app: FastAPI
    db: Database
    settings: Settings
    parts: Conversations
    bell: LocalBell
    hub: LiveHub
    valkey: Redis
    http: aiohttp.ClientSession
    tokens: dict[str, str] = field(default_factory=dict)

    async def call(
        self, method: str, path: str, token: str | None = None, body: Any = None, **headers: str
    ) -> Answered:
        data = body if isinstance(body, bytes) or body is None else json.dumps(body).encode()
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        if token:
            sent["authorization"] = f"Bearer {token}"
        if data is not None:
            sent.setdefault("content-type", "application/json")
        async with self.http.request(method, self.base + PREFIX + path, data=data, headers=sent) as response:
            text = await response.text()
            with contextlib.suppress(ValueError):
                return Answered(response.status, json.loads(text), dict(response.headers))
            return Answered(response.status, text, dict(response.headers))

    async def account(self, name: str) -> tuple[str, UUID]:
        """(token, id) of an account, made at the first call."""
        row = await accounts.create_user(self.db, f"{name}@example.com", name, "a long password", "DEVELOPER")
        async with self.db.transaction() as session:
            return (await accounts.begin_login(session, self.settings, row)).text, row.id

    async def bot(self, owner_id: UUID, document: dict[str, Any] | None = None) -> UUID:
        """A published bot."""
        made = await self.parts.bots.import_document(owner_id, json.dumps(document or GREETER).encode(), "json")
        await self.parts.bots.publish(owner_id, made.bot.row.id, "")
        return made.bot.row.id

    async def channel(self, token: str, **fields: Any) -> dict[str, Any]:
        answered = await self.call("POST", "/channels", token, {"name": "Room"} | fields)
        assert answered.status == 201, answered.body
        return answered.body  # type: ignore[no-any-return]

    async def visitor(self, channel_id: str) -> tuple[str, str]:
        """(token, id) of somebody without an account."""
        answered = await self.call("POST", "/login/anonymous-access-token", body={"channel_id": channel_id})
        assert answered.status == 200, answered.body
        return answered.body["access_token"], answered.body["subscriber_id"]

    async def say(self, token: str, channel_id: str, text: Any, wait: int = 5, **fields: Any) -> Answered:
        prefer = {"prefer": f"wait={wait}"} if wait else {}
        return await self.call("POST", "/messages", token, {"channel_id": channel_id, "text": text} | fields, **prefer)

    @contextlib.asynccontextmanager
    async def socket(self, token: str | None, **options: Any) -> AsyncIterator["Socket"]:
        async with self.http.ws_connect(self.base + "/ws", **options) as raw:
            socket = Socket(raw)
            if token is not None:
                await socket.send(type="auth", token=token)
                assert (await socket.next())["type"] == "authenticated"
            yield socket


@dataclass
class Socket:
    """The client's end of a WebSocket."""

    raw: aiohttp.ClientWebSocketResponse

    async def send(self, **frame: Any) -> None:
        await self.raw.send_str(json.dumps(frame))

    async def next(self, timeout_seconds: float = 30.0) -> dict[str, Any]:
        frame = await self.raw.receive(timeout_seconds)
        assert frame.type is aiohttp.WSMsgType.TEXT, frame
        return json.loads(frame.data)  # type: ignore[no-any-return]

    async def until(self, timeout_seconds: float = 30.0, **wanted: Any) -> dict[str, Any]:
        """The first frame with these fields; others are passed over."""
        deadline = time.monotonic() + timeout_seconds
        while True:
            frame = await self.next(deadline - time.monotonic())
            if all(frame.get(name) == value for name, value in wanted.items()):
                return frame

    async def closed(self, timeout_seconds: float = 30.0) -> int | None:
        """The code it is closed with."""
        while (await self.raw.receive(timeout_seconds)).type is aiohttp.WSMsgType.TEXT:
            pass
        return self.raw.close_code

    async def silent(self, seconds: float = 0.3) -> bool:
        try:
            await self.raw.receive(seconds)
        except TimeoutError:
            return True
        return False

    async def listen(self, topic: str, **fields: Any) -> None:
        await self.send(type="subscribe", topic=topic, **fields)
        await self.until(type="subscribed", topic=topic)


async def eventually(holds: Callable[[], object], timeout_seconds: float = 30.0) -> None:
    """Returns as soon as it holds; fails when it does not in time."""
    deadline = time.monotonic() + timeout_seconds
    while not holds():
        assert time.monotonic() < deadline, "it never came to hold"
        await asyncio.sleep(0.01)


def build_app(parts: Conversations) -> FastAPI:
    app = SharingApp()
    app.state.db, app.state.settings, app.state.authenticator = parts.db, parts.settings, parts.tokens
    app.state.conversations = parts
    app.include_router(accounts_endpoints.router, prefix=PREFIX)
    app.include_router(endpoints.router, prefix=PREFIX)
    app.include_router(endpoints.public)
    for route in endpoints.posting.routes():
        app.add_route(PREFIX + route.path, route.endpoint, methods=["POST"], include_in_schema=False)
    app.include_router(live.router)
    add_handlers(app)
    endpoints.describe(app, PREFIX)
    return app


class Server(uvicorn.Server):
    """uvicorn's without its clock, by which it needs 0.2 s to notice that it should end and to let connections go."""

    async def begin(self) -> str:
        """Its address."""
        self.config.load()
        self.lifespan = self.config.lifespan_class(self.config)
        await self.startup()
        await self.on_tick(0)  # makes the headers that each answer has
        return f"http://127.0.0.1:{self.servers[0].sockets[0].getsockname()[1]}"

    async def end(self) -> None:
        """What is under way after a tenth of a second is left alone, as uvicorn does when it is hurried."""
        for server in self.servers:
            server.close()
        for connection in list(self.server_state.connections):
            connection.shutdown()
        deadline = time.monotonic() + 0.1
        while (self.server_state.connections or self.server_state.tasks) and time.monotonic() < deadline:  # noqa: ASYNC110
            await asyncio.sleep(0.001)


@contextlib.asynccontextmanager
async def serving(app: Any) -> AsyncIterator[str]:
    options: dict[str, Any] = {"log_level": "warning", "lifespan": "off", "ws": "websockets-sansio"}
    # A connection that a slow machine left alone for five seconds would be closed just as it is used again.
    server = Server(uvicorn.Config(app, host="127.0.0.1", port=0, timeout_keep_alive=60, **options))
    yield await server.begin()
    await server.end()


@pytest.fixture
async def parts(
    settings: Settings, db: Database, valkey: Redis, broker: RedisBroker
) -> AsyncIterator[tuple[Conversations, LocalBell, LiveHub]]:
    await broker.connect()
    bell, hub = LocalBell(broker, valkey), LiveHub(valkey)
    acceptor = Acceptor(db, bell, settings.shards)
    built = Conversations.build(
        db, settings, Authenticator(db, settings.secret_key), make_bots(db, bell), acceptor, bell, hub
    )
    for part in (bell, hub, acceptor, built):
        await part.start()
    assert await hub.wait_connected(30)
    yield built, bell, hub
    for part in (built, acceptor, bell, hub):
        await part.stop()


@pytest.fixture
async def worker(
    parts: tuple[Conversations, LocalBell, LiveHub], settings: Settings, db: Database
) -> AsyncIterator[UserWorker]:
    client = OutboundClient(allowed_hosts=[], max_bytes=1000)
    bell = parts[1]
    made = UserWorker(
        db, bell, Performer(settings, client), "w-test", shards=settings.shards, max_tries=2, turn_timeout_seconds=20
    )
    await made.start()
    bell.worker = made
    yield made
    bell.worker = None
    await made.stop(1)
    await client.close()


@pytest.fixture
async def house(
    parts: tuple[Conversations, LocalBell, LiveHub], worker: UserWorker, db: Database, settings: Settings, valkey: Redis
) -> AsyncIterator[House]:
    built, bell, hub = parts
    app = build_app(built)
    edge = Edge(app, {("POST", f"{PREFIX}/messages"): PostMessage()}, lambda _: 3_000_000)
    timeout = aiohttp.ClientTimeout(total=60)
    async with serving(edge) as base, aiohttp.ClientSession(timeout=timeout) as http:
        yield House(base, app, db, settings, built, bell, hub, valkey, http)
