"""Queries of single parts of a draft: rows by id, in batches, always within one bot.

Fields here are the document's (dense, ids of other parts as text); `KEPT` says which column each is.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import Integer, Text, Uuid, bindparam, cast, column, delete, func, select, update, values
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.ext.asyncio import AsyncSession

from dbcv.domains.bots.repository.drafts import CONNECTION, GROUP, NOTE, REQUEST, STEP, WIDGET, whole
from dbcv.domains.bots.schemas import Fields
from dbcv.domains.bots.tables import (
    ConnectionGroupRow,
    ConnectionRow,
    NoteRow,
    RequestRow,
    StepRow,
    WidgetRow,
)


@dataclass(frozen=True, slots=True)
class Kept:
    """Where a kind of part is stored: `plain` columns hold values as they are, `links` ids of other parts."""

    table: Any
    plain: tuple[str, ...]
    links: tuple[str, ...] = ()

    def fields(self, row: Any) -> Fields:
        """A row as fields."""
        plain = {name: getattr(row, name) for name in self.plain}
        links = {name: _text(getattr(row, name)) for name in self.links}
        plain |= {name: whole(plain[name]) for name in ("timeout_after", "timeout_seconds") if name in plain}
        return {"ordinal": row.ordinal} | plain | links

    def columns(self, fields: Fields) -> dict[str, Any]:
        """Fields as columns, without the ordinal."""
        links = {name: None if fields[name] is None else UUID(fields[name]) for name in self.links}
        return {name: fields[name] for name in self.plain} | links


KEPT: dict[str, Kept] = {
    "step": Kept(StepRow, STEP, ("timeout_step_id",)),
    "connection_group": Kept(ConnectionGroupRow, GROUP, ("step_id", "request_id", "credential_id")),
    "connection": Kept(ConnectionRow, CONNECTION, ("group_id", "next_step_id")),
    "request": Kept(RequestRow, REQUEST),
    "widget": Kept(WidgetRow, WIDGET),
    "note": Kept(NoteRow, NOTE, ("step_id",)),
}
"""Parents before children."""

Parts = dict[UUID, Fields]


async def some(session: AsyncSession, kind: str, bot_id: UUID, ids: Collection[UUID]) -> Parts:
    """Those of `ids` that the bot has."""
    return await _where(session, kind, bot_id, KEPT[kind].table.id.in_(ids)) if ids else {}


async def pointing(session: AsyncSession, kind: str, bot_id: UUID, link: str, ids: Collection[UUID]) -> Parts:
    """Parts whose `link` is one of `ids`; the link "widget_id" is a step's message's."""
    if not ids:
        return {}
    table = KEPT[kind].table
    if link == "widget_id":
        return await _where(session, kind, bot_id, table.message["widget_id"].as_string().in_([str(i) for i in ids]))
    return await _where(session, kind, bot_id, getattr(table, link).in_(ids))


async def present(session: AsyncSession, kind: str, bot_id: UUID, ids: Collection[UUID]) -> set[UUID]:
    """Those of `ids` that the bot has, without reading them."""
    table = KEPT[kind].table
    query = select(table.id).where(table.bot_id == bot_id, table.id.in_(ids))
    return set(await session.scalars(query)) if ids else set()


async def count(session: AsyncSession, kind: str, bot_id: UUID) -> int:
    table = KEPT[kind].table
    return await session.scalar(select(func.count()).where(table.bot_id == bot_id)) or 0


async def most_in_one(
    session: AsyncSession, kind: str, bot_id: UUID, link: str, parents: Collection[UUID], with_none: bool
) -> int:
    """How many parts the fullest of `parents` has (and the bot itself, `with_none`)."""
    table = KEPT[kind].table
    parent = getattr(table, link)
    inside = parent.in_(parents) | parent.is_(None) if with_none else parent.in_(parents)
    query = select(func.count()).where(table.bot_id == bot_id, inside).group_by(parent)
    return await session.scalar(query.order_by(func.count().desc()).limit(1)) or 0


async def size_bytes(session: AsyncSession, bot_id: UUID, is_exact: bool) -> int:
    """Of all parts of a draft as JSON. What is not exact is quicker and never too small."""
    total = 0
    for kept in KEPT.values():
        row = kept.table.__table__.table_valued()
        shown = func.to_jsonb(row) if is_exact else row
        query = select(func.sum(func.octet_length(cast(shown, Text)))).where(kept.table.bot_id == bot_id)
        total += await session.scalar(query) or 0
    return total


async def insert(session: AsyncSession, kind: str, bot_id: UUID, parts: Mapping[UUID, Fields]) -> set[UUID]:
    """Add parts behind all others. Returns the ids that were taken: those rows are not added."""
    kept = KEPT[kind]
    last = await session.scalar(select(func.max(kept.table.ordinal)).where(kept.table.bot_id == bot_id))
    first = 0 if last is None else last + 1
    rows = [
        {"id": part_id, "bot_id": bot_id, "ordinal": first + place} | kept.columns(fields)
        for place, (part_id, fields) in enumerate(parts.items())
    ]
    query = upsert(kept.table.__table__).on_conflict_do_nothing(index_elements=["id"]).returning(kept.table.id)
    added = await (await session.connection()).execute(query, rows)
    return set(parts) - set(added.scalars())


async def save(session: AsyncSession, kind: str, bot_id: UUID, parts: Mapping[UUID, Fields]) -> None:
    """Write parts that are there, but for their ordinals."""
    kept = KEPT[kind]
    table, names = kept.table.__table__, (*kept.plain, *kept.links)
    query = update(table).where(table.c.id == bindparam("the_id"), table.c.bot_id == bindparam("the_bot"))
    query = query.values({name: bindparam(f"the_{name}") for name in names})
    rows = [
        {"the_id": part_id, "the_bot": bot_id} | {f"the_{k}": v for k, v in kept.columns(fields).items()}
        for part_id, fields in parts.items()
    ]
    await (await session.connection()).execute(query, rows)


async def remove(session: AsyncSession, kind: str, bot_id: UUID, ids: Collection[UUID]) -> None:
    """Delete parts with everything that hangs on them."""
    table = KEPT[kind].table
    await session.execute(delete(table).where(table.bot_id == bot_id, table.id.in_(ids)))


async def reorder(session: AsyncSession, kind: str, bot_id: UUID, wishes: Mapping[UUID, int]) -> bool:
    """Put each part before the one that has the ordinal wished for, all ordinals of the kind are renewed. Returns
    whether that changed the order."""
    table = KEPT[kind].table
    rows = list(await session.execute(select(table.id, table.ordinal).where(table.bot_id == bot_id)))
    moved = {part_id: (ordinal, 0, turn) for turn, (part_id, ordinal) in enumerate(wishes.items())}
    now: dict[UUID, int] = dict(rows)
    order = sorted(now, key=lambda part_id: moved.get(part_id, (now[part_id], 1, 0)))
    if order == sorted(now, key=lambda part_id: now[part_id]):
        return False
    news = [(part_id, place) for place, part_id in enumerate(order) if now[part_id] != place]
    places = values(column("part_id", Uuid), column("place", Integer), name="places").data(news)
    query = update(table.__table__).where(table.id == places.c.part_id, table.bot_id == bot_id)
    await (await session.connection()).execute(query.values(ordinal=places.c.place))
    return True


async def ordinals(session: AsyncSession, kind: str, bot_id: UUID, ids: Collection[UUID]) -> dict[UUID, int]:
    table = KEPT[kind].table
    rows = await session.execute(select(table.id, table.ordinal).where(table.bot_id == bot_id, table.id.in_(ids)))
    return dict(list(rows))


async def page(
    session: AsyncSession, kind: str, bot_id: UUID, parents: Mapping[str, UUID], limit: int, after: int
) -> list[tuple[UUID, Fields]]:
    """Parts in their order from behind the ordinal `after`; `parents` are links that must be so."""
    kept = KEPT[kind]
    query = _select(kept).where(kept.table.bot_id == bot_id, kept.table.ordinal > after)
    query = query.where(*(getattr(kept.table, link) == part_id for link, part_id in parents.items()))
    rows = await session.execute(query.order_by(kept.table.ordinal).limit(limit))
    return [(row.id, kept.fields(row)) for row in rows]


async def everything(session: AsyncSession, bot_id: UUID) -> list[tuple[str, UUID, Fields]]:
    """All parts of a draft with their kinds: parents before children, each kind in its order."""
    found = []
    for kind, kept in KEPT.items():
        rows = await session.execute(_select(kept).where(kept.table.bot_id == bot_id).order_by(kept.table.ordinal))
        found += [(kind, row.id, kept.fields(row)) for row in rows]
    return found


async def bot_of(session: AsyncSession, kind: str, part_id: UUID) -> UUID | None:
    """The bot a part belongs to, whoever may see it."""
    table = KEPT[kind].table
    found: UUID | None = await session.scalar(select(table.bot_id).where(table.id == part_id))
    return found


async def _where(session: AsyncSession, kind: str, bot_id: UUID, condition: Any) -> Parts:
    kept = KEPT[kind]
    rows = await session.execute(_select(kept).where(kept.table.bot_id == bot_id, condition))
    return {row.id: kept.fields(row) for row in rows}


def _select(kept: Kept) -> Any:
    names: Sequence[str] = ("id", "ordinal", *kept.plain, *kept.links)
    return select(*(getattr(kept.table, name) for name in names))


def _text(part_id: UUID | None) -> str | None:
    return None if part_id is None else str(part_id)
