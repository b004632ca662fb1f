"""Use cases of credentials for people: list, make, change, forget, try out, see where one is used.

Viewers of a bot see that a credential is there; editors change it; nobody is shown a secret.
"""

from collections import Counter
from collections.abc import Awaitable, Callable, Collection, Sequence
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

from pydantic import BaseModel
from sqlalchemy.ext.asyncio import AsyncSession

from dbcv.domains.accounts.service import audit
from dbcv.domains.bots.schemas import KnownVersion
from dbcv.domains.bots.service import neighbours, rights
from dbcv.domains.bots.tables import BotRow, VisibleBot
from dbcv.domains.credentials import errors, repository
from dbcv.domains.credentials.schemas.hosts import place_of
from dbcv.domains.credentials.schemas.providers import provider_of
from dbcv.domains.credentials.schemas.wire import (
    CredentialIn,
    CredentialLine,
    CredentialOut,
    CredentialPatch,
    Secret,
    TestOut,
    UsedBy,
    check_secret,
    plain,
)
from dbcv.domains.credentials.service.opened import places_of, seal
from dbcv.domains.credentials.service.resolver import CredentialsResolver
from dbcv.domains.credentials.service.trial import try_out
from dbcv.domains.credentials.tables import CredentialEntityRow
from dbcv.kit.clock import utc_now
from dbcv.kit.crypto import SecretBox
from dbcv.kit.db import Database
from dbcv.kit.errors import NotFound
from dbcv.kit.ids import new_id
from dbcv.kit.outbound import OutboundClient, RequestRefused

MAX_CREDENTIALS = 1_000
MAX_PLACES = 500
CONFIG = ("placement", "token_url", "scope", "test_url")
GUARDED = ("provider", "strategy", "hosts", "placement", "token_url", "test_url")
"""Fields that say where a secret goes and how."""

_PAST: dict[neighbours.Op, str] = {"added": "created", "updated": "changed", "removed": "deleted"}
Notify = Callable[[UUID, dict[str, Any]], None]
Served = Callable[[AsyncSession, Collection[UUID]], Awaitable[Sequence[tuple[UUID, UUID, str]]]]
"""(credential, channel, the channel's name) of the channels that reach people with these credentials."""


class Credentials:
    """One a process. `notify(bot_id, payload)` tells open editors that the draft has changed."""

    def __init__(
        self,
        db: Database,
        box: SecretBox,
        client: OutboundClient,
        resolver: CredentialsResolver,
        notify: Notify,
        served: Served,
    ) -> None:
        self._db, self._box, self._client, self._served = db, box, client, served
        self._resolver, self._notify = resolver, notify

    async def page(
        self, caller_id: UUID, bot_id: UUID | None, limit: int, after: UUID | None
    ) -> tuple[list[CredentialLine], str | None]:
        """Credentials of a bot, or of all that the caller sees, and the cursor of the next page. Raises NotFound."""
        async with self._db.read() as session:
            if bot_id is not None:
                await rights.see(session, bot_id, caller_id)
            rows = await repository.page(session, caller_id, bot_id, limit + 1, after)
            uses = await self._uses(session, rows[:limit])
        cursor = str(rows[limit - 1].id) if len(rows) > limit else None
        return [CredentialLine(**dict(self.shown(row)), used_by=uses[row.id]) for row in rows[:limit]], cursor

    async def _uses(self, session: AsyncSession, rows: Sequence[CredentialEntityRow]) -> Counter[UUID]:
        """In how many places each is used."""
        ids, bot_ids = [row.id for row in rows], {row.bot_id for row in rows}
        uses = Counter(await repository.named_in_groups(session, bot_ids, ids))
        uses.update(credential_id for credential_id, _, _ in await self._served(session, ids))
        requests = await repository.requests_of(session, bot_ids)
        asked = Counter((each.bot_id, _place(each.request_url)) for each in requests)
        for row in rows:
            uses[row.id] += sum(asked[row.bot_id, place] for place in places_of(row))
        return uses

    async def get(self, caller_id: UUID, credential_id: UUID) -> CredentialOut:
        """One of them. Raises NotFound."""
        async with self._db.read() as session:
            return self.shown(await _seen(session, caller_id, credential_id))

    async def create(self, caller_id: UUID, wish: CredentialIn, known: KnownVersion = "*") -> CredentialOut:
        """Raises NotFound, Forbidden, Stale, Invalid, Conflict when the bot has too many."""
        credential_id = new_id()
        fields = _stored(wish, wish.model_fields_set | set(CONFIG)) | {"id": credential_id, "bot_id": wish.bot_id}
        fields |= self._sealed(wish.bot_id, credential_id, wish.secret) | {"name": wish.name}
        fields |= {"provider": wish.provider, "strategy": wish.strategy, "hosts": wish.hosts}
        _check(CredentialEntityRow(**fields))
        async with self._db.transaction() as session:
            seen = await rights.edit(session, wish.bot_id, caller_id, known)
            if await repository.count(session, wish.bot_id) >= MAX_CREDENTIALS:
                raise errors.too_many(MAX_CREDENTIALS)
            row = await repository.add(session, fields)
            bot = await _note(session, seen, caller_id, "added", row, row.secret is not None)
        self._tell(bot)
        return self.shown(row)

    async def change(
        self, caller_id: UUID, credential_id: UUID, patch: CredentialPatch, known: KnownVersion = "*"
    ) -> CredentialOut:
        """Raises NotFound, Forbidden, Stale, Invalid: also when a kept secret would go elsewhere unasked."""
        async with self._db.transaction() as session:
            row = await _seen(session, caller_id, credential_id)
            seen = await rights.edit(session, row.bot_id, caller_id, known)
            before = await _seen(session, caller_id, credential_id)  # again, now that the bot is locked
            fields = self._changes(before, patch)
            after = await repository.change(session, credential_id, fields)
            _check(after)
            bot = await _note(session, seen, caller_id, "updated", after, "secret" in patch.model_fields_set)
        self._tell(bot)
        return self.shown(after)

    def _changes(self, row: CredentialEntityRow, patch: CredentialPatch) -> dict[str, Any]:
        given = patch.model_fields_set
        fields = _stored(patch, given, row.config)
        moved = [name for name in GUARDED if name in given and _kept(row, name) != _wished(patch, name)]
        if row.secret is not None and moved and "secret" not in given:
            raise errors.secret_needed_again(moved)
        if "secret" in given:
            try:
                check_secret(fields.get("strategy", row.strategy), patch.secret)
            except ValueError as error:
                raise errors.wrong("secret", str(error), "Send the fields of this strategy") from error
            fields |= self._sealed(row.bot_id, row.id, patch.secret)
        return fields

    def _sealed(self, bot_id: UUID, credential_id: UUID, secret: Secret | None) -> dict[str, Any]:
        fresh = {"expires_at": None, "leased_until": None}
        if secret is None:
            return {"secret": None, "secret_set_at": None, **fresh}
        return {"secret": seal(self._box, bot_id, credential_id, plain(secret)), "secret_set_at": utc_now(), **fresh}

    async def delete(self, caller_id: UUID, credential_id: UUID, force: bool, known: KnownVersion = "*") -> None:
        """Raises NotFound, Forbidden, Stale, and Conflict while groups of the draft or channels use it, unless
        `force`."""
        async with self._db.transaction() as session:
            row = await _seen(session, caller_id, credential_id)
            seen = await rights.edit(session, row.bot_id, caller_id, known)
            groups = await repository.groups_that_name(session, row.bot_id, credential_id, MAX_PLACES)
            served = await self._served(session, [credential_id])
            if (groups or served) and not force:
                steps = ((group_id, name or "") for group_id, _, name in groups)
                raise errors.in_use(steps, ((channel_id, name) for _, channel_id, name in served))
            await repository.remove(session, credential_id)
            bot = await _note(session, seen, caller_id, "removed", row)
        self._tell(bot)

    async def used_by(self, caller_id: UUID, credential_id: UUID) -> list[UsedBy]:
        """Where it is used: groups of the draft that name it, requests that go to its hosts, channels."""
        async with self._db.read() as session:
            row = await _seen(session, caller_id, credential_id)
            groups = await repository.groups_that_name(session, row.bot_id, credential_id, MAX_PLACES)
            requests = await repository.requests_of(session, [row.bot_id])
            served = await self._served(session, [credential_id])
        places = places_of(row)
        found = [UsedBy(kind="connection_group", id=id, name=name or "", step_id=step) for id, step, name in groups]
        found += [UsedBy(kind="request", id=id, name=name) for id, name, url, _ in requests if _goes_to(url, places)]
        found += [UsedBy(kind="channel", id=channel_id, name=name) for _, channel_id, name in served]
        return found[:MAX_PLACES]

    async def test(self, caller_id: UUID, credential_id: UUID) -> TestOut:
        """Try the secret at its provider; only editors may. Raises NotFound, Forbidden."""
        async with self._db.transaction() as session:
            row = await _seen(session, caller_id, credential_id)
            await rights.edit(session, row.bot_id, caller_id, "*")
        return await try_out(self._resolver, self._client, row)

    def shown(self, row: CredentialEntityRow) -> CredentialOut:
        """A row as the wire shows it."""
        plainly = ("id", "bot_id", "name", "provider", "strategy", "hosts", "secret_set_at", "expires_at", "updated_at")
        fields = {name: getattr(row, name) for name in plainly} | {name: row.config.get(name) for name in CONFIG}
        fields |= {"scope": row.config.get("scope", ""), "has_secret": row.secret is not None}
        return CredentialOut(**fields, is_readable=row.secret is not None and self._box.can_open(row.secret))

    def _tell(self, bot: BotRow) -> None:
        self._resolver.forget(bot.id)
        self._notify(bot.id, {"type": "bot.changed", "version": bot.version})


async def _seen(session: AsyncSession, caller_id: UUID, credential_id: UUID) -> CredentialEntityRow:
    row = await repository.one(session, credential_id)
    if row is None:
        raise errors.no_such_credential()
    try:
        await rights.see(session, row.bot_id, caller_id)
    except NotFound as error:
        raise errors.no_such_credential() from error
    return row


async def _note(
    session: AsyncSession,
    seen: VisibleBot,
    caller_id: UUID,
    op: neighbours.Op,
    row: CredentialEntityRow,
    with_secret: bool = False,
) -> BotRow:
    """In the draft's log of changes, and in the audit log: also that a secret was given, never which."""
    after = {"provider": row.provider, "strategy": row.strategy, "hosts": ", ".join(row.hosts), "entered": with_secret}
    action = f"credential.{_PAST[op]}"
    await audit.record(session, caller_id, action, row.id, name=row.name, bot_id=row.bot_id, after=after)
    return await neighbours.note_change(session, seen, caller_id, op, "credential", row.id, row.name)


def _stored(
    wish: CredentialIn | CredentialPatch, given: set[str], before: dict[str, Any] | None = None
) -> dict[str, Any]:
    """Columns for the given fields; those of `config` together."""
    fields = {name: getattr(wish, name) for name in ("name", "provider", "strategy", "hosts") if name in given}
    config = dict(before or {})
    for name in CONFIG:
        if name in given:
            config[name] = _wished(wish, name)
    return fields | {"config": {name: value for name, value in config.items() if value}}


def _wished(wish: CredentialIn | CredentialPatch, name: str) -> Any:
    value = getattr(wish, name)
    return value.model_dump() if isinstance(value, BaseModel) else value


def _kept(row: CredentialEntityRow, name: str) -> Any:
    return row.config.get(name) if name in CONFIG else getattr(row, name)


def _check(row: CredentialEntityRow) -> None:
    """What one field says must fit the others. Raises Invalid."""
    provider = provider_of(row.provider)
    if row.strategy not in provider.strategies:
        allowed = ", ".join(provider.strategies)
        raise errors.wrong("strategy", f"{provider.name} does not take {row.strategy}", f"Use one of {allowed}")
    if row.strategy == "oauth" and row.secret is not None and not (row.config.get("token_url") or provider.token_url):
        raise errors.wrong("token_url", "is missing", "Say where access tokens come from")
    # Only one that was given: bound to a server of one's own, nobody tries it at the provider's address.
    test_url = row.config.get("test_url", "").replace("{api_key}", "x")
    if test_url and (row.hosts or provider.hosts) and not _goes_to(test_url, places_of(row)):
        raise errors.wrong("test_url", "is on none of the hosts", "Name an address on one of them, or leave it out")


def _goes_to(url: str, places: frozenset[str]) -> bool:
    return _place(url) in places


def _place(url: str) -> str:
    """Where the fixed beginning of an address leads; empty where a placeholder there can be anything."""
    try:
        parts = urlsplit(url)
        return place_of(f"{parts.scheme}://{parts.netloc}")
    except (RequestRefused, ValueError):
        return ""
