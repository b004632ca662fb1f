"""`Schedules`: emitters and crons as people manage them. What is asked for here is in force at once, in the draft too;
those for one channel or session belong to this installation and are in no draft."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy.ext.asyncio import AsyncSession

from dbcv.domains.accounts.service import audit
from dbcv.domains.bots.schemas import KnownVersion, Language
from dbcv.domains.bots.service import Bots
from dbcv.domains.bots.service.rights import edit
from dbcv.domains.bots.service.working_set import Change, Op
from dbcv.domains.schedules import errors, repository
from dbcv.domains.schedules.schemas import State
from dbcv.domains.schedules.service import force
from dbcv.domains.schedules.service.document_part import crons_of, entry_of, row_of
from dbcv.domains.schedules.service.wishes import Kind, check_cron, check_time, cron_for, entry_for, flat
from dbcv.domains.schedules.tables import EmitterRow, FiringRow, ScheduleRow
from dbcv.kit.db import Database
from dbcv.kit.errors import NotFound
from dbcv.kit.ids import new_id
from dbcv.kit.json_text import dumps

MOST = 1_000
"""Emitters and crons of one bot, as many as a document may hold."""

Tell = Callable[[UUID], None]


@dataclass(frozen=True, slots=True)
class Target:
    """For whom, if not for every session of the bot."""

    channel_id: UUID | None = None
    session_id: UUID | None = None

    def __bool__(self) -> bool:
        return self.channel_id is not None or self.session_id is not None


@dataclass(frozen=True, slots=True)
class Seen:
    """An emitter: its row, the document's entry, what of it is in force, the draft's version, and what time it is."""

    row: EmitterRow
    entry: dict[str, Any]
    in_force: ScheduleRow | None
    version: int
    now: datetime
    last: "Fired | None" = None

    @property
    def state(self) -> State:
        """Whether what is in force is what is written."""
        if self.in_force is None:
            return "not_in_force"
        return "in_force" if self.in_force.content == msgspec.json.decode(dumps(self.entry)) else "changed"


@dataclass(frozen=True, slots=True)
class Fired:
    """A firing and what went wrong in its turns."""

    row: FiringRow
    failed: int
    errors: list[str]


class Schedules:
    """Use cases of emitters and crons. `tell(bot_id)` wakes the schedulers; a hint, never waited for."""

    def __init__(self, db: Database, bots: Bots, tell: Tell) -> None:
        self._db, self._bots, self._tell = db, bots, tell

    async def page(
        self, caller_id: UUID, kind: Kind, bot_id: UUID, limit: int, before: UUID | None
    ) -> tuple[list[Seen], str | None]:
        """Those of a bot, the newest first, and the cursor of the next page. Raises NotFound."""
        version = (await self._bots.get(caller_id, bot_id)).row.version
        async with self._db.read() as session:
            found = await repository.page(session, bot_id, kind, limit + 1, before)
            seen = await _seen(session, bot_id, found[:limit], version)
        return seen, str(found[limit - 1][0].id) if len(found) > limit else None

    async def one(self, caller_id: UUID, kind: Kind, emitter_id: UUID) -> Seen:
        """Raises NotFound."""
        async with self._db.read() as session:
            found = await repository.one(session, emitter_id)
        if found is None or (found[1] is None) != (kind == "emitter"):
            raise errors.no_such(kind)
        try:
            bot = await self._bots.get(caller_id, found[0].bot_id)
        except NotFound as error:
            raise errors.no_such(kind) from error
        async with self._db.read() as session:
            return (await _seen(session, bot.row.id, [found], bot.row.version))[0]

    async def add(
        self, caller_id: UUID, kind: Kind, bot_id: UUID, emitter_id: UUID | None, wish: dict[str, Any], target: Target,
        known: KnownVersion, language: Language,
    ) -> Seen:  # fmt: skip
        """A new one, in force from now on (as soon as the bot is published). Raises NotFound, Forbidden, Invalid."""
        await self._bots.get(caller_id, bot_id)
        entry = entry_for(kind, wish, None, language)
        made = emitter_id or new_id()
        async with self._db.transaction() as session:
            check_time(made, entry, await repository.now(session))
            if await repository.count(session, bot_id) >= MOST:
                raise errors.too_many(MOST)
        await self._write(caller_id, kind, bot_id, "add", made, entry, target, known, language)
        return await self.one(caller_id, kind, made)

    async def change(
        self, caller_id: UUID, kind: Kind, emitter_id: UUID, wish: dict[str, Any], known: KnownVersion,
        language: Language,
    ) -> Seen:  # fmt: skip
        """Change the fields that are given, at once. Raises NotFound, Forbidden, Stale, Invalid."""
        seen = await self.one(caller_id, kind, emitter_id)
        entry = entry_for(kind, wish, flat(seen.entry, kind), language)
        if any(entry[name] != seen.entry[name] for name in ("send_at", "cron")):
            check_time(emitter_id, entry, seen.now)
        target = Target(seen.row.channel_id, seen.row.session_id)
        await self._write(caller_id, kind, seen.row.bot_id, "update", emitter_id, entry, target, known, language)
        return await self.one(caller_id, kind, emitter_id)

    async def remove(
        self, caller_id: UUID, kind: Kind, emitter_id: UUID, known: KnownVersion, language: Language
    ) -> None:
        """Delete one; what of it is on its way stops. Raises NotFound, Forbidden, Stale."""
        seen = await self.one(caller_id, kind, emitter_id)
        target = Target(seen.row.channel_id, seen.row.session_id)
        await self._write(caller_id, kind, seen.row.bot_id, "remove", emitter_id, seen.entry, target, known, language)

    async def send(self, caller_id: UUID, kind: Kind, emitter_id: UUID, session_id: UUID | None) -> FiringRow:
        """Send what is in force now, to all it is for or to one session. Raises NotFound, Forbidden, Conflict."""
        seen = await self.one(caller_id, kind, emitter_id)
        bot_id = seen.row.bot_id
        async with self._db.transaction() as session:
            await edit(session, bot_id, caller_id, "*")
            there = (await repository.in_force(session, bot_id, [emitter_id])).get(emitter_id)
            if there is None or not await repository.is_published(session, bot_id):
                raise errors.not_in_force(kind)
            if session_id is not None and not await repository.has_session(session, bot_id, session_id):
                raise errors.no_such_target("session")
            fields = await _firing(session, there, kind, session_id or there.session_id)
            row = await repository.add_firing(session, fields)
            await audit.record(
                session, caller_id, f"{kind}.sent", emitter_id, name=seen.row.name, bot_id=bot_id,
                after={"session_id": session_id},
            )  # fmt: skip
        self._tell(bot_id)
        return row

    async def firings(
        self, caller_id: UUID, kind: Kind, emitter_id: UUID, limit: int, before: datetime | None
    ) -> tuple[list[Fired], datetime | None]:
        """Past times, the last first, each with what went wrong, and the cursor of the next page. Raises NotFound."""
        await self.one(caller_id, kind, emitter_id)
        async with self._db.read() as session:
            rows = await repository.firings(session, emitter_id, limit + 1, before)
            fired = await _fired(session, rows[:limit])
        return fired, rows[limit - 1].fire_at if len(rows) > limit else None

    async def preview(self, wish: dict[str, Any], language: Language) -> tuple[dict[str, Any], datetime]:
        """A cron that is right and comes some time, and what time it is now. Raises Invalid."""
        cron = cron_for(wish, language)
        async with self._db.read() as session:
            now = await repository.now(session)
        check_cron(cron, now)
        return cron, now

    async def _write(
        self, caller_id: UUID, kind: Kind, bot_id: UUID, op: Op, emitter_id: UUID, entry: dict[str, Any],
        target: Target, known: KnownVersion, language: Language,
    ) -> None:  # fmt: skip
        if target:
            await self._write_own(caller_id, kind, bot_id, op, emitter_id, entry, target)
        else:
            change = Change(op, "emitter", emitter_id, {} if op == "remove" else entry)
            with force.at_once():
                await self._bots.parts.change(caller_id, bot_id, [change], known or "*", language, alone=True)
        self._tell(bot_id)

    async def _write_own(
        self, caller_id: UUID, kind: Kind, bot_id: UUID, op: Op, emitter_id: UUID, entry: dict[str, Any],
        target: Target,
    ) -> None:  # fmt: skip
        """One of this installation: no draft changes."""
        async with self._db.transaction() as session:
            await edit(session, bot_id, caller_id, "*")
            if op == "remove":
                await repository.remove(session, bot_id, [emitter_id])
                await repository.take_out_of_force(session, bot_id, [emitter_id])
            else:
                await _check_target(session, bot_id, target)
                targets = {"channel_id": target.channel_id, "session_id": target.session_id}
                row = row_of(bot_id, 0, emitter_id, entry) | targets
                if await repository.save(session, [row], crons_of({emitter_id: entry})):
                    raise errors.wrong_field("id", "is taken", "Leave it out, or give a fresh UUID")
                await force.bring_drafts(session, bot_id, [emitter_id])
            done = {"add": "created", "update": "changed", "remove": "deleted"}[op]
            await audit.record(session, caller_id, f"{kind}.{done}", emitter_id, name=entry["name"], bot_id=bot_id)


async def _check_target(session: AsyncSession, bot_id: UUID, target: Target) -> None:
    if target.channel_id is not None and not await repository.has_channel(session, bot_id, target.channel_id):
        raise errors.no_such_target("channel")
    if target.session_id is not None and not await repository.has_session(session, bot_id, target.session_id):
        raise errors.no_such_target("session")


async def _seen(session: AsyncSession, bot_id: UUID, found: Sequence[repository.Found], version: int) -> list[Seen]:
    there = await repository.in_force(session, bot_id, [row.id for row, _ in found])
    last = await repository.last_firings(session, list(there))
    fired = {each.row.schedule_id: each for each in await _fired(session, list(last.values()))}
    now = await repository.now(session)
    return [
        Seen(row, entry_of(row, schedule), there.get(row.id), version, now, fired.get(row.id))
        for row, schedule in found
    ]


async def _fired(session: AsyncSession, rows: Sequence[FiringRow]) -> list[Fired]:
    faults = await repository.faults(session, [row.id for row in rows])
    return [
        Fired(row, faults[row.id].total, list(faults[row.id].examples)) if row.id in faults else Fired(row, 0, [])
        for row in rows
    ]


async def _firing(session: AsyncSession, there: ScheduleRow, kind: Kind, session_id: UUID | None) -> dict[str, Any]:
    """A row of `firing` that begins now."""
    firing_id, now = new_id(), await repository.now(session)
    said = {name: there.content[name] for name in ("name", "message")}
    data = {"schedule_id": str(there.id), "firing_id": str(firing_id), "fire_at": now.isoformat()} | said
    newest = await repository.newest_session(session, there.bot_id)
    return {
        "id": firing_id, "schedule_id": there.id, "bot_id": there.bot_id, "kind": kind, "fire_at": now,
        "channel_id": there.channel_id, "event": {"data": data}, "up_to_session_id": session_id or newest,
        "last_session_id": UUID(int=session_id.int - 1) if session_id else None,
    }  # fmt: skip
