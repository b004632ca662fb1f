"""Bots talked to in memory: no database, no network, a clock set by hand. `talk` runs one conversation, `run` plays a
conversation test, `difference` says what went another way, `coverage` what was reached, `why` puts a trace into words,
`report` prints, `kept` plays the tests kept with a bot. Called by the commands play and test and by the API; knows no
tables."""
