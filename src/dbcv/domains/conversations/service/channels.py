"""Rules of channels: who makes, sees, changes and joins them. A channel the caller may not see is NotFound."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from dbcv.domains.accounts import service as accounts
from dbcv.domains.accounts.schemas import Principal
from dbcv.domains.accounts.service import Token, audit
from dbcv.domains.bots.service import Bots
from dbcv.domains.conversations import errors
from dbcv.domains.conversations.repository import channels
from dbcv.domains.conversations.schemas import (
    ChannelConfig,
    ChannelConfigOut,
    ChannelIn,
    ChannelOut,
    ChannelPatch,
    EmbedConfig,
    EmbedOut,
    SubscriberOut,
    WebhookConfig,
    WebhookOut,
)
from dbcv.domains.conversations.service.rights import check_edits
from dbcv.domains.conversations.service.rooms import Rooms
from dbcv.domains.conversations.service.webhooks import sealed_secret
from dbcv.domains.conversations.tables import ChannelRow
from dbcv.kit.db import Database
from dbcv.kit.errors import Invalid
from dbcv.kit.ids import new_id
from dbcv.kit.settings import Settings

MOST_CHANNELS = 5_000
"""Of one account."""


def shown(row: ChannelRow, caller: Principal) -> ChannelOut:
    """A channel on the wire: settings for its owner only, a secret for nobody."""
    config = _shown_config(row.config) if row.owner_id == caller.id else None
    return ChannelOut(
        id=row.id,
        name=row.name,
        is_public=row.is_public,
        owner_id=row.owner_id,
        default_bot_id=row.default_bot_id,
        transport=row.transport,
        config=config,
        created_at=row.created_at,
    )


def _shown_config(config: dict[str, Any]) -> ChannelConfigOut:
    shown = ChannelConfigOut(files=config.get("files"))
    if webhook := config.get("webhook"):
        places = {key: value for key, value in webhook.items() if key != "secret"}
        shown.webhook = WebhookOut(**places, has_secret=bool(webhook.get("secret")))
    if embed := config.get("embed"):
        looks = {key: value for key, value in embed.items() if key != "salt"}
        shown.embed = EmbedOut(**looks, has_secret=bool(embed.get("salt")))
    return shown


def _kept_config(config: ChannelConfig, old: dict[str, Any]) -> dict[str, Any]:
    """The settings as they are stored: of a secret only what is needed to know it again."""
    if "files" in config.model_fields_set:
        old = old | {"files": config.files.model_dump() if config.files else None}
    if "embed" in config.model_fields_set:
        old = old | {"embed": _kept_embed(config.embed, old.get("embed")) if config.embed else None}
    if "webhook" not in config.model_fields_set:
        return old
    return old | {"webhook": _kept_webhook(config.webhook, old.get("webhook")) if config.webhook else None}


def _kept_embed(wish: EmbedConfig, old: dict[str, Any] | None) -> dict[str, Any]:
    """New looks keep the secret that is there."""
    salt = (old or {}).get("salt")
    return wish.model_dump() | ({"salt": salt} if salt else {})


def _kept_webhook(wish: WebhookConfig, old: dict[str, Any] | None) -> dict[str, Any]:
    secret = sealed_secret(wish.secret) if wish.secret else (old or {}).get("secret")
    if not secret:
        raise errors.invalid_field("config.webhook.secret", "is missing", "Give a secret of at least 16 characters")
    return wish.model_dump(exclude={"secret"}) | {"secret": secret}


class Channels:
    """Use cases of channels."""

    def __init__(self, db: Database, settings: Settings, bots: Bots, rooms: Rooms) -> None:
        self._db = db
        self._settings = settings
        self._bots = bots
        self._rooms = rooms

    async def create(self, caller: Principal, wish: ChannelIn) -> ChannelRow:
        """Make a channel of the caller's. Raises NotFound for a bot that the caller may not use."""
        await self._check_bot(caller, wish.default_bot_id, "default_bot_id")
        fields = wish.model_dump(exclude={"config"}) | {"config": _kept_config(wish.config, {})}
        async with self._db.transaction() as session:
            if await channels.count_owned(session, caller.id) >= MOST_CHANNELS:
                raise errors.too_many_channels(MOST_CHANNELS)
            row = await channels.add_channel(session, id=new_id(), owner_id=caller.id, **fields)
            await audit.record(
                session, caller.id, "channel.created", row.id, name=row.name, bot_id=row.default_bot_id,
                after={"is_public": row.is_public, "default_bot_id": row.default_bot_id},
            )  # fmt: skip
            return row

    async def seen_by(self, caller: Principal, channel_id: UUID) -> ChannelRow:
        """A channel that the caller may read; a visitor reads the one channel his token is for. Raises NotFound."""
        if caller.kind == "anonymous" and caller.channel_id != channel_id:
            raise errors.no_channel()
        async with self._db.read() as session:
            row = await channels.channel_of_member(session, channel_id, caller.id)
        if row is None:
            raise errors.no_channel()
        return row

    async def owned_by(self, caller: Principal, channel_id: UUID) -> ChannelRow:
        """A channel of the caller's own. Raises NotFound for every other one, also for one that he takes part in."""
        row = await self.seen_by(caller, channel_id)
        if row.owner_id != caller.id:
            raise errors.no_channel()
        return row

    async def page(self, caller: Principal, limit: int, before: UUID | None) -> tuple[Sequence[ChannelRow], str | None]:
        """A page of the channels that the caller owns or takes part in, and the cursor of the next page."""
        async with self._db.read() as session:
            rows = await channels.channels_of(session, caller.id, limit + 1, before)
        return rows[:limit], str(rows[limit - 1].id) if len(rows) > limit else None

    async def change(self, caller: Principal, channel_id: UUID, patch: ChannelPatch) -> ChannelRow:
        """Change a channel; workers see it with their next turn. Raises NotFound, Invalid."""
        row = await self.owned_by(caller, channel_id)
        fields = patch.model_dump(exclude_unset=True, exclude={"config"})
        await self._check_bot(caller, fields.get("default_bot_id"), "default_bot_id")
        if patch.config is not None:
            fields["config"] = _kept_config(patch.config, row.config)
        if not fields:
            return row
        async with self._db.transaction() as session:
            changed = await channels.change_channel(session, channel_id, fields)
            await audit.record(
                session, caller.id, "channel.changed", channel_id, name=row.name, bot_id=row.default_bot_id,
                before={name: getattr(row, name) for name in fields if name != "config"},
                after={name: "changed" if name == "config" else value for name, value in fields.items()},
            )  # fmt: skip
        self._rooms.forget(channel_id)
        if changed is None:
            raise errors.no_channel()
        return changed

    async def delete(self, caller: Principal, channel_id: UUID) -> None:
        """Delete a channel with all that was said in it."""
        row = await self.owned_by(caller, channel_id)
        async with self._db.transaction() as session:
            await channels.delete_channel(session, channel_id)
            await audit.record(
                session, caller.id, "channel.deleted", channel_id, name=row.name, bot_id=row.default_bot_id
            )
        self._rooms.forget(channel_id)

    async def subscribe(self, caller: Principal, channel_id: UUID, subscriber_id: UUID | None) -> SubscriberOut:
        """Take part: oneself in a public channel; any account, and bots the caller may use, in one's own.

        Raises NotFound for a channel or subscriber that the caller may not know of or change.
        """
        wanted = subscriber_id or caller.id
        allowed = self.seen_by if wanted == caller.id else self.owned_by
        await allowed(caller, channel_id)
        kind = await self._kind_of_newcomer(caller, wanted)
        async with self._db.transaction() as session:
            await channels.add_subscriber(session, channel_id, wanted)
            since = await channels.subscribed_at(session, channel_id, wanted)
            if wanted != caller.id:
                await audit.record(session, caller.id, "channel.subscriber_added", channel_id, after={"id": wanted})
        self._rooms.forget(channel_id)
        return _subscriber(wanted, kind, since)

    async def unsubscribe(self, caller: Principal, channel_id: UUID, subscriber_id: UUID) -> None:
        """Leave, or take somebody out of one's own channel; the owner stays. Raises NotFound, Invalid."""
        allowed = self.seen_by if subscriber_id == caller.id else self.owned_by
        row = await allowed(caller, channel_id)
        if subscriber_id == row.owner_id:
            raise Invalid("The owner cannot leave: delete the channel instead", code="owner_stays")
        async with self._db.transaction() as session:
            removed = await channels.remove_subscriber(session, channel_id, subscriber_id)
            if subscriber_id != caller.id and removed:
                await audit.record(
                    session,
                    caller.id,
                    "channel.subscriber_removed",
                    channel_id,
                    before={"subscriber_id": subscriber_id},
                )
        self._rooms.forget(channel_id)
        if not removed:
            raise errors.no_subscriber()

    async def subscribers(
        self, caller: Principal, channel_id: UUID, limit: int, after: UUID | None
    ) -> tuple[list[SubscriberOut], str | None]:
        """Who takes part in one's own channel: a page, and the cursor of the next one."""
        await self.owned_by(caller, channel_id)
        async with self._db.read() as session:
            rows = await channels.subscribers(session, channel_id, limit + 1, after)
        page = [_subscriber(row.subscriber_id, kind, row.created_at) for row, kind in rows[:limit]]
        return page, str(page[-1].subscriber_id) if len(rows) > limit else None

    async def visitor_token(self, channel_id: UUID) -> Token:
        """A token for a new visitor of a public channel. Raises NotFound for any other channel."""
        if not (await self._rooms.room(channel_id)).is_public:
            raise errors.no_channel()
        return await accounts.create_anonymous(self._db, self._settings, channel_id)

    async def _check_bot(self, caller: Principal, bot_id: UUID | None, path: str) -> None:
        if bot_id is not None:
            await check_edits(self._bots, caller, bot_id, errors.no_bot(path))

    async def _kind_of_newcomer(self, caller: Principal, subscriber_id: UUID) -> str:
        async with self._db.read() as session:
            kind = await channels.kind_of(session, subscriber_id)
        if kind is None or (kind == "anonymous" and subscriber_id != caller.id):
            raise errors.no_subscriber()
        if kind == "bot":
            await self._check_bot(caller, subscriber_id, "subscriber_id")
        return kind


def _subscriber(subscriber_id: UUID, kind: Any, since: datetime) -> SubscriberOut:
    return SubscriberOut(subscriber_id=subscriber_id, kind=kind, created_at=since)
