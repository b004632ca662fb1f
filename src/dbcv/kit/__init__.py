"""What every process needs and no business word: settings, database, streams, clock, ids, crypto, errors."""
