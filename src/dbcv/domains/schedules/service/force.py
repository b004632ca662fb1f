"""What is in force: rows of `schedule`, made of emitters. A document's come into force when it begins to run; what is
asked for through /emitters and /crons does at once. Called in the transaction of whoever changes them."""

from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from dbcv.domains.schedules import repository
from dbcv.domains.schedules.service.document_part import entry_of
from dbcv.domains.schedules.service.matching import matched
from dbcv.domains.schedules.service.moments import next_moment
from dbcv.domains.schedules.tables import ScheduleRow

SWITCHED_OFF = "stopped on its way: it was switched off"
_WHEN = ("send_at", "cron", "is_active")

_at_once: ContextVar[bool] = ContextVar("schedules_at_once", default=False)


@contextmanager
def at_once() -> Iterator[None]:
    """Changes of drafts within come into force with them, not only when the bot is published."""
    token = _at_once.set(True)
    try:
        yield
    finally:
        _at_once.reset(token)


def is_at_once() -> bool:
    """Whether this change of a draft is an order."""
    return _at_once.get()


@dataclass(frozen=True, slots=True)
class Wanted:
    """A schedule as it is to be: `content` is the document's entry."""

    content: dict[str, Any]
    channel_id: UUID | None = None
    session_id: UUID | None = None


async def bring(session: AsyncSession, bot_id: UUID, wanted: Mapping[UUID, Wanted]) -> None:
    """Bring these into force. One whose times stay the same goes on where it is; others begin now."""
    if not wanted:
        return
    there = await repository.in_force(session, bot_id, wanted.keys(), lock=True)
    now = await repository.now(session)
    rows = [_row(bot_id, each, wish, there.get(each), now) for each, wish in wanted.items()]
    await repository.put_in_force(session, rows)
    off = [each for each, wish in wanted.items() if each in there and not wish.content["is_active"]]
    await repository.stop(session, off, SWITCHED_OFF)


async def begin_running(session: AsyncSession, bot_id: UUID, document: dict[str, Any]) -> None:
    """A document begins to run: its emitters are in force, and no others but those of this installation."""
    draft = await repository.of_document(session, bot_id)
    there = {each: row for each, row in (await repository.in_force(session, bot_id)).items() if _is_of_bot(row)}
    known = {row.id: entry_of(row, schedule) for row, schedule in draft}
    known |= {each: row.content for each, row in there.items() if each not in known}
    entries = document["emitters"]
    wanted = dict(zip(matched(entries, list(known.items())), (Wanted(entry) for entry in entries), strict=True))
    await bring(session, bot_id, wanted)
    await repository.take_out_of_force(session, bot_id, there.keys() - wanted.keys())


async def bring_drafts(session: AsyncSession, bot_id: UUID, ids: Collection[UUID]) -> None:
    """Bring these emitters into force as they are stored."""
    wanted = {
        row.id: Wanted(entry_of(row, schedule), row.channel_id, row.session_id)
        for row, schedule in await repository.some(session, bot_id, ids)
    }
    await bring(session, bot_id, wanted)


def _is_of_bot(row: ScheduleRow) -> bool:
    return row.channel_id is None and row.session_id is None


def _row(bot_id: UUID, schedule_id: UUID, wish: Wanted, there: ScheduleRow | None, now: datetime) -> dict[str, Any]:
    targets = {"channel_id": wish.channel_id, "session_id": wish.session_id}
    row = {"id": schedule_id, "bot_id": bot_id, "content": wish.content, "error": None} | targets
    if there is not None and all(there.content[name] == wish.content[name] for name in _WHEN):
        return row | {"next_fire_at": there.next_fire_at, "due_at": there.due_at, "error": there.error}
    moment = next_moment(schedule_id, wish.content, now)
    return row | {"next_fire_at": moment and moment.fire_at, "due_at": moment and moment.due_at}
