"""Who gives out the keys: OpenAI, or whoever runs a compatible server (bind the credential to its host)."""

from dbcv.integration_kit.credentials import AS_BEARER, Provider

PROVIDERS = (
    Provider(
        "openai",
        "OpenAI",
        ("api_key",),
        ("api.openai.com",),
        AS_BEARER,
        test_url="https://api.openai.com/v1/models",
    ),
)
