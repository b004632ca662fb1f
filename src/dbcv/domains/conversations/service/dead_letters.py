"""What failed too often: the bot's people see it, can send it again, once for each time it failed, or drop it."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from dbcv.domains.accounts.schemas import Principal
from dbcv.domains.accounts.service import audit
from dbcv.domains.bots.service import Bots
from dbcv.domains.conversations import errors
from dbcv.domains.conversations.repository import dead_letters
from dbcv.domains.conversations.service.rights import check_edits
from dbcv.domains.conversations.tables import DeadLetterRow
from dbcv.kit.bell import Bell
from dbcv.kit.clock import utc_now
from dbcv.kit.db import Database
from dbcv.kit.streams import bot_messages, user_messages

TURN = "turn"
"""`kind` of an event that failed; anything else is a delivery."""


class DeadLetters:
    """Use cases of dead letters."""

    def __init__(self, db: Database, bots: Bots, bell: Bell) -> None:
        self._db = db
        self._bots = bots
        self._bell = bell

    async def page(
        self, caller: Principal, bot_id: UUID, limit: int, before: UUID | None
    ) -> tuple[Sequence[DeadLetterRow], str | None]:
        """A page of a bot's dead letters, newest first, and the cursor of the next page."""
        await self._bots.get(caller.id, bot_id)
        async with self._db.read() as session:
            rows = await dead_letters.of_bot(session, bot_id, limit + 1, before)
        return rows[:limit], str(rows[limit - 1].id) if len(rows) > limit else None

    async def resend(self, caller: Principal, letter_id: UUID) -> DeadLetterRow:
        """Put it back where it came from, as if it had never been tried, and ring.

        Raises NotFound, Forbidden for a viewer, Conflict when it was sent again already or its session is gone.
        """
        await self._editable(caller, letter_id)
        async with self._db.transaction() as session:
            resent = await dead_letters.mark_resent(session, letter_id, utc_now())
            if resent is None:
                raise errors.already_resent()
            await _put_back(session, resent)
            await audit.record(session, caller.id, "dead_letter.resent", letter_id, bot_id=resent.bot_id)
        stream = user_messages if resent.kind == TURN else bot_messages
        self._bell.ring(stream(resent.shard), str(resent.session_id))
        return resent

    async def drop(self, caller: Principal, letter_id: UUID) -> None:
        """Forget it: it is not sent again any more; what was sent again goes on its way.

        Raises NotFound, Forbidden for a viewer.
        """
        letter = await self._editable(caller, letter_id)
        async with self._db.transaction() as session:
            if not await dead_letters.drop(session, letter_id):
                raise errors.no_dead_letter()
            await audit.record(session, caller.id, "dead_letter.dropped", letter_id, bot_id=letter.bot_id)

    async def _editable(self, caller: Principal, letter_id: UUID) -> DeadLetterRow:
        async with self._db.read() as session:
            letter = await dead_letters.dead_letter(session, letter_id)
        if letter is None:
            raise errors.no_dead_letter()
        await check_edits(self._bots, caller, letter.bot_id, errors.no_dead_letter())
        return letter


async def _put_back(session: AsyncSession, letter: DeadLetterRow) -> None:
    if not await dead_letters.session_exists(session, letter.session_id):
        raise errors.session_gone()
    place: dict[str, Any] = {"session_id": letter.session_id, "shard": letter.shard}
    content = letter.content
    if letter.kind == TURN:
        await dead_letters.queue_event(session, id=letter.id, kind=content["kind"], event=content["event"], **place)
    else:
        target = {"target_kind": content["target_kind"], "target_id": UUID(content["target_id"])}
        await dead_letters.queue_delivery(session, payload=content["payload"], **target, **place)
