"""The three ways into the database, and what they say when it is away."""

import asyncpg
import pytest
from sqlalchemy import insert, text
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from dbcv.kit.db import Database, driver_url
from dbcv.kit.errors import Unavailable
from dbcv.kit.json_text import dumps


class OwnBase(DeclarativeBase):
    """Apart from the product's tables."""


class Sample(OwnBase):
    __tablename__ = "kit_sample"
    id: Mapped[int] = mapped_column(primary_key=True)


@pytest.fixture
async def table(db: Database) -> None:
    async with db.transaction() as session:
        await session.execute(text("CREATE TABLE kit_sample (id int primary key)"))


async def count(db: Database) -> int:
    async with db.read() as session:
        return (await session.execute(text("SELECT count(*) FROM kit_sample"))).scalar_one()


async def test_a_transaction_is_kept_when_its_block_ends_and_undone_when_it_raises(db: Database, table: None) -> None:
    async with db.transaction() as session:
        session.add(Sample(id=1))
    with pytest.raises(ZeroDivisionError):
        async with db.transaction() as session:
            await session.execute(insert(Sample).values(id=2))
            raise ZeroDivisionError
    assert await count(db) == 1


async def test_reading_refuses_to_write(db: Database, table: None) -> None:
    with pytest.raises(RuntimeError, match="transaction"):
        async with db.read() as session:
            await session.execute(insert(Sample).values(id=1))
    with pytest.raises(RuntimeError, match="transaction"):
        async with db.read() as session:
            session.add(Sample(id=1))
            await session.flush()
    assert await count(db) == 0


async def test_driver_takes_json_text_and_gives_values(db: Database) -> None:
    value = {"ключ": [1, 2.5, None, "😀"]}
    async with db.driver() as connection:
        assert await connection.fetchval("SELECT $1::jsonb", dumps(value)) == value


async def test_driver_transactions_and_pool_bounds(settings) -> None:
    database = Database.connect(settings.database_url, pool_size=1, max_overflow=0)
    for _ in range(5):
        async with database.driver() as connection, connection.transaction():
            await connection.execute("SELECT 1")
    async with database.read() as session:
        ours = "datname = current_database() AND usename = current_user"
        same = text(f"SELECT count(*) FROM pg_stat_activity WHERE {ours}")
        assert (await session.execute(same)).scalar_one() == 1
    await database.close()


async def test_a_connection_the_server_closed_is_replaced_unnoticed(db: Database, postgres) -> None:
    for way in (db.driver, db.read, db.transaction):
        async with db.driver() as connection:
            pid = connection.get_server_pid()
        superuser = await asyncpg.connect(postgres.url("postgres", "postgres"))
        await superuser.execute("SELECT pg_terminate_backend($1, 1000)", pid)
        await superuser.close()
        async with way():
            await db.ping()


async def test_a_connection_cut_in_the_middle_is_unavailable_not_a_crash(db: Database) -> None:
    with pytest.raises(Unavailable):
        async with db.transaction() as session:
            await session.execute(text("SELECT pg_terminate_backend(pg_backend_pid())"))
    with pytest.raises(Unavailable):
        async with db.driver() as connection:
            await connection.execute("SELECT pg_terminate_backend(pg_backend_pid())")
    await db.ping()


async def test_no_server_at_all_is_unavailable(tmp_path) -> None:
    for url in (f"postgresql://dbcv@/dbcv?host={tmp_path}", "postgres://dbcv@127.0.0.1:1/dbcv"):
        database = Database.connect(url)
        for way in (database.driver, database.read, database.transaction):
            with pytest.raises(Unavailable):
                async with way() as session:
                    await session.execute(text("SELECT 1"))
        await database.close()


async def test_errors_of_the_block_itself_pass_unchanged(db: Database) -> None:
    with pytest.raises(FileNotFoundError):
        async with db.transaction():
            raise FileNotFoundError("mine")


def test_every_spelling_of_an_address() -> None:
    for scheme in ("postgres", "postgresql", "postgresql+asyncpg"):
        url = driver_url(f"{scheme}://u:p%40@h:5/d?host=/x")
        assert (url.drivername, url.password, url.query["host"]) == ("postgresql+asyncpg", "p@", "/x")
