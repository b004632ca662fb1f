"""The one database of a pytest process, emptied before each test: conftest's `database_url`.

Emptying takes some milliseconds over a connection that stays (a new one takes PostgreSQL as long as the emptying), a
clone of a template takes hundreds. What a test changed of the schema itself is noticed by the names of its tables: the
database is then made anew.
"""

import asyncio
import contextlib
import time

import asyncpg

from dbcv.entrypoints import migrate
from dbcv.kit.local_postgres import ROLE, SUPERUSER, LocalPostgres

NAME = "test_dbcv"
# Throw-away data: here, and only here, durability is off.
CARELESS = ("fsync", "full_page_writes", "synchronous_commit")
KEPT = "alembic_version"
LARGE_BYTES = 1_000_000
"""From this size on the room of deleted rows is given back, so that later tests do not read over it."""
OTHERS_GO_SECONDS = 30.0

# PostgreSQL's own way to wait for their end looks each 100 ms only.
_OTHERS_GO = """
SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity
WHERE datname = current_database() AND pid <> pg_backend_pid() AND backend_type = 'client backend'
"""
_TABLES = """
SELECT relname, pg_relation_size(oid) AS bytes FROM pg_class
WHERE relkind IN ('r', 'p') AND relnamespace = 'public'::regnamespace ORDER BY relname
"""
_SEQUENCES = "SELECT setval(oid::regclass, 1, false) FROM pg_class WHERE relkind = 'S'"


class EmptyDatabase:
    """Made at the first `ready`; `close` it before the server stops."""

    def __init__(self, postgres: LocalPostgres) -> None:
        self._postgres = postgres
        self._tables: list[str] = []
        # A loop of its own: the connection outlives those of the tests.
        self._runner = asyncio.Runner(loop_factory=asyncio.new_event_loop)
        self._connection: asyncpg.Connection | None = None

    def ready(self) -> str:
        """Its address; nobody else is connected, no row is left, sequences begin anew."""
        self._runner.run(self._ready())
        return self._postgres.url(NAME)

    def close(self) -> None:
        """Nothing runs any more."""
        self._runner.run(self._hang_up())
        self._runner.close()

    async def _ready(self) -> None:
        try:
            is_empty = await self._empty()
        except (asyncpg.PostgresError, asyncpg.InterfaceError, OSError):  # a test cut it off
            await self._hang_up()
            is_empty = await self._empty()
        if not is_empty:
            await self._make()

    async def _hang_up(self) -> None:
        connection, self._connection = self._connection, None
        if connection is not None:
            with contextlib.suppress(asyncpg.PostgresError, asyncpg.InterfaceError, OSError):
                await connection.close(timeout=5)

    async def _empty(self) -> bool:
        """Whether there was a whole database to be emptied."""
        if not self._tables:
            return False
        if self._connection is None or self._connection.is_closed():
            self._connection = await asyncpg.connect(self._postgres.url(NAME, SUPERUSER))
        await _others_go(self._connection)
        found = await self._connection.fetch(_TABLES)
        if [row["relname"] for row in found] != self._tables:
            return False
        await _delete_rows(self._connection, {row["relname"]: row["bytes"] for row in found})
        return True

    async def _make(self) -> None:
        await self._hang_up()
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
        self._connection = await asyncpg.connect(self._postgres.url(NAME, SUPERUSER))
        self._tables = [row["relname"] for row in await self._connection.fetch(_TABLES)]


async def _others_go(connection: asyncpg.Connection) -> None:
    deadline = time.monotonic() + OTHERS_GO_SECONDS
    while await connection.fetchval(_OTHERS_GO):
        assert time.monotonic() < deadline, "somebody stays connected to the database of the tests"
        await asyncio.sleep(0.003)


async def _delete_rows(connection: asyncpg.Connection, bytes_of: dict[str, int]) -> None:
    used = [f'"{name}"' for name, size in bytes_of.items() if size and name != KEPT]
    # As a replica it neither checks references nor runs triggers, so that the order does not matter.
    deletions = "".join(f"DELETE FROM {name};" for name in used)
    await connection.execute(f"BEGIN; SET LOCAL session_replication_role = replica; {deletions} COMMIT; {_SEQUENCES}")
    for name, size in bytes_of.items():
        if size > LARGE_BYTES:
            await connection.execute(f'VACUUM "{name}"')
