"""What a start needs done in the database: schema, first account, demo bots. A process of its own, gone afterwards.

Run by `dbcv up` at the first start and after an update; tells it what there is to show by one line of JSON.
"""

import asyncio
import compileall
import json
from pathlib import Path
from typing import Any

import dbcv
from dbcv.entrypoints import first_start, migrate
from dbcv.kit.crypto import random_token
from dbcv.kit.db import Database
from dbcv.kit.settings import Settings, load_settings


def main() -> None:
    """Prints {"email", "chat" (path of the demo's page)}."""
    found = asyncio.run(prepare(load_settings()))
    # Once, so that the processes of this and later starts need not compile: they start three times as fast.
    compileall.compile_dir(str(Path(dbcv.__file__).parent), quiet=2)
    print(json.dumps(found))


async def prepare(settings: Settings) -> dict[str, Any]:
    """Migrates; where nobody has an account yet, makes the first one and the demo bots. Safe to run again, also after
    it was cut short: until the banner was shown, a start counts as the first."""

    await migrate.upgrade(settings.database_url)
    db = Database.connect(settings.database_url, pool_size=1, max_overflow=1)
    try:
        await _first_account(db, settings)
        chat = await _demo_chat(db, settings, seed=first_start.is_unfinished(settings.home))
        return {"email": settings.admin_email, "chat": chat}
    finally:
        await db.close()


async def _first_account(db: Database, settings: Settings) -> None:
    from dbcv.domains.accounts.service import ensure_first_account, users

    if (await users(db, 1, None))[0]:
        return
    password = settings.admin_password or first_start.password(settings.home) or random_token(12)
    first_start.begin(settings.home, "" if settings.admin_password else password)
    if not await ensure_first_account(db, settings, password):
        first_start.end(settings.home)  # another host was faster: the password is not this one


async def _demo_chat(db: Database, settings: Settings, *, seed: bool) -> str:
    """The path of the demo's page in the operator's language, "" if the demo is gone. Once deleted it stays deleted."""
    from dbcv.domains.accounts.schemas import Principal
    from dbcv.domains.accounts.service import active_user_id
    from dbcv.entrypoints.demo_bots import demo_channels, seed_demo
    from dbcv.entrypoints.language import language_of
    from dbcv.entrypoints.wiring import make_bots

    async with db.read() as session:
        owner_id = await active_user_id(session, settings.admin_email)
    if owner_id is None:
        return ""
    owner, bots = Principal(owner_id, "user", "ADMIN", "admin"), make_bots(db)
    find = seed_demo if seed else demo_channels
    paths = {channel.language: channel.path for channel in await find(db, settings, bots, owner)}
    return paths.get(language_of("")) or next(iter(paths.values()), "")
