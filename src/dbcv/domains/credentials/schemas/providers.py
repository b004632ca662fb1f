"""Who gives out secrets, and how each wants to see them: those of the integrations, and some whose secrets serve HTTP
steps only. The editor's forms are made from this table."""

from functools import cache

from dbcv.integration_kit.credentials import STRATEGIES, Placement, Provider, Strategy
from dbcv.integrations import CATALOGUE

__all__ = ["OTHER", "Placement", "Provider", "Strategy", "all_providers", "provider_of"]

OTHER = Provider("http", "Any HTTP API", STRATEGIES)
_WITHOUT_INTEGRATION: dict[str, Provider] = {
    provider.id: provider
    for provider in (
        OTHER,
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


@cache
def all_providers() -> dict[str, Provider]:
    """By id; an integration's own entry goes before one of this table."""
    return _WITHOUT_INTEGRATION | CATALOGUE.providers


def provider_of(provider_id: str) -> Provider:
    """The entry; for a name nobody knows, the one for any HTTP API."""
    return all_providers().get(provider_id, OTHER)
