"""Who gives out the keys: the Anthropic console."""

from dbcv.integration_kit.credentials import AS_BEARER, Provider

PROVIDERS = (
    Provider(
        "anthropic",
        "Anthropic",
        ("api_key",),
        ("api.anthropic.com",),
        AS_BEARER,
    ),
)
