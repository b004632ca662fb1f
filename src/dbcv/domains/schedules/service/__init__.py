"""Rules of schedules: what is in force, when it is due, how it is told to people. The scheduler imports `moments` only."""
