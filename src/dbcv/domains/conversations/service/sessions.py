"""Sessions and turns, for those who may see the bot. Everybody else is told that there is none."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from dbcv.domains.accounts.schemas import Principal
from dbcv.domains.bots.service import Bots
from dbcv.domains.conversations import errors
from dbcv.domains.conversations.repository import sessions
from dbcv.domains.conversations.schemas import SessionOut
from dbcv.domains.conversations.service.rights import check_sees
from dbcv.domains.conversations.tables import SessionRow, TurnRecordRow
from dbcv.kit.db import Database


def shown(row: SessionRow, variables: dict[str, Any] | None = None) -> SessionOut:
    """A session on the wire."""
    return SessionOut(
        id=row.id,
        user_id=row.user_id,
        bot_id=row.bot_id,
        channel_id=row.channel_id,
        step_id=row.step_id,
        revision=row.revision,
        version=row.version,
        variables=variables,
        created_at=row.created_at,
        updated_at=row.updated_at,
    )


class Sessions:
    """Use cases of sessions."""

    def __init__(self, db: Database, bots: Bots) -> None:
        self._db = db
        self._bots = bots

    async def page(
        self, caller: Principal, bot_id: UUID, limit: int, before: UUID | None
    ) -> tuple[Sequence[SessionRow], str | None]:
        """A page of a bot's sessions, newest first, and the cursor of the next page."""
        await self._bots.get(caller.id, bot_id)
        async with self._db.read() as session:
            rows = await sessions.sessions_of_bot(session, bot_id, limit + 1, before)
        return rows[:limit], str(rows[limit - 1].id) if len(rows) > limit else None

    async def get(self, caller: Principal, session_id: UUID) -> tuple[SessionRow, dict[str, Any]]:
        """A session and its variables. Raises NotFound."""
        async with self._db.read() as session:
            row = await sessions.session_row(session, session_id)
            variables = await sessions.variables(session, session_id)
        if row is None:
            raise errors.no_session()
        await check_sees(self._bots, caller, row.bot_id, errors.no_session())
        return row, variables

    async def turns(
        self, caller: Principal, session_id: UUID, limit: int, before: UUID | None
    ) -> tuple[Sequence[TurnRecordRow], str | None]:
        """A page of a session's turns, newest first, and the cursor of the next page. Raises NotFound."""
        await self.get(caller, session_id)
        async with self._db.read() as session:
            rows = await sessions.turns(session, session_id, limit + 1, before)
        return rows[:limit], str(rows[limit - 1].id) if len(rows) > limit else None
