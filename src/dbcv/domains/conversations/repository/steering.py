"""Statements that move a session from outside of a turn. Each begins with the session's row lock, so no turn is
committed beside it; `version` moves, so a turn that was walked before loses and is walked anew.
"""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import delete, func, insert, null, select, text, update
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.ext.asyncio import AsyncSession

from dbcv.domains.conversations.repository.sessions import is_claimed, is_there
from dbcv.domains.conversations.tables import (
    MailboxRow,
    MessageRow,
    SessionRow,
    SessionVariablesRow,
    TimerRow,
    TurnRecordRow,
)
from dbcv.kit.keyset import newest_of

# One statement, one snapshot: a message that is kept meanwhile stays whole, with its event.
_WIPE = text("""
WITH events AS (DELETE FROM mailbox WHERE session_id = ANY(:ids)),
said AS (DELETE FROM message WHERE session_id = ANY(:ids)),
records AS (DELETE FROM turn_record WHERE session_id = ANY(:ids)),
leaving AS (DELETE FROM delivery WHERE session_id = ANY(:ids)),
letters AS (DELETE FROM dead_letter WHERE session_id = ANY(:ids)),
timers AS (DELETE FROM timer WHERE session_id = ANY(:ids))
DELETE FROM session_variables WHERE session_id = ANY(:ids)
""")

# Replies also reach people by the channel's transport; web needs none, pages read what is stored.
_DELIVER = text("""
INSERT INTO delivery (session_id, shard, target_kind, target_id, payload)
SELECT :session_id, :shard, transport, id, CAST(:payload AS jsonb) FROM channel
WHERE id = :channel_id AND transport <> 'web'
""")


async def lock(session: AsyncSession, session_id: UUID) -> tuple[SessionRow, bool] | None:
    """The session, locked until the transaction ends, and whether a turn of it waits for the outside world.

    None when it is not there (any more).
    """
    query = select(SessionRow, is_claimed()).where(SessionRow.id == session_id, is_there()).with_for_update()
    found = (await session.execute(query)).one_or_none()
    return None if found is None else (found[0], found[1])


async def change(session: AsyncSession, session_id: UUID, *, moves: bool = True, **fields: Any) -> SessionRow:
    """Set columns of a locked session. `moves`: a turn under way must not be committed over it."""
    values = fields | ({"version": SessionRow.version + 1} if moves else {})
    query = update(SessionRow).where(SessionRow.id == session_id).values(**values).returning(SessionRow)
    return (await session.scalars(query, execution_options={"populate_existing": True})).one()


async def begin_anew(session: AsyncSession, session_id: UUID) -> SessionRow:
    """As if it had just been made; what was said and recorded stays."""
    await clear_timer(session, session_id)
    await session.execute(delete(SessionVariablesRow).where(SessionVariablesRow.session_id == session_id))
    return await change(
        session, session_id, step_id=None, frames=null(), revision=None, timer_token=None, updated_at=func.now()
    )


async def wipe(session: AsyncSession, session_id: UUID) -> None:
    """Delete all that a locked session holds. Its empty row stays: a message that is under way finds it."""
    await session.execute(_WIPE, {"ids": [session_id]})
    await change(
        session, session_id, step_id=None, frames=null(), revision=None, timer_token=None, claimed_by=None,
        claimed_until=None, paused_by=None, paused_at=None, deleted_at=func.now(), updated_at=func.now(),
    )  # fmt: skip


async def clear_timer(session: AsyncSession, session_id: UUID) -> None:
    await session.execute(delete(TimerRow).where(TimerRow.session_id == session_id))


async def set_timer(
    session: AsyncSession, session_id: UUID, shard: int, step_id: str, token: UUID, seconds: float
) -> None:
    """Its wait in the step begins now."""
    fields = {"shard": shard, "step_id": step_id, "token": token, "due_at": func.now() + timedelta(seconds=seconds)}
    query = upsert(TimerRow).values(session_id=session_id, **fields)
    await session.execute(query.on_conflict_do_update(index_elements=[TimerRow.session_id], set_=fields))


async def add_record(session: AsyncSession, row: SessionRow, turn_id: UUID, record: dict[str, Any]) -> None:
    """Something a person did to the session, among its turns."""
    fields = {"id": turn_id, "session_id": row.id, "bot_id": row.bot_id, "revision": row.revision or 0}
    await session.execute(insert(TurnRecordRow).values(kind="operator", record=record, **fields))


async def queue_last_again(session: AsyncSession, row: SessionRow, shard: int) -> UUID | None:
    """Put the person's last message back into the mailbox, if it came while the session was paused, nobody answered it
    and nothing waits there. Its id, or None."""
    if await session.scalar(select(MailboxRow.seq).where(MailboxRow.session_id == row.id).limit(1)) is not None:
        return None
    query = newest_of(select(MessageRow), MessageRow.session_id, MessageRow.id, row.id, None)
    last = (await session.scalars(query.limit(1))).one_or_none()
    if last is None or last.sender_id != row.user_id:
        return None
    is_silent = TurnRecordRow.record["trace"][0]["at"].astext == "paused"
    gone = delete(TurnRecordRow).where(TurnRecordRow.id == last.id, is_silent)
    record = (await session.execute(gone.returning(TurnRecordRow.kind, TurnRecordRow.record["event"]))).one_or_none()
    if record is None:
        return None
    fields = {"id": last.id, "session_id": row.id, "shard": shard, "kind": record[0], "event": record[1]}
    await session.execute(insert(MailboxRow).values(**fields))
    return last.id


async def add_reply(session: AsyncSession, **fields: Any) -> MessageRow | None:
    """Keep what a person said in the bot's place; None: it is a second copy."""
    query = upsert(MessageRow).values(**fields).on_conflict_do_nothing().returning(MessageRow)
    return (await session.scalars(query)).one_or_none()


async def first_reply(
    session: AsyncSession, channel_id: UUID, sender_id: UUID, session_id: UUID, external_id: str
) -> MessageRow | None:
    """The first copy of it, if it was said in this session."""
    query = select(MessageRow).where(
        MessageRow.channel_id == channel_id, MessageRow.sender_id == sender_id, MessageRow.external_id == external_id,
        MessageRow.session_id == session_id,
    )  # fmt: skip
    return (await session.scalars(query)).one_or_none()


async def deliver(session: AsyncSession, row: SessionRow, shard: int, payload: str) -> None:
    """Let a reply leave by the channel's transport."""
    place = {"session_id": row.id, "shard": shard, "channel_id": row.channel_id}
    await session.execute(_DELIVER, place | {"payload": payload})


async def touch(session: AsyncSession, session_id: UUID, now: datetime) -> None:
    """Somebody was active in it."""
    await change(session, session_id, moves=False, updated_at=now)
