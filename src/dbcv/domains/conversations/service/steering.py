"""Moving sessions by hand: reset, move, delete, pause the bot and hand back. For those who may change the bot.

Each is one transaction under the session's lock and does not wait for a worker (docs/adr/0017).
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any
from uuid import UUID

from sqlalchemy import func, null
from sqlalchemy.ext.asyncio import AsyncSession

from dbcv.domains.accounts.schemas import Principal
from dbcv.domains.accounts.service import audit
from dbcv.domains.conversations import errors
from dbcv.domains.conversations.events import session_notice, told_in
from dbcv.domains.conversations.repository import sessions, steering
from dbcv.domains.conversations.schemas import SessionOut
from dbcv.domains.conversations.service.sessions import Sessions
from dbcv.domains.conversations.service.step_names import StepNames
from dbcv.domains.conversations.tables import SessionRow
from dbcv.kit.bell import Bell
from dbcv.kit.clock import utc_now
from dbcv.kit.db import Database
from dbcv.kit.ids import new_id
from dbcv.kit.streams import shard_of, user_messages


class Steering:
    """Use cases of those who run a bot. All raise NotFound, and Forbidden for a viewer."""

    def __init__(self, db: Database, bell: Bell, shards: int, looking: Sessions, names: StepNames) -> None:
        self._db = db
        self._bell = bell
        self._shards = shards
        self._looking = looking
        self._names = names

    async def reset(self, caller: Principal, session_id: UUID) -> SessionOut:
        """Let it begin anew with its next event: no step, no session variables, no timer. History stays.

        Raises Conflict while a turn waits for the outside world.
        """
        async with self._locked(caller, session_id) as (session, row, is_claimed):
            _check_still(is_claimed)
            changed = await steering.begin_anew(session, session_id)
            await self._note(session, caller, row, "reset", to=None)
        return await self._told(caller, changed, "reset")

    async def move(self, caller: Principal, session_id: UUID, step_id: str) -> SessionOut:
        """Let it wait in a step of the published bot: nothing is said, the step's timeout begins, open templates close.

        Raises Invalid for a step that is not there, Conflict for an unpublished bot or while a turn is running.
        """
        async with self._locked(caller, session_id) as (session, row, is_claimed):
            _check_still(is_claimed)
            revision = await sessions.published_revision(session, row.bot_id)
            if revision is None:
                raise errors.bot_not_published()
            facts = (await self._names.of(row.bot_id, revision)).get(step_id)
            if facts is None or facts.is_in_template:
                raise errors.no_such_step()
            fields: dict[str, Any] = {"step_id": step_id, "frames": null(), "revision": revision}
            token = await self._begin_wait(session, row, step_id, None if row.paused_by else facts.wait_seconds)
            changed = await steering.change(session, session_id, timer_token=token, updated_at=func.now(), **fields)
            await self._note(session, caller, row, "moved", to=step_id)
        return await self._told(caller, changed, "moved")

    async def delete(self, caller: Principal, session_id: UUID) -> None:
        """Delete it with all that was said, remembered and recorded in it. A turn under way ends in nothing."""
        async with self._locked(caller, session_id) as (session, row, _):
            await steering.wipe(session, session_id)
            await audit.record(session, caller.id, "session.deleted", session_id, bot_id=row.bot_id)
        self._tell(row, "deleted", None)

    async def pause(self, caller: Principal, session_id: UUID) -> SessionOut:
        """Take over: from now on no turn is walked, until `resume`. What comes in is kept and shown.

        Works at once. Only a turn that waits for the outside world already is finished: what it did out there must
        not be forgotten. Again by somebody else: that one has it now.
        """
        async with self._locked(caller, session_id) as (session, row, is_claimed):
            fields: dict[str, Any] = {"paused_by": caller.id, "paused_at": row.paused_at or utc_now()}
            if not is_claimed:
                await steering.clear_timer(session, session_id)
                fields |= {"timer_token": None}
            changed = await steering.change(session, session_id, moves=not is_claimed, **fields)
            if row.paused_by != caller.id:
                await self._note(session, caller, row, "paused", to=row.step_id)
        return await self._told(caller, changed, "paused")

    async def resume(self, caller: Principal, session_id: UUID, answer_last: bool) -> SessionOut:
        """Hand back: the bot goes on in the step where it stands, with the next event; its wait there begins anew.

        What came in meanwhile is not answered; with `answer_last` the last message is, unless somebody answered it.
        Raises Conflict if it is not paused.
        """
        async with self._locked(caller, session_id) as (session, row, is_claimed):
            if row.paused_by is None:
                raise errors.not_paused()
            token = row.timer_token if is_claimed else await self._wait_anew(session, row)
            shard = shard_of(row.user_id, self._shards)
            answering = await steering.queue_last_again(session, row, shard) if answer_last else None
            fields = {"paused_by": None, "paused_at": None, "timer_token": token}
            changed = await steering.change(session, session_id, moves=not is_claimed, **fields)
            await self._note(session, caller, row, "resumed", to=row.step_id)
        if answering is not None:
            self._bell.ring(user_messages(shard), str(session_id))
        return await self._told(caller, changed, "resumed")

    @asynccontextmanager
    async def _locked(
        self, caller: Principal, session_id: UUID
    ) -> AsyncIterator[tuple[AsyncSession, SessionRow, bool]]:
        await self._looking.place(caller, session_id, edits=True)
        async with self._db.transaction() as session:
            found = await steering.lock(session, session_id)
            if found is None:
                raise errors.no_session()
            # A copy: what is shown as "before" must not move with the row.
            session.expunge(found[0])
            yield session, *found

    async def _wait_anew(self, session: AsyncSession, row: SessionRow) -> UUID | None:
        revision = row.revision if row.step_id else None
        facts = (await self._names.of(row.bot_id, revision)).get(row.step_id or "") if revision else None
        return await self._begin_wait(session, row, row.step_id, facts.wait_seconds if facts else None)

    async def _begin_wait(
        self, session: AsyncSession, row: SessionRow, step_id: str | None, seconds: float | None
    ) -> UUID | None:
        """Set the timer of a step, or none; the token that the session keeps for it."""
        await steering.clear_timer(session, row.id)
        if step_id is None or seconds is None:
            return None
        token = new_id()
        await steering.set_timer(session, row.id, shard_of(row.user_id, self._shards), step_id, token, seconds)
        return token

    async def _note(self, session: AsyncSession, caller: Principal, row: SessionRow, did: str, to: str | None) -> None:
        """Among the session's turns, so that its trace stays whole, and in the audit log."""
        trace = [{"at": did, "by": str(caller.id), "username": caller.username}]
        record: dict[str, Any] = {
            "event": {},
            "now": utc_now().isoformat(),
            "from": row.step_id,
            "to": to,
            "replies": [],
            "trace": trace,
        }
        await steering.add_record(session, row, new_id(), record)
        places = ({"step_id": row.step_id}, {"step_id": to}) if did in ("moved", "reset") else (None, None)
        await audit.record(
            session, caller.id, f"session.{did}", row.id, bot_id=row.bot_id, before=places[0], after=places[1]
        )

    async def _told(self, caller: Principal, row: SessionRow, change: str) -> SessionOut:
        self._tell(row, change, row.step_id)
        return await self._looking.get(caller, row.id)

    def _tell(self, row: SessionRow, change: str, step_id: str | None) -> None:
        notice = session_notice(row, change, step_id)
        self._bell.publish([*told_in(row.channel_id, row.user_id), f"bot:{row.bot_id}"], notice)


def _check_still(is_claimed: bool) -> None:
    if is_claimed:
        raise errors.turn_running()
