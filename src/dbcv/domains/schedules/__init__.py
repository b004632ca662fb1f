"""Schedules: messages a bot sends by the clock, once or again and again. A part of the bot document."""
