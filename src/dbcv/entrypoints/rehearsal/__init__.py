"""Bots talked to in memory: no database, no network, a clock set by hand. `talk` runs one conversation, `script` and
`run` play a conversation test, `coverage` says what was reached, `why` puts a trace into words, `report` prints.
Called by the commands play and test; knows no tables."""
