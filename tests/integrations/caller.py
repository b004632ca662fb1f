"""One bot's calls of integrations: runtime/integrating with the real catalogue and the real guard."""

import uuid
from collections.abc import Iterable, Sequence
from types import SimpleNamespace
from typing import Any

from dbcv.domains.credentials.errors import CredentialUnusable
from dbcv.domains.credentials.schemas.hosts import read_host
from dbcv.engine.effects import CallIntegration
from dbcv.integration_kit.http import Network
from dbcv.integrations import CATALOGUE
from dbcv.kit.errors import NotFound
from dbcv.kit.outbound import OutboundFile
from dbcv.kit.settings import read_settings
from dbcv.runtime.integrating import IntegrationCalls
from dbcv.runtime.perform import Performer

CREDENTIAL = uuid.UUID(int=7)


class Caller:
    """`network` may replace the way out: other names, another authority. `files` by id are the bot's."""

    def __init__(self, allowed_hosts: Iterable[str] = ("127.0.0.1",), network: Network | None = None) -> None:
        self.network = network or Network(allowed_hosts=allowed_hosts)
        self.bot_id = uuid.uuid4()
        self.files: dict[str, OutboundFile] = {}
        self.parts: list[str] = []
        self._opened: Any = None

    async def close(self) -> None:
        await self.network.close()

    def credential(self, provider: str, strategy: str, hosts: Sequence[str], **values: str) -> None:
        """What the bot has: bound to these hosts, as a person writes them ("http://127.0.0.1:8080")."""
        row = SimpleNamespace(provider=provider, strategy=strategy, name="Mine")
        self._opened = SimpleNamespace(row=row, values=values, places=frozenset(map(read_host, hosts)))

    async def call(self, action_id: str, config: dict[str, Any], **options: Any) -> dict[str, Any]:
        """The reply a turn gets. `key`, `credential_id` and `limit_seconds` if they matter."""
        key = options.get("key", f"{uuid.uuid4()}:0")
        credential_id = options.get("credential_id", str(CREDENTIAL) if self._opened else None)
        calls = IntegrationCalls(CATALOGUE, self.network, self, options.get("limit_seconds", 10.0), self)
        performer = Performer(read_settings(), self, integrations=calls)  # type: ignore[arg-type]
        return await performer.perform(CallIntegration(action_id, config, credential_id, key), self.bot_id, self._part)

    def _part(self, text: str) -> None:
        self.parts.append(text)

    async def values(self, bot_id: uuid.UUID, credential_id: uuid.UUID) -> Any:
        if credential_id != CREDENTIAL or self._opened is None:
            raise CredentialUnusable("the bot has no such credential any more: choose another one")
        return self._opened

    async def load(self, bot_id: uuid.UUID, wished: Sequence[Any]) -> list[OutboundFile]:
        ids = [str(each.get("id") if isinstance(each, dict) else each) for each in wished]
        if any(each not in self.files for each in ids):
            raise NotFound("There is no such file")
        return [self.files[each] for each in ids]

    async def save(self, *_: Any) -> dict[str, Any]:
        raise AssertionError("nothing is saved here")
