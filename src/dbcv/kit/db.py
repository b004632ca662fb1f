"""PostgreSQL: one pool, three ways in (transaction, read, raw driver). The only place where a session commits.

Domains' repositories and the runtime use it. When the database is away, every way in raises `Unavailable`.
"""

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from typing import TYPE_CHECKING, Any, Self, TypeAlias

import asyncpg
import msgspec
import sqlalchemy.dialects.postgresql.asyncpg  # noqa: F401  else loaded at the first connection, by each process anew
from sqlalchemy import MetaData, event, exc, text
from sqlalchemy.engine import URL, make_url
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession, create_async_engine
from sqlalchemy.orm import DeclarativeBase, ORMExecuteState, Session

from dbcv.kit.errors import Unavailable
from dbcv.kit.json_text import dumps

if TYPE_CHECKING:
    Driver: TypeAlias = asyncpg.Connection[Any]
    """asyncpg's own connection: what `Database.driver()` gives."""
else:
    Driver = asyncpg.Connection

DATABASE_ERRORS = (asyncpg.PostgresError, asyncpg.InterfaceError, OSError, TimeoutError, Unavailable)
"""What a raw driver statement raises when the database is away or refuses: a loop that must go on catches these."""

CONNECT_TIMEOUT_SECONDS = 5.0
POOL_TIMEOUT_SECONDS = 10.0
COMMAND_TIMEOUT_SECONDS = 60.0

_AWAY = (
    asyncpg.PostgresConnectionError,
    asyncpg.OperatorInterventionError,
    asyncpg.InsufficientResourcesError,
    asyncpg.InterfaceError,
    asyncpg.InternalClientError,
    ConnectionError,
)


class Base(DeclarativeBase):
    """All tables. Constraint names are fixed, so that migrations can name them."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(column_0_N_label)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
            "pk": "pk_%(table_name)s",
        }
    )


def driver_url(url: str) -> URL:
    """Any usual spelling of a PostgreSQL address (postgres://, postgresql://, +asyncpg) as SQLAlchemy's."""
    spelled = "postgresql://" + url.removeprefix("postgres://") if url.startswith("postgres://") else url
    return make_url(spelled).set(drivername="postgresql+asyncpg")


class _ReadingSession(Session):
    """Refuses to write: each statement of `read()` commits by itself, so a write would be half a transaction."""


@event.listens_for(_ReadingSession, "before_flush")
def _refuse_flush(session: Session, *_: Any) -> None:
    if session.new or session.dirty or session.deleted:
        raise RuntimeError("Database.read() is for reading; use Database.transaction()")


@event.listens_for(_ReadingSession, "do_orm_execute")
def _refuse_write(state: ORMExecuteState) -> None:
    if state.is_insert or state.is_update or state.is_delete:
        raise RuntimeError("Database.read() is for reading; use Database.transaction()")


class Database:
    """A pool of at most pool_size + max_overflow connections, shared by the three ways in."""

    def __init__(self, engine: AsyncEngine) -> None:
        self.engine = engine
        self._reading = engine.execution_options(isolation_level="AUTOCOMMIT")

    @classmethod
    def connect(cls, url: str, pool_size: int = 10, max_overflow: int = 5) -> Self:
        """Nothing is opened yet: connections are made as they are needed."""
        engine = create_async_engine(
            driver_url(url),
            pool_size=pool_size,
            max_overflow=max_overflow,
            pool_timeout=POOL_TIMEOUT_SECONDS,
            pool_use_lifo=True,
            json_serializer=dumps,
            json_deserializer=msgspec.json.decode,
            connect_args={"timeout": CONNECT_TIMEOUT_SECONDS, "command_timeout": COMMAND_TIMEOUT_SECONDS},
        )
        event.listen(engine.sync_engine.pool, "connect", _plan_once)
        event.listen(engine.sync_engine.pool, "checkout", _refuse_closed)
        return cls(engine)

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[AsyncSession]:
        """One transaction: committed when the block ends, rolled back when it raises. Objects stay readable after."""
        with _away_is_unavailable():
            async with AsyncSession(self.engine, expire_on_commit=False) as session:
                yield session
                await session.commit()

    @asynccontextmanager
    async def read(self) -> AsyncIterator[AsyncSession]:
        """For queries: no BEGIN, no ROLLBACK; every statement sees its own snapshot. Writing raises RuntimeError."""
        with _away_is_unavailable():
            async with AsyncSession(
                self._reading, expire_on_commit=False, sync_session_class=_ReadingSession
            ) as session:
                yield session

    @asynccontextmanager
    async def driver(self) -> AsyncIterator[Driver]:
        """A pooled asyncpg connection for hot statements; asyncpg prepares them by itself.

        jsonb parameters are given as text (`kit.json_text.dumps`), results come back decoded. Open transactions with
        `async with connection.transaction()`. A connection whose block raised is not used again when it is broken.
        """
        with _away_is_unavailable():
            async with self.engine.connect() as connection:
                raw = (await connection.get_raw_connection()).driver_connection
                assert raw is not None
                yield raw

    async def ping(self) -> None:
        """Raises Unavailable when the database does not answer."""
        async with self.read() as session:
            await session.execute(text("SELECT 1"))

    async def close(self) -> None:
        """Closes every connection of the pool."""
        await self.engine.dispose()


def _plan_once(connection: Any, _record: Any) -> None:
    """Each prepared statement keeps one plan. Left alone, PostgreSQL plans the mailbox read anew each time (measured:
    1.9 ms instead of 0.3 ms a read), hoping to gain from knowing the array's length. All our queries go by an index.
    """
    connection.run_async(lambda driver: driver.execute("SET plan_cache_mode = force_generic_plan"))


def _refuse_closed(connection: Any, _record: Any, _proxy: Any) -> None:
    """A connection the server has closed meanwhile is replaced at checkout, without asking the server each time."""
    if connection.driver_connection.is_closed():
        raise exc.DisconnectionError("closed by the server")


@contextmanager
def _away_is_unavailable() -> Iterator[None]:
    try:
        yield
    except (*_AWAY, exc.TimeoutError) as error:
        raise Unavailable("The database is not available right now", code="database_unavailable") from error
    except exc.DBAPIError as error:
        if error.connection_invalidated or isinstance(_driver_error(error), _AWAY):
            raise Unavailable("The database is not available right now", code="database_unavailable") from error
        raise
    except OSError as error:
        if _is_connect_error(error):
            raise Unavailable("The database is not available right now", code="database_unavailable") from error
        raise


def _driver_error(error: exc.DBAPIError) -> BaseException | None:
    return getattr(error.orig, "__cause__", None)


def _is_connect_error(error: OSError) -> bool:
    """A missing socket file and a connect that timed out are the database's absence; other OSErrors are not."""
    return isinstance(error, (TimeoutError, FileNotFoundError)) and "asyncpg" in _modules_of(error)


def _modules_of(error: BaseException) -> set[str]:
    names, frame = set(), error.__traceback__
    while frame:
        names.add(str(frame.tb_frame.f_globals.get("__name__", "")).partition(".")[0])
        frame = frame.tb_next
    return names
