"""Fixtures for every test that needs the real parts: one PostgreSQL and one Valkey a pytest process, nothing faked.

The schema is migrated once a process; a test that asks for `db` finds its tables empty (some ten milliseconds).
"""

import gc
import shutil
import tempfile
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
import structlog
from faststream.redis import RedisBroker
from pwdlib import PasswordHash
from pwdlib.hashers.argon2 import Argon2Hasher
from redis.asyncio import Redis
from sqlalchemy.dialects.postgresql.asyncpg import PGDialect_asyncpg

from dbcv.kit import crypto
from dbcv.kit.db import Database
from dbcv.kit.local_postgres import LocalPostgres
from dbcv.kit.local_services import LocalServices, start_in
from dbcv.kit.settings import Settings, read_settings
from dbcv.kit.streams import make_broker, make_valkey
from tests import corpus
from tests.corpus import pytest_collection_modifyitems, pytest_report_header  # noqa: F401 - hooks
from tests.empty_database import EmptyDatabase
from tests.product import Product
from tests.worked_out_once import SilentSharer, asked_once

pytest_plugins = ["tests.endpoints"]
# Without `configure_logs` an exception would be drawn with every variable of every frame, which can take a minute.
structlog.configure(processors=[structlog.dev.ConsoleRenderer(exception_formatter=structlog.dev.plain_traceback)])


def pytest_configure(config: pytest.Config) -> None:
    """Corpus's, and: the modules of thousands of tests are read in without looking for garbage among them."""
    corpus.pytest_configure(config)
    gc.disable()


def pytest_collection_finish() -> None:
    """As the product's processes do it: what was read in stays, so the collector need not look at it time and again."""
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)
    gc.enable()


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


@pytest.fixture(scope="session")
def empty_database(postgres: LocalPostgres) -> Iterator[EmptyDatabase]:
    """The database of this process with the whole schema."""
    made = EmptyDatabase(postgres)
    yield made
    made.close()


@pytest.fixture
def database_url(empty_database: EmptyDatabase) -> str:
    """The address of a migrated database, empty and of this test alone."""
    return empty_database.ready()


@pytest.fixture(scope="session")
def worked_out_once() -> Iterator[None]:
    """All applications of this process have the same routes and the same server, and nobody asks for their figures."""
    from dbcv.entrypoints import api
    from tests.shared_routes import SharingApp

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(api, "FastAPI", SharingApp)
        patch.setattr(api, "Sharer", SilentSharer)
        patch.setattr(PGDialect_asyncpg, "initialize", asked_once(PGDialect_asyncpg.initialize))
        yield


@pytest.fixture(scope="session")
def plain_settings(services: LocalServices, worked_out_once: None) -> Settings:
    """What all tests of a process have in common; to read it from the environment takes some milliseconds."""
    return read_settings(
        home=Path("/nowhere"),
        redis_url=services.addresses()["redis_url"],
        secret_key="a secret of the tests only, long enough for HS256",
        secret_box_key="MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE=",
    )


@pytest.fixture
def settings(plain_settings: Settings, database_url: str, tmp_path: Path) -> Settings:
    """Settings of a test: its own database and data folder, the shared Valkey, fixed secrets."""
    return plain_settings.model_copy(update={"home": tmp_path / "home", "database_url": database_url})


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


@pytest.fixture(scope="session", autouse=True)
def quick_passwords() -> Iterator[None]:
    """Hundreds of tests register somebody. Only here and only in this process a hash costs nothing; what the product's
    costs says tests/kit/test_crypto.py."""
    quick = PasswordHash((Argon2Hasher(time_cost=1, memory_cost=8, parallelism=1),))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(crypto, "_passwords", quick)
        yield


@pytest.fixture(scope="session")
def product() -> Iterator[Product]:
    """A whole `dbcv up`, shared by all tests of the session: do not kill its parts (start your own `Product`)."""
    with Product() as started:
        yield started
