"""DBCV itself: the bot's subscribers, sessions and variables, messages that it sends first; through the kit's port."""
