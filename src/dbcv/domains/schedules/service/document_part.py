"""Schedules' part of the bot document: the section `emitters`."""

from datetime import datetime
from itertools import zip_longest
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from dbcv.domains.schedules import repository
from dbcv.domains.schedules.tables import EmitterRow
from dbcv.kit.ids import new_id


class SchedulesPart:
    """Implements bots.schemas.DocumentPart. Emitters have no ids in a document: they keep theirs by place."""

    async def store(self, session: AsyncSession, bot_id: UUID, document: dict[str, Any]) -> None:
        entries = document["emitters"]
        kept = (await repository.ids_of_bot(session, bot_id))[: len(entries)]
        numbered = [(emitter_id or new_id(), entry) for emitter_id, entry in zip_longest(kept, entries)]
        emitters = [_row(bot_id, place, *entry) for place, entry in enumerate(numbered)]
        crons = [
            {"emitter_id": emitter_id, "schedule": entry["cron"]} for emitter_id, entry in numbered if entry["cron"]
        ]
        await repository.replace(session, bot_id, emitters, crons)

    async def load(self, session: AsyncSession, bot_id: UUID, document: dict[str, Any]) -> None:
        rows = await repository.of_bot(session, bot_id)
        document["emitters"] = [_entry(row, schedule) for row, schedule in rows]


def _row(bot_id: UUID, place: int, emitter_id: UUID, entry: dict[str, Any]) -> dict[str, Any]:
    moment = entry["send_at"]
    return {
        "id": emitter_id,
        "bot_id": bot_id,
        "ordinal": place,
        "name": entry["name"],
        "message": entry["message"],
        "send_at": datetime.fromisoformat(moment) if moment else None,
        "send_at_text": moment,
        "is_active": entry["is_active"],
    }


def _entry(row: EmitterRow, schedule: dict[str, Any] | None) -> dict[str, Any]:
    return {
        "name": row.name,
        "message": row.message,
        "send_at": row.send_at_text,
        "cron": schedule,
        "is_active": row.is_active,
    }
