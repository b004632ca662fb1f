"""Files as channels and bots see them: what the media domain asks, and the files that a message holds."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

import msgspec

from dbcv.domains.accounts.schemas import Principal
from dbcv.domains.bots.errors import not_an_editor
from dbcv.domains.bots.service import Bots
from dbcv.domains.conversations import errors
from dbcv.domains.conversations.repository import files
from dbcv.domains.conversations.schemas import AttachmentIn
from dbcv.domains.conversations.service.rooms import Rooms
from dbcv.domains.media.service import attachments
from dbcv.domains.media.service.surroundings import ChannelTerms
from dbcv.kit.clock import utc_now
from dbcv.kit.db import Database
from dbcv.kit.errors import NotFound
from dbcv.kit.json_text import dumps

_WITH_FILES = ("steps", "requests", "emitters", "templates")


class FileSurroundings:
    """Bots and channels for `media.service.surroundings.Surroundings`."""

    def __init__(self, db: Database, bots: Bots, rooms: Rooms, visitor_max_bytes: int) -> None:
        self._db = db
        self._bots = bots
        self._rooms = rooms
        self._visitor_max_bytes = visitor_max_bytes

    async def channel_terms(self, caller: Principal, channel_id: UUID) -> ChannelTerms:
        """The channel's terms for somebody who may write there. Raises NotFound."""
        room = await self._rooms.enter(channel_id, caller)
        most = self._visitor_max_bytes if room.files is None else room.files.get("max_bytes")
        allowed = room.files is None or bool(room.files.get("visitors", True))
        return ChannelTerms(room.owner_id, min(most or self._visitor_max_bytes, self._visitor_max_bytes) * allowed)

    async def bot_account(self, caller: Principal, bot_id: UUID, to_change: bool) -> UUID:
        """Whose account the bot is. Raises NotFound for who may not see it, Forbidden `to_change` for a viewer."""
        seen = await self._bots.get(caller.id, bot_id)
        if to_change and seen.access == "viewer":
            raise not_an_editor()
        return seen.row.owner_id

    async def users_of(self, caller: Principal, bot_id: UUID, attachment_id: UUID) -> list[tuple[str, str]]:
        """(path, name) of what names the file in the bot's draft and in what is published."""
        try:
            documents = [await self._bots.whole(caller.id, bot_id)]
        except NotFound:
            return []  # it was the caller's before the bot was not: nothing of the bot is told
        published = (await self._bots.get(caller.id, bot_id)).row.published_revision
        if published is not None:
            documents.append((await self._bots.revision(caller.id, bot_id, published))[1].document)
        return list(dict.fromkeys(user for document in documents for user in _users(document, str(attachment_id))))

    async def was_shown(self, caller: Principal, attachment_id: UUID, sender_ids: set[UUID]) -> bool:
        """Whether a message that the caller may read, said by one of the senders, holds the file."""
        async with self._db.read() as session:
            return await files.was_shown(session, caller.id, attachment_id, sorted(sender_ids))


def _users(document: dict[str, Any], file_id: str) -> list[tuple[str, str]]:
    """What may hold files names them anywhere in it: by an id, an object, a part of a form."""
    return [
        (f"{kind}[{place}]", str(part.get("name") or kind))
        for kind in _WITH_FILES
        for place, part in enumerate(document.get(kind, ()))
        if file_id in dumps(part)
    ]


class BotSurroundings:
    """What saving and sending by bots asks: `media.service.saving.Around`."""

    def __init__(self, db: Database) -> None:
        self._db = db

    async def account_of(self, bot_id: UUID) -> UUID | None:
        """Whose a bot is; None for one that is gone."""
        async with self._db.read() as session:
            return await files.account_of_bot(session, bot_id)

    async def was_told(self, bot_id: UUID, attachment_id: UUID, sender_id: UUID) -> bool:
        """Whether the sender sent the file to the bot."""
        async with self._db.read() as session:
            return await files.told_to_bot(session, bot_id, attachment_id, sender_id)


async def held_by(
    db: Database, caller_id: UUID, channel_id: UUID, wished: Sequence[AttachmentIn]
) -> list[dict[str, Any]]:
    """What a message holds: the caller's own uploads looked up by id, addresses elsewhere as they are.

    Raises NotFound for a file that is not the caller's, Invalid for an entry that is neither or both.
    """
    for place, entry in enumerate(wished):
        if bool(entry.url) == (entry.id is not None):
            hint = "Give the id of a file you uploaded, or the url of one that lies elsewhere"
            raise errors.invalid_field(f"attachments[{place}]", "needs an id or a url, and not both", hint)
    ids = [entry.id for entry in wished if entry.id is not None]
    own = {held["id"]: held for held in await _sent(db, caller_id, channel_id, ids)}
    return [own[str(entry.id)] if entry.id is not None else msgspec.to_builtins(entry) for entry in wished]


async def _sent(db: Database, caller_id: UUID, channel_id: UUID, ids: list[UUID]) -> list[dict[str, Any]]:
    return await attachments.send(db, caller_id, channel_id, ids, utc_now()) if ids else []
