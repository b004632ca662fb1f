"""Who else has a bot open: each socket tells its own state to the others, through the live channel and nowhere kept.

Whoever tells of himself hears of the others. Called by `socket.py`; only for a bot whose topic the socket listens to.
"""

import asyncio
import contextlib
import time
from collections.abc import Callable
from typing import Any
from uuid import UUID

from dbcv.domains.accounts.schemas import Principal
from dbcv.domains.conversations.live.frames import Presence, topic_name
from dbcv.kit.bell import Bell
from dbcv.kit.ids import new_id
from dbcv.kit.realtime import LiveHub, Missed, Subscription
from dbcv.kit.vital import end

MOST_PEOPLE = 30
"""Of one bot, shown to each other; who comes later sees them and is not seen until somebody leaves."""
BEAT_SECONDS = 4.0
SILENT_SECONDS = 10.0
"""Somebody not heard of for so long is gone: his process was killed, or the live channel is."""
GAP_SECONDS = 0.1
"""At least between two words of one socket: a wild pointer floods nobody."""

Put = Callable[[dict[str, Any]], None]


def people_topic(bot_id: UUID) -> str:
    """Where those who have the bot open tell of themselves."""
    return f"people:{bot_id}"


class People(Subscription):
    """One socket among those of a bot. `put_out` gets the frames for this socket; `hears` says whether it may still
    hear a topic."""

    def __init__(self, bell: Bell, hub: LiveHub, put_out: Put, hears: Callable[[str], bool]) -> None:
        super().__init__(1)
        self._bell = bell
        self._hub = hub
        self._put_out = put_out
        self._hears = hears
        self._id = str(new_id())
        self._bot_id: UUID | None = None
        self._state: dict[str, Any] = {}
        self._heard: dict[str, float] = {}
        self._is_told = False
        self._asks = True
        self._wake = asyncio.Event()
        self._task: asyncio.Task[None] | None = None

    def tell(self, caller: Principal, presence: Presence) -> None:
        """Say what the caller has selected and edits; the first time, that he is there."""
        if presence.bot_id != self._bot_id:
            self.leave()
            self._bot_id = presence.bot_id
            self._hub.subscribe(people_topic(presence.bot_id), self)
        self._state = {
            "subscriber_id": str(caller.id),
            "name": caller.username[:100],
            "selected": [str(part_id) for part_id in presence.selected],
            "editing": None if presence.editing is None else str(presence.editing),
            "field": presence.field,
        }
        self._wake.set()
        if self._task is None:
            self._task = asyncio.create_task(self._beat(), name="people")

    def leave(self) -> None:
        """Be gone at once, for all who saw it."""
        if self._bot_id is None:
            return
        self._hub.unsubscribe(self)
        if self._is_told:
            self._say({"type": "presence.gone"})
        self._bot_id, self._is_told, self._asks = None, False, True
        self._heard.clear()

    def check(self) -> None:
        """Leave where the bot's topic is listened to no more."""
        if self._bot_id is not None and not self._may_hear(self._bot_id):
            self.leave()

    async def close(self) -> None:
        """Leave, and tell no more."""
        self.leave()
        await end(self._task)

    def put(self, item: tuple[str, Any] | Missed) -> None:
        if isinstance(item, Missed):
            self._asks = True
            self._wake.set()
            return
        payload = item[1]
        if self._bot_id is None or payload["id"] == self._id or not self._may_hear(self._bot_id):
            return
        if payload["type"] == "presence.gone":
            self._gone(payload["id"])
        elif payload["id"] in self._heard or len(self._heard) < MOST_PEOPLE:
            self._heard[payload["id"]] = time.monotonic()
            self._put_out({key: value for key, value in payload.items() if key != "asks"})
            if payload["asks"]:
                self._wake.set()

    def _may_hear(self, bot_id: UUID) -> bool:
        return self._hears(topic_name("bot", bot_id))

    def _say(self, content: dict[str, Any]) -> None:
        if self._bot_id is not None:
            self._bell.publish([people_topic(self._bot_id)], content | {"bot_id": str(self._bot_id), "id": self._id})

    def _gone(self, socket_id: str) -> None:
        if self._heard.pop(socket_id, None) is not None:
            self._put_out({"type": "presence.gone", "bot_id": str(self._bot_id), "id": socket_id})

    async def _beat(self) -> None:
        """Tell what is new soon, and now and then that we are still there."""
        while True:
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._wake.wait(), BEAT_SECONDS)
            self._wake.clear()
            if self._bot_id is not None:
                self._look_round(self._bot_id)
            await asyncio.sleep(GAP_SECONDS)

    def _look_round(self, bot_id: UUID) -> None:
        for socket_id, heard_at in list(self._heard.items()):
            if time.monotonic() - heard_at > SILENT_SECONDS:
                self._gone(socket_id)
        if self._is_told or len(self._heard) < MOST_PEOPLE:
            self._say({"type": "presence", **self._state, "asks": self._asks})
            self._is_told, self._asks = True, False
