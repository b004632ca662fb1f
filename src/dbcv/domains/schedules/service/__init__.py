"""Rules of schedules: what is in force, when it is due, how people are told. The scheduler knows `moments` only."""
