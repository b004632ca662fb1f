"""Fixtures for every test that needs the real parts: one PostgreSQL and one Valkey a pytest process, nothing faked.

The schema is migrated once into a template; a test that asks for `db` gets a clone of it (some ten milliseconds).
"""

import asyncio
import itertools
import shutil
import tempfile
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import asyncpg
import pytest
from faststream.redis import RedisBroker
from redis.asyncio import Redis

from dbcv.entrypoints import migrate
from dbcv.kit.db import Database
from dbcv.kit.local_postgres import ROLE, SUPERUSER, LocalPostgres
from dbcv.kit.local_services import LocalServices, start_in
from dbcv.kit.settings import Settings, read_settings
from dbcv.kit.streams import make_broker, make_valkey
from tests.corpus import pytest_collection_modifyitems, pytest_configure, pytest_report_header  # noqa: F401 - hooks
from tests.product import Product

pytest_plugins = ["tests.endpoints"]
TEMPLATE = "template_dbcv"
_numbers = itertools.count(1)


def _make_home() -> Path:
    """Not among pytest's folders: as root, each new pytest closes those to the system user the services run as."""
    return Path(tempfile.mkdtemp(prefix="dbcv-test-"))


@pytest.fixture
def home() -> Iterator[Path]:
    """A folder for the data of a product that a test starts itself."""
    made = _make_home()
    yield made / "home"
    shutil.rmtree(made, ignore_errors=True)


@pytest.fixture(scope="session")
def services() -> Iterator[LocalServices]:
    """PostgreSQL and Valkey in a temporary folder, stopped at the end (and dying with pytest if that is killed)."""
    folder = _make_home()
    started = start_in(folder)
    yield started
    started.stop()
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def postgres(services: LocalServices) -> LocalPostgres:
    """The running server; `url(database, role)` gives addresses."""
    return next(service for service in services.services if isinstance(service, LocalPostgres))


async def _as_superuser(postgres: LocalPostgres, *statements: str) -> None:
    connection = await asyncpg.connect(postgres.url("postgres", SUPERUSER))
    try:
        for statement in statements:
            await connection.execute(statement)
    finally:
        await connection.close()


@pytest.fixture(scope="session")
def template_database(postgres: LocalPostgres) -> str:
    """A database with the whole schema, that others are cloned from; nobody stays connected to it."""

    async def make() -> None:
        # Throw-away data: here, and only here, durability is off.
        await _as_superuser(postgres, "ALTER SYSTEM SET fsync = off", "SELECT pg_reload_conf()")
        await _as_superuser(postgres, f"CREATE DATABASE {TEMPLATE} OWNER {ROLE}")
        await migrate.upgrade(postgres.url(TEMPLATE))

    asyncio.run(make())
    return TEMPLATE


@pytest.fixture
def database_url(postgres: LocalPostgres, template_database: str) -> Iterator[str]:
    """The address of a fresh, migrated, empty database of this test alone."""
    name = f"test_{next(_numbers)}"
    asyncio.run(
        _as_superuser(postgres, f"CREATE DATABASE {name} OWNER {ROLE} TEMPLATE {template_database} STRATEGY FILE_COPY")
    )
    yield postgres.url(name)
    asyncio.run(_as_superuser(postgres, f"DROP DATABASE {name} WITH (FORCE)"))


@pytest.fixture
def settings(services: LocalServices, database_url: str, tmp_path: Path) -> Settings:
    """Settings of a test: its own database and data folder, the shared Valkey, fixed secrets."""
    return read_settings(
        home=tmp_path / "home",
        database_url=database_url,
        redis_url=services.addresses()["redis_url"],
        secret_key="a secret of the tests only, long enough for HS256",
        secret_box_key="MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE=",
    )


@pytest.fixture
async def db(settings: Settings) -> AsyncIterator[Database]:
    """The database of this test."""
    database = Database.connect(settings.database_url, settings.db_pool_size, settings.db_max_overflow)
    yield database
    await database.close()


@pytest.fixture
async def valkey(settings: Settings) -> AsyncIterator[Redis]:
    """A client of an empty Valkey."""
    client = make_valkey(settings)
    await client.flushall()
    yield client
    await client.aclose()


@pytest.fixture
async def broker(settings: Settings, valkey: Redis) -> AsyncIterator[RedisBroker]:
    """FastStream's broker over an empty Valkey, not started yet."""
    made = make_broker(settings)
    yield made
    await made.stop()


@pytest.fixture(scope="session")
def product() -> Iterator[Product]:
    """A whole `dbcv up`, shared by all tests of the session: do not kill its parts (start your own `Product`)."""
    with Product() as started:
        yield started
