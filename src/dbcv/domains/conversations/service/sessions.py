"""Sessions and turns, for those who may see the bot; in one's own channel, for its owner. Others learn of none."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from dbcv.domains.accounts.schemas import Principal
from dbcv.domains.bots.service import Bots
from dbcv.domains.conversations import errors
from dbcv.domains.conversations.repository import sessions
from dbcv.domains.conversations.repository.sessions import Place
from dbcv.domains.conversations.schemas import (
    ChangeSeen,
    RevisionCount,
    SessionFilter,
    SessionList,
    SessionOut,
    SessionSummary,
    StepCount,
    TurnOut,
)
from dbcv.domains.conversations.service.channels import Channels
from dbcv.domains.conversations.service.masking import MASK, is_secret_name, masked, masked_record
from dbcv.domains.conversations.service.rights import check_edits, check_sees
from dbcv.domains.conversations.service.step_names import StepNames
from dbcv.domains.conversations.tables import MessageRow, TurnRecordRow
from dbcv.kit.db import Database
from dbcv.kit.errors import NotFound

MAX_REVISIONS_NAMED = 10
"""Sessions sit on few revisions; a summary does not read the documents of hundreds."""


def shown(place: Place, step_name: str | None = None, variables: dict[str, Any] | None = None) -> SessionOut:
    """A session on the wire."""
    row = place.row
    return SessionOut(
        id=row.id,
        user_id=row.user_id,
        username=place.username,
        bot_id=row.bot_id,
        channel_id=row.channel_id,
        step_id=row.step_id,
        step_name=step_name,
        revision=row.revision,
        version=row.version,
        paused_by=row.paused_by,
        paused_at=row.paused_at,
        is_turn_running=place.is_claimed,
        waiting_events=place.waiting_events,
        variables=variables,
        created_at=row.created_at,
        updated_at=row.updated_at,
    )


def shown_turn(row: TurnRecordRow) -> TurnOut:
    """A turn on the wire, secrets masked."""
    record = masked_record({key: value for key, value in row.record.items() if key != "changed"})
    changed = [_shown_change(*entry) for entry in row.record.get("changed", [])]
    return TurnOut(
        id=row.id, session_id=row.session_id, bot_id=row.bot_id, revision=row.revision, kind=row.kind, record=record,
        changed=changed, error=row.error, created_at=row.created_at,
    )  # fmt: skip


def _shown_change(target: str, before: Any, after: Any) -> ChangeSeen:
    if is_secret_name(target):
        return ChangeSeen(target=target, before=before and MASK, after=after and MASK)
    return ChangeSeen(target=target, before=masked(before), after=masked(after))


class Sessions:
    """Use cases of those who look at sessions."""

    def __init__(self, db: Database, bots: Bots, channels: Channels, names: StepNames) -> None:
        self._db = db
        self._bots = bots
        self._channels = channels
        self._names = names

    async def of_bot(
        self, caller: Principal, bot_id: UUID, wish: SessionFilter, limit: int, before: UUID | None
    ) -> SessionList:
        """A page of a bot's sessions, newest first. Raises NotFound."""
        await self._bots.get(caller.id, bot_id)
        return await self._page(bot_id, wish, limit, before)

    async def of_channel(
        self, caller: Principal, channel_id: UUID, wish: SessionFilter, limit: int, before: UUID | None
    ) -> SessionList:
        """A page of the sessions in one's own channel, newest first; of bots that one may not see, without step names.

        Raises NotFound.
        """
        await self._channels.owned_by(caller, channel_id)
        page = await self._page(None, wish, limit, before)
        unseen = [bot_id for bot_id in {item.bot_id for item in page.items} if not await self._sees(caller, bot_id)]
        for item in page.items:
            item.step_name = None if item.bot_id in unseen else item.step_name
        return page

    async def summary(self, caller: Principal, bot_id: UUID) -> SessionSummary:
        """How many of a bot's sessions are on which revision and step. Raises NotFound."""
        seen = await self._bots.get(caller.id, bot_id)
        async with self._db.read() as session:
            groups, counted = await sessions.counts(session, bot_id)
        by_step: dict[str | None, int] = {}
        by_revision: dict[int | None, int] = {}
        for revision, step_id, count, _ in groups:
            by_step[step_id] = by_step.get(step_id, 0) + count
            by_revision[revision] = by_revision.get(revision, 0) + count
        names = await self._step_names(bot_id, [*by_revision, seen.row.published_revision])
        return SessionSummary(
            counted=counted,
            is_partial=counted >= sessions.COUNTED or len(groups) >= sessions.MAX_GROUPS,
            paused=sum(group[3] for group in groups),
            by_revision=[
                RevisionCount(revision=key, count=by_revision[key]) for key in sorted(by_revision, key=_newest)
            ],
            by_step=[
                StepCount(step_id=key, step_name=names.get(key or ""), count=count)
                for key, count in sorted(by_step.items(), key=lambda one: -one[1])
            ],
        )

    async def get(self, caller: Principal, session_id: UUID) -> SessionOut:
        """A session with its variables. Raises NotFound."""
        place = await self.place(caller, session_id)
        async with self._db.read() as session:
            variables = await sessions.variables(session, session_id)
        return shown(place, await self.step_name(place), variables)

    async def place(self, caller: Principal, session_id: UUID, *, edits: bool = False) -> Place:
        """A session of a bot that the caller may look at. `edits`: and may change, else Forbidden. Raises NotFound."""
        async with self._db.read() as session:
            place = await sessions.place(session, session_id)
        if place is None:
            raise errors.no_session()
        check = check_edits if edits else check_sees
        await check(self._bots, caller, place.row.bot_id, errors.no_session())
        return place

    async def step_name(self, place: Place) -> str | None:
        """What the step is called that the session waits in; None where there is none (any more)."""
        row = place.row
        if row.revision is None or row.step_id is None:
            return None
        facts = (await self._names.of(row.bot_id, row.revision)).get(row.step_id)
        return facts.name if facts else None

    async def transcript(
        self, caller: Principal, session_id: UUID, limit: int, before: UUID | None
    ) -> tuple[Sequence[MessageRow], str | None]:
        """A page of what was said in a session, newest first, and the cursor of the next page. Raises NotFound."""
        await self.place(caller, session_id)
        async with self._db.read() as session:
            rows = await sessions.transcript(session, session_id, limit + 1, before)
        return rows[:limit], str(rows[limit - 1].id) if len(rows) > limit else None

    async def said_after(self, caller: Principal, session_id: UUID, after: UUID, limit: int) -> Sequence[MessageRow]:
        """What was said in a session after the id `after`, oldest first. Raises NotFound."""
        await self.place(caller, session_id)
        async with self._db.read() as session:
            return await sessions.said_after(session, session_id, after, limit)

    async def turns(
        self, caller: Principal, session_id: UUID, limit: int, before: UUID | None
    ) -> tuple[list[TurnOut], str | None]:
        """A page of a session's turns, newest first, and the cursor of the next page. Raises NotFound."""
        await self.place(caller, session_id)
        async with self._db.read() as session:
            rows = await sessions.turns(session, session_id, limit + 1, before)
        return [shown_turn(row) for row in rows[:limit]], str(rows[limit - 1].id) if len(rows) > limit else None

    async def turn(self, caller: Principal, session_id: UUID, turn_id: UUID) -> TurnOut:
        """One turn of a session. Raises NotFound."""
        await self.place(caller, session_id)
        async with self._db.read() as session:
            row = await sessions.turn(session, session_id, turn_id)
        if row is None:
            raise errors.no_turn()
        return shown_turn(row)

    async def _page(self, bot_id: UUID | None, wish: SessionFilter, limit: int, before: UUID | None) -> SessionList:
        async with self._db.read() as session:
            found = await sessions.places(session, bot_id, wish, limit + 1, before)
            cursor = found[limit - 1].row.id if len(found) > limit else None
            if cursor is None:
                cursor = await sessions.window_end(session, bot_id, wish, before)
        items = [shown(place, await self.step_name(place)) for place in found[:limit]]
        return SessionList(items=items, next_cursor=str(cursor) if cursor else None)

    async def _sees(self, caller: Principal, bot_id: UUID) -> bool:
        try:
            await self._bots.get(caller.id, bot_id)
        except NotFound:
            return False
        return True

    async def _step_names(self, bot_id: UUID, revisions: Sequence[int | None]) -> dict[str, str]:
        """A step's name in the newest revision that has it."""
        numbers = sorted({number for number in revisions if number is not None})
        names: dict[str, str] = {}
        for number in numbers[-MAX_REVISIONS_NAMED:]:
            names |= {key: facts.name for key, facts in (await self._names.of(bot_id, number)).items()}
        return names


def _newest(revision: int | None) -> int:
    return -revision if revision is not None else 1
