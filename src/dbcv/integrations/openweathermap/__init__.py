"""OpenWeatherMap: the weather now and in the next five days, for a place by its name or its coordinates."""
