"""A credential with its secret open: in memory only, for the moment of use."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import msgspec

from dbcv.domains.credentials.errors import CredentialUnusable
from dbcv.domains.credentials.schemas.hosts import read_host
from dbcv.domains.credentials.schemas.providers import Placement, provider_of
from dbcv.domains.credentials.tables import CredentialEntityRow
from dbcv.kit.crypto import SecretBox, SecretUnreadable

_read_values = msgspec.json.Decoder(dict[str, str]).decode


@dataclass(frozen=True, slots=True)
class Opened:
    """`values`: the fields of the secret, plus `access_token` once oauth gave one. `places`: as `hosts.place_of`."""

    row: CredentialEntityRow
    values: dict[str, str]
    places: frozenset[str]

    @property
    def expires_at(self) -> datetime | None:
        """When the access token ends, if one is there that ends."""
        return self.row.expires_at

    def __repr__(self) -> str:
        return f"Opened({self.row.id})"


def context_of(bot_id: UUID, credential_id: UUID) -> str:
    """What a ciphertext is bound to: it opens in no other row."""
    return f"credential:{bot_id}:{credential_id}"


def seal(box: SecretBox, bot_id: UUID, credential_id: UUID, values: dict[str, str]) -> bytes:
    """The ciphertext of a secret's fields."""
    return box.seal(msgspec.json.encode(values), context_of(bot_id, credential_id))


def open_row(box: SecretBox, row: CredentialEntityRow) -> Opened:
    """Raises CredentialUnusable: there is no secret, or no key that opens it."""
    if row.secret is None:
        raise CredentialUnusable(f'the credential "{row.name}" has no secret yet: enter it')
    try:
        values = _read_values(box.open(row.secret, context_of(row.bot_id, row.id)))
    except SecretUnreadable as error:
        raise CredentialUnusable(f'the credential "{row.name}" cannot be read: {error}') from error
    return Opened(row, values, places_of(row))


def places_of(row: CredentialEntityRow) -> frozenset[str]:
    """Where it may be sent: its own hosts, or else its provider's."""
    return frozenset(read_host(host) for host in row.hosts or provider_of(row.provider).hosts)


def placement_of(row: CredentialEntityRow) -> Placement:
    """How its API key travels."""
    given = row.config.get("placement")
    return Placement(**given) if given else provider_of(row.provider).placement


def token_url_of(row: CredentialEntityRow) -> str:
    """Where its access tokens come from; may be empty."""
    return row.config.get("token_url") or provider_of(row.provider).token_url


def test_url_of(row: CredentialEntityRow) -> str:
    """What the test asks for; may be empty."""
    return row.config.get("test_url") or provider_of(row.provider).test_url
