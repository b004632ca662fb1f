"""A town whose channels reach Telegram: a loopback server, channels bound to it, workers that bring in and send."""

import uuid
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from faststream.redis import RedisBroker
from redis.asyncio import Redis
from structlog.testing import capture_logs

from dbcv.domains.accounts.schemas import Principal
from dbcv.domains.conversations.schemas.transports import TransportIn, TransportOut
from dbcv.domains.conversations.service.accept import Acceptor
from dbcv.domains.conversations.service.channels import Channels
from dbcv.domains.conversations.service.links import Links, Secret
from dbcv.domains.conversations.service.rooms import Rooms
from dbcv.domains.conversations.service.transports import Transports
from dbcv.domains.media.service.arriving import ArrivingFiles
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
from tests.engine.bots import bot, step
from tests.runtime.town import LocalBell, Outside, Town, make_person
from tests.transports.telegram_server import TOKEN, TelegramServer, serve

ECHO = bot(step("a", "{$message.text$}", "a"))
"""Says what it is told."""


@dataclass
class Port:
    """The town and its harbour. `secret` is what the credential of every bot opens to."""

    town: Town
    transports: Transports
    links: Links
    desk: Desk
    telegram: TelegramServer
    held: set[int]
    sender: TransportSender
    senders: list[TransportSender]
    owner: Principal

    async def channel(self, document: dict[str, Any] = ECHO, **config: Any) -> uuid.UUID:
        """A channel of a new bot, bound to the loopback Telegram."""
        bot_id = await self.town.bot(document)
        channel_id = await self.town.channel(bot_id)
        await self.town.run(
            "UPDATE channel SET default_bot_id = $2, owner_id = $3 WHERE id = $1", channel_id, bot_id, self.owner.id
        )
        await self.bind(channel_id, **config)
        return channel_id  # type: ignore[no-any-return]

    async def bind(self, channel_id: uuid.UUID, **config: Any) -> TransportOut:
        wish = TransportIn(
            transport="telegram", credential_id=uuid.uuid4(), config={"api_url": self.telegram.url, **config}
        )
        return await self.transports.bind(self.owner, channel_id, wish)

    async def receive(self) -> Receivers:
        """Somebody brings in."""
        made = Receivers(self.desk, self.links, self.held)
        await made.start()
        self.senders.append(made)  # type: ignore[arg-type]
        return made


@pytest.fixture
async def telegram() -> AsyncIterator[TelegramServer]:
    async with serve() as server:
        yield server


@pytest.fixture
async def port(
    settings: Settings, db: Database, valkey: Redis, broker: RedisBroker, telegram: TelegramServer,
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path,
) -> AsyncIterator[Port]:  # fmt: skip
    dead: list[str] = []
    monkeypatch.setattr(vital.os, "kill", lambda *_: dead.append("a vital task died"))
    bell, acceptor = LocalBell(broker, valkey), Acceptor(db, LocalBell(broker, valkey), settings.shards)
    acceptor = Acceptor(db, bell, settings.shards)
    await bell.start()
    await acceptor.start()
    town = Town(db, settings, bell, acceptor, Outside(), await make_person(db))
    wire = Wire(["127.0.0.1"], settings.http_max_bytes)

    async def open_secret(_bot_id: uuid.UUID, _credential_id: uuid.UUID) -> Secret:
        return Secret("telegram", {"api_key": TOKEN}, frozenset({telegram.url}))

    links = Links(open_secret, wire)
    bots = make_bots(db)
    rooms = Rooms(db)
    transports = Transports(
        db, settings.model_copy(update={"public_url": "http://127.0.0.1:1"}), bots, Channels(db, settings, bots, rooms),
        rooms, links,
    )  # fmt: skip
    desk = Desk(db, settings, acceptor, ArrivingFiles(db, Storage.open(settings), settings))
    sender = TransportSender(db, links, loader(make_bot_files(db, settings)), "w-1")
    bell.listeners.append(lambda stream, key: sender.ring(key) if stream.startswith("bot_messages") else None)
    await sender.start()
    owner = Principal(town.owner_id, "user", "DEVELOPER", "bob")
    made = Port(town, transports, links, desk, telegram, set(range(settings.shards)), sender, [], owner)
    with capture_logs():
        yield made
        for one in reversed(made.senders):
            await one.stop()  # type: ignore[call-arg]
        await sender.stop(1.0)
        await town.stop()
        await acceptor.stop()
        await bell.stop()
        await wire.close()
    assert dead == []
