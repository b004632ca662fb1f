"""Schedules' part of the bot document: the section `emitters`."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from dbcv.domains.schedules import repository
from dbcv.domains.schedules.service.matching import matched
from dbcv.domains.schedules.tables import EmitterRow


class SchedulesPart:
    """Implements bots.schemas.DocumentPart, for the emitters without a channel or session of their own."""

    async def store(self, session: AsyncSession, bot_id: UUID, document: dict[str, Any]) -> None:
        """What is in force stays as it is until the document begins to run."""
        entries = document["emitters"]
        known = [(row.id, entry_of(row, schedule)) for row, schedule in await repository.of_document(session, bot_id)]
        numbered = list(zip(matched(entries, known), entries, strict=True))
        emitters = [row_of(bot_id, place, *entry) for place, entry in enumerate(numbered)]
        await repository.replace(session, bot_id, emitters, crons_of(dict(numbered)))

    async def load(self, session: AsyncSession, bot_id: UUID, document: dict[str, Any]) -> None:
        """In the order of the document."""
        rows = await repository.of_document(session, bot_id)
        document["emitters"] = [entry_of(row, schedule) for row, schedule in rows]


def row_of(bot_id: UUID, ordinal: int, emitter_id: UUID, entry: dict[str, Any]) -> dict[str, Any]:
    """A row of `emitter`."""
    moment = entry["send_at"]
    return {
        "id": emitter_id,
        "bot_id": bot_id,
        "ordinal": ordinal,
        "name": entry["name"],
        "message": entry["message"],
        "send_at": datetime.fromisoformat(moment) if moment else None,
        "send_at_text": moment,
        "is_active": entry["is_active"],
    }


def crons_of(entries: dict[UUID, dict[str, Any]]) -> list[dict[str, Any]]:
    """Rows of `cron`, of those that have one."""
    return [
        {"emitter_id": emitter_id, "schedule": entry["cron"]} for emitter_id, entry in entries.items() if entry["cron"]
    ]


def entry_of(row: EmitterRow, schedule: dict[str, Any] | None) -> dict[str, Any]:
    """An emitter as the document writes it."""
    return {
        "name": row.name,
        "message": row.message,
        "send_at": row.send_at_text,
        "cron": schedule,
        "is_active": row.is_active,
    }
