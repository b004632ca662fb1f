"""PostgreSQL of the user's own: one parameterised query a call, by asyncpg. It never sees this product's database."""
