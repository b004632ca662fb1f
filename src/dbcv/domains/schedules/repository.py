"""Queries of emitters and crons, of schedules in force and of their firings. Only schedules.service imports this."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any, Literal, TypeAlias
from uuid import UUID

from sqlalchemy import Row, Select, delete, exists, func, insert, or_, select, text, update
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from dbcv.domains.bots.tables import BotRow
from dbcv.domains.conversations.tables import ChannelRow, ChannelSubscriberRow, SessionRow
from dbcv.domains.schedules.tables import CronRow, EmitterRow, FiringRow, ScheduleRow
from dbcv.kit.keyset import newest_of

Kind: TypeAlias = Literal["emitter", "cron"]
Found: TypeAlias = tuple[EmitterRow, dict[str, Any] | None]
"""An emitter, and its cron if it has one."""
_OF_THE_BOT = (EmitterRow.channel_id.is_(None), EmitterRow.session_id.is_(None))

# What went wrong in the turns of each firing: their ids begin with the firing's first 15 and last 3 characters.
_FAULTS = """
SELECT f.id, e.total, e.examples FROM firing f CROSS JOIN LATERAL (
  SELECT count(*) AS total, (array_agg(error))[1:3] AS examples FROM (
    SELECT error FROM turn_record WHERE bot_id = f.bot_id AND error IS NOT NULL
      AND id BETWEEN (left(f.id::text, 15) || right(f.id::text, 3) || '-8000-000000000000')::uuid
                 AND (left(f.id::text, 15) || right(f.id::text, 3) || '-8fff-ffffffffffff')::uuid
    UNION ALL
    SELECT error FROM dead_letter WHERE bot_id = f.bot_id
      AND id BETWEEN (left(f.id::text, 15) || right(f.id::text, 3) || '-8000-000000000000')::uuid
                 AND (left(f.id::text, 15) || right(f.id::text, 3) || '-8fff-ffffffffffff')::uuid) AS wrong) AS e
WHERE f.id = ANY(:ids) AND e.total > 0
"""


async def now(session: AsyncSession) -> datetime:
    """The database's time, the only clock of schedules."""
    moment: datetime = (await session.execute(select(func.clock_timestamp()))).scalar_one()
    return moment


def _found() -> Select[EmitterRow, dict[str, Any] | None]:
    return select(EmitterRow, CronRow.schedule).outerjoin(CronRow, CronRow.emitter_id == EmitterRow.id)


async def replace(
    session: AsyncSession, bot_id: UUID, emitters: list[dict[str, Any]], crons: list[dict[str, Any]]
) -> None:
    """Store these rows instead of those that the bot's document has."""
    await session.execute(delete(EmitterRow).where(EmitterRow.bot_id == bot_id, *_OF_THE_BOT))
    if emitters:
        await session.execute(insert(EmitterRow), emitters)
    if crons:
        await session.execute(insert(CronRow), crons)


async def of_document(session: AsyncSession, bot_id: UUID) -> list[Found]:
    """The emitters of the bot's document in its order."""
    query = _found().where(EmitterRow.bot_id == bot_id, *_OF_THE_BOT).order_by(EmitterRow.ordinal, EmitterRow.id)
    return [(row, schedule) for row, schedule in await session.execute(query)]


async def some(session: AsyncSession, bot_id: UUID, ids: Collection[UUID]) -> list[Found]:
    """Those of `ids` that the bot has."""
    query = _found().where(EmitterRow.bot_id == bot_id, EmitterRow.id.in_(ids))
    return [(row, schedule) for row, schedule in await session.execute(query)]


async def one(session: AsyncSession, emitter_id: UUID) -> Found | None:
    row = (await session.execute(_found().where(EmitterRow.id == emitter_id))).one_or_none()
    return None if row is None else (row[0], row[1])


async def page(session: AsyncSession, bot_id: UUID, kind: Kind, limit: int, before: UUID | None) -> list[Found]:
    """Emitters without a cron, or those with one; the newest first, from before the id `before`."""
    is_kind = CronRow.emitter_id.is_(None) if kind == "emitter" else CronRow.emitter_id.is_not(None)
    query = _found().where(EmitterRow.bot_id == bot_id, is_kind).order_by(EmitterRow.id.desc()).limit(limit)
    if before is not None:
        query = query.where(EmitterRow.id < before)
    return [(row, schedule) for row, schedule in await session.execute(query)]


async def save(session: AsyncSession, emitters: Sequence[dict[str, Any]], crons: Sequence[dict[str, Any]]) -> set[UUID]:
    """Add or change emitters, each with the cron that is given or none. Returns ids that rows of other bots have."""
    query = upsert(EmitterRow).values(list(emitters))
    kept = {name: query.excluded[name] for name in ("name", "message", "send_at", "send_at_text", "is_active")}
    own = EmitterRow.bot_id == query.excluded.bot_id
    statement = query.on_conflict_do_update(index_elements=["id"], set_=kept, where=own).returning(EmitterRow.id)
    saved = set((await session.scalars(statement)).all())
    await session.execute(delete(CronRow).where(CronRow.emitter_id.in_(saved)))
    mine = [row for row in crons if row["emitter_id"] in saved]
    if mine:
        await session.execute(insert(CronRow), mine)
    return {row["id"] for row in emitters} - saved


async def last_ordinal(session: AsyncSession, bot_id: UUID) -> int:
    """-1 where there is none."""
    last = await session.scalar(select(func.max(EmitterRow.ordinal)).where(EmitterRow.bot_id == bot_id))
    return -1 if last is None else last


async def count(session: AsyncSession, bot_id: UUID) -> int:
    """How many emitters the bot has, those of this installation included."""
    return (await session.execute(select(func.count()).where(EmitterRow.bot_id == bot_id))).scalar_one()


async def remove(session: AsyncSession, bot_id: UUID, ids: Collection[UUID]) -> None:
    await session.execute(delete(EmitterRow).where(EmitterRow.bot_id == bot_id, EmitterRow.id.in_(ids)))


async def let_go_of_widgets(session: AsyncSession, bot_id: UUID, widgets: Collection[str]) -> list[tuple[UUID, str]]:
    """Emitters whose message showed one of them show none; (emitter, widget) of each."""
    shown = EmitterRow.message["widget_id"].as_string()
    rows = await session.execute(
        select(EmitterRow.id, EmitterRow.message).where(EmitterRow.bot_id == bot_id, shown.in_(widgets))
    )
    changed = [(emitter_id, message) for emitter_id, message in rows]
    if changed:
        await session.execute(
            update(EmitterRow), [{"id": each, "message": message | {"widget_id": None}} for each, message in changed]
        )
    return [(emitter_id, message["widget_id"]) for emitter_id, message in changed]


async def widgets_of(session: AsyncSession, bot_id: UUID, wanted: Collection[UUID]) -> set[UUID]:
    """Those of `wanted` that are widgets of the bot."""
    query = text("SELECT id FROM widget WHERE bot_id = :bot_id AND id = ANY(:wanted)")
    return set((await session.scalars(query, {"bot_id": bot_id, "wanted": list(wanted)})).all())


# --- schedules in force ------------------------------------------------------------------------------------------


async def in_force(
    session: AsyncSession, bot_id: UUID, ids: Collection[UUID] | None = None, lock: bool = False
) -> dict[UUID, ScheduleRow]:
    """The bot's schedules, or those of `ids`; locked against the scheduler if asked for."""
    query = select(ScheduleRow).where(ScheduleRow.bot_id == bot_id).execution_options(populate_existing=True)
    query = query if ids is None else query.where(ScheduleRow.id.in_(ids))
    query = query.order_by(ScheduleRow.id).with_for_update() if lock else query
    return {row.id: row for row in await session.scalars(query)}


async def put_in_force(session: AsyncSession, rows: Sequence[Mapping[str, Any]]) -> None:
    """Add schedules, or change those that are there."""
    if not rows:
        return
    query = upsert(ScheduleRow).values([dict(row) for row in rows])
    kept = {name: query.excluded[name] for name in ("content", "next_fire_at", "due_at", "error")}
    own = ScheduleRow.bot_id == query.excluded.bot_id
    await session.execute(query.on_conflict_do_update(index_elements=["id"], set_=kept, where=own))


async def stop(session: AsyncSession, ids: Collection[UUID], why: str) -> None:
    """Ends what of these schedules is on its way."""
    ended = {"done_at": func.now(), "event": None, "error": why}
    await session.execute(
        update(FiringRow).where(FiringRow.schedule_id.in_(ids), FiringRow.done_at.is_(None)).values(**ended)
    )


async def take_out_of_force(session: AsyncSession, bot_id: UUID, ids: Collection[UUID]) -> None:
    await session.execute(delete(ScheduleRow).where(ScheduleRow.bot_id == bot_id, ScheduleRow.id.in_(ids)))


async def add_firing(session: AsyncSession, fields: Mapping[str, Any]) -> FiringRow:
    return (await session.scalars(insert(FiringRow).values(**fields).returning(FiringRow))).one()


async def add_timeless(session: AsyncSession, fields: Mapping[str, Any]) -> None:
    """A schedule that never is due by itself; a second time changes nothing."""
    await session.execute(upsert(ScheduleRow).values(**fields).on_conflict_do_nothing())


async def add_firing_once(session: AsyncSession, fields: Mapping[str, Any]) -> bool:
    """False: another one has its moment, or its id."""
    query = upsert(FiringRow).values(**fields).on_conflict_do_nothing().returning(FiringRow.id)
    return await session.scalar(query) is not None or await session.get(FiringRow, fields["id"]) is not None


async def sending(session: AsyncSession, bot_id: UUID, firing_id: UUID) -> FiringRow | None:
    """A firing of the bot's."""
    query = select(FiringRow).where(FiringRow.id == firing_id, FiringRow.bot_id == bot_id)
    return (await session.scalars(query)).one_or_none()


async def open_broadcasts(session: AsyncSession, bot_id: UUID, name: str) -> int:
    """How many firings of the bot's schedules of this name are on their way."""
    mine = (ScheduleRow.bot_id == bot_id, ScheduleRow.content["name"].as_string() == name)
    query = select(func.count()).select_from(FiringRow).join(ScheduleRow, ScheduleRow.id == FiringRow.schedule_id)
    return await session.scalar(query.where(*mine, FiringRow.done_at.is_(None))) or 0


async def stop_firing(session: AsyncSession, firing_id: UUID, why: str) -> None:
    """Ends one that is on its way; one that is done stays as it is."""
    ended = {"done_at": func.now(), "event": None, "error": why}
    query = update(FiringRow).where(FiringRow.id == firing_id, FiringRow.done_at.is_(None))
    await session.execute(query.values(**ended))


async def newest_session(session: AsyncSession, bot_id: UUID) -> UUID | None:
    """The last one of the bot's sessions; None before anybody has spoken to it."""
    query = newest_of(select(SessionRow.id), SessionRow.bot_id, SessionRow.id, bot_id, None)
    return await session.scalar(query.limit(1))


async def firings(session: AsyncSession, schedule_id: UUID, limit: int, before: datetime | None) -> list[FiringRow]:
    """Times of a schedule, the last first, from before the time `before`."""
    query = select(FiringRow).where(FiringRow.schedule_id == schedule_id).order_by(FiringRow.fire_at.desc())
    query = query.limit(limit)
    return list(await session.scalars(query if before is None else query.where(FiringRow.fire_at < before)))


async def last_firings(session: AsyncSession, ids: Collection[UUID]) -> dict[UUID, FiringRow]:
    """{schedule: its latest time} of those that ever came; one step in an index for each."""
    if not ids:
        return {}
    each = aliased(FiringRow)
    last = select(each.id).where(each.schedule_id == ScheduleRow.id).order_by(each.fire_at.desc()).limit(1)
    is_last = FiringRow.id == last.correlate(ScheduleRow).scalar_subquery()
    rows = await session.scalars(select(FiringRow).join(ScheduleRow, is_last).where(ScheduleRow.id.in_(ids)))
    return {row.schedule_id: row for row in rows}


async def faults(session: AsyncSession, ids: Sequence[UUID]) -> dict[UUID, Row[Any]]:
    """{firing: (id, how many of its turns went wrong, three of their errors)} of those where any did."""
    return {row.id: row for row in await session.execute(text(_FAULTS), {"ids": list(ids)})} if ids else {}


# --- targets -----------------------------------------------------------------------------------------------------


async def has_channel(session: AsyncSession, bot_id: UUID, channel_id: UUID) -> bool:
    """Whether the bot answers or takes part in the channel."""
    takes_part = exists().where(
        ChannelSubscriberRow.channel_id == ChannelRow.id, ChannelSubscriberRow.subscriber_id == bot_id
    )
    query = select(ChannelRow.id).where(
        ChannelRow.id == channel_id, or_(ChannelRow.default_bot_id == bot_id, takes_part)
    )
    return await session.scalar(query) is not None


async def has_session(session: AsyncSession, bot_id: UUID, session_id: UUID) -> bool:
    """Whether it is one of the bot's."""
    query = select(SessionRow.id).where(SessionRow.id == session_id, SessionRow.bot_id == bot_id)
    return await session.scalar(query) is not None


async def is_published(session: AsyncSession, bot_id: UUID) -> bool:
    """Whether the bot runs."""
    revision = await session.scalar(select(BotRow.published_revision).where(BotRow.id == bot_id))
    return revision is not None
