"""Queries of bots themselves: lists and single ones within what the caller may see, access, the log of changes."""

from collections.abc import Collection, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import Select, String, and_, case, cast, delete, func, insert, literal, not_, or_, select, update
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.ext.asyncio import AsyncSession

from dbcv.domains.accounts.tables import SubscriberRow, UserRow
from dbcv.domains.bots.schemas import Access
from dbcv.domains.bots.tables import (
    BotAccessRow,
    BotChangeRow,
    BotRow,
    BotVariablesRow,
    RevisionRow,
    VisibleBot,
    bots_seen_by,
)

KEPT_CHANGES = 1_000
"""Versions of a draft whose changes are remembered."""


async def at_one_moment(session: AsyncSession) -> None:
    """Let every statement of this transaction see the same moment. To be called first."""
    await session.connection(execution_options={"isolation_level": "REPEATABLE READ"})


def _visible_to(user_id: UUID) -> Select[BotRow, Access]:
    """The bots of `bots_seen_by` with what the caller may do. Said of the row itself, not by its id: who waits for the
    lock is judged by what the row says then."""
    shared = and_(BotAccessRow.bot_id == BotRow.id, BotAccessRow.user_id == user_id)
    access = case((BotRow.owner_id == user_id, literal("owner")), else_=BotAccessRow.role)
    mine = or_(BotRow.owner_id == user_id, BotAccessRow.role.is_not(None))
    return select(BotRow, access).outerjoin(BotAccessRow, shared).where(mine)


async def visible(session: AsyncSession, bot_id: UUID, user_id: UUID, lock: bool = False) -> VisibleBot | None:
    """A bot the caller may see; with `lock` nobody else changes it until the transaction ends."""
    query = _visible_to(user_id).where(BotRow.id == bot_id)
    if lock:
        query = query.with_for_update(of=BotRow).execution_options(populate_existing=True)
    found = (await session.execute(query)).one_or_none()
    return VisibleBot(found[0], found[1]) if found else None


async def all_visible(session: AsyncSession, user_id: UUID, limit: int, before: UUID | None) -> list[VisibleBot]:
    """Bots the caller owns or shares, the newest first, from before the id `before`."""
    query = _visible_to(user_id).order_by(BotRow.id.desc()).limit(limit)
    if before is not None:
        query = query.where(BotRow.id < before)
    return [VisibleBot(row, access) for row, access in await session.execute(query)]


async def visible_ids(session: AsyncSession, user_id: UUID, bot_ids: Collection[UUID]) -> set[UUID]:
    """Those of `bot_ids` that the caller owns or shares."""
    query = select(BotRow.id).where(BotRow.id.in_(bot_ids), BotRow.id.in_(bots_seen_by(user_id)))
    return set(await session.scalars(query))


async def unpublished(session: AsyncSession, bot_ids: Collection[UUID]) -> dict[UUID, int]:
    """How many changes were made to each of these drafts since it was published; without any it is absent."""
    query = (
        select(BotChangeRow.bot_id, func.count())
        .join(BotRow, BotRow.id == BotChangeRow.bot_id)
        .join(RevisionRow, and_(RevisionRow.bot_id == BotRow.id, RevisionRow.number == BotRow.published_revision))
        .where(BotChangeRow.bot_id.in_(bot_ids), BotChangeRow.created_at > RevisionRow.created_at)
        .group_by(BotChangeRow.bot_id)
    )
    return dict((await session.execute(query)).all())


async def by_id_or_name(session: AsyncSession, name_or_id: str) -> Sequence[BotRow]:
    """Bots with this id or name, at most ten. For the operator only: it looks into every tenant."""
    same = or_(cast(BotRow.id, String) == name_or_id.lower(), BotRow.name == name_or_id)
    return (await session.scalars(select(BotRow).where(same).order_by(BotRow.id).limit(10))).all()


async def count_owned(session: AsyncSession, owner_id: UUID) -> int:
    """How many bots an account owns."""
    query = select(func.count()).select_from(BotRow).where(BotRow.owner_id == owner_id)
    return await session.scalar(query) or 0


async def add(session: AsyncSession, bot_id: UUID, owner_id: UUID, fields: dict[str, Any]) -> BotRow:
    await session.execute(insert(SubscriberRow).values(id=bot_id, kind="bot"))
    query = insert(BotRow).values(id=bot_id, owner_id=owner_id, **fields).returning(BotRow)
    return (await session.scalars(query)).one()


async def change(session: AsyncSession, bot_id: UUID, fields: dict[str, Any], new_version: bool) -> BotRow:
    """Update a bot; `new_version` counts it as a change of the draft."""
    if new_version:
        fields = fields | {"version": BotRow.version + 1}
    query = update(BotRow).where(BotRow.id == bot_id).values(updated_at=func.clock_timestamp(), **fields)
    options = {"populate_existing": True}
    return (await session.scalars(query.returning(BotRow), execution_options=options)).one()


async def remove(session: AsyncSession, bot_id: UUID) -> None:
    """Delete a bot with all its parts."""
    await session.execute(delete(SubscriberRow).where(SubscriberRow.id == bot_id))


async def note_change(
    session: AsyncSession, bot_id: UUID, version: int, author_id: UUID, changes: list[dict[str, Any]]
) -> None:
    """Log a change, and forget those so old that nobody edits that version any more."""
    values = {"bot_id": bot_id, "version": version, "author_id": author_id, "changes": changes}
    await session.execute(insert(BotChangeRow).values(values))
    old = and_(BotChangeRow.bot_id == bot_id, BotChangeRow.version <= version - KEPT_CHANGES)
    await session.execute(delete(BotChangeRow).where(old))


async def changes_since(session: AsyncSession, bot_id: UUID, version: int, limit: int) -> list[dict[str, Any]]:
    """Changes of the draft after `version`, the newest first, each with the "version" it made."""
    query = select(BotChangeRow.version, BotChangeRow.changes).order_by(BotChangeRow.version.desc()).limit(limit)
    rows = await session.execute(query.where(BotChangeRow.bot_id == bot_id, BotChangeRow.version > version))
    return [change | {"version": number} for number, changes in rows for change in changes][:limit]


async def writes_since(session: AsyncSession, bot_id: UUID, version: int, limit: int) -> Sequence[Any]:
    """At most `limit` writes after `version`, the oldest first: rows of version, author_id, changes."""
    columns = (BotChangeRow.version, BotChangeRow.author_id, BotChangeRow.changes)
    query = select(*columns).where(BotChangeRow.bot_id == bot_id, BotChangeRow.version > version)
    return (await session.execute(query.order_by(BotChangeRow.version).limit(limit))).all()


async def accesses(session: AsyncSession, bot_id: UUID) -> Sequence[Any]:
    """With whom a bot is shared: rows of user_id, username, email, role."""
    columns = (BotAccessRow.user_id, UserRow.username, UserRow.email, BotAccessRow.role)
    query = select(*columns).join(UserRow, UserRow.id == BotAccessRow.user_id).where(BotAccessRow.bot_id == bot_id)
    return (await session.execute(query.order_by(UserRow.email))).all()


async def share(session: AsyncSession, bot_id: UUID, user_id: UUID, role: str) -> None:
    query = upsert(BotAccessRow).values(bot_id=bot_id, user_id=user_id, role=role)
    await session.execute(query.on_conflict_do_update(index_elements=["bot_id", "user_id"], set_={"role": role}))


async def unshare(session: AsyncSession, bot_id: UUID, user_id: UUID) -> None:
    await session.execute(delete(BotAccessRow).where(BotAccessRow.bot_id == bot_id, BotAccessRow.user_id == user_id))


async def add_initial_variables(session: AsyncSession, bot_id: UUID, initial: dict[str, Any]) -> None:
    """Give the living `bot` scope the initial variables it does not have; what it has keeps its value."""
    query = upsert(BotVariablesRow).values(bot_id=bot_id, data=initial)
    merged = {"data": query.excluded.data.concat(BotVariablesRow.data), "version": BotVariablesRow.version + 1}
    news = not_(BotVariablesRow.data.contains(merged["data"]))
    await session.execute(query.on_conflict_do_update(index_elements=["bot_id"], set_=merged, where=news))
