"""Finding messages: by words, place, sender and time, in one's own channels and bots."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from dbcv.domains.accounts.schemas import Principal
from dbcv.domains.bots.service import Bots
from dbcv.domains.conversations import errors
from dbcv.domains.conversations.repository import messages, words
from dbcv.domains.conversations.service.rooms import Rooms
from dbcv.domains.conversations.tables import MessageRow
from dbcv.kit.db import Database
from dbcv.kit.keyset import FIRST, LAST


@dataclass(frozen=True, slots=True)
class Wish:
    """What is looked for; None: any. Times are aware. One of `channel_id` and `bot_id` is given."""

    channel_id: UUID | None
    bot_id: UUID | None
    query: str | None
    session_id: UUID | None
    sender_id: UUID | None
    since: datetime | None
    until: datetime | None


class Search:
    """Use cases of those who look for messages."""

    def __init__(self, db: Database, bots: Bots, rooms: Rooms) -> None:
        self._db = db
        self._bots = bots
        self._rooms = rooms

    async def page(
        self, caller: Principal, wish: Wish, limit: int, before: UUID | None
    ) -> tuple[Sequence[MessageRow], str | None]:
        """A page, newest first, and the cursor of the next. A channel's owner finds everything in it, a member what
        was said with him; the people of a bot find what was said in its sessions.

        Raises NotFound (channel, bot), Invalid.
        """
        place = await self._place(caller, wish, before)
        async with self._db.read() as session:
            source: Any = messages
            if wish.query is not None:
                if await words.is_empty(session, wish.query):
                    raise errors.empty_query()
                source = words
            rows = await source.found(session, place, limit + 1)
            end = rows[limit - 1].id if len(rows) > limit else await source.window_end(session, place)
        return rows[:limit], str(end) if end else None

    async def _place(self, caller: Principal, wish: Wish, before: UUID | None) -> dict[str, Any]:
        member = None
        if (wish.channel_id is None) == (wish.bot_id is None):
            raise errors.channel_or_bot()
        if wish.channel_id is not None:
            room = await self._rooms.enter(wish.channel_id, caller)
            member = None if room.owner_id == caller.id else caller.id
        else:
            assert wish.bot_id is not None
            await self._bots.get(caller.id, wish.bot_id)
            if wish.query is None and wish.session_id is None:
                raise errors.query_needed()
        until = _id_of(wish.until) if wish.until else LAST
        return {
            "query": wish.query,
            "scope": words.scope_of(wish.channel_id, wish.bot_id),
            "channel_id": wish.channel_id,
            "bot_id": wish.bot_id,
            "session_id": wish.session_id,
            "sender_id": wish.sender_id,
            "member_id": member,
            "since": _id_of(wish.since) if wish.since else FIRST,
            "before": min(before or LAST, until),
        }


def _id_of(moment: datetime) -> UUID:
    """The smallest UUIDv7 of a moment: ids hold the time."""
    return UUID(int=max(0, int(moment.timestamp() * 1000)) << 80)
