"""PostgreSQL by the driver alone: for a process that needs one connection and no queries built from tables.

The scheduler uses it; without SQLAlchemy it takes 18 MB less. `kit/db.py` is the way in for everybody else.
"""

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import TYPE_CHECKING, Any, TypeAlias
from urllib.parse import urlsplit

import asyncpg
import msgspec

from dbcv.kit.errors import Unavailable

if TYPE_CHECKING:
    Driver: TypeAlias = asyncpg.Connection[Any]
    """asyncpg's own connection."""
else:
    Driver = asyncpg.Connection

DATABASE_ERRORS = (asyncpg.PostgresError, asyncpg.InterfaceError, OSError, TimeoutError, Unavailable)
"""What a statement raises when the database is away or refuses: a loop that must go on catches these."""
CONNECT_TIMEOUT_SECONDS = 5.0
COMMAND_TIMEOUT_SECONDS = 60.0

OpenDriver: TypeAlias = Callable[[], AbstractAsyncContextManager[Driver]]
"""Opens a connection for the length of a block: `Database.driver` and `connector(url)` both do."""


def connector(url: str) -> OpenDriver:
    """Connections to `url`, in any usual spelling; JSON goes in as text and comes out decoded, as in `kit/db.py`."""
    address = urlsplit(url)._replace(scheme="postgresql").geturl()

    @asynccontextmanager
    async def opened() -> AsyncIterator[Driver]:
        connection = await asyncpg.connect(
            address,
            timeout=CONNECT_TIMEOUT_SECONDS,
            command_timeout=COMMAND_TIMEOUT_SECONDS,
            server_settings={"plan_cache_mode": "force_generic_plan"},
        )
        try:
            for kind in ("json", "jsonb"):
                await connection.set_type_codec(
                    kind, schema="pg_catalog", encoder=str, decoder=msgspec.json.decode, format="text"
                )
            yield connection
        finally:
            await connection.close(timeout=CONNECT_TIMEOUT_SECONDS)

    return opened
