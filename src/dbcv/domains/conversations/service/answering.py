"""A person answers instead of the bot, while it is paused; and is seen typing."""

from typing import Any
from uuid import UUID

from dbcv.domains.accounts.schemas import Principal
from dbcv.domains.conversations import errors
from dbcv.domains.conversations.events import told_in
from dbcv.domains.conversations.repository import steering
from dbcv.domains.conversations.schemas import AttachmentIn, ReplyIn
from dbcv.domains.conversations.service.files import held_by
from dbcv.domains.conversations.service.sessions import Sessions
from dbcv.domains.conversations.service.views import message_view
from dbcv.domains.conversations.tables import MessageRow, SessionRow
from dbcv.kit.bell import Bell
from dbcv.kit.clock import utc_now
from dbcv.kit.db import Database
from dbcv.kit.ids import new_id
from dbcv.kit.json_text import clean, dumps
from dbcv.kit.streams import bot_messages, shard_of


class Answering:
    """Use cases of the person who took over. All raise NotFound, and Forbidden for a viewer of the bot."""

    def __init__(self, db: Database, bell: Bell, shards: int, looking: Sessions) -> None:
        self._db = db
        self._bell = bell
        self._shards = shards
        self._looking = looking

    async def reply(self, caller: Principal, session_id: UUID, wish: ReplyIn) -> MessageRow:
        """Say something to the session's person; kept with the session's lock, so that it cannot slip in after a
        hand-back. A second copy (same `external_id`) gives the first. Raises Conflict unless the bot is paused.
        """
        if not (wish.text.strip() or wish.params or wish.attachments):
            raise errors.nothing_said()
        place = await self._looking.place(caller, session_id, edits=True)
        held = await self._held(caller, place.row.channel_id, wish)
        async with self._db.transaction() as session:
            found = await steering.lock(session, session_id)
            if found is None:
                raise errors.no_session()
            row = found[0]
            if row.paused_by is None:
                raise errors.not_paused()
            shard = shard_of(row.user_id, self._shards)
            said = await steering.add_reply(session, **_message(caller, row, wish, held))
            if said is not None:
                await steering.touch(session, session_id, utc_now())
                await steering.deliver(session, row, shard, dumps({"message": message_view(said)}))
            else:
                first = (row.channel_id, caller.id, row.id, wish.external_id or "")
                said = await steering.first_reply(session, *first)
        if said is None:
            raise errors.invalid_field("external_id", "was used for another message", "Use a new one")
        self._bell.ring(bot_messages(shard), str(session_id))
        topics = told_in(said.channel_id, row.user_id, caller.id)
        self._bell.publish(topics, {"type": "message", "message": message_view(said)})
        return said

    async def _held(self, caller: Principal, channel_id: UUID, wish: ReplyIn) -> list[dict[str, Any]]:
        wished = [AttachmentIn(**attachment.model_dump()) for attachment in wish.attachments]
        return await held_by(self._db, caller.id, channel_id, wished) if wished else []

    async def typing(self, caller: Principal, session_id: UUID, is_typing: bool) -> None:
        """Show the session's person that somebody is about to answer. Raises Conflict unless the bot is paused."""
        row = (await self._looking.place(caller, session_id, edits=True)).row
        if row.paused_by is None:
            raise errors.not_paused()
        self._bell.publish(told_in(row.channel_id, row.user_id), _typing(caller, row, is_typing))


def _message(caller: Principal, row: SessionRow, wish: ReplyIn, held: list[dict[str, Any]]) -> dict[str, Any]:
    return {
        "id": new_id(),
        "channel_id": row.channel_id,
        "session_id": row.id,
        "sender_id": caller.id,
        "recipient_id": row.user_id,
        "text": wish.text,
        "params": clean(wish.params),
        "attachments": held,
        "external_id": wish.external_id,
        "created_at": utc_now(),
    }


def _typing(caller: Principal, row: SessionRow, is_typing: bool) -> dict[str, Any]:
    place = {"channel_id": str(row.channel_id), "session_id": str(row.id), "user_id": str(row.user_id)}
    return {"type": "typing", "sender_id": str(caller.id), "reply_to": None, "is_typing": is_typing} | place
