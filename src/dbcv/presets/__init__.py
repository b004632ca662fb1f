"""Ready-made fragments of a bot: pure functions that return steps, groups and connections."""
