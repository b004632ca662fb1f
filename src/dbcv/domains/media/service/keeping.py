"""Cleaning up: uploads that nobody sent, and bytes without a row (a crash between the two, a deleted channel)."""

import asyncio
from datetime import timedelta
from uuid import UUID

import structlog

from dbcv.domains.media import repository
from dbcv.domains.media.service.keys import FILES, ICONS, icon_key, id_of, key_of
from dbcv.kit.clock import utc_now
from dbcv.kit.db import Database
from dbcv.kit.errors import AppError
from dbcv.kit.settings import Settings
from dbcv.kit.storage import Storage, StoredFile
from dbcv.kit.vital import rest

EVERY_SECONDS = 3_600.0
AT_ONCE = 500
FRESH = timedelta(hours=24)
"""Bytes younger than this may belong to an upload that is not over."""

log = structlog.get_logger(__name__)


async def keep_files_tidy(settings: Settings, stop: asyncio.Event) -> None:
    """Clean up every hour until `stop`, by a connection of its own; several processes may do so at once. While the
    database or the storage is away, later."""
    db, storage = Database.connect(settings.database_url, 1, 0), Storage.open(settings)
    while not stop.is_set():
        try:
            await tidy(db, storage, timedelta(hours=settings.unused_file_hours))
        except AppError as error:
            log.warning("files.not_tidied", error=error.title)
        await rest(stop, EVERY_SECONDS)
    await db.close()


async def tidy(db: Database, storage: Storage, unused: timedelta, fresh: timedelta = FRESH) -> tuple[int, int]:
    """One round: (uploads never sent, bytes without a row) that were deleted."""
    forgotten = await _forget_unused(db, storage, unused)
    orphans = await _delete_orphans(db, storage, fresh)
    if forgotten or orphans:
        log.info("files.tidied", never_sent=forgotten, without_row=orphans)
    return forgotten, orphans


async def _forget_unused(db: Database, storage: Storage, unused: timedelta) -> int:
    count = 0
    while True:
        async with db.transaction() as session:
            ids = await repository.remove_unused(session, utc_now() - unused, AT_ONCE)
        for file_id in ids:
            await storage.delete(key_of(file_id))
        count += len(ids)
        if len(ids) < AT_ONCE:
            return count


async def _delete_orphans(db: Database, storage: Storage, fresh: timedelta) -> int:
    border, count, batch = utc_now() - fresh, 0, dict[UUID, StoredFile]()
    async for found in storage.files(FILES):
        file_id = id_of(found.key)
        if file_id is not None and found.modified_at < border:
            batch[file_id] = found
        if len(batch) >= AT_ONCE:
            count += await _delete_unknown(db, storage, batch)
            batch = {}
    count += await _delete_unknown(db, storage, batch)
    return count + await _delete_old_icons(db, storage, fresh)


async def _delete_unknown(db: Database, storage: Storage, batch: dict[UUID, StoredFile]) -> int:
    if not batch:
        return 0
    async with db.read() as session:
        known = await repository.known(session, list(batch))
    unknown = [found for file_id, found in batch.items() if file_id not in known]
    for found in unknown:
        await storage.delete(found.key)
    return len(unknown)


async def _delete_old_icons(db: Database, storage: Storage, fresh: timedelta) -> int:
    """Bodies of icons that were replaced or deleted."""
    border, count = utc_now() - fresh, 0
    async with db.read() as session:
        kept = {icon_key(name, digest) for name, digest in await repository.icon_digests(session)}
    async for found in storage.files(ICONS):
        if found.key not in kept and found.modified_at < border:
            await storage.delete(found.key)
            count += 1
    return count
