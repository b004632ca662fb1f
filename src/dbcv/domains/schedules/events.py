"""The stream that wakes schedulers: something about a schedule has changed. Its key is the bot's id."""

EMITTER_STREAM = "emitter"
