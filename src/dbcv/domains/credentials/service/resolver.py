"""The one way to a secret, for the runtime and for integrations: opens what a bot owns, for where it may go.

What it opened it remembers for a second, so that a busy bot does not ask the database for every request, and a change
or a withdrawal takes effect at once here and within that second in other processes.
"""

import base64
import time
from collections import OrderedDict
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from dbcv.domains.credentials import repository
from dbcv.domains.credentials.errors import CredentialUnusable
from dbcv.domains.credentials.schemas.hosts import place_of
from dbcv.domains.credentials.service.oauth import Renewer
from dbcv.domains.credentials.service.opened import Opened, open_row, placement_of, places_of
from dbcv.domains.credentials.tables import CredentialEntityRow
from dbcv.integration_kit.credentials import MASK, MIN_MASKED_CHARS, masked
from dbcv.kit.crypto import SecretBox
from dbcv.kit.db import Database
from dbcv.kit.outbound import OutboundClient, RequestRefused

KEEP_SECONDS = 1.0
MAX_BOTS = 1_000


@dataclass(frozen=True, slots=True)
class Attachment:
    """What a request to one of a credential's hosts carries, beside its own. `secrets` must not be kept or shown."""

    headers: dict[str, str] = field(default_factory=dict, repr=False)
    params: dict[str, str] = field(default_factory=dict, repr=False)
    secrets: tuple[str, ...] = field(default=(), repr=False)

    def mask(self, value: Any) -> Any:
        """A copy of an answer in which the secrets are dots: some services repeat what they were sent."""
        return masked(value, [secret for secret in self.secrets if len(secret) >= MIN_MASKED_CHARS])


class CredentialsResolver:
    """One a process. `client` is what access tokens are renewed with."""

    def __init__(self, db: Database, box: SecretBox, client: OutboundClient) -> None:
        self._db, self._box = db, box
        self._renewer = Renewer(db, box, client)
        self._known: OrderedDict[UUID, tuple[float, list[CredentialEntityRow]]] = OrderedDict()

    def forget(self, bot_id: UUID) -> None:
        """The bot's credentials were changed."""
        self._known.pop(bot_id, None)

    async def for_url(self, bot_id: UUID, url: str) -> Attachment | None:
        """What a request of the bot to this address carries: of the first credential, in the bot's order, that is bound
        to its host and has a secret. None: nothing. Raises CredentialUnusable rather than send it without."""
        row = await self._row_for(bot_id, url)
        return None if row is None else attachment_of(await self.opened(row))

    async def shown_for_url(self, bot_id: UUID, url: str) -> Attachment | None:
        """The same with dots instead of the secret, for people. Opens and asks nothing."""
        row = await self._row_for(bot_id, url)
        return None if row is None else _shown(row)

    async def _row_for(self, bot_id: UUID, url: str) -> CredentialEntityRow | None:
        rows = await self._rows(bot_id)
        if not rows:
            return None
        try:
            place = place_of(url)
        except RequestRefused:
            return None
        return next((row for row in rows if row.secret and _travels(row) and place in places_of(row)), None)

    async def values(self, bot_id: UUID, credential_id: UUID) -> Opened:
        """A credential of the bot by its id, for an integration. Raises CredentialUnusable."""
        row = next((row for row in await self._rows(bot_id) if row.id == credential_id), None)
        if row is None:
            raise CredentialUnusable("the bot has no such credential any more: choose another one")
        return await self.opened(row)

    async def opened(self, row: CredentialEntityRow) -> Opened:
        """Its secret, with a fresh access token if it is an oauth one. Raises CredentialUnusable."""
        opened = open_row(self._box, row)
        fresh = await self._renewer.fresh(opened)
        if fresh is not opened:
            self.forget(row.bot_id)
        return fresh

    async def _rows(self, bot_id: UUID) -> list[CredentialEntityRow]:
        now = time.monotonic()
        known = self._known.get(bot_id)
        if known is not None and known[0] > now:
            return known[1]
        async with self._db.read() as session:
            rows = await repository.of_bot(session, bot_id)
        self._known[bot_id] = (now + KEEP_SECONDS, rows)
        self._known.move_to_end(bot_id)
        while len(self._known) > MAX_BOTS:
            self._known.popitem(last=False)
        return rows


def attachment_of(opened: Opened) -> Attachment:
    """How its strategy puts a secret into a request."""
    values, strategy = opened.values, opened.row.strategy
    secrets = tuple(value for name, value in values.items() if name not in ("username", "client_id"))
    if strategy == "api_key":
        placement, key = placement_of(opened.row), values["api_key"]
        if placement.where == "query":
            return Attachment(params={placement.name: key}, secrets=secrets)
        if placement.where == "nowhere":
            return Attachment(secrets=secrets)
        return Attachment(headers={placement.name: f"{placement.prefix}{key}"}, secrets=secrets)
    if strategy == "basic":
        pair = base64.b64encode(f"{values['username']}:{values['password']}".encode()).decode()
        return Attachment(headers={"Authorization": f"Basic {pair}"}, secrets=(*secrets, pair))
    token = values["token" if strategy == "bearer" else "access_token"]
    return Attachment(headers={"Authorization": f"Bearer {token}"}, secrets=secrets)


def _shown(row: CredentialEntityRow) -> Attachment:
    if row.strategy == "basic":
        return Attachment(headers={"Authorization": f"Basic {MASK}"})
    return attachment_of(Opened(row, dict.fromkeys(("api_key", "token", "access_token"), MASK), frozenset()))


def _travels(row: CredentialEntityRow) -> bool:
    return row.strategy != "api_key" or placement_of(row).where != "nowhere"
