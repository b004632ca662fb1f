"""Reading and editing kept variables by hand. Whoever may not learn of the owner gets NotFound.

Of a bot its people read and its editors edit, and so of its sessions; and of users who have a session with the bot (a
user's variables are one set for all bots). Of a channel its owner does both.
"""

from collections.abc import Awaitable, Callable
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from dbcv.domains.accounts.schemas import Principal
from dbcv.domains.accounts.service import audit
from dbcv.domains.bots.errors import no_such_bot
from dbcv.domains.bots.service import Bots
from dbcv.domains.conversations import errors
from dbcv.domains.conversations.repository import steering, variables
from dbcv.domains.conversations.schemas.variables import (
    MAX_DOCUMENT_BYTES,
    Scope,
    VariablePage,
    VariablesChanged,
    VariablesPatch,
)
from dbcv.domains.conversations.service.channels import Channels
from dbcv.domains.conversations.service.documents import edited, page_of
from dbcv.domains.conversations.service.rights import check_edits, check_sees
from dbcv.domains.conversations.service.sessions import Sessions
from dbcv.engine.paths import UNDEFINED, dig
from dbcv.kit.db import Database
from dbcv.kit.json_text import dumps

Write = Callable[[AsyncSession, UUID, dict[str, Any]], Awaitable[int]]


class Variables:
    """Use cases of those who look into what is remembered."""

    def __init__(self, db: Database, bots: Bots, channels: Channels, looking: Sessions) -> None:
        self._db = db
        self._bots = bots
        self._channels = channels
        self._looking = looking

    async def check(
        self, caller: Principal, scope: Scope, owner_id: UUID, bot_id: UUID | None, *, edits: bool
    ) -> UUID | None:
        """May the caller look (`edits`: change)? The bot it belongs to. `bot_id` goes with a user. Raises NotFound,
        Forbidden."""
        check = check_edits if edits else check_sees
        if scope == "channel":
            await self._channels.owned_by(caller, owner_id)
            return None
        if scope == "session":
            return (await self._looking.place(caller, owner_id, edits=edits)).row.bot_id
        if scope == "bot":
            await check(self._bots, caller, owner_id, no_such_bot())
            return owner_id
        assert bot_id is not None
        await check(self._bots, caller, bot_id, no_such_bot())
        async with self._db.read() as session:
            if not await variables.talks_to(session, owner_id, bot_id):
                raise errors.no_person()
        return bot_id

    async def page(
        self, caller: Principal, scope: Scope, owner_id: UUID, path: str, limit: int, after: str | None,
        bot_id: UUID | None = None,
    ) -> VariablePage:  # fmt: skip
        """A page of what lies at `path`. Raises NotFound for a path where nothing lies."""
        await self.check(caller, scope, owner_id, bot_id, edits=False)
        place = await self._looking.place(caller, owner_id) if scope == "session" else None
        async with self._db.read() as session:
            if place is not None:
                version, document = place.row.version, await variables.of_session(session, owner_id)
            else:
                version, document = await variables.shared(session, scope, owner_id)
        items, cursor = page_of(document, path, limit, after)
        return VariablePage(scope=scope, owner_id=owner_id, version=version, path=path, items=items, next_cursor=cursor)

    async def value(
        self, caller: Principal, scope: Scope, owner_id: UUID, path: str, bot_id: UUID | None = None
    ) -> Any:
        """What lies at `path` ("": all of it), whole; None where nothing does."""
        await self.check(caller, scope, owner_id, bot_id, edits=False)
        async with self._db.read() as session:
            if scope == "session":
                document = await variables.of_session(session, owner_id)
            else:
                document = (await variables.shared(session, scope, owner_id))[1]
        found = dig(document, tuple(path.split("."))) if path else document
        return None if found is UNDEFINED else found

    async def change(
        self, caller: Principal, scope: Scope, owner_id: UUID, patch: VariablesPatch, bot_id: UUID | None = None
    ) -> VariablesChanged:
        """Edit by path; the next turn sees it.

        Raises Invalid naming every edit that cannot be made, Stale, TooLarge, and of a session Conflict while a turn
        of it waits for the outside world.
        """
        bot_id = await self.check(caller, scope, owner_id, bot_id, edits=True)
        async with self._db.transaction() as session:
            version, document = await self._lock(session, scope, owner_id)
            if patch.version is not None and patch.version != version:
                raise errors.variables_moved(version)
            after = edited(document, scope, patch.changes)
            size = len(dumps(after).encode())
            if size > MAX_DOCUMENT_BYTES and size > len(dumps(document).encode()):
                raise errors.variables_too_large(MAX_DOCUMENT_BYTES)
            if scope == "session":
                version = await variables.write_of_session(session, owner_id, after)
            else:
                version = await variables.write_shared(session, scope, owner_id, after)
            paths = ", ".join(f"{change.op} {change.path}" for change in patch.changes)
            await audit.record(
                session, caller.id, "variables.changed", owner_id, bot_id=bot_id, after={"scope": scope, "paths": paths}
            )
        return VariablesChanged(scope=scope, owner_id=owner_id, version=version, size_bytes=size)

    async def _lock(self, session: AsyncSession, scope: Scope, owner_id: UUID) -> tuple[int, dict[str, Any]]:
        if scope != "session":
            return await variables.lock_shared(session, scope, owner_id)
        found = await steering.lock(session, owner_id)
        if found is None:
            raise errors.no_session()
        if found[1]:
            raise errors.turn_running()
        return found[0].version, await variables.of_session(session, owner_id)
