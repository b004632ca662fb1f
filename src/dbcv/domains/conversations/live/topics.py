"""What one socket listens to: may it, what of a topic is for it, and what it missed."""

import asyncio
from collections.abc import Callable, Container, Sequence
from typing import Any
from uuid import UUID

from dbcv.domains.accounts.schemas import Principal
from dbcv.domains.conversations import errors
from dbcv.domains.conversations.events import channel_topic, person_topic
from dbcv.domains.conversations.live.frames import topic_name, topic_parts
from dbcv.domains.conversations.service.conversations import Conversations
from dbcv.domains.conversations.service.messages import messages_for
from dbcv.domains.conversations.service.views import message_view
from dbcv.domains.conversations.tables import MessageRow
from dbcv.kit.errors import NotFound, TooManyRequests
from dbcv.kit.ids import new_id
from dbcv.kit.realtime import METRICS_TOPIC, Missed, Subscription

MAX_TOPICS = 50
MAX_MISSED = 200
RECENT_IDS = 500
WATCHED = frozenset({"bot", METRICS_TOPIC})
OVERLAP_MS = 10_000
"""How far a message's commit may lag behind its id: what was missed is looked for from so long before."""

Put = Callable[[dict[str, Any]], None]


class Topic:
    """One topic of one socket. While what was missed is read, what is said now waits in `held`.

    `heard_on` is the topic of the live hub: a channel's owner hears all of it; anybody else, and who watches one
    session, the part of one person.
    """

    def __init__(self, kind: str, subject_id: UUID, owner_id: UUID | None, heard_on: str | None = None) -> None:
        self.kind = kind
        self.subject_id = subject_id
        self.owner_id = owner_id
        self.heard_on = heard_on or topic_name(kind, subject_id)
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
        for topic in [topic for topic in self._topics.values() if topic.heard_on == name]:
            self._take(topic, payload)

    def _take(self, topic: Topic, payload: dict[str, Any]) -> None:
        if topic.kind in WATCHED:
            self._put_out({key: value for key, value in payload.items() if key not in ("message", "replies")})
        elif payload["type"] == "message":
            self._hear(topic, payload["message"])
        elif payload["type"] == "turn":
            for message in (payload["message"], *payload["replies"]):
                if message is not None:
                    self._hear(topic, message)
        elif payload["type"] == "message.part":
            self._hear_part(topic, payload)
        elif self._concerns(topic, payload["session_id"], {payload["user_id"]}):
            # Who answers is for the bot's people; a visitor learns that somebody does.
            hidden = ("paused_by", "step_id") if payload["user_id"] == self._me else ()
            self._put_out({key: value for key, value in payload.items() if key not in hidden})

    def _hear_part(self, topic: Topic, payload: dict[str, Any]) -> None:
        if topic.held is None and self._concerns(topic, payload["session_id"], {payload["user_id"]}):
            self._put_out({key: value for key, value in payload.items() if key != "user_id"})

    def _concerns(self, topic: Topic, session_id: str, people: Container[str]) -> bool:
        """Whether what happens in a session to these people is for this socket."""
        if topic.kind == "session":
            return session_id == str(topic.subject_id)
        return self._me in people or topic.owner_id == self._caller.id

    def told(self, channel_id: UUID, messages: list[dict[str, Any]]) -> None:
        """Messages learned of another way (the end of an awaited turn): passed on where the socket listens."""
        topic = self._topics.get(channel_topic(channel_id))
        for message in messages if topic else ():
            self._hear(topic, message)  # type: ignore[arg-type]

    def _hear(self, topic: Topic, message: dict[str, Any]) -> None:
        if not self._concerns(topic, str(message["session_id"]), (message["sender_id"], message["recipient_id"])):
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
        name = topic_name(kind, subject_id)
        if name not in self._topics and len(self._topics) >= MAX_TOPICS:
            raise TooManyRequests(f"A socket listens to at most {MAX_TOPICS} topics", code="too_many_topics")
        topic = await self._topic(kind, subject_id)
        self._topics[name] = topic
        self._parts.hub.subscribe(topic.heard_on, self)
        return after is not None and kind not in WATCHED and await self._catch_up(topic, after)

    def unsubscribe(self, name: str) -> None:
        """Listen no more; nothing happens where nobody listened."""
        kind, subject_id = topic_parts(name)
        name = topic_name(kind, subject_id)
        topic = self._topics.pop(name, None)
        if topic is not None:
            self._leave(topic.heard_on)

    def _leave(self, heard_on: str) -> None:
        if all(topic.heard_on != heard_on for topic in self._topics.values()):
            self._parts.hub.unsubscribe(self, heard_on)

    def hears(self, name: str) -> bool:
        """Whether the socket listens to this topic."""
        return name in self._topics

    def expect(self, name: str) -> None:
        """Raises Invalid where the socket does not listen to this topic."""
        if not self.hears(name):
            raise errors.invalid_field("bot_id", "is no bot you listen to", f'First subscribe to "{name}"')

    def close(self) -> None:
        """Listen to nothing any more."""
        self._topics.clear()
        self._parts.hub.unsubscribe(self)

    async def check(self, caller: Principal) -> None:
        """Leave the topics that the caller may no longer hear, and say so."""
        self._caller = caller
        for name, topic in list(self._topics.items()):
            try:
                self._move(topic, await self._topic(topic.kind, topic.subject_id))
            except NotFound:
                self.unsubscribe(name)
                self._put_out({"type": "unsubscribed", "topic": name})

    def _move(self, topic: Topic, now: Topic) -> None:
        """Who became or is no longer the owner hears more or less from now on."""
        before, topic.owner_id, topic.heard_on = topic.heard_on, now.owner_id, now.heard_on
        if topic.heard_on != before:
            self._parts.hub.subscribe(topic.heard_on, self)
            self._leave(before)

    async def catch_up(self) -> None:
        """Notices may have been lost: send what was said meanwhile, and tell who watches bots to read again."""
        for name, topic in list(self._topics.items()):
            if topic.kind not in WATCHED:
                if await self._catch_up(topic, topic.latest):
                    self._put_out({"type": "missed", "topic": name})
            else:
                self._put_out({"type": "missed", "topic": name})

    async def _topic(self, kind: str, subject_id: UUID) -> Topic:
        """A topic that the caller may hear. Raises NotFound."""
        if kind == "channel":
            room = await self._parts.rooms.enter(subject_id, self._caller)
            mine = None if room.owner_id == self._caller.id else person_topic(subject_id, self._caller.id)
            return Topic(kind, subject_id, room.owner_id, mine)
        if kind == METRICS_TOPIC:
            if self._caller.role != "ADMIN":
                raise NotFound("Only administrators may watch the figures")
            return Topic(kind, subject_id, None)
        if kind == "session":
            row = (await self._parts.sessions.place(self._caller, subject_id)).row
            return Topic(kind, subject_id, None, person_topic(row.channel_id, row.user_id))
        bot = await self._parts.bots.get(self._caller.id, subject_id)
        return Topic(kind, subject_id, bot.row.owner_id)

    async def _missed_in(self, topic: Topic, after: UUID) -> Sequence[MessageRow]:
        """What was said in it from the moment of the message `after` on, oldest first, one more than is sent."""
        start = earlier(after, OVERLAP_MS)
        if topic.kind == "session":
            return await self._parts.sessions.said_after(self._caller, topic.subject_id, start, MAX_MISSED + 1)
        room = await self._parts.rooms.enter(topic.subject_id, self._caller)
        return await messages_for(self._parts.db, room, self._caller, MAX_MISSED + 1, None, start)

    async def _catch_up(self, topic: Topic, after: UUID) -> bool:
        if topic.held is not None:
            return False
        topic.held = []
        try:
            rows = await self._missed_in(topic, after)
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
