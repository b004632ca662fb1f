"""Queries of sessions and of the records of their turns: where everybody is, and what happened.

Nothing that a turn changes is indexed (each turn would pay for it), so a filter looks through a bounded window of the
newest sessions and the next page goes on where it ended.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, func, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from dbcv.domains.accounts.tables import UserRow
from dbcv.domains.bots.tables import BotRow, RevisionRow
from dbcv.domains.conversations.schemas import SessionFilter
from dbcv.domains.conversations.tables import MailboxRow, MessageRow, SessionRow, SessionVariablesRow, TurnRecordRow
from dbcv.kit.keyset import newest_of

WINDOW = 25_000
"""Sessions a filtered page looks through at most."""
COUNTED = 200_000
"""Sessions a summary counts at most."""
MAX_GROUPS = 2_000


@dataclass(frozen=True, slots=True)
class Place:
    """A session with what a list shows of its surroundings."""

    row: SessionRow
    username: str | None
    waiting_events: int
    is_claimed: bool


def is_there(row: Any = SessionRow) -> ColumnElement[bool]:
    """Not deleted, or spoken in again since."""
    there: ColumnElement[bool] = row.deleted_at.is_(None) | (row.updated_at > row.deleted_at)
    return there


def is_claimed(row: Any = SessionRow) -> ColumnElement[bool]:
    """Whether a turn of it waits for the outside world."""
    claimed: ColumnElement[bool] = func.coalesce(
        and_(row.claimed_by.is_not(None), row.claimed_until > func.now()), False
    )
    return claimed


def _scope(bot_id: UUID | None, channel_id: UUID | None, before: UUID | None) -> Select[Any]:
    """All of a channel, or all of a bot, newest first: the part that an index answers."""
    if channel_id is not None:
        return newest_of(select(SessionRow), SessionRow.channel_id, SessionRow.id, channel_id, before)
    assert bot_id is not None
    return newest_of(select(SessionRow), SessionRow.bot_id, SessionRow.id, bot_id, before)


def _wanted(row: Any, bot_id: UUID | None, wish: SessionFilter) -> list[ColumnElement[bool]]:
    wanted: list[ColumnElement[bool]] = [is_there(row)]
    if bot_id is not None:
        wanted.append(row.bot_id == bot_id)
    for name in ("user_id", "step_id", "revision"):
        value = getattr(wish, name)
        if value is not None:
            wanted.append(getattr(row, name) == value)
    if wish.active_since is not None:
        wanted.append(row.updated_at >= wish.active_since)
    if wish.is_paused is not None:
        wanted.append(row.paused_by.is_not(None) if wish.is_paused else row.paused_by.is_(None))
    return wanted


async def places(
    session: AsyncSession, bot_id: UUID | None, wish: SessionFilter, limit: int, before: UUID | None
) -> Sequence[Place]:
    """Sessions of a bot, of a channel (`wish.channel_id`) or of a bot in a channel; older than the id `before`."""
    scope = _scope(bot_id, wish.channel_id, before)
    if wish.is_paused and wish.channel_id is None:
        scope = scope.where(SessionRow.paused_by.is_not(None))
    row = aliased(SessionRow, scope.limit(WINDOW).subquery())
    # In the window's own order, so that the page is full after a few rows: another one would sort the whole window.
    owner = row.bot_id if wish.channel_id is None else row.channel_id
    query = select(row).where(*_wanted(row, bot_id, wish)).order_by(owner.desc(), row.id.desc()).limit(limit)
    rows = (await session.scalars(query)).all()
    return await _with_surroundings(session, rows)


async def window_end(
    session: AsyncSession, bot_id: UUID | None, wish: SessionFilter, before: UUID | None
) -> UUID | None:
    """The last session a page looked at, where there may be more behind it; None: it looked at all."""
    scope = _scope(bot_id, wish.channel_id, before).with_only_columns(SessionRow.id)
    found: UUID | None = await session.scalar(scope.offset(WINDOW - 1).limit(1))
    return found


async def place(session: AsyncSession, session_id: UUID) -> Place | None:
    """One session, unless it was deleted."""
    row = await session.scalar(select(SessionRow).where(SessionRow.id == session_id, is_there()))
    return None if row is None else (await _with_surroundings(session, [row]))[0]


async def _with_surroundings(session: AsyncSession, rows: Sequence[SessionRow]) -> list[Place]:
    """One query for all that a page shows beside its rows."""
    ids = [row.id for row in rows]
    mail = select(MailboxRow.session_id, func.count().label("events")).where(MailboxRow.session_id.in_(ids))
    waiting = mail.group_by(MailboxRow.session_id).subquery()
    query = (
        select(SessionRow.id, UserRow.username, func.coalesce(waiting.c.events, 0), is_claimed())
        .outerjoin(UserRow, UserRow.id == SessionRow.user_id)
        .outerjoin(waiting, waiting.c.session_id == SessionRow.id)
        .where(SessionRow.id.in_(ids))
    )
    found = {one[0]: one for one in await session.execute(query)} if rows else {}
    return [Place(row, *found[row.id][1:]) for row in rows if row.id in found]


async def counts(session: AsyncSession, bot_id: UUID) -> tuple[Sequence[tuple[int | None, str | None, int, int]], int]:
    """[(revision, step id, sessions, paused ones)] of a bot's newest sessions, and how many were looked at."""
    row = aliased(SessionRow, _scope(bot_id, None, None).limit(COUNTED).subquery())
    paused = func.count(row.paused_by)
    query = select(row.revision, row.step_id, func.count(), paused).where(is_there(row))
    groups = (await session.execute(query.group_by(row.revision, row.step_id).limit(MAX_GROUPS))).all()
    found = [(group[0], group[1], group[2], group[3]) for group in groups]
    return found, sum(group[2] for group in found)


async def variables(session: AsyncSession, session_id: UUID) -> dict[str, Any]:
    row = await session.get(SessionVariablesRow, session_id)
    return row.data if row else {}


async def transcript(session: AsyncSession, session_id: UUID, limit: int, before: UUID | None) -> Sequence[MessageRow]:
    """What was said in a session, newest first."""
    query = select(MessageRow).where(MessageRow.session_id == session_id)
    query = query if before is None else query.where(MessageRow.id < before)
    return (await session.scalars(query.order_by(MessageRow.id.desc()).limit(limit))).all()


async def said_after(session: AsyncSession, session_id: UUID, after: UUID, limit: int) -> Sequence[MessageRow]:
    """What was said in a session after the id `after`, oldest first."""
    query = select(MessageRow).where(MessageRow.session_id == session_id, MessageRow.id > after)
    return (await session.scalars(query.order_by(MessageRow.id).limit(limit))).all()


async def turns(session: AsyncSession, session_id: UUID, limit: int, before: UUID | None) -> Sequence[TurnRecordRow]:
    """Newest first, older than the id `before`."""
    query = select(TurnRecordRow).where(TurnRecordRow.session_id == session_id)
    query = query if before is None else query.where(TurnRecordRow.id < before)
    return (await session.scalars(query.order_by(TurnRecordRow.id.desc()).limit(limit))).all()


async def turn(session: AsyncSession, session_id: UUID, turn_id: UUID) -> TurnRecordRow | None:
    query = select(TurnRecordRow).where(TurnRecordRow.id == turn_id, TurnRecordRow.session_id == session_id)
    return (await session.scalars(query)).one_or_none()


async def revision_document(session: AsyncSession, bot_id: UUID, number: int) -> dict[str, Any] | None:
    """A published document; it never changes."""
    row = await session.get(RevisionRow, (bot_id, number))
    return row.document if row else None


async def published_revision(session: AsyncSession, bot_id: UUID) -> int | None:
    """The revision that the bot's next turn runs on."""
    return await session.scalar(select(BotRow.published_revision).where(BotRow.id == bot_id))
