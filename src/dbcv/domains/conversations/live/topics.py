"""What one socket listens to: may it, what of a topic is for it, and what it missed."""

import asyncio
from collections.abc import Callable
from typing import Any
from uuid import UUID

from dbcv.domains.accounts.schemas import Principal
from dbcv.domains.conversations import errors
from dbcv.domains.conversations.events import channel_topic
from dbcv.domains.conversations.live.frames import topic_parts
from dbcv.domains.conversations.service.conversations import Conversations
from dbcv.domains.conversations.service.messages import messages_for
from dbcv.domains.conversations.service.views import message_view
from dbcv.kit.errors import NotFound, TooManyRequests
from dbcv.kit.ids import new_id
from dbcv.kit.realtime import Missed, Subscription

MAX_TOPICS = 50
MAX_MISSED = 200
RECENT_IDS = 500
OVERLAP_MS = 10_000
"""How far a message's commit may lag behind its id: what was missed is looked for from so long before."""

Put = Callable[[dict[str, Any]], None]


class Topic:
    """One topic of one socket. While what was missed is read, what is said now waits in `held`."""

    def __init__(self, kind: str, owner_id: UUID) -> None:
        self.kind = kind
        self.owner_id = owner_id
        self.latest = new_id()
        self.held: list[dict[str, Any]] | None = None
        self._recent: dict[str, None] = {}

    def is_new(self, message: dict[str, Any]) -> bool:
        """Whether this message was not sent to the socket before; it counts as sent from now on."""
        message_id = message["id"]
        if message_id in self._recent:
            return False
        self._recent[message_id] = None
        if len(self._recent) > RECENT_IDS:
            del self._recent[next(iter(self._recent))]
        self.latest = max(self.latest, UUID(message_id))
        return True


class Topics(Subscription):
    """The topics of one socket. The live hub puts what is said into it; `put_out` gets what is for this socket."""

    def __init__(self, parts: Conversations, caller: Principal, put_out: Put) -> None:
        super().__init__(1)
        self._parts = parts
        self._caller = caller
        self._me = str(caller.id)
        self._put_out = put_out
        self._topics: dict[str, Topic] = {}
        self.missed = asyncio.Event()

    def put(self, item: tuple[str, Any] | Missed) -> None:
        if isinstance(item, Missed):
            self.missed.set()
            return
        name, payload = item
        topic = self._topics.get(name)
        if topic is None:
            return
        if topic.kind == "bot":
            self._put_out({key: value for key, value in payload.items() if key not in ("message", "replies")})
        elif payload["type"] == "message":
            self._hear(topic, payload["message"])
        elif payload["type"] == "turn":
            for message in (payload["message"], *payload["replies"]):
                if message is not None:
                    self._hear(topic, message)

    def told(self, channel_id: UUID, messages: list[dict[str, Any]]) -> None:
        """Messages learned of another way (the end of an awaited turn): passed on where the socket listens."""
        topic = self._topics.get(channel_topic(channel_id))
        for message in messages if topic else ():
            self._hear(topic, message)  # type: ignore[arg-type]

    def _hear(self, topic: Topic, message: dict[str, Any]) -> None:
        mine = self._me in (message["sender_id"], message["recipient_id"])
        if not mine and topic.owner_id != self._caller.id:
            return
        if topic.held is not None:
            topic.held.append(message)
        elif topic.is_new(message):
            self._put_out({"type": "message", "message": message})

    async def subscribe(self, name: str, after: UUID | None) -> bool:
        """Listen to a topic, sending first what was said after the message `after`.

        True: more was missed than is sent, read it with GET. Raises NotFound, Invalid, TooManyRequests.
        """
        kind, subject_id = topic_parts(name)
        name = f"{kind}:{subject_id}"
        if name not in self._topics and len(self._topics) >= MAX_TOPICS:
            raise TooManyRequests(f"A socket listens to at most {MAX_TOPICS} topics", code="too_many_topics")
        topic = Topic(kind, await self._owner(kind, subject_id))
        self._topics[name] = topic
        self._parts.hub.subscribe(name, self)
        return after is not None and kind == "channel" and await self._catch_up(name, topic, after)

    def unsubscribe(self, name: str) -> None:
        """Listen no more; nothing happens where nobody listened."""
        kind, subject_id = topic_parts(name)
        name = f"{kind}:{subject_id}"
        if self._topics.pop(name, None) is not None:
            self._parts.hub.unsubscribe(self, name)

    def close(self) -> None:
        """Listen to nothing any more."""
        self._topics.clear()
        self._parts.hub.unsubscribe(self)

    async def check(self, caller: Principal) -> None:
        """Leave the topics that the caller may no longer hear, and say so."""
        self._caller = caller
        for name, topic in list(self._topics.items()):
            try:
                topic.owner_id = await self._owner(*topic_parts(name))
            except NotFound:
                self.unsubscribe(name)
                self._put_out({"type": "unsubscribed", "topic": name})

    async def catch_up(self) -> None:
        """Notices may have been lost: send what was said meanwhile, and tell who watches bots to read again."""
        for name, topic in list(self._topics.items()):
            if topic.kind == "channel":
                if await self._catch_up(name, topic, topic.latest):
                    self._put_out({"type": "missed", "topic": name})
            else:
                self._put_out({"type": "missed", "topic": name})

    async def _owner(self, kind: str, subject_id: UUID) -> UUID:
        if kind == "channel":
            return (await self._parts.rooms.enter(subject_id, self._caller)).owner_id
        return (await self._parts.bots.get(self._caller.id, subject_id)).row.owner_id

    async def _catch_up(self, name: str, topic: Topic, after: UUID) -> bool:
        if topic.held is not None:
            return False
        topic.held = []
        try:
            room = await self._parts.rooms.enter(UUID(name.partition(":")[2]), self._caller)
            start = earlier(after, OVERLAP_MS)
            rows = await messages_for(self._parts.db, room, self._caller, MAX_MISSED + 1, None, start)
        finally:
            held, topic.held = topic.held, None
        for message in [message_view(row) for row in rows[:MAX_MISSED]] + held:
            self._hear(topic, message)
        return len(rows) > MAX_MISSED


def earlier(message_id: UUID, milliseconds: int) -> UUID:
    """The smallest UUIDv7 of the moment so long before the id's own. Raises Invalid for another kind of id."""
    if message_id.version != 7:
        raise errors.invalid_field("after", "is no message's id")
    moment = max(0, (message_id.int >> 80) - milliseconds)
    return UUID(int=moment << 80)
