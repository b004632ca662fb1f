"""Calls of integrations for bots: the catalogue's action, the bot's credential, the guarded way out, put together.

Called by runtime/perform. Knows nothing of turns; what it cannot foresee it lets through, perform makes data of it.
"""

import uuid
from collections.abc import Sequence
from functools import partial
from typing import Any, Protocol

from dbcv.domains.credentials.errors import CredentialUnusable
from dbcv.domains.credentials.service.opened import Opened
from dbcv.engine.effects import CallIntegration
from dbcv.integration_kit.call import Call, TellPart, run, unknown
from dbcv.integration_kit.catalogue import Catalogue
from dbcv.integration_kit.credentials import Credential
from dbcv.integration_kit.definition import Action, Integration
from dbcv.integration_kit.errors import IntegrationFailed
from dbcv.integration_kit.house import House
from dbcv.integration_kit.http import Network
from dbcv.kit.errors import AppError
from dbcv.kit.outbound import OutboundFile
from dbcv.runtime.http_calls import Files


class Secrets(Protocol):
    """What opens a bot's credentials: `CredentialsResolver`."""

    async def values(self, bot_id: uuid.UUID, credential_id: uuid.UUID) -> Opened:
        """See `CredentialsResolver.values`."""
        ...


class Houses(Protocol):
    """The product for bots that reach into it: `runtime.house.Houses`."""

    def of(self, bot_id: uuid.UUID, effect: CallIntegration) -> House:
        """As this call of this bot reaches it."""
        ...


class IntegrationCalls:
    """One a process; `close` when it ends."""

    def __init__(
        self,
        catalogue: Catalogue,
        network: Network,
        secrets: Secrets,
        limit_seconds: float,
        files: Files | None = None,
        houses: Houses | None = None,
    ) -> None:
        self._catalogue, self._network, self._secrets = catalogue, network, secrets
        self._limit_seconds, self._files, self._houses = limit_seconds, files, houses

    async def close(self) -> None:
        """Ends all connections."""
        await self._network.close()

    async def call(self, effect: CallIntegration, bot_id: uuid.UUID, tell_part: TellPart | None) -> dict[str, Any]:
        """{"ok", "result", "error"} and, where it failed, "code" and what else is known."""
        found = self._catalogue.find(effect.integration_id)
        if found is None:
            return unknown(effect.integration_id).as_reply()
        try:
            credential = await self._credential(*found, effect.credential_id, bot_id)
        except IntegrationFailed as failure:
            return failure.as_reply()
        call = self._call(effect, bot_id, credential, found[0], tell_part)
        return await run(self._catalogue, effect.integration_id, effect.config, call)

    def _call(
        self,
        effect: CallIntegration,
        bot_id: uuid.UUID,
        credential: Credential | None,
        integration: Integration,
        tell_part: TellPart | None,
    ) -> Call:
        given: dict[str, Any] = {"credential": credential, "hosts": integration.hosts}
        if tell_part is not None:
            given["tell_part"] = tell_part
        if self._files is not None:
            given["load_files"] = partial(_load, self._files, bot_id)
        if self._houses is not None:
            given["own_house"] = self._houses.of(bot_id, effect)
        return Call(effect.key, self._network, self._limit_seconds, **given)

    async def _credential(
        self, integration: Integration, action: Action, credential_id: str | None, bot_id: uuid.UUID
    ) -> Credential | None:
        """The named one, open. Raises IntegrationFailed: none where one is needed, unusable, of another provider."""
        taken = integration.takes(action)
        if credential_id is None:
            if action.needs_credential and taken:
                raise IntegrationFailed(f"choose a credential of {' or '.join(taken)}", code="credential")
            return None
        try:
            opened = await self._secrets.values(bot_id, uuid.UUID(credential_id))
        except (CredentialUnusable, ValueError) as error:
            raise IntegrationFailed(str(error), code="credential") from error
        row = opened.row
        if row.provider not in taken:
            words = f'the credential "{row.name}" is of {row.provider}: choose one of {" or ".join(taken) or "none"}'
            raise IntegrationFailed(words, code="credential")
        return Credential(row.provider, row.strategy, opened.values, opened.places)  # type: ignore[arg-type]


async def _load(files: Files, bot_id: uuid.UUID, wished: Sequence[Any]) -> list[OutboundFile]:
    try:
        return await files.load(bot_id, wished)
    except AppError as error:
        raise IntegrationFailed(error.title, code="bad_config") from error
