"""Brings the database's schema to this program's version: `dbcv migrate`, and `dbcv up` before it starts the rest.

What only looks at files (`known_revisions`, `head_revision`) imports nothing heavy, for the quick start.
"""

import asyncio
import re
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from dbcv.kit.errors import OperatorError

if TYPE_CHECKING:
    from alembic.config import Config
    from sqlalchemy import Connection

CONNECT_TIMEOUT_SECONDS = 10.0
_REVISION = re.compile(r"""^(revision|down_revision)\b[^=]*=\s*(?:["']([^"']+)["']|None)""", re.MULTILINE)


class MigrationError(OperatorError):
    """The schema cannot be brought to this version; the text says why."""


def migrations_folder() -> Path:
    """Beside the sources in a checkout, inside the package in a wheel."""
    packaged = Path(__file__).resolve().parents[1] / "migrations"
    return packaged if packaged.exists() else Path(__file__).resolve().parents[3] / "migrations"


def known_revisions() -> dict[str, str]:
    """{revision: the one before it, "" for the first} of the files in migrations/versions."""
    known = {}
    for path in sorted((migrations_folder() / "versions").glob("*.py")):
        found = dict(_REVISION.findall(path.read_text()))
        if found.get("revision"):
            known[found["revision"]] = found.get("down_revision", "")
    return known


def head_revision() -> str:
    """The newest one; "" when there are none."""
    known = known_revisions()
    heads = sorted(set(known) - set(known.values()))
    return heads[-1] if heads else ""


async def upgrade(database_url: str) -> None:
    """Runs what is missing, all or nothing. Raises MigrationError when a newer program was here before."""
    await _over_connection(database_url, _upgrade)


async def make_revision(database_url: str, message: str) -> None:
    """Writes a new file into migrations/versions with what the tables say and the database lacks, to be reviewed."""

    def make(connection: "Connection") -> None:
        from alembic import command

        command.revision(_config(connection), message=message, autogenerate=True)

    await _over_connection(database_url, make)


async def current_revision(database_url: str) -> str:
    """What the database is at; "" for an empty one."""
    found: list[str] = []

    def look(connection: "Connection") -> None:
        from alembic.runtime.migration import MigrationContext

        found.append(MigrationContext.configure(connection).get_current_revision() or "")

    await _over_connection(database_url, look)
    return found[0]


async def _over_connection(database_url: str, work: Callable[["Connection"], None]) -> None:
    import asyncpg
    from sqlalchemy.exc import InterfaceError, OperationalError
    from sqlalchemy.ext.asyncio import create_async_engine
    from sqlalchemy.pool import NullPool

    from dbcv.kit.db import driver_url

    url = driver_url(database_url)
    engine = create_async_engine(url, poolclass=NullPool, connect_args={"timeout": CONNECT_TIMEOUT_SECONDS})
    try:
        async with engine.connect() as connection, connection.begin():
            await connection.run_sync(work)
    except (OSError, InterfaceError, OperationalError, asyncpg.PostgresError) as error:
        shown = url.render_as_string(hide_password=True)
        reason = str(error).splitlines()[0] if str(error) else type(error).__name__
        raise MigrationError(
            f"the database {shown} cannot be used: {reason}. Start it (the embedded one: `dbcv up`)",
            f"базой данных {shown} нельзя пользоваться: {reason}. Запустите её (встроенную: `dbcv up`)",
        ) from error
    finally:
        await engine.dispose()


def _upgrade(connection: "Connection") -> None:
    from alembic import command
    from alembic.util.exc import CommandError

    try:
        command.upgrade(_config(connection), "heads")
    except CommandError as error:
        raise MigrationError(
            f"the database's schema does not fit this version of dbcv ({error}). "
            "If a newer version used this database, bring the program up to date"
        ) from error


def _config(connection: "Connection") -> "Config":
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(migrations_folder()))
    config.set_main_option("path_separator", "os")
    config.set_main_option("file_template", "%%(year)d%%(month).2d%%(day).2d_%%(slug)s")
    config.attributes["connection"] = connection
    return config


def main(make: str = "") -> None:
    """`dbcv migrate`: upgrades the database of the settings, or with `make` writes a new migration."""
    from dbcv.kit.settings import load_settings

    settings = load_settings()
    if make:
        asyncio.run(make_revision(settings.database_url, make))
        return
    asyncio.run(upgrade(settings.database_url))
    print(f"The database is at {head_revision() or 'the beginning (there are no migrations)'}.")
