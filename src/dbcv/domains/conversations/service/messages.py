"""What arrives: read strictly, addressed to a bot of the channel, handed to the acceptor. And reading it back.

The endpoints and the sockets call `MessageDesk`; its way holds no SQL besides the shared accept and no task of its own.
"""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

import msgspec

from dbcv.domains.accounts.schemas import Principal
from dbcv.domains.conversations import errors
from dbcv.domains.conversations.repository import messages
from dbcv.domains.conversations.schemas import MAX_DEPTH, MessageIn
from dbcv.domains.conversations.service.accept import Inbound
from dbcv.domains.conversations.service.faults import unreadable
from dbcv.domains.conversations.service.files import held_by
from dbcv.domains.conversations.service.rooms import Room, Rooms
from dbcv.domains.conversations.tables import MessageRow
from dbcv.kit.db import Database
from dbcv.kit.ids import new_id
from dbcv.kit.json_text import clean, clean_text
from dbcv.kit.pace import RateLimiter

_decode_message = msgspec.json.Decoder(MessageIn).decode
_decode_any = msgspec.json.Decoder().decode


def read_message(body: bytes) -> MessageIn:
    """The message in a request body or a frame. Raises Invalid with the place; NUL characters are dropped."""
    try:
        wish = _decode_message(body)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise unreadable(error, body, MessageIn) from error
    mend_message(wish, body)
    return wish


def mend_message(wish: MessageIn, body: bytes) -> None:
    """Check what the decoder does not (depth), drop what cannot be kept (NUL). Raises Invalid."""
    if wish.params:
        check_depth(wish.params, "params", body)
    if b"\\u0000" in body:
        _drop_nul(wish)


def read_json(body: bytes) -> Any:
    """Any JSON value of a webhook. Raises Invalid; NUL characters are dropped."""
    try:
        value = _decode_any(body)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise unreadable(error, body) from error
    check_depth(value, "", body)
    return clean(value) if b"\\u0000" in body else value


def check_depth(value: Any, path: str, body: bytes) -> None:
    """Raises Invalid for what is nested deeper than MAX_DEPTH. Few brackets in the text spare the look."""
    if body.count(b"[") + body.count(b"{") <= MAX_DEPTH:
        return
    level: list[Any] = [value]
    for _ in range(MAX_DEPTH + 1):
        inner = [item for holder in level for item in (holder.values() if type(holder) is dict else holder)]
        level = [item for item in inner if type(item) in (dict, list)] if level else []
        if not level:
            return
    raise errors.invalid_field(path, f"is nested deeper than {MAX_DEPTH} levels", "Send a flatter value")


def _drop_nul(wish: MessageIn) -> None:
    wish.text = clean_text(wish.text)
    wish.params = clean(wish.params)
    for attachment in wish.attachments:
        attachment.url, attachment.name = clean_text(attachment.url), clean_text(attachment.name)
        attachment.content_type = clean_text(attachment.content_type)
    if wish.external_id is not None and "\x00" in wish.external_id:
        raise errors.invalid_field("external_id", "must not hold NUL characters")


class MessageDesk:
    """Makes messages ready to be kept: checks the sender's right and pace, names the bot."""

    def __init__(self, db: Database, rooms: Rooms, limiter: RateLimiter) -> None:
        self._db = db
        self._rooms = rooms
        self._limiter = limiter

    async def address(self, caller: Principal, wish: MessageIn) -> Inbound:
        """The message made ready to be kept. Raises RateLimited, NotFound (channel, bot, file), Conflict (nobody
        answers). Only files cost a query."""
        self._limiter.take(caller.id)
        room = await self._rooms.enter(wish.channel_id, caller)
        bot_id = bot_of(room, wish.recipient_id, "recipient_id")
        attachments = await held_by(self._db, caller.id, room.id, wish.attachments) if wish.attachments else []
        return Inbound(new_id(), room.id, bot_id, caller.id, wish.text, wish.params, attachments, wish.external_id)


def bot_of(room: Room, bot_id: UUID | None, path: str) -> UUID:
    """Who answers: the named bot of the room, or its default one. Raises NotFound or Conflict."""
    if bot_id is not None:
        if bot_id not in room.bots:
            raise errors.no_bot(path)
        return bot_id
    if room.default_bot_id is None:
        raise errors.nobody_answers()
    return room.default_bot_id


async def kept_message(db: Database, message_id: UUID) -> MessageRow:
    """A message by its id, for whoever is known to have sent it. Raises NotFound."""
    async with db.read() as session:
        row = await messages.message(session, message_id)
    if row is None:
        raise errors.no_message()
    return row


async def message_for(db: Database, caller: Principal, message_id: UUID) -> MessageRow:
    """A message that the caller said, was told, or that was said in the caller's channel. Raises NotFound."""
    async with db.read() as session:
        row = await messages.message_seen_by(session, message_id, caller.id)
    if row is None:
        raise errors.no_message()
    return row


async def messages_for(
    db: Database, room: Room, caller: Principal, limit: int, before: UUID | None, after: UUID | None
) -> Sequence[MessageRow]:
    """What the caller may see of a channel that he entered: the owner all, a member what was said with its bots.

    Newest first, or from `after` on oldest first.
    """
    async with db.read() as session:
        if room.owner_id == caller.id:
            return await messages.messages_in(session, room.id, limit, before, after)
        return await messages.messages_between(session, room.id, caller.id, limit, before, after)
