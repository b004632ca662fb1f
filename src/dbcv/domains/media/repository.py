"""Queries of files and icons. Only media.service imports this."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Select, delete, func, select, update
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.ext.asyncio import AsyncSession

from dbcv.domains.media.tables import AttachmentRow, IconRow


async def attachment(session: AsyncSession, attachment_id: UUID) -> AttachmentRow | None:
    return await session.get(AttachmentRow, attachment_id)


async def attachment_of(session: AsyncSession, source: str) -> AttachmentRow | None:
    """The file that an effect saved before."""
    return (await session.scalars(select(AttachmentRow).where(AttachmentRow.source == source))).one_or_none()


async def add(session: AsyncSession, **fields: Any) -> AttachmentRow | None:
    """Insert a file; None if one of the same source is there."""
    query = upsert(AttachmentRow).values(**fields).on_conflict_do_nothing(index_elements=["source"])
    return (await session.scalars(query.returning(AttachmentRow))).one_or_none()


async def alone_with_account(session: AsyncSession, account_id: UUID) -> None:
    """Two uploads of one account settle their sizes one after the other."""
    await session.execute(select(func.pg_advisory_xact_lock(func.hashtextextended(f"files:{account_id}", 0))))


async def bytes_of(session: AsyncSession, account_id: UUID) -> int:
    """All files together that an account answers for."""
    total = select(func.coalesce(func.sum(AttachmentRow.size), 0)).where(AttachmentRow.account_id == account_id)
    return int((await session.scalars(total)).one())


async def brought_by(session: AsyncSession, owner_id: UUID, limit: int, before: UUID | None) -> Sequence[AttachmentRow]:
    """Files that somebody uploaded, newest first."""
    return await _page(session, select(AttachmentRow).where(AttachmentRow.owner_id == owner_id), limit, before)


async def of_bot(session: AsyncSession, bot_id: UUID, limit: int, before: UUID | None) -> Sequence[AttachmentRow]:
    """Files of a bot, newest first."""
    return await _page(session, select(AttachmentRow).where(AttachmentRow.bot_id == bot_id), limit, before)


async def of_channel(
    session: AsyncSession, channel_id: UUID, owner_id: UUID | None, limit: int, before: UUID | None
) -> Sequence[AttachmentRow]:
    """Files uploaded for a channel, newest first; with `owner_id` only that person's."""
    query = select(AttachmentRow).where(AttachmentRow.channel_id == channel_id)
    if owner_id is not None:
        query = query.where(AttachmentRow.owner_id == owner_id)
    return await _page(session, query, limit, before)


async def _page(
    session: AsyncSession, query: Select[AttachmentRow], limit: int, before: UUID | None
) -> Sequence[AttachmentRow]:
    query = query.order_by(AttachmentRow.id.desc()).limit(limit)
    return (await session.scalars(query if before is None else query.where(AttachmentRow.id < before))).all()


async def send(
    session: AsyncSession, ids: Sequence[UUID], owner_id: UUID, channel_id: UUID, now: datetime
) -> dict[UUID, AttachmentRow]:
    """Note that somebody's own files are sent in a channel; files of another, or for another channel, are left out."""
    own = (AttachmentRow.id.in_(ids)) & (AttachmentRow.owner_id == owner_id)
    fits = AttachmentRow.channel_id.is_(None) | (AttachmentRow.channel_id == channel_id)
    noted = {"used_at": func.coalesce(AttachmentRow.used_at, now), "channel_id": channel_id}
    query = update(AttachmentRow).where(own, fits, AttachmentRow.bot_id.is_(None)).values(noted)
    rows = await session.scalars(query.returning(AttachmentRow))
    return {row.id: row for row in rows}


async def attachments(session: AsyncSession, ids: Sequence[UUID]) -> dict[UUID, AttachmentRow]:
    """Those of these files that are there."""
    rows = await session.scalars(select(AttachmentRow).where(AttachmentRow.id.in_(ids)))
    return {row.id: row for row in rows}


async def remove(session: AsyncSession, attachment_id: UUID) -> None:
    await session.execute(delete(AttachmentRow).where(AttachmentRow.id == attachment_id))


async def remove_unused(session: AsyncSession, older_than: datetime, limit: int) -> Sequence[UUID]:
    """Forget uploads that were never sent; returns their ids."""
    unused = (AttachmentRow.used_at.is_(None)) & (AttachmentRow.bot_id.is_(None))
    old = select(AttachmentRow.id).where(unused, AttachmentRow.created_at < older_than).limit(limit)
    query = delete(AttachmentRow).where(AttachmentRow.id.in_(old.with_for_update(skip_locked=True)), unused)
    return (await session.scalars(query.returning(AttachmentRow.id))).all()


async def known(session: AsyncSession, ids: Sequence[UUID]) -> set[UUID]:
    """Of these ids those that have a row."""
    return set((await session.scalars(select(AttachmentRow.id).where(AttachmentRow.id.in_(ids)))).all())


async def icon(session: AsyncSession, name: str) -> IconRow | None:
    return await session.get(IconRow, name)


async def icons(session: AsyncSession, names: Sequence[str]) -> dict[str, IconRow]:
    rows = await session.scalars(select(IconRow).where(IconRow.name.in_(names)))
    return {row.name: row for row in rows}


async def icon_names(session: AsyncSession, after: str, limit: int) -> Sequence[str]:
    """Names of uploaded icons, in order, from after the name `after`."""
    query = select(IconRow.name).where(IconRow.name.collate("C") > after).order_by(IconRow.name.collate("C"))
    return (await session.scalars(query.limit(limit))).all()


async def keep_icon(session: AsyncSession, name: str, digest: str, author_id: UUID, now: datetime) -> IconRow:
    fields = {"digest": digest, "author_id": author_id, "updated_at": now}
    query = upsert(IconRow).values(name=name, **fields).on_conflict_do_update(index_elements=["name"], set_=fields)
    options = {"populate_existing": True}
    return (await session.scalars(query.returning(IconRow), execution_options=options)).one()


async def remove_icon(session: AsyncSession, name: str) -> bool:
    """Whether there was one."""
    removed = await session.execute(delete(IconRow).where(IconRow.name == name).returning(IconRow.name))
    return removed.first() is not None


async def icon_digests(session: AsyncSession) -> set[tuple[str, str]]:
    """(name, digest) of every uploaded icon."""
    return {(name, digest) for name, digest in await session.execute(select(IconRow.name, IconRow.digest))}
