"""NewsAPI: headlines of a country or a topic, and a search through the news of the last weeks."""
