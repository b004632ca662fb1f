"""Files that people bring: taken in, shown, handed out, forgotten. A file the caller may not see is NotFound."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from dbcv.domains.accounts.schemas import Principal
from dbcv.domains.accounts.service import audit
from dbcv.domains.media import errors, repository
from dbcv.domains.media.service.intake import Intake, Limits
from dbcv.domains.media.service.keys import key_of
from dbcv.domains.media.service.links import Links
from dbcv.domains.media.service.named import held
from dbcv.domains.media.service.names import shown_name
from dbcv.domains.media.service.surroundings import Surroundings
from dbcv.domains.media.tables import AttachmentRow
from dbcv.kit.db import Database
from dbcv.kit.errors import Forbidden, NotFound
from dbcv.kit.ids import new_id
from dbcv.kit.settings import Settings
from dbcv.kit.storage import Storage

UPLOADS_AT_ONCE = 32
UPLOADS_OF_ONE = 4
"""In one process. Each takes some ten megabytes of memory while it lasts."""


@dataclass(frozen=True, slots=True)
class Wish:
    """What the sender says of a file: all of it is judged."""

    name: str
    claimed_type: str
    channel_id: UUID | None
    bot_id: UUID | None
    announced_bytes: int


@dataclass(frozen=True, slots=True)
class _Home:
    """Where a file will belong, whose room it takes, how large it may be."""

    account_id: UUID
    channel_id: UUID | None
    max_bytes: int


class Attachments:
    """Use cases of files."""

    def __init__(self, db: Database, storage: Storage, settings: Settings, around: Surroundings) -> None:
        self.links = Links(settings.secret_key, settings.file_link_seconds)
        self._db = db
        self._storage = storage
        self._settings = settings
        self._around = around
        self._under_way: Counter[UUID] = Counter()

    async def upload(self, caller: Principal, wish: Wish, chunks: AsyncIterator[bytes]) -> AttachmentRow:
        """Take a file in; all or nothing. Raises AppError for whatever is wrong with it, with who sends or where to."""
        with self._place(caller.id):
            home = await self._home(caller, wish)
            limits = await self._limits(home)
            if wish.announced_bytes > limits.file:
                raise errors.too_large(limits.file)
            name = shown_name(wish.name)
            intake = Intake(name, wish.claimed_type, limits)
            file_id = new_id()
            await self._storage.put(key_of(file_id), intake.checked(chunks))
            fields = {"name": name, "content_type": intake.content_type, "size": intake.size, "bot_id": wish.bot_id}
            where = {"owner_id": caller.id, "account_id": home.account_id, "channel_id": home.channel_id}
            return await self._settle(file_id, fields | where)

    async def shown(self, caller: Principal, attachment_id: UUID) -> AttachmentRow:
        """A file that the caller brought, pays for, may edit the bot of, or was shown in a message. Raises NotFound."""
        async with self._db.read() as session:
            row = await repository.attachment(session, attachment_id)
        if row is None or not (await self._owns(caller, row, False) or await self._was_shown(caller, row)):
            raise errors.no_file()
        return row

    async def opened(self, attachment_id: UUID, expires: int, signature: str) -> AttachmentRow:
        """The file that a link opens. Raises NotFound, Forbidden once the link has expired."""
        self.links.check(attachment_id, expires, signature)
        async with self._db.read() as session:
            row = await repository.attachment(session, attachment_id)
        if row is None:
            raise errors.no_file()
        return row

    async def content(self, row: AttachmentRow, start: int, end: int) -> AsyncIterator[bytes]:
        """The bytes from `start` to before `end`. Raises NotFound and Unavailable before the first one."""
        return await self._storage.read(key_of(row.id), start, end)

    async def page(
        self, caller: Principal, bot_id: UUID | None, channel_id: UUID | None, limit: int, before: UUID | None
    ) -> tuple[Sequence[AttachmentRow], str | None]:
        """Files the caller brought; or all of a bot; or of a channel: all for its owner, the own ones for others."""
        if bot_id is not None and channel_id is not None:
            raise errors.two_homes()
        if bot_id is not None:
            await self._around.bot_account(caller, bot_id, False)
        terms = await self._around.channel_terms(caller, channel_id) if channel_id is not None else None
        async with self._db.read() as session:
            if bot_id is not None:
                rows = await repository.of_bot(session, bot_id, limit + 1, before)
            elif channel_id is not None and terms is not None:
                only = None if terms.owner_id == caller.id else caller.id
                rows = await repository.of_channel(session, channel_id, only, limit + 1, before)
            else:
                rows = await repository.brought_by(session, caller.id, limit + 1, before)
        return rows[:limit], str(rows[limit - 1].id) if len(rows) > limit else None

    async def delete(self, caller: Principal, attachment_id: UUID, force: bool = False) -> None:
        """Forget a file. Raises NotFound, Forbidden for who was only shown it, Conflict while its bot names it."""
        row = await self.shown(caller, attachment_id)
        if not await self._owns(caller, row, True):
            raise errors.not_yours()
        if row.bot_id is not None and not force:
            users = await self._around.users_of(caller, row.bot_id, row.id)
            if users:
                raise errors.in_use(users)
        async with self._db.transaction() as session:
            await repository.remove(session, row.id)
            await _note(session, caller.id, "attachment.deleted", row)
        await self._storage.delete(key_of(row.id))

    @contextmanager
    def _place(self, owner_id: UUID) -> Iterator[None]:
        if self._under_way[owner_id] >= UPLOADS_OF_ONE or self._under_way.total() >= UPLOADS_AT_ONCE:
            raise errors.too_many_uploads()
        self._under_way[owner_id] += 1
        try:
            yield
        finally:
            self._under_way[owner_id] -= 1
            if not self._under_way[owner_id]:
                del self._under_way[owner_id]

    async def _home(self, caller: Principal, wish: Wish) -> _Home:
        most, channel_id = self._settings.max_file_bytes, wish.channel_id or caller.channel_id
        if wish.bot_id is not None:
            if channel_id is not None:
                raise errors.two_homes()
            return _Home(await self._around.bot_account(caller, wish.bot_id, True), None, most)
        if channel_id is None:
            return _Home(caller.id, None, most)
        terms = await self._around.channel_terms(caller, channel_id)
        if caller.kind == "user":
            return _Home(caller.id, channel_id, most)
        if terms.visitor_max_bytes <= 0:
            raise errors.visitors_send_no_files()
        return _Home(terms.owner_id, channel_id, min(most, terms.visitor_max_bytes))

    async def _limits(self, home: _Home) -> Limits:
        quota = self._settings.file_quota_bytes
        async with self._db.read() as session:
            room = quota - await repository.bytes_of(session, home.account_id)
        if room <= 0:
            raise errors.quota_reached(quota)
        return Limits(home.max_bytes, self._settings.max_image_bytes, room, quota)

    async def _settle(self, file_id: UUID, fields: dict[str, Any]) -> AttachmentRow:
        """The row, if there still is room for it; without a row the bytes go too."""
        try:
            row = await self._keep(file_id, fields)
        except BaseException:
            await asyncio.shield(self._storage.delete(key_of(file_id)))
            raise
        assert row is not None, "only a file with a source can be there already"
        return row

    async def _keep(self, file_id: UUID, fields: dict[str, Any]) -> AttachmentRow | None:
        quota = self._settings.file_quota_bytes
        async with self._db.transaction() as session:
            await repository.alone_with_account(session, fields["account_id"])
            if await repository.bytes_of(session, fields["account_id"]) + fields["size"] > quota:
                raise errors.quota_reached(quota)
            row = await repository.add(session, id=file_id, **fields)
            if row is not None:
                await _note(session, row.owner_id, "attachment.created", row)
            return row

    async def _owns(self, caller: Principal, row: AttachmentRow, to_change: bool) -> bool:
        if caller.id in (row.owner_id, row.account_id):
            return True
        if row.bot_id is None or caller.kind != "user":
            return False
        try:
            await self._around.bot_account(caller, row.bot_id, to_change)
        except (NotFound, Forbidden):
            return False
        return True

    async def _was_shown(self, caller: Principal, row: AttachmentRow) -> bool:
        senders = {row.owner_id} | ({row.bot_id} if row.bot_id else set())
        return await self._around.was_shown(caller, row.id, senders)


async def _note(session: AsyncSession, actor_id: UUID, action: str, row: AttachmentRow) -> None:
    """Files of bots are in the log of who changed what; what people send in chats is not."""
    if row.bot_id is not None:
        await audit.record(session, actor_id, action, row.id, name=row.name, bot_id=row.bot_id)


async def send(db: Database, caller_id: UUID, channel_id: UUID, ids: Sequence[UUID], now: datetime) -> list[Any]:
    """The caller's own files as a message in the channel holds them, in the order of `ids`.

    Raises NotFound naming the place of the first that is not the caller's, or that was uploaded for another channel.
    """
    async with db.transaction() as session:
        rows = await repository.send(session, ids, caller_id, channel_id, now)
        for place, file_id in enumerate(ids):
            if file_id not in rows:
                raise errors.no_file(f"attachments[{place}].id")
    return [as_held(rows[file_id]) for file_id in ids]


def as_held(row: AttachmentRow) -> dict[str, Any]:
    """A row's file as a message or a variable holds it."""
    return held(row.id, row.name, row.size, row.content_type)
