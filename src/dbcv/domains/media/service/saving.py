"""A bot's way to files: what it saves (`|file|.csv`), and what it sends along with a request. Called by the runtime."""

import csv
import io
import re
from collections.abc import Sequence
from typing import Any, Protocol
from uuid import UUID

from dbcv.domains.media import errors, repository
from dbcv.domains.media.service import types
from dbcv.domains.media.service.attachments import as_held
from dbcv.domains.media.service.keys import key_of
from dbcv.domains.media.service.names import shown_name
from dbcv.domains.media.tables import AttachmentRow
from dbcv.kit.clock import utc_now
from dbcv.kit.db import Database
from dbcv.kit.ids import new_id
from dbcv.kit.json_text import dumps
from dbcv.kit.outbound import OutboundFile
from dbcv.kit.settings import Settings
from dbcv.kit.storage import Storage

FIELD = "file"
_FORMULA = re.compile(r"[=@\t\r＝＠]|[+\-＋－](?![\d\s().,\-]*$)")
"""What a spreadsheet runs of a stranger's words (docs/adr/0043); a sign before a number or a phone does nothing."""
MAX_SENT_BYTES = 9_900_000
"""All files of one request together."""


class Around(Protocol):
    """What is asked of bots and conversations."""

    async def account_of(self, bot_id: UUID) -> UUID | None:
        """Whose a bot is; None for one that is gone."""
        ...

    async def was_told(self, bot_id: UUID, attachment_id: UUID, sender_id: UUID) -> bool:
        """Whether the sender sent the file to the bot."""
        ...


class BotFiles:
    """Files as effects need them. What is wrong is raised as AppError; the performer makes it data."""

    def __init__(self, db: Database, storage: Storage, settings: Settings, around: Around) -> None:
        self._db = db
        self._storage = storage
        self._around = around
        self._quota_bytes = settings.file_quota_bytes

    async def save(self, bot_id: UUID, name: str, ext: str, value: Any, source: str) -> dict[str, Any]:
        """Keep a value as a file of the bot; the same `source` again gives the same file."""
        source = f"{bot_id}:{source}"
        async with self._db.read() as session:
            known = await repository.attachment_of(session, source)
        if known is not None:
            return as_held(known)
        content, file_id = as_bytes(value, ext), new_id()
        await self._storage.put_bytes(key_of(file_id), content)
        fields = {"name": shown_name(name + ext), "content_type": _type_of(content), "size": len(content)}
        return as_held(await self._settle(bot_id, file_id, fields, source))

    async def _settle(self, bot_id: UUID, file_id: UUID, fields: dict[str, Any], source: str) -> AttachmentRow:
        account_id = await self._around.account_of(bot_id)
        if account_id is None:
            raise errors.no_file()
        whose = {"owner_id": bot_id, "account_id": account_id, "bot_id": bot_id}
        async with self._db.transaction() as session:
            await repository.alone_with_account(session, account_id)
            if await repository.bytes_of(session, account_id) + fields["size"] > self._quota_bytes:
                raise errors.quota_reached(self._quota_bytes)
            row = await repository.add(session, id=file_id, used_at=utc_now(), source=source, **whose, **fields)
            # Somebody performed the same effect at the same time: theirs counts, our bytes are an orphan soon swept.
            found = row or await repository.attachment_of(session, source)
        assert found is not None, "what was in the way is there"
        return found

    async def load(self, bot_id: UUID, wished: Sequence[Any]) -> list[OutboundFile]:
        """Files to send along with a request, by what its `attachments` say; the bot's own, or sent to it.

        An entry is an id, or an object with `id` and, if the form's field is not to be "file", `field`.
        """
        entries = [_wished(entry) for entry in wished]
        async with self._db.read() as session:
            rows = await repository.attachments(session, [file_id for file_id, _ in entries])
        for file_id, _ in entries:
            if file_id not in rows or not await self._may_send(bot_id, rows[file_id]):
                raise errors.no_file("attachments")
        if sum(rows[file_id].size for file_id, _ in entries) > MAX_SENT_BYTES:
            raise errors.too_large(MAX_SENT_BYTES)
        return [await self._load(rows[file_id], field) for file_id, field in entries]

    async def _may_send(self, bot_id: UUID, row: AttachmentRow) -> bool:
        return row.bot_id == bot_id or await self._around.was_told(bot_id, row.id, row.owner_id)

    async def _load(self, row: AttachmentRow, field: str) -> OutboundFile:
        return OutboundFile(field, row.name, row.content_type, await self._storage.read_bytes(key_of(row.id)))


def _wished(entry: Any) -> tuple[UUID, str]:
    given = entry if isinstance(entry, dict) else {"id": entry}
    try:
        return UUID(str(given.get("id"))), str(given.get("field") or FIELD)
    except ValueError as error:
        raise errors.no_file("attachments") from error


def as_bytes(value: Any, ext: str) -> bytes:
    """A value as the bytes of a file: text as it is; rows as CSV where the file is a .csv; JSON for all else."""
    if value is None:
        return b""
    if isinstance(value, str):
        return value.encode()
    if ext.lower() == ".csv" and isinstance(value, list) and all(isinstance(row, dict | list) for row in value):
        return _as_csv(value).encode()
    return dumps(value).encode()


def _as_csv(rows: list[Any]) -> str:
    text = io.StringIO()
    names = list(dict.fromkeys(name for row in rows if isinstance(row, dict) for name in row))
    writer = csv.writer(text)
    if names:
        writer.writerow(map(_cell, names))
    for row in rows:
        writer.writerow([_cell(row.get(name)) for name in names] if isinstance(row, dict) else map(_cell, row))
    return text.getvalue()


def _cell(value: Any) -> Any:
    if isinstance(value, dict | list):
        return dumps(value)
    return f"'{value}" if isinstance(value, str) and _FORMULA.match(value) else value


def _type_of(content: bytes) -> str:
    return types.type_of(content[: types.HEAD_BYTES]) if content else "text/plain"
