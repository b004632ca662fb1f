"""Analytics: how a bot does, counted from what its turns leave behind, without standing in their way."""
