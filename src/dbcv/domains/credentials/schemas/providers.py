"""Who gives out secrets, and how each wants to see them: those of the integrations, and one for any HTTP API.

The editor's forms are made from this table.
"""

from functools import cache

from dbcv.integration_kit.credentials import STRATEGIES, Placement, Provider, Strategy
from dbcv.integrations import CATALOGUE

__all__ = ["OTHER", "Placement", "Provider", "Strategy", "all_providers", "integrations", "provider_of"]

OTHER = Provider("http", "Any HTTP API", STRATEGIES)


@cache
def all_providers() -> dict[str, Provider]:
    """By id."""
    return {OTHER.id: OTHER} | CATALOGUE.providers


@cache
def integrations() -> dict[str, str]:
    """{provider: the integration whose drawing it has}."""
    return {provider.id: each.id for each in CATALOGUE.all() for provider in each.providers}


def provider_of(provider_id: str) -> Provider:
    """The entry; for a name nobody knows, the one for any HTTP API."""
    return all_providers().get(provider_id, OTHER)
