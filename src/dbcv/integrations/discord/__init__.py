"""Discord: messages by a webhook or a bot, and a channel by the gateway, through discord.py."""
