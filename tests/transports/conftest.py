"""A town whose channels reach Telegram: a loopback server, channels bound to it, workers that bring in and send."""

import json
import uuid
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any

import pytest
from faststream.redis import RedisBroker
from redis.asyncio import Redis
from starlette.applications import Starlette
from starlette.routing import Mount
from structlog.testing import capture_logs

from dbcv.domains.accounts.schemas import Principal
from dbcv.domains.conversations.endpoints import posting
from dbcv.domains.conversations.schemas.transports import TransportIn, TransportOut
from dbcv.domains.conversations.service.accept import Acceptor, open_sessions
from dbcv.domains.conversations.service.channels import Channels
from dbcv.domains.conversations.service.links import Links, Secret
from dbcv.domains.conversations.service.rooms import Rooms
from dbcv.domains.conversations.service.transports import Transports
from dbcv.domains.media.service.arriving import ArrivingFiles
from dbcv.domains.media.service.keys import key_of
from dbcv.entrypoints.transports import loader
from dbcv.entrypoints.wiring import make_bot_files, make_bots
from dbcv.integration_kit.wire import Wire
from dbcv.kit import vital
from dbcv.kit.db import Database
from dbcv.kit.settings import Settings
from dbcv.kit.storage import Storage
from dbcv.runtime.transports.intake import Desk
from dbcv.runtime.transports.outgoing import TransportSender
from dbcv.runtime.transports.receivers import Receivers
from tests.domains.conversations.conftest import serving
from tests.engine.bots import bot, step
from tests.runtime.town import LocalBell, Outside, Town, eventually, make_person
from tests.transports.telegram_server import TOKEN, TelegramServer, serve

ECHO = bot(step("a", "{$message.text$}", "a"))
"""Says what it is told."""


@dataclass
class Port:
    """The town and its harbour. `secret` is what the credential of every bot opens to."""

    town: Town
    transports: Transports
    desk: Desk
    links: Links
    telegram: TelegramServer
    sender: TransportSender
    owner: Principal
    secret: dict[str, str]
    places: set[str]
    public: dict[str, str]
    provider: dict[str, str]
    receivers: list[Receivers] = field(default_factory=list)
    senders: list[TransportSender] = field(default_factory=list)

    async def channel(
        self, document: dict[str, Any] = ECHO, telegram: TelegramServer | None = None, **config: Any
    ) -> uuid.UUID:
        """A channel of a new bot, bound to the loopback Telegram."""
        channel_id = await self.room(document)
        await self.bind(channel_id, api_url=(telegram or self.telegram).url, **config)
        return channel_id

    async def room(self, document: dict[str, Any] = ECHO) -> uuid.UUID:
        """A channel of a new bot, not bound yet."""
        bot_id = await self.town.bot(document, document.get("variables"))
        channel_id: uuid.UUID = await self.town.channel(bot_id)
        await self.town.run("UPDATE channel SET default_bot_id = $2 WHERE id = $1", channel_id, bot_id)
        return channel_id

    async def bind(self, channel_id: uuid.UUID, credential_id: uuid.UUID | None = None, **config: Any) -> TransportOut:
        return await self.bind_to("telegram", channel_id, {"api_url": self.telegram.url} | config, credential_id)

    async def bind_to(
        self, transport: str, channel_id: uuid.UUID, config: dict[str, Any], credential_id: uuid.UUID | None = None
    ) -> TransportOut:
        wish = TransportIn(transport=transport, credential_id=credential_id or uuid.uuid4(), config=config)
        return await self.transports.bind(self.owner, channel_id, wish)

    async def receive(self) -> Receivers:
        """Somebody brings in, for all shards."""
        made = Receivers(self.desk, self.links, set(range(self.town.settings.shards)))
        await made.start()
        self.receivers.append(made)
        return made

    async def another_sender(self, worker_id: str) -> TransportSender:
        """One more worker that gets every ring."""
        made = TransportSender(
            self.town.db, self.links, loader(make_bot_files(self.town.db, self.town.settings)), worker_id
        )
        self.town.bell.listeners.append(lambda stream, key: made.ring(key) if stream.startswith("bot") else None)
        await made.start()
        self.senders.append(made)
        return made

    @asynccontextmanager
    async def another(self) -> AsyncIterator[tuple[uuid.UUID, TelegramServer]]:
        """Another channel, at a Telegram of its own."""
        async with serve() as telegram:
            self.places.add(telegram.url)
            yield await self.channel(telegram=telegram), telegram

    @asynccontextmanager
    async def serving(self) -> AsyncIterator[str]:
        """What vendors call, on a real port."""
        app = Starlette(routes=[Mount("/api/v1", routes=posting.routes())])
        app.state.conversations = SimpleNamespace(settings=self.town.settings, transports=self.transports)
        async with serving(app) as base:
            self.public["url"] = base
            yield base

    async def person(self, channel_id: uuid.UUID, chat: int) -> uuid.UUID:
        """Who somebody is with us, as soon as he has written."""
        query = "SELECT subscriber_id FROM channel_sender WHERE channel_id = $1 AND external_id = $2"
        await eventually(lambda: self.town.value(query, channel_id, str(chat)))
        return await self.town.value(query, channel_id, str(chat))  # type: ignore[no-any-return]

    async def file(self, channel_id: uuid.UUID, name: str, content: bytes) -> dict[str, Any]:
        """A file of the channel's bot."""
        bot_id = await self.town.value("SELECT default_bot_id FROM channel WHERE id = $1", channel_id)
        files = make_bot_files(self.town.db, self.town.settings)
        stem, _, ending = name.partition(".")
        held = await files.save(bot_id, stem, f".{ending}", content.decode("latin-1"), f"test:{uuid.uuid4()}")
        await files._storage.put_bytes(key_of(uuid.UUID(held["id"])), content)
        await self.town.run(
            "UPDATE attachment SET content_type = $2 WHERE id = $1", uuid.UUID(held["id"]),
            "image/png" if ending == "png" else "text/plain",
        )  # fmt: skip
        return held

    async def say(self, channel_id: uuid.UUID, chat: int, text: str, **fields: Any) -> None:
        """The bot says something by itself, as an emitter would have it."""
        person = await self.person(channel_id, chat)
        bot_id = await self.town.value("SELECT default_bot_id FROM channel WHERE id = $1", channel_id)
        async with self.town.db.driver() as connection:
            sessions = await open_sessions(connection, [(person, bot_id, channel_id)])
        (session_id,) = sessions.values()
        message = {
            "id": str(uuid.uuid4()), "sender_id": str(bot_id), "recipient_id": str(person), "text": text, "params": {},
            "attachments": [],
        }  # fmt: skip
        await self.town.run(
            "INSERT INTO delivery (session_id, shard, target_kind, target_id, payload) VALUES ($1, 0, 'telegram', $2, "
            "$3)", session_id, channel_id, json.dumps({"message": message | fields}),
        )  # fmt: skip
        self.sender.ring(session_id)


@pytest.fixture
async def telegram() -> AsyncIterator[TelegramServer]:
    async with serve() as server:
        yield server


@pytest.fixture
async def port(
    settings: Settings, db: Database, valkey: Redis, broker: RedisBroker, telegram: TelegramServer,
    monkeypatch: pytest.MonkeyPatch,
) -> AsyncIterator[Port]:  # fmt: skip
    dead: list[str] = []
    monkeypatch.setattr(vital.os, "kill", lambda *_: dead.append("a vital task died"))
    bell = LocalBell(broker, valkey)
    acceptor = Acceptor(db, bell, settings.shards)
    await bell.start()
    await acceptor.start()
    town = Town(db, settings, bell, acceptor, Outside(), await make_person(db))
    wire = Wire(["127.0.0.1"], settings.http_max_bytes)
    secret, places, public = {"api_key": TOKEN}, {telegram.url}, {"url": ""}
    provider = {"name": "telegram"}

    async def open_secret(_bot_id: uuid.UUID, _credential_id: uuid.UUID) -> Secret:
        return Secret(provider["name"], secret, frozenset(places))

    links = Links(open_secret, wire)
    bots, rooms = make_bots(db), Rooms(db)
    transports = Transports(db, settings, bots, Channels(db, settings, bots, rooms), rooms, links)
    monkeypatch.setattr(
        transports, "_address", lambda channel_id, name: f"{public['url']}/api/v1/channels/{channel_id}/{name}"
    )
    desk = Desk(db, settings, acceptor, ArrivingFiles(db, Storage.open(settings), settings))
    sender = TransportSender(db, links, loader(make_bot_files(db, settings)), "w-1")
    bell.listeners.append(lambda stream, key: sender.ring(key) if stream.startswith("bot") else None)
    await sender.start()
    owner = Principal(town.owner_id, "user", "DEVELOPER", "bob")
    made = Port(town, transports, desk, links, telegram, sender, owner, secret, places, public, provider)
    with capture_logs():
        yield made
        for receiver in made.receivers:
            await receiver.stop()
        for one in (sender, *made.senders):
            await one.stop(1.0)
        await town.stop()
        await acceptor.stop()
        await bell.stop()
        await wire.close()
    assert dead == []
