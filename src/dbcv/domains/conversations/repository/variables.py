"""The kept variables of bots, users, channels and sessions, read and written by hand under their rows' locks.

Turns change the shared ones path by path on the newest row, so neither side overwrites the other; the version tells
workers that what they remember is old.
"""

from typing import Any
from uuid import UUID

from sqlalchemy import exists, select, update
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.ext.asyncio import AsyncSession

from dbcv.domains.accounts.tables import UserVariablesRow
from dbcv.domains.bots.tables import BotVariablesRow
from dbcv.domains.conversations.repository.sessions import is_there
from dbcv.domains.conversations.tables import ChannelVariablesRow, SessionRow, SessionVariablesRow

_SHARED: dict[str, tuple[Any, str]] = {
    "bot": (BotVariablesRow, "bot_id"),
    "user": (UserVariablesRow, "user_id"),
    "channel": (ChannelVariablesRow, "channel_id"),
}


async def shared(session: AsyncSession, scope: str, owner_id: UUID) -> tuple[int, dict[str, Any]]:
    """(version, document) of a bot, a user or a channel; (0, {}) where nothing was kept yet."""
    table, key = _SHARED[scope]
    found = (await session.execute(select(table.version, table.data).where(getattr(table, key) == owner_id))).first()
    return (found[0], found[1]) if found else (0, {})


async def lock_shared(session: AsyncSession, scope: str, owner_id: UUID) -> tuple[int, dict[str, Any]]:
    """The same, locked until the transaction ends; made where it was missing."""
    table, key = _SHARED[scope]
    await session.execute(upsert(table).values({key: owner_id}).on_conflict_do_nothing())
    query = select(table.version, table.data).where(getattr(table, key) == owner_id).with_for_update()
    found = (await session.execute(query)).one()
    return found[0], found[1]


async def write_shared(session: AsyncSession, scope: str, owner_id: UUID, data: dict[str, Any]) -> int:
    """Replace a locked document; its new version."""
    table, key = _SHARED[scope]
    query = update(table).where(getattr(table, key) == owner_id).values(data=data, version=table.version + 1)
    version: int = (await session.execute(query.returning(table.version))).scalar_one()
    return version


async def of_session(session: AsyncSession, session_id: UUID) -> dict[str, Any]:
    row = await session.get(SessionVariablesRow, session_id)
    return row.data if row else {}


async def write_of_session(session: AsyncSession, session_id: UUID, data: dict[str, Any]) -> int:
    """Replace the document of a locked session; the session's new version, which a turn under way loses against."""
    query = upsert(SessionVariablesRow).values(session_id=session_id, data=data)
    await session.execute(query.on_conflict_do_update(index_elements=["session_id"], set_={"data": data}))
    moved = update(SessionRow).where(SessionRow.id == session_id).values(version=SessionRow.version + 1)
    version: int = (await session.execute(moved.returning(SessionRow.version))).scalar_one()
    return version


async def talks_to(session: AsyncSession, user_id: UUID, bot_id: UUID) -> bool:
    """Whether somebody has a session with the bot."""
    mine = exists().where(SessionRow.user_id == user_id, SessionRow.bot_id == bot_id, is_there())
    return bool(await session.scalar(select(mine)))
