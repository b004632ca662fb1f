"""Discord: messages by a webhook or a bot, through discord.py."""
