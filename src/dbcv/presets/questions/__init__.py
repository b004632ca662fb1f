"""Questions: each asks, waits, judges the answer, asks again in its own words, and keeps the answer with its type."""
