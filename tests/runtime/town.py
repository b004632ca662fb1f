"""One process of the runtime over the real PostgreSQL and Valkey: people, bots, channels, and workers rung in process.

`Town` writes accounts and published bots straight into the tables; what is said goes through the real Acceptor.
"""

import asyncio
import json
import time
import uuid
from collections import defaultdict
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

from faststream.redis import RedisBroker
from redis.asyncio import Redis

from dbcv.domains.conversations.service.accept import Accepted, Acceptor, Inbound
from dbcv.kit.bell import Bell
from dbcv.kit.db import Database
from dbcv.kit.ids import new_id
from dbcv.kit.outbound import OutboundRequest
from dbcv.kit.settings import Settings
from dbcv.kit.streams import shard_of
from dbcv.runtime.delivery import BotWorker
from dbcv.runtime.perform import Performer
from dbcv.runtime.worker import UserWorker
from dbcv.sandbox.opening import open_sandbox
from dbcv.sandbox.port import CodeSandbox

Answer = Callable[[OutboundRequest], Awaitable[dict[str, Any]]]
Listener = Callable[[str, uuid.UUID], None]


class LocalBell(Bell):
    """Hands each ring to the workers of the test; keeps what was told."""

    def __init__(self, broker: RedisBroker, valkey: Redis) -> None:
        super().__init__(broker, valkey)
        self.listeners: list[Listener] = []
        self.is_heard = True
        self.told: list[tuple[list[str], Any]] = []

    def ring(self, stream: str, key: str) -> None:
        super().ring(stream, key)
        for listener in self.listeners if self.is_heard else ():
            listener(stream, uuid.UUID(key))

    def publish(self, topics: list[str], payload: Any) -> None:
        super().publish(topics, payload)
        self.told.append((topics, payload))

    def turns(self) -> list[dict[str, Any]]:
        """The notices of turns so far."""
        return [payload for _, payload in self.told if payload["type"] == "turn"]


class Outside:
    """The outside world, as a script: keeps what it was asked, answers by `answer`, may wait at `gate`."""

    def __init__(self) -> None:
        self.asked: list[OutboundRequest] = []
        self.gate = asyncio.Event()
        self.gate.set()
        self.answer: Answer | None = None

    async def call(self, request: OutboundRequest) -> dict[str, Any]:
        self.asked.append(request)
        await self.gate.wait()
        if self.answer is not None:
            return await self.answer(request)
        return {"ok": True, "status": 200, "headers": {}, "result": {"n": 1}, "error": None, "elapsed_ms": 1}


async def eventually(holds: Callable[[], Any], timeout_seconds: float = 30.0) -> None:
    """Comes back as soon as `holds()` (a value or something to await) is true."""
    deadline = time.monotonic() + timeout_seconds
    while True:
        found = holds()
        if await found if hasattr(found, "__await__") else found:
            return
        assert time.monotonic() < deadline, "it never came to hold"
        await asyncio.sleep(0.01)


@dataclass
class Town:
    """Everything one test needs. `outside` is what HTTP steps reach."""

    db: Database
    settings: Settings
    bell: LocalBell
    acceptor: Acceptor
    outside: Outside
    owner_id: uuid.UUID
    workers: list[UserWorker] = field(default_factory=list)
    bot_workers: list[BotWorker] = field(default_factory=list)
    code: CodeSandbox = field(init=False)

    def __post_init__(self) -> None:
        self.code = open_sandbox(self.settings)

    async def run(self, sql: str, *values: Any) -> list[Any]:
        async with self.db.driver() as connection:
            return list(await connection.fetch(sql, *values))

    async def value(self, sql: str, *values: Any) -> Any:
        async with self.db.driver() as connection:
            return await connection.fetchval(sql, *values)

    async def bot(self, document: dict[str, Any], variables: dict[str, Any] | None = None, publish: bool = True) -> Any:
        """A bot whose revision 1 is `document`."""
        bot_id = new_id()
        await self.run("INSERT INTO subscriber (id, kind) VALUES ($1, 'bot')", bot_id)
        await self.run("INSERT INTO bot (id, owner_id, name) VALUES ($1, $2, 'Bot')", bot_id, self.owner_id)
        await self.run("INSERT INTO bot_variables (bot_id, data) VALUES ($1, $2)", bot_id, json.dumps(variables or {}))
        await self.revise(bot_id, document, 1, publish)
        return bot_id

    async def revise(self, bot_id: uuid.UUID, document: dict[str, Any], number: int, publish: bool = True) -> None:
        """Another revision of it; published, it runs from the next turn on."""
        await self.run(
            "INSERT INTO revision (bot_id, number, document) VALUES ($1, $2, $3)", bot_id, number, json.dumps(document)
        )
        if publish:
            await self.run("UPDATE bot SET published_revision = $2 WHERE id = $1", bot_id, number)

    async def channel(self, *bots: uuid.UUID) -> uuid.UUID:
        """A room with these bots."""
        channel_id = new_id()
        await self.run("INSERT INTO channel (id, name, owner_id) VALUES ($1, 'Room', $2)", channel_id, self.owner_id)
        await self.run("INSERT INTO channel_variables (channel_id) VALUES ($1)", channel_id)
        for bot_id in bots:
            await self.run(
                "INSERT INTO channel_subscriber (channel_id, subscriber_id) VALUES ($1, $2)", channel_id, bot_id
            )
        return channel_id

    async def person(self) -> uuid.UUID:
        """Somebody with an account."""
        return await make_person(self.db)

    def inbound(self, person: uuid.UUID, bot: uuid.UUID, channel: uuid.UUID, text: str = "", **fields: Any) -> Inbound:
        return Inbound(new_id(), channel, bot, person, text, **fields)

    async def say(self, person: uuid.UUID, bot: uuid.UUID, channel: uuid.UUID, *texts: str) -> list[Accepted]:
        """Texts of one person, offered at once, in order."""
        offers = [self.acceptor.offer(self.inbound(person, bot, channel, text)) for text in texts]
        return list(await asyncio.gather(*offers))

    async def worker(self, worker_id: str = "w-1", *, heard: bool = True, **changes: Any) -> UserWorker:
        """A worker of users; `heard`: it gets every ring."""
        options: dict[str, Any] = {"shards": self.settings.shards, "max_tries": 3, "turn_timeout_seconds": 20.0}
        performer = Performer(self.settings, self.outside, code=self.code)
        made = UserWorker(self.db, self.bell, performer, worker_id, **options | changes)
        await made.start()
        self.workers.append(made)
        if heard:
            self.bell.listeners.append(lambda stream, key: made.ring(key) if stream.startswith("user") else None)
        return made

    async def bot_worker(self) -> BotWorker:
        """A worker of bots that gets every ring."""
        made = BotWorker(self.db, self.bell, self.settings.shards)
        await made.start()
        self.bot_workers.append(made)
        self.bell.listeners.append(lambda stream, key: made.ring(key) if stream.startswith("bot") else None)
        return made

    async def idle(self) -> bool:
        """Whether nothing waits any more."""
        return bool(await self.value("SELECT NOT EXISTS (SELECT FROM mailbox) AND NOT EXISTS (SELECT FROM delivery)"))

    async def settled(self) -> None:
        """Comes back when all that was said has been handled."""
        await eventually(self.idle)
        await eventually(lambda: not any(worker._hands.is_busy for worker in self.workers))

    async def replies(self, session_id: uuid.UUID) -> list[str]:
        """What the bot said in a session, in order."""
        rows = await self.run(
            "SELECT m.text FROM message m JOIN session s ON s.id = m.session_id "
            "WHERE s.id = $1 AND m.sender_id = s.bot_id ORDER BY m.id", session_id
        )  # fmt: skip
        return [row[0] for row in rows]

    async def all_replies(self) -> dict[uuid.UUID, list[str]]:
        """The same for every session."""
        said: dict[uuid.UUID, list[str]] = defaultdict(list)
        for row in await self.run(
            "SELECT m.session_id, m.text FROM message m JOIN session s ON s.id = m.session_id "
            "WHERE m.sender_id = s.bot_id ORDER BY m.id"
        ):
            said[row[0]].append(row[1])
        return said

    async def session(self, session_id: uuid.UUID) -> Any:
        return (await self.run("SELECT * FROM session WHERE id = $1", session_id))[0]

    async def variables(self, session_id: uuid.UUID) -> Any:
        return await self.value("SELECT data FROM session_variables WHERE session_id = $1", session_id)

    async def records(self, session_id: uuid.UUID) -> list[Any]:
        """Turn records of a session, in order."""
        return await self.run("SELECT * FROM turn_record WHERE session_id = $1 ORDER BY created_at, id", session_id)

    def shard(self, person: uuid.UUID) -> int:
        return shard_of(person, self.settings.shards)

    async def stop(self) -> None:
        self.bell.listeners.clear()
        for worker in self.workers:
            await worker.stop(1)
        for bot_worker in self.bot_workers:
            await bot_worker.stop()
        await self.code.close()


async def make_person(db: Database) -> uuid.UUID:
    person = new_id()
    async with db.driver() as connection:
        await connection.execute("INSERT INTO subscriber (id, kind) VALUES ($1, 'user')", person)
        await connection.execute(
            'INSERT INTO "user" (id, email, username, password_hash, role) VALUES ($1, $2, $3, \'-\', \'DEVELOPER\')',
            person, f"{person}@example.com", "bob",
        )  # fmt: skip
    return person
