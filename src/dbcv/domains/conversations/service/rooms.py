"""What a message must know of its channel, remembered for a moment: who owns it, who may enter, who answers."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any, Generic, TypeVar
from uuid import UUID

from dbcv.domains.accounts.schemas import Principal
from dbcv.domains.conversations import errors
from dbcv.domains.conversations.events import CHANNEL_CHANGES
from dbcv.domains.conversations.repository import channels
from dbcv.kit.bell import Bell
from dbcv.kit.db import Database
from dbcv.kit.realtime import LiveHub, Missed, Subscription

REMEMBER_SECONDS = 2.0
REMEMBERED = 10_000

K = TypeVar("K")
V = TypeVar("V")


@dataclass(frozen=True, slots=True)
class Room:
    """A channel as a message sees it. `bots` are all that take part, the default one too."""

    id: UUID
    is_public: bool
    owner_id: UUID
    default_bot_id: UUID | None
    bots: frozenset[UUID]
    webhook: dict[str, Any] | None
    files: dict[str, Any] | None = None
    embed: dict[str, Any] | None = None
    name: str = ""


class _Remembered(Generic[K, V]):
    """Values by key, each for REMEMBER_SECONDS; two who miss the same key at once ask once."""

    def __init__(self, load: Callable[[K], Awaitable[V]], size: int = REMEMBERED) -> None:
        self._load = load
        self._size = size
        self._known: dict[K, tuple[float, V]] = {}
        self._asked: dict[K, asyncio.Future[V]] = {}

    def peek(self, key: K) -> tuple[float, V] | None:
        entry = self._known.get(key)
        return entry if entry is not None and entry[0] > time.monotonic() else None

    async def get(self, key: K) -> V:
        entry = self.peek(key)
        if entry is not None:
            return entry[1]
        asked = self._asked.get(key)
        if asked is None:
            asked = self._asked[key] = asyncio.ensure_future(self._ask(key))
        return await asyncio.shield(asked)

    async def _ask(self, key: K) -> V:
        try:
            value = await self._load(key)
        finally:
            is_asked = self._asked.get(key) is asyncio.current_task()
            if is_asked:
                self._asked.pop(key, None)
        if not is_asked:  # forgotten while it was read: what was read may be old already
            return value
        if len(self._known) >= self._size:
            self._known.clear()
        self._known[key] = (time.monotonic() + REMEMBER_SECONDS, value)
        return value

    def forget(self, wanted: Callable[[K], bool]) -> None:
        for key in [key for key in self._known if wanted(key)]:
            del self._known[key]
        for key in [key for key in self._asked if wanted(key)]:
            del self._asked[key]


class _Changes(Subscription):
    """Hears of channels that were changed in other processes."""

    def __init__(self, forget: Callable[[UUID | None], None]) -> None:
        super().__init__(1)
        self._forget = forget

    def put(self, item: tuple[str, Any] | Missed) -> None:
        self._forget(None if isinstance(item, Missed) else UUID(item[1]["channel_id"]))


class Rooms:
    """The channels one process knows of. A change is told to all processes at once; where that telling fails (no
    broker), it is seen after REMEMBER_SECONDS."""

    def __init__(self, db: Database, bell: Bell | None = None, hub: LiveHub | None = None) -> None:
        """Without bell and hub (commands) nobody is told and nothing is heard."""
        self._db = db
        self._bell = bell
        if hub is not None:
            hub.subscribe(CHANNEL_CHANGES, _Changes(self._forget))
        self._rooms: _Remembered[UUID, Room | None] = _Remembered(self._load_room)
        self._members: _Remembered[tuple[UUID, UUID], bool] = _Remembered(self._load_membership)

    async def room(self, channel_id: UUID) -> Room:
        """The channel. Raises NotFound."""
        entry = self._rooms.peek(channel_id)
        room = entry[1] if entry else await self._rooms.get(channel_id)
        if room is None:
            raise errors.no_channel()
        return room

    async def enter(self, channel_id: UUID, caller: Principal) -> Room:
        """The channel, if `caller` may read and write there. Raises NotFound otherwise."""
        room = await self.room(channel_id)
        if caller.kind == "anonymous":
            allowed = room.is_public and caller.channel_id == room.id
        else:
            allowed = room.is_public or room.owner_id == caller.id or await self._members.get((room.id, caller.id))
        if not allowed:
            raise errors.no_channel()
        return room

    def forget(self, channel_id: UUID) -> None:
        """It was changed in this process: ask again, here and everywhere."""
        self._forget(channel_id)
        if self._bell is not None:
            self._bell.publish([CHANNEL_CHANGES], {"channel_id": str(channel_id)})

    def _forget(self, channel_id: UUID | None) -> None:
        """One channel, or all of them."""
        self._rooms.forget(lambda key: channel_id in (None, key))
        self._members.forget(lambda key: channel_id in (None, key[0]))

    async def _load_room(self, channel_id: UUID) -> Room | None:
        async with self._db.read() as session:
            row = await channels.channel(session, channel_id)
            if row is None:
                return None
            bots = frozenset(await channels.bots_of(session, channel_id))
        bots |= {row.default_bot_id} if row.default_bot_id else set()
        config = row.config
        return Room(
            row.id, row.is_public, row.owner_id, row.default_bot_id, bots, config.get("webhook"), config.get("files"),
            config.get("embed"), row.name,
        )  # fmt: skip

    async def _load_membership(self, key: tuple[UUID, UUID]) -> bool:
        async with self._db.read() as session:
            return await channels.takes_part(session, *key)
