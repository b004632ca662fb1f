"""Who gives out secrets, how each wants to see them, and a bot's secret in the hands of an action.

Providers are declared in `providers.py` of each integration's folder; the domain of credentials reads them there.
"""

from dataclasses import dataclass, field
from typing import Any, Literal, get_args

Strategy = Literal["api_key", "bearer", "basic", "oauth"]
STRATEGIES: tuple[Strategy, ...] = get_args(Strategy)
Where = Literal["header", "query", "nowhere"]
MASK = "•••"
MIN_MASKED_CHARS = 6
"""Shorter secrets would blot out ordinary words."""


@dataclass(frozen=True, slots=True)
class Placement:
    """How an API key travels in HTTP steps: `prefix` + key in the header or query field `name`; `nowhere`: only
    integrations use it."""

    where: Where = "header"
    name: str = "X-API-Key"
    prefix: str = ""


NOWHERE = Placement("nowhere", "", "")
AS_BEARER = Placement("header", "Authorization", "Bearer ")


@dataclass(frozen=True, slots=True)
class Provider:
    """One entry. `hosts` is what its credentials are bound to unless a person binds them elsewhere. `test_url` answers
    below 400 when the secret is good; `{api_key}` in it is filled in."""

    id: str
    name: str
    strategies: tuple[Strategy, ...]
    hosts: tuple[str, ...] = ()
    placement: Placement = field(default_factory=Placement)
    token_url: str = ""
    test_url: str = ""


@dataclass(frozen=True, slots=True)
class Credential:
    """A secret, open for one call. `values`: its fields by the strategy (`api_key`; `token`; `username`, `password`;
    `access_token` …). `places`: where it may go, each "https://host:port"."""

    provider: str
    strategy: Strategy
    values: dict[str, str] = field(repr=False)
    places: frozenset[str] = frozenset()

    @property
    def secret(self) -> str:
        """The one secret of a strategy that has one: the key, the token, the password."""
        names = {"api_key": "api_key", "bearer": "token", "basic": "password", "oauth": "access_token"}
        return self.values[names[self.strategy]]

    @property
    def servers(self) -> list[tuple[str, int]]:
        """The places as hosts and ports, for what speaks no HTTP."""
        split = (place.partition("://")[2].rpartition(":") for place in sorted(self.places))
        return [(host.removeprefix("[").removesuffix("]"), int(port)) for host, _, port in split]


def masked(value: Any, secrets: list[str]) -> Any:
    """A copy of an answer in which the secrets are dots: some services repeat what they were sent."""
    if isinstance(value, str):
        for secret in secrets:
            value = value.replace(secret, MASK)
        return value
    if isinstance(value, dict):
        return {masked(name, secrets): masked(item, secrets) for name, item in value.items()}
    return [masked(item, secrets) for item in value] if isinstance(value, list) else value


def to_mask(values: dict[str, str]) -> list[str]:
    """What of a secret's fields is worth hiding."""
    open_fields = ("username", "client_id", "redirect_uri")
    return [value for name, value in values.items() if name not in open_fields and len(value) >= MIN_MASKED_CHARS]
