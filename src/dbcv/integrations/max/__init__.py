"""MAX: messages of a bot, and a channel by long polling, through maxapi."""
