"""`dbcv credentials rotate`: after a new SECRET_BOX_KEY, encrypt every secret with it. While everything runs."""

import asyncio

from dbcv.domains.credentials.service import Rotated, rotate
from dbcv.entrypoints.wiring import make_box
from dbcv.kit.crypto import SecretBox
from dbcv.kit.db import Database
from dbcv.kit.settings import load_settings


def main() -> int:
    """Prints what was done; 1 when some secrets open with none of the keys."""
    settings = load_settings()
    done = asyncio.run(_rotate(settings.database_url, make_box(settings)))
    print(f"{done.changed} secrets were encrypted with the current key, {done.current} were already")
    if done.unreadable:
        print(f"{len(done.unreadable)} open with none of the keys given. Add theirs to SECRET_BOX_KEY_PREVIOUS,")
        print("or enter these secrets again: " + ", ".join(map(str, done.unreadable[:20])))
        return 1
    print("SECRET_BOX_KEY_PREVIOUS may be taken away now")
    return 0


async def _rotate(database_url: str, box: SecretBox) -> Rotated:
    db = Database.connect(database_url, pool_size=1, max_overflow=1)
    try:
        return await rotate(db, box)
    finally:
        await db.close()
