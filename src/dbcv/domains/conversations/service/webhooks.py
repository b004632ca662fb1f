"""Webhooks: is the caller who he says he is, what in his JSON is what, and who is the sender here."""

import asyncio
import hmac
import secrets
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Any
from uuid import UUID

from dbcv.domains.accounts import service as accounts
from dbcv.domains.conversations import errors
from dbcv.domains.conversations.repository import channels
from dbcv.domains.conversations.schemas import MAX_EXTERNAL_ID
from dbcv.domains.conversations.service.accept import Inbound
from dbcv.domains.conversations.service.messages import bot_of, read_json
from dbcv.domains.conversations.service.rooms import Room, Rooms
from dbcv.kit.db import Database
from dbcv.kit.ids import new_id
from dbcv.kit.pace import RateLimiter

REMEMBERED_SENDERS = 20_000
_ABSENT = object()


def sealed_secret(secret: str) -> str:
    """What is stored of a webhook's secret: "salt$HMAC-SHA256", enough to know it again, not to show it."""
    salt = secrets.token_hex(16)
    return f"{salt}${_digest(salt, secret.encode())}"


def is_secret(given: bytes, sealed: str) -> bool:
    """Whether `given` is the sealed secret; in constant time."""
    salt, _, digest = sealed.partition("$")
    return hmac.compare_digest(_digest(salt, given), digest)


def _digest(salt: str, secret: bytes) -> str:
    return hmac.new(salt.encode(), secret, sha256).hexdigest()


def value_at(value: Any, path: str | None) -> Any:
    """What lies at "a.b.0" (own keys and list places only), or `_ABSENT`."""
    if path is None:
        return _ABSENT
    for key in path.split("."):
        if isinstance(value, dict) and key in value:
            value = value[key]
        elif isinstance(value, list) and key.isdecimal() and int(key[:9]) < len(value):
            value = value[int(key[:9])]
        else:
            return _ABSENT
    return value


def _id_at(content: Any, webhook: Mapping[str, Any], field: str) -> str | None:
    """A text or a number as the outside's id; None where it is missing."""
    found = value_at(content, webhook[field])
    if found is _ABSENT or found is None:
        return None
    if isinstance(found, bool) or not isinstance(found, str | int):
        raise errors.invalid_field(webhook[field], f"the {field} must be a text or a whole number")
    text = str(found)
    if not 0 < len(text) <= MAX_EXTERNAL_ID:
        raise errors.invalid_field(webhook[field], f"the {field} must have 1 to {MAX_EXTERNAL_ID} characters")
    return text


def _text_at(content: Any, webhook: Mapping[str, Any]) -> str:
    found = value_at(content, webhook["text"])
    if found is _ABSENT or found is None:
        return ""
    if not isinstance(found, str):
        raise errors.invalid_field(webhook["text"], "the text must be a text")
    return found


@dataclass(frozen=True, slots=True)
class Post:
    """One call, read. `sender` is the outside's name for whoever it comes from, "" for a webhook without senders."""

    channel_id: UUID
    bot_id: UUID
    sender: str
    text: str
    content: Any
    external_id: str | None


class WebhookDesk:
    """Takes webhooks in one process."""

    def __init__(self, db: Database, rooms: Rooms, limiter: RateLimiter) -> None:
        self._db = db
        self._rooms = rooms
        self._limiter = limiter
        self._senders: OrderedDict[tuple[UUID, str], UUID] = OrderedDict()
        self._asked: dict[tuple[UUID, str], asyncio.Future[UUID]] = {}

    async def admit(self, channel_id: UUID, headers: Mapping[bytes, bytes]) -> Room:
        """The channel, if it takes webhooks and the secret is right. `headers` have lower-case names.

        Raises NotFound, Unauthorized; nothing of the body was looked at before.
        """
        room = await self._rooms.room(channel_id)
        if room.webhook is None:
            raise errors.no_channel()
        given = headers.get(room.webhook["secret_header"].lower().encode())
        if given is None or not is_secret(given, room.webhook["secret"]):
            raise errors.secret_wrong()
        return room

    def read(self, room: Room, bot_id: UUID | None, body: bytes) -> Post:
        """What came in, understood. Raises Invalid, NotFound (bot), RateLimited."""
        webhook = room.webhook
        assert webhook is not None
        answering = bot_of(room, bot_id, "bot_id")
        content = read_json(body)
        sender = _id_at(content, webhook, "sender")
        if sender is None and webhook["sender"] is not None:
            hint = "The channel's config.webhook.sender says that it stands here"
            raise errors.invalid_field(webhook["sender"], "the sender is missing", hint)
        self._limiter.take((room.id, sender))
        return Post(
            room.id, answering, sender or "", _text_at(content, webhook), content, _id_at(content, webhook, "id")
        )

    async def address(self, post: Post) -> Inbound:
        """The same made ready to be kept: who the sender is here."""
        return Inbound(
            new_id(), post.channel_id, post.bot_id, await self._person(post.channel_id, post.sender), post.text,
            post.content, [], post.external_id, "webhook",
        )  # fmt: skip

    async def _person(self, channel_id: UUID, sender: str) -> UUID:
        """Who the sender is here; made a visitor at the first call. Two at once are made one."""
        key = (channel_id, sender)
        known = self._senders.get(key)
        if known is not None:
            return known
        asked = self._asked.get(key)
        if asked is None:
            asked = self._asked[key] = asyncio.ensure_future(self._find_person(key))
        return await asyncio.shield(asked)

    async def _find_person(self, key: tuple[UUID, str]) -> UUID:
        try:
            person = await find_or_make_person(self._db, *key)
        finally:
            self._asked.pop(key, None)
        self._senders[key] = person
        if len(self._senders) > REMEMBERED_SENDERS:
            self._senders.popitem(last=False)
        return person


async def find_or_make_person(db: Database, channel_id: UUID, sender: str) -> UUID:
    """The subscriber that an outside sender is in a channel; the same one for every process."""
    async with db.read() as session:
        known = await channels.sender(session, channel_id, sender)
    if known is not None:
        return known
    async with db.transaction() as session:
        await channels.alone_with_sender(session, channel_id, sender)
        known = await channels.sender(session, channel_id, sender)
        if known is None:
            known = await accounts.add_visitor(session, channel_id)
            await channels.add_sender(session, channel_id, sender, known)
    return known
