"""Who gives out the secrets: Discord's developer portal (bots), a channel's settings (webhooks)."""

from dbcv.integration_kit.credentials import NOWHERE, Placement, Provider

BOT = Provider(
    "discord",
    "Discord",
    ("api_key",),
    ("discord.com",),
    Placement("header", "Authorization", "Bot "),
    test_url="https://discord.com/api/v10/users/@me",
)
WEBHOOK = Provider("discord_webhook", "Discord webhook", ("api_key",), ("discord.com",), NOWHERE)
PROVIDERS = (BOT, WEBHOOK)
