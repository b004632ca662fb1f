"""A channel's chat on other people's pages: which may show it, how it looks, what they say of their visitor.

Browsers enforce the origins, by what the endpoints and the pages' policy tell them; nothing here trusts a page.
"""

import hmac
import secrets
import time
from collections.abc import Collection, Mapping
from hashlib import sha256
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

from pydantic import ValidationError

from dbcv.domains.accounts.schemas import Principal
from dbcv.domains.accounts.service import audit
from dbcv.domains.conversations import errors
from dbcv.domains.conversations.repository import channels, variables
from dbcv.domains.conversations.schemas.embedding import (
    EmbedConfig,
    EmbedLook,
    EmbedSecretOut,
    FactsIn,
    FactsKept,
    SignedFacts,
    VisitOut,
)
from dbcv.domains.conversations.service.channels import Channels
from dbcv.domains.conversations.service.rooms import Room, Rooms
from dbcv.kit.db import Database
from dbcv.kit.pace import RateLimiter
from dbcv.kit.settings import Settings

SALT_BYTES = 16


def look_of(room: Room) -> EmbedLook:
    """How a channel's chat looks on other pages."""
    config = EmbedConfig(**{name: value for name, value in (room.embed or {}).items() if name != "salt"})
    return EmbedLook(
        name=room.name, position=config.position, greeting=config.greeting, locale=config.locale, theme=config.theme
    )


def is_own(origin: str, hosts: Collection[str], settings: Settings) -> bool:
    """Whether pages of this origin are this installation's: what was asked for by the same host, or its public address.

    `hosts` are what the browser and a proxy in front named; a foreign page can set neither.
    """
    public = urlsplit(settings.public_url)
    given = urlsplit(origin)
    if public.netloc and (given.scheme, given.netloc) == (public.scheme, public.netloc):
        return True
    return given.scheme in ("http", "https") and given.netloc.lower() in {host.lower() for host in hosts if host}


def may_show(room: Room, origin: str) -> bool:
    """Whether the channel's owner lets pages of this origin show the chat."""
    allowed = (room.embed or {}).get("allowed_origins", [])
    return "*" in allowed or origin.lower() in allowed


def ancestors_of(room: Room | None) -> str:
    """The source list of `frame-ancestors` for the page of a channel's chat."""
    allowed = (room.embed or {}).get("allowed_origins", []) if room else []
    return "*" if "*" in allowed else " ".join(["'self'", *allowed])


def secret_of(settings: Settings, channel_id: UUID, salt: str) -> str:
    """The channel's embed secret: made from the installation's own, so that nothing secret is stored."""
    return hmac.new(settings.secret_key.encode(), f"embed:{channel_id}:{salt}".encode(), sha256).hexdigest()


class Embedding:
    """Use cases of pages that show a chat, of their visitors, and of the channel's owner."""

    def __init__(self, db: Database, settings: Settings, rooms: Rooms, owned: Channels, limiter: RateLimiter) -> None:
        self._db = db
        self._settings = settings
        self._rooms = rooms
        self._owned = owned
        self._limiter = limiter

    async def look(self, channel_id: UUID, origin: str | None, hosts: Collection[str]) -> EmbedLook:
        """What a page shows before the chat is opened. Raises NotFound, Forbidden for a page that may not."""
        room = await self._rooms.room(channel_id)
        if not room.is_public:
            raise errors.no_channel()
        self.check_origin(room, origin, hosts)
        return look_of(room)

    def check_origin(self, room: Room | None, origin: str | None, hosts: Collection[str]) -> None:
        """Raises Forbidden for a page that has no business here; without an `Origin` no page is asking."""
        if origin is None or is_own(origin, hosts, self._settings) or origin in self._settings.cors_origins:
            return
        if room is None or not may_show(room, origin):
            raise errors.origin_refused(origin)

    async def visit(self, caller: Principal, channel_id: UUID) -> VisitOut:
        """What somebody who talks in a channel needs to know of it. Raises NotFound."""
        room = await self._rooms.enter(channel_id, caller)
        async with self._db.read() as session:
            mine = await channels.answering_in(session, channel_id, caller.id)
        return VisitOut(
            channel_id=room.id,
            name=room.name,
            bot_ids=sorted(room.bots | {bot_id for bot_id, _ in mine}),
            is_person_answering=any(is_paused for _, is_paused in mine),
            embed=look_of(room),
        )

    async def introduce(self, caller: Principal, channel_id: UUID, wish: FactsIn) -> FactsKept:
        """Keep what a page says of its visitor. Raises NotFound, Forbidden (accounts introduce themselves by logging
        in), Invalid, RateLimited."""
        self._limiter.take(("introduce", caller.id))
        room = await self._rooms.enter(channel_id, caller)
        if caller.kind != "anonymous":
            raise errors.visitors_only()
        name, facts = self._facts(room, wish)
        async with self._db.transaction() as session:
            _, document = await variables.lock_shared(session, "user", caller.id)
            if document.get(name) != facts:
                await variables.write_shared(session, "user", caller.id, document | {name: facts})
        return FactsKept(kept_as="user.verified" if name == "verified" else "user.claimed")

    def _facts(self, room: Room, wish: FactsIn) -> tuple[str, Mapping[str, Any]]:
        if wish.variables is not None and wish.signed is None and wish.signature is None:
            return "claimed", wish.variables
        if wish.variables is not None or wish.signed is None or wish.signature is None:
            raise errors.invalid_field(
                "signed", "is not complete", "Send either variables, or signed together with signature"
            )
        salt = (room.embed or {}).get("salt")
        if not salt:
            raise errors.invalid_field("signed", "cannot be checked", "The channel has no embed secret: make one first")
        secret = secret_of(self._settings, room.id, salt)
        expected = hmac.new(secret.encode(), wish.signed.encode(errors="surrogatepass"), sha256).hexdigest()
        if not hmac.compare_digest(expected, wish.signature.lower()):
            hint = "Sign exactly the text you send, with this channel's embed secret, HMAC-SHA256 as hex"
            raise errors.invalid_field("signature", "does not fit", hint)
        return "verified", _checked(wish.signed)

    async def new_secret(self, caller: Principal, channel_id: UUID) -> EmbedSecretOut:
        """A secret for the owner's own server; the one before is good no more. Raises NotFound."""
        row = await self._owned.owned_by(caller, channel_id)
        salt = secrets.token_hex(SALT_BYTES)
        config = row.config | {"embed": (row.config.get("embed") or EmbedConfig().model_dump()) | {"salt": salt}}
        async with self._db.transaction() as session:
            await channels.change_channel(session, channel_id, {"config": config})
            await audit.record(session, caller.id, "channel.embed_secret_made", channel_id, name=row.name)
        self._rooms.forget(channel_id)
        return EmbedSecretOut(secret=secret_of(self._settings, channel_id, salt))


def _checked(text: str) -> Mapping[str, Any]:
    """The variables in a text whose signature is right. Raises Invalid."""
    try:
        signed = SignedFacts.model_validate_json(text)
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(["signed", *map(str, first["loc"])])
        hint = 'Sign {"variables": {…}, "expires_at": seconds since 1970}'
        raise errors.invalid_field(place, first["msg"], hint) from error
    if signed.expires_at < time.time():
        raise errors.invalid_field("signed.expires_at", "is over", "Sign again with a later moment")
    return signed.variables
