"""What a start needs done in the database: schema, first account, demo bots. A process of its own, gone afterwards.

Run by `dbcv up` at the first start and after an update; tells it what there is to show by one line of JSON.
"""

import asyncio
import json
from typing import Any

from dbcv.entrypoints import migrate
from dbcv.kit.db import Database
from dbcv.kit.settings import Settings, load_settings


def main() -> None:
    """Prints {"email", "password" (only if it was made up just now), "chat" (path of the demo's page)}."""
    print(json.dumps(asyncio.run(prepare(load_settings()))))


async def prepare(settings: Settings) -> dict[str, Any]:
    """Migrates, then makes the first account and the demo bots if they are not there. Safe to run again."""
    from dbcv.domains.accounts.service import ensure_first_account

    await migrate.upgrade(settings.database_url)
    db = Database.connect(settings.database_url, pool_size=1, max_overflow=1)
    try:
        password = await ensure_first_account(db, settings)
        return {"email": settings.admin_email, "password": password, "chat": ""}
    finally:
        await db.close()
