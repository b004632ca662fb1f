"""Who gives out the secrets of Telegram bots: @BotFather."""

from dbcv.integration_kit.credentials import NOWHERE, Provider

PROVIDERS = (
    Provider(
        "telegram",
        "Telegram",
        ("api_key",),
        ("api.telegram.org",),
        NOWHERE,
        test_url="https://api.telegram.org/bot{api_key}/getMe",
    ),
)
