"""Between a working set and the rows of a draft: brings in what a batch of changes touches, proves what its parts name,
writes what became of them. Called by `parts.py` in its transaction, the bot's row locked."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from dbcv.domains.bots.document.reading import MAX_BYTES
from dbcv.domains.bots.document.wording import Finding
from dbcv.domains.bots.repository import parts as rows
from dbcv.domains.bots.schemas import DocumentPart, Fields, PartKind
from dbcv.domains.bots.service.kinds import MOST, MOST_IN_ONE, PARENTS, pointing_at
from dbcv.domains.bots.service.working_set import Change, Entry, Key, WorkingSet, links_of
from dbcv.domains.bots.tables import BotRow
from dbcv.kit.json_text import dumps

Kinds = Mapping[str, PartKind]
Ids = dict[str, set[UUID]]


async def fetch(session: AsyncSession, bot: BotRow, changes: Sequence[Change], work: WorkingSet, kinds: Kinds) -> None:
    """Bring in the parts that `changes` name, what hangs on those to be removed, and what points at these."""
    for kind, ids in _named(changes).items():
        if kind == "bot":
            work.know(kind, {bot.id: own_fields(bot)})
        elif kind in rows.KEPT:
            work.know(kind, await rows.some(session, kind, bot.id, ids))
        elif kind in kinds:
            work.know(kind, await kinds[kind].stored(session, bot.id, ids))
    going = _named([change for change in changes if change.op == "remove" and change.kind != "message"])
    for kind, link in PARENTS.items():
        parents = "step" if kind == "connection_group" else "connection_group"
        children = await rows.pointing(session, kind, bot.id, link, going.get(parents, set()))
        work.know(kind, children)
        going.setdefault(kind, set()).update(children)
    for target, ids in going.items():
        await _fetch_pointing(session, bot, target, ids, work)


def _named(changes: Sequence[Change]) -> Ids:
    ids: Ids = defaultdict(set)
    for change in changes:
        if change.id is not None:
            ids["step" if change.kind == "message" else change.kind].add(change.id)
    return ids


async def _fetch_pointing(
    session: AsyncSession, bot: BotRow, target: str, ids: Collection[UUID], work: WorkingSet
) -> None:
    for kind, link in pointing_at(target):
        if kind == "bot":
            work.know(kind, {bot.id: own_fields(bot)} if bot.first_step_id in ids else {})
        elif PARENTS.get(kind) != link:
            work.know(kind, await rows.pointing(session, kind, bot.id, link, ids))


def own_fields(bot: BotRow) -> Fields:
    """What of the bot's own row belongs to the draft."""
    first = None if bot.first_step_id is None else str(bot.first_step_id)
    fields = {"name": bot.name, "description": bot.description, "variables": bot.variables}
    return fields | {"first_step_id": first}


# What parts name


async def prove_links(
    session: AsyncSession, bot_id: UUID, work: WorkingSet, sections: Sequence[DocumentPart]
) -> dict[str, set[str]]:
    """{kind: ids} of what the changed parts name and the draft has. Faults for what cannot be stored without it."""
    linked: Ids = defaultdict(set)
    for (kind, _), entry in work.changed().items():
        for holder, link, _, target in links_of(kind, entry.now or {}):
            linked[target].add(UUID(holder[link]))
    there = {
        target: await _there(session, bot_id, target, ids, work, sections) for target, ids in linked.items() if ids
    }
    for key, entry in work.changed().items():
        if entry.now is not None:
            _prove(key, entry, entry.now, there, work)
    return {target: {str(part_id) for part_id in ids} for target, ids in there.items()}


async def _there(
    session: AsyncSession,
    bot_id: UUID,
    target: str,
    ids: set[UUID],
    work: WorkingSet,
    sections: Sequence[DocumentPart],
) -> set[UUID]:
    known = {part_id for part_id in ids if work.is_there(target, part_id)}
    outside = {part_id for part_id in ids if work.is_there(target, part_id) is None}
    if not outside:
        return known
    if target in rows.KEPT:
        return known | await rows.present(session, target, bot_id, outside)
    document: dict[str, Any] = {"steps": []}
    for section in sections:
        await section.load(session, bot_id, document)
    return known | (outside & {UUID(entry["id"]) for entry in document.get(f"{target}s", [])})


def _prove(key: Key, entry: Entry, fields: Fields, there: Ids, work: WorkingSet) -> None:
    """A parent must be there, and what a note stands at; other ids that name nothing are the judge's."""
    kind, parent = key[0], PARENTS.get(key[0])
    if kind == "connection" and fields["group_id"] is None:
        finding = Finding("no_parent", "group_id", {"kind": kind, "parent": "connection_group", "name": "group_id"})
        work.fault(entry.change, key, finding)
    for holder, link, path, target in links_of(kind, fields):
        if UUID(holder[link]) in there[target]:
            continue
        if link == parent:
            finding = Finding("no_parent", path, {"kind": kind, "parent": target, "name": link})
            work.fault(entry.change, key, finding)
        elif kind == "note":
            work.fault(entry.change, key, Finding("no_such_part", path, {"kind": target, "id": holder[link]}))


# Writing


async def write(session: AsyncSession, bot_id: UUID, work: WorkingSet, kinds: Kinds) -> set[Key]:
    """Store the batch, but for the bot's own row. Faults for ids that are taken. Returns the parts that moved."""
    changed = work.changed()
    for kind in (*rows.KEPT, *kinds):
        await _write_kind(session, bot_id, kind, changed, work, kinds)
    removed = {kind: _of(changed, kind, before=True, now=False) for kind in (*rows.KEPT, *kinds)}
    removed = {kind: gone for kind, gone in removed.items() if gone}
    for kind in reversed(removed):
        if kind in kinds:
            await kinds[kind].remove(session, bot_id, removed[kind])
        else:
            await rows.remove(session, kind, bot_id, removed[kind])
    for other in kinds.values() if removed else ():
        work.loosened += await other.forget(session, bot_id, removed)
    return await _move(session, bot_id, work)


async def _write_kind(
    session: AsyncSession, bot_id: UUID, kind: str, changed: Mapping[Key, Entry], work: WorkingSet, kinds: Kinds
) -> None:
    news, olds = _of(changed, kind, before=False, now=True), _of(changed, kind, before=True, now=True)
    taken: set[UUID] = set()
    if kind in kinds:
        if news or olds:
            taken = await kinds[kind].save(session, bot_id, news | olds)
    else:
        if news:
            taken = await rows.insert(session, kind, bot_id, news)
        if olds:
            await rows.save(session, kind, bot_id, olds)
    for part_id in taken:
        key = (kind, part_id)
        work.fault(changed[key].change, key, Finding("id_taken", "", {"id": part_id}), "id")


def _of(changed: Mapping[Key, Entry], kind: str, *, before: bool, now: bool) -> dict[UUID, Fields]:
    return {
        part_id: entry.now or {}
        for (its_kind, part_id), entry in changed.items()
        if its_kind == kind and (entry.before is not None) == before and (entry.now is not None) == now
    }


async def _move(session: AsyncSession, bot_id: UUID, work: WorkingSet) -> set[Key]:
    moved: set[Key] = set()
    for kind, wishes in work.wishes.items():
        wanted = {part_id: place for part_id, place in wishes.items() if work.is_there(kind, part_id)}
        if wanted and kind in rows.KEPT and await rows.reorder(session, kind, bot_id, wanted):
            moved |= {(kind, part_id) for part_id in wanted}
    return moved


async def check_sizes(session: AsyncSession, bot_id: UUID, work: WorkingSet) -> None:
    """Faults where a draft would hold more than a document may."""
    await _check_bytes(session, bot_id, work)
    for key, entry in {key[0]: (key, entry) for key, entry in work.changed().items() if entry.now is not None}.values():
        kind = key[0]
        if kind in MOST and await rows.count(session, kind, bot_id) > MOST[kind]:
            work.fault(entry.change, key, Finding("too_many_parts", "", {"kind": kind, "limit": MOST[kind]}), "kind")
        if kind in PARENTS:
            await _check_inside(session, bot_id, key, entry, work)


async def _check_bytes(session: AsyncSession, bot_id: UUID, work: WorkingSet) -> None:
    """A batch that takes something away always may."""
    changed = work.changed()
    grown = {key: entry for key, entry in changed.items() if len(dumps(entry.now)) > len(dumps(entry.before))}
    if not grown or await rows.size_bytes(session, bot_id, is_exact=False) <= MAX_BYTES["json"]:
        return
    size = await rows.size_bytes(session, bot_id, is_exact=True)
    if size > MAX_BYTES["json"]:
        key, entry = next(iter(grown.items()))
        work.fault(entry.change, key, Finding("draft_too_large", "", {"size": size, "limit": MAX_BYTES["json"]}))


async def _check_inside(session: AsyncSession, bot_id: UUID, key: Key, entry: Entry, work: WorkingSet) -> None:
    kind, link = key[0], PARENTS[key[0]]
    parents = {
        now.now[link] for (its_kind, _), now in work.changed().items() if its_kind == kind and now.now is not None
    }
    ids = {UUID(parent) for parent in parents if parent is not None}
    if await rows.most_in_one(session, kind, bot_id, link, ids, None in parents) > MOST_IN_ONE:
        parent = "step" if kind == "connection_group" else "connection_group"
        finding = Finding("too_many_inside", "", {"kind": kind, "parent": parent, "limit": MOST_IN_ONE})
        work.fault(entry.change, key, finding, "kind")
