"""Files that come in by a channel's transport: kept once, in the channel's room. Called by the bot worker."""

from typing import Any
from uuid import UUID

from dbcv.domains.media import errors, repository
from dbcv.domains.media.service.attachments import as_held
from dbcv.domains.media.service.intake import Intake, Limits
from dbcv.domains.media.service.keys import key_of
from dbcv.domains.media.service.names import shown_name
from dbcv.kit.clock import utc_now
from dbcv.kit.db import Database
from dbcv.kit.ids import new_id
from dbcv.kit.settings import Settings
from dbcv.kit.storage import Storage


class ArrivingFiles:
    """One a process."""

    def __init__(self, db: Database, storage: Storage, settings: Settings) -> None:
        self._db, self._storage = db, storage
        self._quota_bytes, self._image_bytes = settings.file_quota_bytes, settings.max_image_bytes

    async def known(self, source: str) -> dict[str, Any] | None:
        """The file that came from there before, as a message holds it."""
        async with self._db.read() as session:
            row = await repository.attachment_of(session, source)
        return as_held(row) if row else None

    async def keep(
        self,
        content: bytes,
        name: str,
        claimed_type: str,
        max_bytes: int,
        *,
        owner_id: UUID,
        account_id: UUID,
        channel_id: UUID,
        source: str,
    ) -> dict[str, Any]:
        """As a message holds it. `owner_id`: who sent it; `account_id`: whose room it takes. Raises AppError for what
        is taken from nobody, or where there is no room."""
        limits = Limits(max_bytes, self._image_bytes, self._quota_bytes, self._quota_bytes)
        shown = shown_name(name)
        intake, file_id = Intake(shown, claimed_type, limits), new_id()
        checked = b"".join([chunk async for chunk in intake.checked(_once(content))])
        await self._storage.put_bytes(key_of(file_id), checked)
        fields = {"name": shown, "content_type": intake.content_type, "size": intake.size, "source": source}
        whose = {"owner_id": owner_id, "account_id": account_id, "channel_id": channel_id}
        async with self._db.transaction() as session:
            await repository.alone_with_account(session, account_id)
            if await repository.bytes_of(session, account_id) + intake.size > self._quota_bytes:
                raise errors.quota_reached(self._quota_bytes)
            row = await repository.add(session, id=file_id, used_at=utc_now(), **whose, **fields)
            # The same file kept at the same time: theirs counts, our bytes are an orphan soon swept.
            found = row or await repository.attachment_of(session, source)
        assert found is not None, "what was in the way is there"
        return as_held(found)


async def _once(content: bytes) -> Any:
    yield content
