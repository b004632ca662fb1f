"""The parts of this domain put together for an API process; entrypoints keep them in `app.state.conversations`."""

from dataclasses import dataclass, field
from typing import Any

from dbcv.domains.accounts.service import Authenticator
from dbcv.domains.bots.service import Bots
from dbcv.domains.conversations.service.accept import Acceptor
from dbcv.domains.conversations.service.answering import Answering
from dbcv.domains.conversations.service.channels import Channels
from dbcv.domains.conversations.service.dead_letters import DeadLetters
from dbcv.domains.conversations.service.embedding import Embedding
from dbcv.domains.conversations.service.inbox import Inbox
from dbcv.domains.conversations.service.limits import Presence
from dbcv.domains.conversations.service.links import Links
from dbcv.domains.conversations.service.messages import MessageDesk
from dbcv.domains.conversations.service.order import Order
from dbcv.domains.conversations.service.replies import Replies
from dbcv.domains.conversations.service.rooms import Rooms
from dbcv.domains.conversations.service.search import Search
from dbcv.domains.conversations.service.sessions import Sessions
from dbcv.domains.conversations.service.steering import Steering
from dbcv.domains.conversations.service.step_names import StepNames
from dbcv.domains.conversations.service.transports import Transports
from dbcv.domains.conversations.service.variables import Variables
from dbcv.domains.conversations.service.webhooks import WebhookDesk
from dbcv.kit.bell import Bell
from dbcv.kit.db import Database
from dbcv.kit.pace import RateLimiter
from dbcv.kit.realtime import LiveHub
from dbcv.kit.settings import Settings

FRAMES_PER_SECOND = 20.0
FRAME_BURST = 200
"""Of one socket, messages aside: those are counted with the sender's other messages."""

SOCKETS_OF_ONE = 50
"""Sockets of one subscriber in a process: a tab has one, a script that opens them without end starves nobody."""


@dataclass(slots=True)
class Conversations:
    """What endpoints and sockets work with. `build` makes it, `start` and `stop` frame its life."""

    db: Database
    settings: Settings
    tokens: Authenticator
    bots: Bots
    bell: Bell
    hub: LiveHub
    acceptor: Acceptor
    rooms: Rooms
    channels: Channels
    messages: MessageDesk
    webhooks: WebhookDesk
    embedding: Embedding
    replies: Replies
    sessions: Sessions
    inbox: Inbox
    steering: Steering
    answering: Answering
    variables: Variables
    search: Search
    dead_letters: DeadLetters
    transports: Transports
    visitors: RateLimiter
    frames: RateLimiter
    sockets: Presence
    order: Order[Any] = field(default_factory=Order)

    @classmethod
    def build(
        cls,
        db: Database,
        settings: Settings,
        tokens: Authenticator,
        bots: Bots,
        acceptor: Acceptor,
        bell: Bell,
        hub: LiveHub,
        links: Links | None = None,
    ) -> "Conversations":
        """The parts given are started and stopped by who gives them. Without `links`, the ways to vendors, no channel
        can be bound to one."""
        rooms = Rooms(db, bell, hub)
        channels, names = Channels(db, settings, bots, rooms), StepNames(db)
        sessions = Sessions(db, bots, channels, names)
        limiter = RateLimiter(settings.messages_per_second, settings.message_burst)
        frames = RateLimiter(FRAMES_PER_SECOND, FRAME_BURST)
        return cls(
            db=db,
            settings=settings,
            tokens=tokens,
            bots=bots,
            bell=bell,
            hub=hub,
            acceptor=acceptor,
            rooms=rooms,
            channels=channels,
            messages=MessageDesk(db, rooms, limiter),
            webhooks=WebhookDesk(db, rooms, limiter),
            embedding=Embedding(db, settings, rooms, channels, frames),
            replies=Replies(db, hub),
            sessions=sessions,
            inbox=Inbox(db, bots, names),
            steering=Steering(db, bell, settings.shards, sessions, names),
            answering=Answering(db, bell, settings.shards, sessions),
            variables=Variables(db, bots, channels, sessions),
            search=Search(db, bots, rooms),
            dead_letters=DeadLetters(db, bots, bell),
            transports=Transports(db, settings, bots, channels, rooms, links),
            visitors=RateLimiter(settings.visitors_per_second, settings.visitor_burst),
            frames=frames,
            sockets=Presence(SOCKETS_OF_ONE),
        )

    async def start(self) -> None:
        """Begin to look after those who wait."""
        await self.replies.start()

    async def stop(self) -> None:
        """Let go of those who wait."""
        await self.replies.stop()
