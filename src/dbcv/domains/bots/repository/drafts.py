"""Queries of a draft as a whole: one statement a table, however many steps, in both directions.

Documents here are dense (every field present) and their ids are stored ids as text.
"""

import asyncio
from collections import defaultdict
from collections.abc import Iterator
from typing import Any
from uuid import UUID

from sqlalchemy import delete, insert, select
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.ext.asyncio import AsyncSession

from dbcv.domains.bots.schemas import Document
from dbcv.domains.bots.tables import (
    BotRow,
    BotSourceIdsRow,
    ConnectionGroupRow,
    ConnectionRow,
    NoteRow,
    RequestRow,
    StepRow,
    WidgetRow,
)
from dbcv.kit.db import Base
from dbcv.kit.ids import new_id

Rows = dict[type[Base], list[dict[str, Any]]]
# Parents before children; deleted the other way round.
_TABLES: tuple[type[Base], ...] = (StepRow, ConnectionGroupRow, ConnectionRow, RequestRow, WidgetRow, NoteRow)
STEP = ("name", "is_proxy", "timeout_after", "position", "message", "preset_id", "preset_icon_s3_key")
GROUP = ("search_type", "priority", "code", "integration_id", "integration_config", "variables")
CONNECTION = ("priority", "rules", "filters")
REQUEST = (
    "name",
    "method",
    "request_url",
    "url_params",
    "params",
    "headers",
    "json_field",
    "data",
    "content",
    "attachments",
    "proxies",
    "timeout_seconds",
    "retries",
)
WIDGET = ("name", "description", "body", "css", "js")
NOTE = ("text", "position")
_BOT = ("name", "description", "variables")


def bot_fields(document: Document) -> dict[str, Any]:
    """What of the document the bot's own row holds."""
    return {name: document[name] for name in _BOT} | {"first_step_id": _id(document["first_step_id"])}


async def insert_parts(session: AsyncSession, bot_id: UUID, document: Document) -> None:
    """Store the parts of a document for a bot that has none."""
    await _insert(session, await asyncio.to_thread(_rows, bot_id, document, {}))


async def replace_parts(session: AsyncSession, bot_id: UUID, document: Document) -> None:
    """Store the parts of a document instead of those the bot has. Groups, connections and notes have no ids in a
    document: they keep theirs by place."""
    places = await _places(session, bot_id)
    for table in reversed(_TABLES):
        await session.execute(delete(table).where(_bot_id_of(table) == bot_id))
    await _insert(session, await asyncio.to_thread(_rows, bot_id, document, places))


async def load(session: AsyncSession, bot: BotRow) -> Document:
    """The draft's own sections, dense; the sections of higher domains are empty."""
    loaded = {table: await _all(session, table, bot.id) for table in _TABLES}
    connections = _by_parent(loaded[ConnectionRow], "group_id", _connection)
    groups = _by_parent(loaded[ConnectionGroupRow], "step_id", lambda row: _group(row, connections))
    return {
        "name": bot.name,
        "description": bot.description,
        "variables": bot.variables,
        "first_step_id": _text(bot.first_step_id),
        "master_connection_groups": groups[None],
        "steps": [_step(row, groups) for row in loaded[StepRow]],
        "requests": [
            _part(row, REQUEST) | {"timeout_seconds": whole(row.timeout_seconds)} for row in loaded[RequestRow]
        ],
        "templates": [],
        "widgets": [_part(row, WIDGET) for row in loaded[WidgetRow]],
        "emitters": [],
        "credentials": [],
        "notes": [
            {"text": row.text, "position": row.position, "step_id": _text(row.step_id)} for row in loaded[NoteRow]
        ],
    }


async def source_ids(session: AsyncSession, bot_id: UUID) -> dict[str, dict[str, str]]:
    """The ids files used for the parts: {kind: {id in the file: stored id}}."""
    return await session.scalar(select(BotSourceIdsRow.ids).where(BotSourceIdsRow.bot_id == bot_id)) or {}


async def keep_source_ids(session: AsyncSession, bot_id: UUID, ids: dict[str, dict[str, str]]) -> None:
    query = upsert(BotSourceIdsRow).values(bot_id=bot_id, ids=ids)
    await session.execute(query.on_conflict_do_update(index_elements=["bot_id"], set_={"ids": query.excluded.ids}))


# Places: which stored id a part without an id of its own has. Key: (kind, parent's id, place among its siblings).

Places = dict[tuple[str, str | None, int], UUID]


async def _places(session: AsyncSession, bot_id: UUID) -> Places:
    groups = await _ids(session, bot_id, ConnectionGroupRow, ConnectionGroupRow.step_id)
    connections = await _ids(session, bot_id, ConnectionRow, ConnectionRow.group_id)
    notes = await _ids(session, bot_id, NoteRow, NoteRow.bot_id)
    named = (("group", groups), ("connection", connections), ("note", notes))
    return {place: row_id for kind, rows in named for place, row_id in _numbered(kind, rows)}


async def _ids(session: AsyncSession, bot_id: UUID, table: Any, parent: Any) -> list[Any]:
    query = select(table.id, parent).where(table.bot_id == bot_id).order_by(table.ordinal)
    return list(await session.execute(query))


def _numbered(kind: str, rows: list[Any]) -> Iterator[tuple[tuple[str, str | None, int], UUID]]:
    counts: dict[str | None, int] = defaultdict(int)
    for row_id, parent_id in rows:
        parent = _text(parent_id)
        yield (kind, parent, counts[parent]), row_id
        counts[parent] += 1


# Document → rows


async def _insert(session: AsyncSession, rows: Rows) -> None:
    for table in _TABLES:
        if rows[table]:
            await session.execute(insert(table), rows[table])


def _rows(bot_id: UUID, document: Document, places: Places) -> Rows:
    rows: Rows = {table: [] for table in _TABLES}
    for ordinal, step in enumerate(document["steps"]):
        links = {"timeout_step_id": _id(step["timeout_step_id"])}
        rows[StepRow].append(_row(bot_id, ordinal, UUID(step["id"]), step, STEP) | links)
        _add_groups(rows, bot_id, step["id"], step["connection_groups"], places)
    _add_groups(rows, bot_id, None, document["master_connection_groups"], places)
    rows[RequestRow] = [_row(bot_id, i, UUID(part["id"]), part, REQUEST) for i, part in enumerate(document["requests"])]
    rows[WidgetRow] = [_row(bot_id, i, UUID(part["id"]), part, WIDGET) for i, part in enumerate(document["widgets"])]
    for ordinal, note in enumerate(document["notes"]):
        note_id = places.get(("note", str(bot_id), ordinal)) or new_id()
        link = {"step_id": _id(note["step_id"])}
        rows[NoteRow].append(_row(bot_id, ordinal, note_id, note, NOTE) | link)
    return rows


def _add_groups(rows: Rows, bot_id: UUID, step_id: str | None, groups: list[Any], places: Places) -> None:
    for place, group in enumerate(groups):
        group_id = places.get(("group", step_id, place)) or new_id()
        links = {name: _id(group[name]) for name in ("request_id", "credential_id")} | {"step_id": _id(step_id)}
        made = rows[ConnectionGroupRow]
        made.append(_row(bot_id, len(made), group_id, group, GROUP) | links)
        _add_connections(rows, bot_id, group_id, group["connections"], places)


def _add_connections(rows: Rows, bot_id: UUID, group_id: UUID, connections: list[Any], places: Places) -> None:
    made = rows[ConnectionRow]
    for place, edge in enumerate(connections):
        edge_id = places.get(("connection", str(group_id), place)) or new_id()
        links = {"group_id": group_id, "next_step_id": _id(edge["next_step_id"])}
        made.append(_row(bot_id, len(made), edge_id, edge, CONNECTION) | links)


def _row(bot_id: UUID, ordinal: int, row_id: UUID, part: dict[str, Any], names: tuple[str, ...]) -> dict[str, Any]:
    return {"id": row_id, "bot_id": bot_id, "ordinal": ordinal} | {name: part[name] for name in names}


def _id(text: str | None) -> UUID | None:
    return None if text is None else UUID(text)


# Rows → document


async def _all(session: AsyncSession, table: Any, bot_id: UUID) -> list[Any]:
    columns = [column for column in table.__table__.columns if column.name != "bot_id"]
    return list(await session.execute(select(*columns).where(table.bot_id == bot_id).order_by(table.ordinal)))


def _bot_id_of(table: Any) -> Any:
    return table.bot_id


def _by_parent(rows: list[Any], parent: str, make: Any) -> dict[UUID | None, list[dict[str, Any]]]:
    made: dict[UUID | None, list[dict[str, Any]]] = defaultdict(list)
    for row in rows:
        made[getattr(row, parent)].append(make(row))
    return made


def _connection(row: Any) -> dict[str, Any]:
    return {name: getattr(row, name) for name in CONNECTION} | {"next_step_id": _text(row.next_step_id)}


def _group(row: Any, connections: dict[UUID | None, list[dict[str, Any]]]) -> dict[str, Any]:
    links = {"request_id": _text(row.request_id), "credential_id": _text(row.credential_id)}
    return {name: getattr(row, name) for name in GROUP} | links | {"connections": connections[row.id]}


def _step(row: Any, groups: dict[UUID | None, list[dict[str, Any]]]) -> dict[str, Any]:
    return _part(row, STEP) | {
        "timeout_after": whole(row.timeout_after),
        "timeout_step_id": _text(row.timeout_step_id),
        "template_instance": None,
        "connection_groups": groups[row.id],
    }


def _part(row: Any, names: tuple[str, ...]) -> dict[str, Any]:
    return {"id": str(row.id)} | {name: getattr(row, name) for name in names}


def whole(number: float | None) -> float | int | None:
    """3600.0 seconds read as the 3600 somebody wrote."""
    return int(number) if number is not None and number.is_integer() else number


def _text(row_id: UUID | None) -> str | None:
    return None if row_id is None else str(row_id)
