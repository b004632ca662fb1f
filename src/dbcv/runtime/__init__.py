"""One turn from mailbox to ledger: shards, turn, effects, commit, notice, timers, delivery. Knows no HTTP server."""
