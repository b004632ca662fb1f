"""What a bot may reach of the house by itself: what is its own, in its owner's name. Called by the runtime for the
integration `dbcv`. A bot has no rights of its own: whoever may edit it gets no further by it than to the bot itself.
"""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from dbcv.domains.accounts.schemas import Principal
from dbcv.domains.conversations import errors
from dbcv.domains.conversations.repository import own
from dbcv.domains.conversations.repository.own import PersonSeen
from dbcv.domains.conversations.schemas import SessionFilter, SessionList
from dbcv.domains.conversations.schemas.variables import Scope, VariablesPatch
from dbcv.domains.conversations.service.accept import open_sessions
from dbcv.domains.conversations.service.sessions import Sessions
from dbcv.domains.conversations.service.steering import Steering
from dbcv.domains.conversations.service.variables import Variables
from dbcv.kit.db import Database


class Own:
    """Use cases of a bot. All raise NotFound for what is not its own, also where its owner could reach it."""

    def __init__(self, db: Database, sessions: Sessions, steering: Steering, variables: Variables) -> None:
        self._db, self._sessions, self._variables = db, sessions, variables
        self.steering = steering

    async def owner(self, bot_id: UUID) -> Principal:
        """In whose name the bot acts."""
        async with self._db.read() as session:
            found = await own.owner(session, bot_id)
        if found is None:
            raise errors.no_bot("bot_id")
        return Principal(found[0], "user", found[1], found[2])

    async def channel(self, bot_id: UUID, channel_id: UUID) -> None:
        """A channel of the bot's owner that the bot is in."""
        async with self._db.read() as session:
            if not await own.has_channel(session, bot_id, channel_id):
                raise errors.no_channel()

    async def session(self, bot_id: UUID, session_id: UUID) -> Principal:
        """One of the bot's sessions; its owner, to act with."""
        async with self._db.read() as session:
            if await own.bot_of(session, session_id) != bot_id:
                raise errors.no_session()
        return await self.owner(bot_id)

    async def people(
        self, bot_id: UUID, channel_id: UUID, external_id: str | None, limit: int, after: UUID | None
    ) -> tuple[Sequence[PersonSeen], UUID | None]:
        """A page of who takes part in a channel, and the cursor of the next page."""
        await self.channel(bot_id, channel_id)
        async with self._db.read() as session:
            found = await own.people(session, bot_id, channel_id, external_id, limit + 1, after)
        return found[:limit], found[limit - 1].id if len(found) > limit else None

    async def talks(self, bot_id: UUID, wish: SessionFilter, limit: int, before: UUID | None) -> SessionList:
        """A page of the bot's sessions, the newest first."""
        return await self._sessions.of_bot(await self.owner(bot_id), bot_id, wish, limit, before)

    async def session_with(self, bot_id: UUID, channel_id: UUID, subscriber_id: UUID) -> tuple[UUID, bool]:
        """(session, whether a person answers there) with somebody of a channel, made where there was none."""
        await self.channel(bot_id, channel_id)
        async with self._db.read() as session:
            if not await own.may_be_told(session, channel_id, subscriber_id):
                raise errors.no_subscriber()
        async with self._db.driver() as connection:
            (session_id,) = (await open_sessions(connection, [(subscriber_id, bot_id, channel_id)])).values()
        async with self._db.read() as session:
            return session_id, await own.is_paused(session, session_id)

    async def read(self, bot_id: UUID, scope: Scope, owner_id: UUID, path: str) -> Any:
        """The variable at a path ("": all of them); None where there is none."""
        caller = await self._scope(bot_id, scope, owner_id)
        return await self._variables.value(caller, scope, owner_id, path, bot_id)

    async def write(self, bot_id: UUID, scope: Scope, owner_id: UUID, patch: VariablesPatch) -> None:
        """Edit by path. Raises Invalid, TooLarge, and of a session Conflict while a turn of it is running."""
        caller = await self._scope(bot_id, scope, owner_id)
        await self._variables.change(caller, scope, owner_id, patch, bot_id)

    async def _scope(self, bot_id: UUID, scope: Scope, owner_id: UUID) -> Principal:
        if scope == "session":
            return await self.session(bot_id, owner_id)
        if scope == "channel":
            await self.channel(bot_id, owner_id)
        if scope == "bot" and owner_id != bot_id:
            raise errors.no_bot("bot_id")
        return await self.owner(bot_id)
