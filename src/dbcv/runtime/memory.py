"""What a worker remembers: sessions, compiled bots, and the variables that many sessions share.

Everything here is a copy with a version; the mailbox read says which copies still hold. Only for speed: an empty memory
gives the same turns.
"""

import asyncio
import uuid
from collections import OrderedDict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

from dbcv.domains.media.service.named import fill, messages_of
from dbcv.engine.graph import Graph, compile_bot
from dbcv.engine.problems import GraphError
from dbcv.kit.db import Driver
from dbcv.runtime.mailbox import SessionMail, SessionState

REMEMBERED_SESSIONS = 10_000
REMEMBERED_ENTITIES = 10_000
REMEMBERED_GRAPH_BYTES = 64_000_000
"""Document text of the compiled bots kept; a compiled bot takes several times its text."""

_USERS = """
SELECT s.id, COALESCE(v.version, 0), v.data,
       COALESCE(u.username, b.name, (SELECT o.profile->>'username' FROM channel_sender o
                                     WHERE o.subscriber_id = s.id LIMIT 1)), NULL::uuid[], NULL
FROM subscriber s LEFT JOIN "user" u ON u.id = s.id LEFT JOIN bot b ON b.id = s.id
LEFT JOIN user_variables v ON v.user_id = s.id WHERE s.id = ANY($1::uuid[])
"""
_BOTS = """
SELECT b.id, COALESCE(v.version, 0), v.data, b.name, NULL::uuid[], NULL
FROM bot b LEFT JOIN bot_variables v ON v.bot_id = b.id WHERE b.id = ANY($1::uuid[])
"""
_CHANNELS = """
SELECT c.id, COALESCE(v.version, 0), v.data, c.name,
       ARRAY(SELECT p.subscriber_id FROM channel_subscriber p JOIN bot b ON b.id = p.subscriber_id
             WHERE p.channel_id = c.id), NULLIF(c.transport, 'web')
FROM channel c LEFT JOIN channel_variables v ON v.channel_id = c.id WHERE c.id = ANY($1::uuid[])
"""
_DOCUMENT = "SELECT document, octet_length(document::text) FROM revision WHERE bot_id = $1 AND number = $2"

T = TypeVar("T")


@dataclass(slots=True)
class Entity:
    """A user, bot or channel as turns see it: its kept variables and its read-only facts."""

    version: int
    variables: dict[str, Any]
    facts: dict[str, Any]
    bots: tuple[uuid.UUID, ...] = ()
    transport: str | None = None
    """By which a channel reaches people outside; None: they come to our pages."""


class Remembered(Generic[T]):
    """A dictionary that forgets what was used longest ago."""

    def __init__(self, limit: int) -> None:
        self._items: OrderedDict[uuid.UUID, T] = OrderedDict()
        self._limit = limit

    def get(self, key: uuid.UUID) -> T | None:
        item = self._items.get(key)
        if item is not None:
            self._items.move_to_end(key)
        return item

    def put(self, key: uuid.UUID, item: T) -> None:
        self._items[key] = item
        self._items.move_to_end(key)
        if len(self._items) > self._limit:
            self._items.popitem(last=False)

    def drop(self, key: uuid.UUID) -> None:
        self._items.pop(key, None)


@dataclass(slots=True)
class _Kept:
    graph: Graph | None
    """None: the document does not compile, or the revision is not there."""
    size_bytes: int


class Graphs:
    """Compiled bots by (bot, revision). A revision never changes, so a compiled one is right for ever."""

    def __init__(self, limit_bytes: int = REMEMBERED_GRAPH_BYTES) -> None:
        self._kept: OrderedDict[tuple[uuid.UUID, int], _Kept] = OrderedDict()
        self._limit_bytes = limit_bytes
        self._bytes = 0

    def get(self, bot_id: uuid.UUID, revision: int) -> Graph | None:
        """The compiled bot; None when it cannot run. Only for what `load` has loaded."""
        kept = self._kept[(bot_id, revision)]
        self._kept.move_to_end((bot_id, revision))
        return kept.graph

    def missing(self, wanted: Iterable[tuple[uuid.UUID, int]]) -> list[tuple[uuid.UUID, int]]:
        """Those of `wanted` that are not here yet."""
        return [key for key in set(wanted) if key not in self._kept]

    async def load(self, connection: Driver, bot_id: uuid.UUID, revision: int) -> None:
        """Reads and compiles one; a large one in a thread, so that sockets and other sessions go on."""
        row = await connection.fetchrow(_DOCUMENT, bot_id, revision)
        if row is not None:
            await fill(connection, bot_id, messages_of(row[0]))
        graph = None if row is None else await asyncio.to_thread(_compile, row[0])
        size_bytes = 0 if row is None else row[1]
        self._kept[(bot_id, revision)] = _Kept(graph, size_bytes)
        self._bytes += size_bytes

    def trim(self, wanted: Collection[tuple[uuid.UUID, int]]) -> None:
        """Forgets what was used longest ago until the rest fits. What is `wanted` stays: its turns come right after."""
        for key in [key for key in self._kept if key not in wanted]:
            if self._bytes <= self._limit_bytes:
                return
            self._bytes -= self._kept.pop(key).size_bytes


def _compile(document: dict[str, Any]) -> Graph | None:
    try:
        return compile_bot(document)
    except GraphError:
        return None


@dataclass(slots=True)
class Memory:
    """All that one worker remembers."""

    sessions: Remembered[SessionState] = field(default_factory=lambda: Remembered(REMEMBERED_SESSIONS))
    users: Remembered[Entity] = field(default_factory=lambda: Remembered(REMEMBERED_ENTITIES))
    bots: Remembered[Entity] = field(default_factory=lambda: Remembered(REMEMBERED_ENTITIES))
    channels: Remembered[Entity] = field(default_factory=lambda: Remembered(REMEMBERED_ENTITIES))
    graphs: Graphs = field(default_factory=Graphs)

    def known_versions(self, session_ids: Sequence[uuid.UUID]) -> list[tuple[uuid.UUID, int]]:
        """(session id, remembered version), -1 for an unknown one: what `read_mail` takes."""
        known = []
        for session_id in session_ids:
            state = self.sessions.get(session_id)
            known.append((session_id, state.version if state is not None else -1))
        return known

    async def refresh(self, connection: Driver, mails: Sequence[SessionMail]) -> None:
        """Reads again what the mail says has moved on, and what is not remembered at all."""
        for mail in mails:
            if mail.state is not None:
                self.sessions.put(mail.session_id, mail.state)
        await _refresh(connection, _USERS, self.users, {mail.user_id: mail.user_version for mail in mails})
        await _refresh(connection, _BOTS, self.bots, {mail.bot_id: mail.bot_version for mail in mails})
        await _refresh(connection, _CHANNELS, self.channels, {mail.channel_id: mail.channel_version for mail in mails})
        wanted = {(mail.bot_id, mail.published_revision) for mail in mails if mail.published_revision is not None}
        for bot_id, revision in self.graphs.missing(wanted):
            await self.graphs.load(connection, bot_id, revision)
            self.graphs.trim(wanted)


async def _refresh(
    connection: Driver, query: str, remembered: Remembered[Entity], versions: dict[uuid.UUID, int]
) -> None:
    stale = []
    for key, version in versions.items():
        entity = remembered.get(key)
        if entity is None or entity.version != version:
            stale.append(key)
    if not stale:
        return
    for entity_id, version, data, name, bots, transport in await connection.fetch(query, stale):
        facts = {"id": str(entity_id), "username" if query is _USERS else "name": name}
        remembered.put(entity_id, Entity(version, data or {}, facts, tuple(bots or ()), transport))
