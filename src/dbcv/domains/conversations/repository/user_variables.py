"""Everybody who talks to a bot with what is remembered of them: in pages by the person's id, and many rows written at
once, in the same order as turns write them."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import Row, bindparam, func, select, update
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.ext.asyncio import AsyncSession

from dbcv.domains.accounts.tables import UserRow, UserVariablesRow
from dbcv.domains.conversations.repository.sessions import is_there
from dbcv.domains.conversations.tables import SessionRow


async def page(session: AsyncSession, bot_id: UUID, limit: int, after: UUID | None) -> Sequence[Row[Any]]:
    """(user_id, username or None, version, data) of people behind the id `after`, by id."""
    people = select(SessionRow.user_id).where(SessionRow.bot_id == bot_id, is_there()).group_by(SessionRow.user_id)
    if after is not None:
        people = people.where(SessionRow.user_id > after)
    them = people.order_by(SessionRow.user_id).limit(limit).subquery()
    query = (
        select(
            them.c.user_id,
            UserRow.username,
            func.coalesce(UserVariablesRow.version, 0).label("version"),
            UserVariablesRow.data,
        )
        .outerjoin(UserVariablesRow, UserVariablesRow.user_id == them.c.user_id)
        .outerjoin(UserRow, UserRow.id == them.c.user_id)
        .order_by(them.c.user_id)
    )
    return (await session.execute(query)).all()


async def names(session: AsyncSession, bot_id: UUID, limit: int) -> list[str]:
    """Names of the variables that are kept of anybody who talks to the bot, sorted, `limit` at most."""
    people = select(SessionRow.user_id).where(SessionRow.bot_id == bot_id, is_there())
    name = func.jsonb_object_keys(UserVariablesRow.data).label("name")
    kept = select(name).where(UserVariablesRow.user_id.in_(people)).distinct().subquery()
    return list(await session.scalars(select(kept.c.name).order_by(kept.c.name).limit(limit)))


async def talking(session: AsyncSession, bot_id: UUID, user_ids: Collection[UUID]) -> set[UUID]:
    """Those of `user_ids` who talk to the bot."""
    query = select(SessionRow.user_id).where(SessionRow.bot_id == bot_id, SessionRow.user_id.in_(user_ids), is_there())
    return set(await session.scalars(query))


async def documents(session: AsyncSession, user_ids: Collection[UUID], *, lock: bool) -> dict[UUID, dict[str, Any]]:
    """What is kept of each, {} where nothing is; with `lock` made where missing and locked until the end."""
    if lock:
        missing = upsert(UserVariablesRow).values([{"user_id": each} for each in sorted(user_ids)])
        await session.execute(missing.on_conflict_do_nothing())
    query = select(UserVariablesRow.user_id, UserVariablesRow.data).where(UserVariablesRow.user_id.in_(user_ids))
    query = query.order_by(UserVariablesRow.user_id)
    found = {row.user_id: row.data for row in await session.execute(query.with_for_update() if lock else query)}
    return {each: found.get(each, {}) for each in user_ids}


async def write(session: AsyncSession, changed: Mapping[UUID, dict[str, Any]]) -> None:
    """Replace locked documents."""
    table: Any = UserVariablesRow.__table__
    query = update(table).where(table.c.user_id == bindparam("of_user"))
    query = query.values(data=bindparam("new_data"), version=table.c.version + 1)
    rows = [{"of_user": each, "new_data": data} for each, data in changed.items()]
    await (await session.connection()).execute(query, rows)
