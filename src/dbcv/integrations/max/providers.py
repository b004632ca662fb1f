"""Who gives out the secrets: MAX's page for partners."""

from dbcv.integration_kit.credentials import Placement, Provider

PROVIDERS = (
    Provider(
        "max",
        "MAX",
        ("api_key",),
        ("platform-api2.max.ru",),
        Placement("header", "Authorization", ""),
        test_url="https://platform-api2.max.ru/me",
    ),
)
