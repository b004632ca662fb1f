"""Who gives out secrets, and how each wants to see them. The editor's forms are made from this table."""

from dataclasses import dataclass, field
from typing import Literal, get_args

Strategy = Literal["api_key", "bearer", "basic", "oauth"]
STRATEGIES: tuple[Strategy, ...] = get_args(Strategy)
Where = Literal["header", "query", "nowhere"]


@dataclass(frozen=True, slots=True)
class Placement:
    """How an API key travels: `prefix` + key in the header or query field `name`; `nowhere`: only integrations use
    it."""

    where: Where = "header"
    name: str = "X-API-Key"
    prefix: str = ""


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


_BEARER = Placement("header", "Authorization", "Bearer ")
OTHER = Provider("http", "Any HTTP API", STRATEGIES)
PROVIDERS: dict[str, Provider] = {
    provider.id: provider
    for provider in (
        OTHER,
        Provider(
            "telegram",
            "Telegram",
            ("api_key",),
            ("api.telegram.org",),
            Placement("nowhere", "", ""),
            test_url="https://api.telegram.org/bot{api_key}/getMe",
        ),
        Provider(
            "discord",
            "Discord",
            ("api_key",),
            ("discord.com",),
            Placement("header", "Authorization", "Bot "),
            test_url="https://discord.com/api/v10/users/@me",
        ),
        Provider(
            "openai",
            "OpenAI",
            ("api_key",),
            ("api.openai.com",),
            _BEARER,
            test_url="https://api.openai.com/v1/models",
        ),
        Provider(
            "github",
            "GitHub",
            ("bearer",),
            ("api.github.com",),
            test_url="https://api.github.com/user",
        ),
        Provider(
            "slack",
            "Slack",
            ("bearer",),
            ("slack.com",),
            test_url="https://slack.com/api/auth.test",
        ),
        Provider(
            "google",
            "Google",
            ("oauth",),
            ("www.googleapis.com", "sheets.googleapis.com", "gmail.googleapis.com", "docs.googleapis.com"),
            token_url="https://oauth2.googleapis.com/token",  # noqa: S106 - an address
            test_url="https://www.googleapis.com/oauth2/v3/userinfo",
        ),
    )
}


def provider_of(provider_id: str) -> Provider:
    """The entry; for a name nobody knows, the one for any HTTP API."""
    return PROVIDERS.get(provider_id, OTHER)
