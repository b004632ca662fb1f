"""Alembic's way in: runs over the connection that entrypoints/migrate.py hands it, with the tables of all domains.

The whole upgrade is one transaction under an advisory lock: two starting at once run after each other.
"""

import importlib
import pkgutil

from alembic import context
from sqlalchemy import Connection, text

import dbcv.domains
from dbcv.kit.db import Base

UPGRADE_LOCK = 0x64626376  # "dbcv"


def import_tables() -> None:
    for domain in pkgutil.iter_modules(dbcv.domains.__path__, "dbcv.domains."):
        if any(module.name == "tables" for module in pkgutil.iter_modules(_path_of(domain.name))):
            importlib.import_module(f"{domain.name}.tables")


def _path_of(package: str) -> list[str]:
    return list(importlib.import_module(package).__path__)


def run(connection: Connection) -> None:
    import_tables()
    context.configure(connection=connection, target_metadata=Base.metadata, compare_type=True)
    with context.begin_transaction():
        connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": UPGRADE_LOCK})
        context.run_migrations()


run(context.config.attributes["connection"])
