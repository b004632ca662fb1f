"""The one way to change a draft: a batch of changes to its parts, all or nothing, on the rows they touch. Called by
`POST /bots/{id}/changes`, by the parts' own endpoints, and by the domains above for their kinds of parts."""

import asyncio
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from dbcv.domains.bots import errors
from dbcv.domains.bots.document.partial import judge_parts
from dbcv.domains.bots.document.wording import Language
from dbcv.domains.bots.publishing import MAX_LISTED_CHANGES
from dbcv.domains.bots.repository import bots
from dbcv.domains.bots.repository import parts as rows
from dbcv.domains.bots.schemas import DocumentPart, Fields, KnownVersion, Loosened, PartKind
from dbcv.domains.bots.service import journal, storing
from dbcv.domains.bots.service.code import BotCode, Complaints, as_problems, code_of
from dbcv.domains.bots.service.judging import contradicts
from dbcv.domains.bots.service.kinds import SHAPES
from dbcv.domains.bots.service.rights import edit, see
from dbcv.domains.bots.service.working_set import Change, Key, WorkingSet
from dbcv.domains.bots.tables import VisibleBot
from dbcv.engine.problems import Problem
from dbcv.kit.db import Database
from dbcv.kit.errors import ErrorDetail
from dbcv.kit.json_text import dumps

MOST_WRITES = 100
"""An editor that missed more reads the whole draft."""
MAX_TOLD_BYTES = 50_000
"""Of stored parts in a notice to open editors; they read larger ones themselves."""

Notify = Callable[[UUID, dict[str, Any]], None]
Part = tuple[str, UUID, Fields]
"""Kind, id and fields."""


@dataclass(frozen=True, slots=True)
class Edited:
    """A draft after a batch: the parts that it touched as they are stored, what is gone, what pointed at that, and
    the problems of the touched parts (`path` leads into the request)."""

    bot: VisibleBot
    parts: list[Part]
    removed: list[tuple[str, UUID]]
    loosened: list[Loosened]
    problems: list[Problem]
    log: list[dict[str, Any]]


@dataclass(frozen=True, slots=True)
class News:
    """What others did to a draft: its bot as it is now, the touched parts as they are now, what is gone, by whom."""

    bot: VisibleBot
    parts: list[Part]
    removed: list[Key]
    authors: list[UUID]


class Parts:
    """Use cases of the parts of drafts; `Bots` makes it and keeps it as `bots.parts`."""

    def __init__(
        self, db: Database, sections: Sequence[DocumentPart], kinds: Sequence[PartKind], notify: Notify, code: BotCode
    ) -> None:
        self._db = db
        self._sections = sections
        self._kinds: Mapping[str, PartKind] = {kind.name: kind for kind in kinds}
        self._shapes = SHAPES | {kind.name: kind.shape for kind in kinds}
        self._notify = notify
        self._code = code

    async def page(
        self, caller_id: UUID, kind: str, bot_id: UUID, parents: Mapping[str, UUID], limit: int, after: int
    ) -> tuple[int, list[Part], str | None]:
        """The draft's version, parts in their order from behind the ordinal `after`, and the next page's cursor."""
        async with self._db.read() as session:
            seen = await see(session, bot_id, caller_id)
            found = await rows.page(session, kind, bot_id, parents, limit + 1, after)
        last = str(found[limit - 1][1]["ordinal"]) if len(found) > limit else None
        return seen.row.version, [(kind, part_id, fields) for part_id, fields in found[:limit]], last

    async def everything(self, caller_id: UUID, bot_id: UUID) -> tuple[VisibleBot, list[Part]]:
        """A bot and the parts of its draft as one moment had them; of the kinds above, those that bear a step's id.
        Raises NotFound."""
        async with self._db.transaction() as session:
            await bots.at_one_moment(session)
            seen = await see(session, bot_id, caller_id)
            found = await rows.everything(session, bot_id)
            steps = [part_id for kind, part_id, _ in found if kind == "step"]
            for name, kind in self._kinds.items():
                found += [(name, *part) for part in (await kind.stored(session, bot_id, steps)).items()]
        return seen, found

    async def since(self, caller_id: UUID, bot_id: UUID, version: int) -> News | None:
        """What became of the draft after `version`. None where that is not known so exactly: read everything.
        Raises NotFound."""
        async with self._db.transaction() as session:
            await bots.at_one_moment(session)
            seen = await see(session, bot_id, caller_id)
            missed = seen.row.version - version
            if not 0 <= missed <= MOST_WRITES:
                return None
            writes = await bots.writes_since(session, bot_id, version, MOST_WRITES)
            named = _named(writes, set(rows.KEPT) | set(self._kinds) | {"bot"})
            if len(writes) != missed or named is None:
                return None
            found: list[Part] = []
            for kind, ids in named.items():
                stored = self._kinds[kind].stored if kind in self._kinds else None
                some = await (stored(session, bot_id, ids) if stored else rows.some(session, kind, bot_id, ids))
                found += [(kind, *part) for part in some.items()]
        there = {(kind, part_id) for kind, part_id, _ in found}
        gone = [(kind, part_id) for kind, ids in named.items() for part_id in ids if (kind, part_id) not in there]
        return News(seen, found, gone, list(dict.fromkeys(write.author_id for write in writes if write.author_id)))

    async def one(self, caller_id: UUID, kind: str, part_id: UUID) -> tuple[VisibleBot, Part]:
        """A part and its bot. Raises NotFound."""
        async with self._db.read() as session:
            bot_id = await rows.bot_of(session, kind, part_id)
            seen = None if bot_id is None else await bots.visible(session, bot_id, caller_id)
            found = {} if seen is None else await rows.some(session, kind, seen.row.id, [part_id])
        if seen is None or part_id not in found:
            raise errors.no_such_part(kind)
        return seen, (kind, part_id, found[part_id])

    async def change(
        self,
        caller_id: UUID,
        bot_id: UUID,
        changes: Sequence[Change],
        known: KnownVersion,
        language: Language = "en",
        alone: bool = False,
    ) -> Edited:
        """Do the changes in their order, all or none. `alone`: the request is the one change's fields, so paths of
        problems begin there.

        Raises NotFound, Forbidden, VersionNeeded, Stale with what changed since, Invalid with every mistake.
        """
        adds_only = all(change.op == "add" for change in changes)
        work = WorkingSet(self._shapes, language, alone)
        complaints = await self._complaints(caller_id, changes)
        async with self._db.transaction() as session:
            seen = await edit(session, bot_id, caller_id, known, adds_only)
            edited = await self._change(session, seen, caller_id, changes, work, complaints)
        if edited.log:
            self._tell(edited, caller_id)
        return edited

    async def _complaints(self, caller_id: UUID, changes: Sequence[Change]) -> Complaints:
        """About the code that the changes bring; asked before the transaction, because the sandbox takes its time."""
        codes = [change.fields.get("code") for change in changes if change.kind == "connection_group"]
        return await self._code.complaints(caller_id, [code for code in codes if isinstance(code, str) and code])

    async def _change(
        self,
        session: AsyncSession,
        seen: VisibleBot,
        author_id: UUID,
        changes: Sequence[Change],
        work: WorkingSet,
        complaints: Complaints,
    ) -> Edited:
        bot_id = seen.row.id
        await storing.fetch(session, seen.row, changes, work, self._kinds)
        await asyncio.to_thread(work.apply, changes)
        _refuse(work)
        named = await storing.prove_links(session, bot_id, work, self._sections)
        _refuse(work)
        moved = await storing.write(session, bot_id, work, self._kinds)
        _refuse(work)
        problems = [*await self._judge(session, bot_id, work, named), *_of_code(work, complaints)]
        await storing.check_sizes(session, bot_id, work)
        _refuse(work)
        log = _log(work, moved)
        if log:
            own = work.changed().get(("bot", bot_id))
            row = await bots.change(session, bot_id, _own_columns(own.now if own else None), new_version=True)
            await journal.note_change(session, author_id, row, [line | {"is_exact": True} for line in log])
            seen = VisibleBot(row, seen.access)
        return Edited(
            seen,
            parts=await self._stored(session, bot_id, work, moved),
            removed=[key for key, entry in work.changed().items() if entry.now is None],
            loosened=work.loosened,
            problems=problems,
            log=log,
        )

    async def _judge(
        self, session: AsyncSession, bot_id: UUID, work: WorkingSet, named: Mapping[str, set[str]]
    ) -> list[Problem]:
        """Problems of the changed parts; what contradicts becomes a fault."""
        changed = {key: entry for key, entry in work.changed().items() if entry.now is not None}
        parts = {(kind, str(part_id)): entry.now or {} for (kind, part_id), entry in changed.items()}
        stubs = {kind: {i for i in ids if (kind, i) not in parts} for kind, ids in named.items()}
        judged = await asyncio.to_thread(judge_parts, parts, stubs, work.language)
        found = [((kind, UUID(part_id)), inner, problem) for (kind, part_id), inner, problem in judged]
        for name, kind in self._kinds.items():
            ids = [part_id for its_kind, part_id in changed if its_kind == name]
            more = await kind.judge(session, bot_id, ids, work.language) if ids else []
            found += [((name, part_id), problem.path, problem) for part_id, problem in more]
        placed = []
        for key, inner, problem in found:
            path = work.place(changed[key].change, key, inner)
            placed.append(replace(problem, path=path, step_id=_step_of(key, changed[key].now or {})))
        work.faults += [ErrorDetail(each.path, each.message, each.hint) for each in placed if contradicts(each)]
        return placed

    async def _stored(self, session: AsyncSession, bot_id: UUID, work: WorkingSet, moved: set[Key]) -> list[Part]:
        """What the batch named, changed or moved, as it is now."""
        touched = [key for key, entry in work.entries.items() if entry.now is not None and entry.change is not None]
        touched.sort(key=lambda key: work.entries[key].change or 0)
        others = {key for key, entry in work.changed().items() if entry.now is not None} | moved
        touched += [key for key in work.entries if key in others and key not in touched]
        places: dict[UUID, int] = {}
        for kind in rows.KEPT:
            ids = [part_id for its_kind, part_id in touched if its_kind == kind]
            places |= await rows.ordinals(session, kind, bot_id, ids) if ids else {}
        return [
            (kind, part_id, _placed(work.entries[kind, part_id].now, places.get(part_id))) for kind, part_id in touched
        ]

    def _tell(self, edited: Edited, author_id: UUID) -> None:
        """Open editors hear what changed, with the parts as they are now if these are small."""
        parts = [{"kind": kind, "id": str(part_id), "fields": fields} for kind, part_id, fields in edited.parts]
        notice = {
            "type": "bot.changed",
            "version": edited.bot.row.version,
            "author_id": str(author_id),
            "changes": edited.log[:MAX_LISTED_CHANGES],
            "parts": parts if len(dumps(parts)) <= MAX_TOLD_BYTES else None,
        }
        self._notify(edited.bot.row.id, notice)


def _of_code(work: WorkingSet, complaints: Complaints) -> Iterator[Problem]:
    """Problems of code that the batch changed."""
    for key, entry in work.changed().items():
        code = code_of(entry.now) if key[0] == "connection_group" and entry.now is not None else None
        if code is not None and entry.now is not None:
            path = work.place(entry.change, key, "code")
            yield from as_problems(complaints, code, path, _step_of(key, entry.now), work.language)


def _named(writes: Sequence[Any], kinds: Collection[str]) -> dict[str, set[UUID]] | None:
    """Ids of parts that the writes touched, by kind, parents first, the bot itself aside; None where a write does not
    say them all."""
    named: dict[str, set[UUID]] = {}
    for line in (line for write in writes for line in write.changes):
        if not line.get("is_exact") or line["kind"] not in kinds:
            return None
        named.setdefault(line["kind"], set()).add(UUID(line["id"]))
    if any(len(write.changes) >= MAX_LISTED_CHANGES for write in writes):
        return None
    named.pop("bot", None)
    return {kind: named[kind] for kind in (*rows.KEPT, *named) if kind in named}


def _refuse(work: WorkingSet) -> None:
    if work.faults:
        raise errors.not_changeable(work.faults)


def _log(work: WorkingSet, moved: set[Key]) -> list[dict[str, Any]]:
    """What the batch did, for whoever edited an older version: [{"op", "kind", "id", "name", "fields"?}]."""
    log = []
    for key, entry in work.entries.items():
        before, now = entry.before, entry.now
        if before == now and key not in moved:
            continue
        op = "added" if before is None else "removed" if now is None else "updated"
        line = {"op": op, "kind": key[0], "id": str(key[1]), "name": (now or before or {}).get("name", "")}
        if before is not None and now is not None:
            fields = [name for name in now if before.get(name) != now[name]]
            line["fields"] = [*fields, "ordinal"] if key in moved else fields
        log.append(line)
    return log


def _own_columns(fields: Fields | None) -> dict[str, Any]:
    if fields is None:
        return {}
    first = fields["first_step_id"]
    return fields | {"first_step_id": None if first is None else UUID(first)}


def _step_of(key: Key, fields: Fields) -> str | None:
    return str(key[1]) if key[0] == "step" else fields.get("step_id")


def _placed(fields: Fields | None, ordinal: int | None) -> Fields:
    return (fields or {}) | ({} if ordinal is None else {"ordinal": ordinal})
