"""What a bot says because a turn of it asked for it: to all who talk to it in a channel, or to one session.

Each is a firing of a schedule that has no time of its own, so it goes the way of all firings: kept in one commit,
batch by batch through the scheduler, once for each session (docs/adr/0019, 0039). Called by the runtime.
"""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid5

from sqlalchemy.ext.asyncio import AsyncSession

from dbcv.domains.schedules import errors, repository
from dbcv.domains.schedules.service.force import SWITCHED_OFF
from dbcv.domains.schedules.service.schedules import Fired
from dbcv.kit.db import Database
from dbcv.kit.errors import Unavailable

MOST_OPEN = 10
"""Broadcasts of one bot on their way at once."""
BROADCAST = "broadcast"
_TRIES = 5


@dataclass(frozen=True, slots=True)
class Wish:
    """What is said, and where. `key` is the same at every try of one call; `event_id`: of the turn that asks. `data`
    is laid beside the message in the `event.*` scope; `name` is what rules know it by."""

    channel_id: UUID
    key: str
    event_id: UUID
    name: str
    message: dict[str, Any]
    data: dict[str, Any]
    session_id: UUID | None = None


class Sendings:
    """Use cases of a bot that speaks first. `tell(bot_id)` wakes the schedulers; a hint, never waited for."""

    def __init__(self, db: Database, tell: Callable[[UUID], None]) -> None:
        self._db, self._tell = db, tell

    async def begin(self, bot_id: UUID, wish: Wish) -> UUID:
        """On its way from now on; its id. A second time with the same key it is the first. The caller has looked
        whether the channel and session are the bot's. Raises Conflict, RateLimited."""
        firing_id = id_of(wish.event_id, wish.key)
        async with self._db.transaction() as session:
            if await repository.sending(session, bot_id, firing_id) is None:
                await self._check(session, bot_id, wish)
                await _keep(session, bot_id, firing_id, wish)
        self._tell(bot_id)
        return firing_id

    async def progress(self, bot_id: UUID, firing_id: UUID) -> Fired:
        """How far it has come. Raises NotFound."""
        async with self._db.read() as session:
            row = await repository.sending(session, bot_id, firing_id)
            if row is None:
                raise errors.no_sending()
            faults = await repository.faults(session, [firing_id])
        found = faults.get(firing_id)
        return Fired(row, found.total, list(found.examples)) if found else Fired(row, 0, [])

    async def stop(self, bot_id: UUID, firing_id: UUID) -> None:
        """Whom it has not reached by now it does not reach. Raises NotFound."""
        async with self._db.transaction() as session:
            if await repository.sending(session, bot_id, firing_id) is None:
                raise errors.no_sending()
            await repository.stop_firing(session, firing_id, SWITCHED_OFF)

    async def _check(self, session: AsyncSession, bot_id: UUID, wish: Wish) -> None:
        if not await repository.is_published(session, bot_id):
            raise errors.not_published()
        if wish.session_id is None and await repository.open_broadcasts(session, bot_id, BROADCAST) >= MOST_OPEN:
            raise errors.too_many_sendings(MOST_OPEN)


async def _keep(session: AsyncSession, bot_id: UUID, firing_id: UUID, wish: Wish) -> None:
    kind = BROADCAST if wish.session_id is None else "message"
    schedule_id = uuid5(bot_id, f"{kind}:{wish.channel_id}")
    content: dict[str, Any] = {"name": kind, "message": {}, "send_at": None, "cron": None, "is_active": True}
    await repository.add_timeless(
        session, {"id": schedule_id, "bot_id": bot_id, "channel_id": wish.channel_id, "content": content}
    )
    target = wish.session_id or await repository.newest_session(session, bot_id)
    for _ in range(_TRIES):  # two of one moment: the time of a schedule's firing is unique
        now = await repository.now(session)
        own = {"schedule_id": str(schedule_id), "firing_id": str(firing_id), "fire_at": now.isoformat()}
        fields = {
            "id": firing_id, "schedule_id": schedule_id, "bot_id": bot_id, "kind": "emitter", "fire_at": now,
            "channel_id": wish.channel_id, "up_to_session_id": target,
            "last_session_id": UUID(int=target.int - 1) if wish.session_id and target else None,
            "event": {"data": wish.data | own | {"name": wish.name, "message": wish.message}},
        }  # fmt: skip
        if await repository.add_firing_once(session, fields):
            return
    raise Unavailable("Too many are sent in the same moment: try again")


def id_of(event_id: UUID, key: str) -> UUID:
    """The id of what a call sends: made of the call's key, with the time of the turn's event, so that it sorts among
    ids that were made then (version 7)."""
    digest = int.from_bytes(hashlib.sha256(f"{event_id}:{key}".encode()).digest()[:10], "big")
    time_bits = (event_id.int >> 80) << 80
    rand_a, rand_b = (digest >> 62) & 0xFFF, digest & ((1 << 62) - 1)
    return UUID(int=time_bits | (7 << 76) | (rand_a << 64) | (0b10 << 62) | rand_b)
