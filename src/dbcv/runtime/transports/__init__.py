"""Channels that reach people outside: `receivers` bring in, `outgoing` sends, `store` is their SQL. The worker of the
bot role starts them; vendors are known by the port of integration_kit only."""
