"""The one database of a pytest process, emptied before each test: conftest's `database_url`.

Emptying takes some ten milliseconds, a clone of a template takes hundreds. What a test changed of the schema itself
is noticed by the names of its tables: the database is then made anew.
"""

import asyncpg

from dbcv.entrypoints import migrate
from dbcv.kit.local_postgres import ROLE, SUPERUSER, LocalPostgres

NAME = "test_dbcv"
# Throw-away data: here, and only here, durability is off.
CARELESS = ("fsync", "full_page_writes", "synchronous_commit")
KEPT = "alembic_version"
LARGE_BYTES = 4_000_000
"""From this size on the room of deleted rows is given back, so that later tests do not read over it."""

_OTHERS_GO = """
SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity
WHERE datname = current_database() AND pid <> pg_backend_pid() AND backend_type = 'client backend'
"""
_TABLES = """
SELECT relname, pg_relation_size(oid) AS bytes FROM pg_class
WHERE relkind IN ('r', 'p') AND relnamespace = 'public'::regnamespace ORDER BY relname
"""
_SEQUENCES = "SELECT setval(oid::regclass, 1, false) FROM pg_class WHERE relkind = 'S'"


class EmptyDatabase:
    """Made at the first `ready`."""

    def __init__(self, postgres: LocalPostgres) -> None:
        self._postgres = postgres
        self._tables: list[str] = []

    async def ready(self) -> str:
        """Its address; nobody is connected, no row is left, sequences begin anew."""
        if not self._tables or not await self._empty():
            await self._make()
        return self._postgres.url(NAME)

    async def _empty(self) -> bool:
        connection = await asyncpg.connect(self._postgres.url(NAME, SUPERUSER))
        try:
            await connection.execute(_OTHERS_GO)
            found = await connection.fetch(_TABLES)
            if [row["relname"] for row in found] != self._tables:
                return False
            await _delete_rows(connection, {row["relname"]: row["bytes"] for row in found})
        finally:
            await connection.close()
        return True

    async def _make(self) -> None:
        connection = await asyncpg.connect(self._postgres.url("postgres", SUPERUSER))
        try:
            for name in CARELESS:
                await connection.execute(f"ALTER SYSTEM SET {name} = off")
            await connection.execute("SELECT pg_reload_conf()")
            await connection.execute(f"DROP DATABASE IF EXISTS {NAME} WITH (FORCE)")
            await connection.execute(f"CREATE DATABASE {NAME} OWNER {ROLE}")
        finally:
            await connection.close()
        await migrate.upgrade(self._postgres.url(NAME))
        connection = await asyncpg.connect(self._postgres.url(NAME, SUPERUSER))
        try:
            self._tables = [row["relname"] for row in await connection.fetch(_TABLES)]
        finally:
            await connection.close()


async def _delete_rows(connection: asyncpg.Connection, bytes_of: dict[str, int]) -> None:
    used = [f'"{name}"' for name, size in bytes_of.items() if size and name != KEPT]
    # As a replica it neither checks references nor runs triggers, so that the order does not matter.
    deletions = "".join(f"DELETE FROM {name};" for name in used)
    await connection.execute(f"BEGIN; SET LOCAL session_replication_role = replica; {deletions} COMMIT; {_SEQUENCES}")
    for name, size in bytes_of.items():
        if size > LARGE_BYTES:
            await connection.execute(f'VACUUM "{name}"')
