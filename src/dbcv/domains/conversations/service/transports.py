"""Rules of channels that reach people outside: binding them, trying a credential, taking what vendors post."""

import asyncio
import contextlib
import secrets
from collections.abc import Mapping
from typing import Any
from uuid import UUID

from sqlalchemy.exc import IntegrityError

from dbcv.domains.accounts.schemas import Principal
from dbcv.domains.accounts.service import audit
from dbcv.domains.bots.service import Bots
from dbcv.domains.conversations import errors
from dbcv.domains.conversations.repository import senders, transports
from dbcv.domains.conversations.schemas.transports import (
    TransportForm,
    TransportIn,
    TransportOut,
    TransportTestIn,
    TransportTestOut,
)
from dbcv.domains.conversations.service.channels import Channels
from dbcv.domains.conversations.service.links import Links, form_of, kind_of, names, read_config
from dbcv.domains.conversations.service.messages import read_json
from dbcv.domains.conversations.service.rights import check_edits
from dbcv.domains.conversations.service.rooms import Rooms
from dbcv.domains.conversations.service.webhooks import is_secret, sealed_secret
from dbcv.domains.conversations.tables import ChannelRow, ChannelTransportRow
from dbcv.integration_kit.channel_form import ChannelForm
from dbcv.integration_kit.forms import Language, schema_of
from dbcv.integration_kit.transport import Account, Link, TransportError
from dbcv.kit.db import Database
from dbcv.kit.errors import Invalid
from dbcv.kit.ids import new_id
from dbcv.kit.json_text import clean
from dbcv.kit.settings import Settings

GOODBYE_SECONDS = 5.0


class Transports:
    """Use cases. All raise NotFound for a channel that is not the caller's own."""

    def __init__(
        self, db: Database, settings: Settings, bots: Bots, channels: Channels, rooms: Rooms, links: Links | None
    ) -> None:
        self._db, self._settings = db, settings
        self._bots, self._channels, self._rooms, self._links = bots, channels, rooms, links

    async def get(self, caller: Principal, channel_id: UUID) -> TransportOut:
        """How the channel reaches people outside. Raises NotFound where it does not."""
        await self._channels.owned_by(caller, channel_id)
        return shown_transport(await self._bound(channel_id))

    async def bind(self, caller: Principal, channel_id: UUID, wish: TransportIn) -> TransportOut:
        """Bind the channel, in place of what it was bound to. The vendor is asked first: a credential that it does not
        know binds nothing. Raises Invalid, Conflict."""
        channel = await self._own(caller, channel_id)
        kind = await kind_of(wish.transport)
        config = read_config(kind, wish.config)
        await self._check_free(channel_id, wish.credential_id)
        secret = secrets.token_urlsafe(32) if kind.secret_header else ""
        address = "" if kind.is_asked(config) or not secret else self._address(channel_id, wish.transport)
        account = await self._introduce(channel, wish, address, secret)
        fields = {
            "kind": wish.transport, "credential_id": wish.credential_id, "config": config.model_dump(mode="json"),
            "binding": new_id(), "secret": sealed_secret(secret) if address else None, "account": account.name[:200],
        }  # fmt: skip
        try:
            async with self._db.transaction() as session:
                row = await transports.bind(session, channel_id, **fields)
                after = {"transport": row.kind, "account": row.account}
                await audit.record(
                    session, caller.id, "channel.transport_bound", channel_id, name=channel.name,
                    bot_id=channel.default_bot_id, after=after,
                )  # fmt: skip
        except IntegrityError as error:
            raise errors.credential_taken() from error
        self._rooms.forget(channel_id)
        return shown_transport(row)

    async def unbind(self, caller: Principal, channel_id: UUID) -> None:
        """People outside are not heard any more. The vendor is told if it can be reached."""
        channel = await self._own(caller, channel_id)
        row = await self._bound(channel_id)
        await self._say_goodbye(channel, row)
        async with self._db.transaction() as session:
            await transports.unbind(session, channel_id)
            await audit.record(
                session, caller.id, "channel.transport_unbound", channel_id, name=channel.name,
                bot_id=channel.default_bot_id, before={"transport": row.kind, "account": row.account},
            )  # fmt: skip
        self._rooms.forget(channel_id)

    async def leave(self, caller: Principal, channel_id: UUID) -> None:
        """The channel is about to be deleted: its vendor, if it has one, need not call any more."""
        channel = await self._channels.owned_by(caller, channel_id)
        async with self._db.read() as session:
            row = await transports.transport_of(session, channel_id)
        if row is not None:
            await self._say_goodbye(channel, row)

    async def _say_goodbye(self, channel: ChannelRow, row: ChannelTransportRow) -> None:
        """If the vendor can be reached soon; if not, it finds nobody here."""
        with contextlib.suppress(TransportError, TimeoutError, Invalid):
            async with asyncio.timeout(GOODBYE_SECONDS):
                link = await self._open(row.kind, channel, row.credential_id, row.config)
                try:
                    await link.unbind()
                finally:
                    await link.close()

    async def test(self, caller: Principal, channel_id: UUID, wish: TransportTestIn | None = None) -> TransportTestOut:
        """Ask the vendor who we are, and send a message to whom the wish names. Raises Invalid for nobody."""
        wish = wish or TransportTestIn()
        channel = await self._own(caller, channel_id)
        row = await self._bound(channel_id)
        address = await self._address_of(channel_id, wish.external_id)
        try:
            link = await self._open(row.kind, channel, row.credential_id, row.config)
            try:
                account = await link.identify()
                if address is not None:
                    await _send(link, address, wish.text)
                return TransportTestOut(is_ok=True, account=account.name, is_sent=address is not None)
            finally:
                await link.close()
        except TransportError as error:
            return TransportTestOut(is_ok=False, error=str(error)[:500])

    async def _address_of(self, channel_id: UUID, external_id: str | None) -> dict[str, Any] | None:
        if external_id is None:
            return None
        async with self._db.read() as session:
            found = await senders.sender(session, channel_id, external_id)
        if found is None:
            raise errors.invalid_field("external_id", "nobody in this channel", "Name one of the channel's senders")
        return {"sender": found.external_id, **found.address}

    async def forms(self, language: Language) -> list[TransportForm]:
        """What is installed, in the caller's language."""
        return [self._form(name, await form_of(name), language) for name in names()]

    def _form(self, name: str, form: ChannelForm, language: Language) -> TransportForm:
        return TransportForm(
            id=name,
            name=form.name[language],
            description=form.about[language],
            steps=[step[language] for step in form.steps],
            providers=list(form.providers),
            config=schema_of(form.config, language),
            icon_url=f"/icons/integration-{form.icon}" if form.icon else None,
            public_modes=list(form.public_modes),
            has_public_url=bool(self._settings.public_url),
        )

    async def take(self, channel_id: UUID, name: str, headers: Mapping[bytes, bytes], body: bytes) -> None:
        """Keep what a vendor posts. Raises NotFound, Unauthorized before the body is looked at, Invalid."""
        async with self._db.read() as session:
            row = await transports.transport_of(session, channel_id)
        if row is None or row.kind != name:
            raise errors.no_channel()
        kind = await kind_of(name)
        given = headers.get(kind.secret_header.lower().encode()) if kind.secret_header else None
        if given is None or row.secret is None or not is_secret(given, row.secret):
            raise errors.transport_secret_wrong(kind.secret_header)
        content = read_json(body)
        seq = kind.seq_of(content)
        if seq is None:
            raise errors.invalid_field("", "is no update of this service")
        async with self._db.transaction() as session:
            await transports.keep_updates(session, channel_id, [(seq, clean(content))])

    async def _own(self, caller: Principal, channel_id: UUID) -> ChannelRow:
        """Also an editor of its bot: the transport speaks with the bot's credential."""
        channel = await self._channels.owned_by(caller, channel_id)
        if channel.default_bot_id is not None:
            await check_edits(self._bots, caller, channel.default_bot_id, errors.no_bot("default_bot_id"))
        return channel

    async def _bound(self, channel_id: UUID) -> ChannelTransportRow:
        async with self._db.read() as session:
            row = await transports.transport_of(session, channel_id)
        if row is None:
            raise errors.no_transport()
        return row

    async def _check_free(self, channel_id: UUID, credential_id: UUID | None) -> None:
        if credential_id is None:
            return
        async with self._db.read() as session:
            other = await transports.channel_with(session, credential_id)
        if other not in (None, channel_id):
            raise errors.credential_taken()

    async def _introduce(self, channel: ChannelRow, wish: TransportIn, address: str, secret: str) -> Account:
        if channel.default_bot_id is None:
            raise errors.nobody_answers()
        try:
            link = await self._open(wish.transport, channel, wish.credential_id, wish.config)
            try:
                account = await link.identify()
                await link.bind(address, secret)
            finally:
                await link.close()
        except TransportError as error:
            raise errors.not_bound(str(error)) from error
        return account

    async def _open(
        self, name: str, channel: ChannelRow, credential_id: UUID | None, config: Mapping[str, Any]
    ) -> Link:
        assert self._links is not None, "an API is given the ways to vendors"
        return await self._links.open(name, channel.default_bot_id, credential_id, config)

    def _address(self, channel_id: UUID, name: str) -> str:
        if not self._settings.public_url:
            raise errors.no_public_url()
        return f"{self._settings.public_url.rstrip('/')}/api/v1/channels/{channel_id}/{name}"


async def _send(link: Link, address: Mapping[str, Any], text: str) -> None:
    key = str(new_id())
    for part in link.parts({"id": key, "text": text, "params": {}, "attachments": []}):
        await link.send(address, part, None, key)


def shown_transport(row: ChannelTransportRow) -> TransportOut:
    """A binding on the wire."""
    fields = {name: getattr(row, name) for name in TransportOut.model_fields if name != "transport"}
    return TransportOut(transport=row.kind, **fields)
