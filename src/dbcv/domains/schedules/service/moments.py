"""When a schedule is due next. Pure; called where schedules come into force, by the preview, and by the scheduler."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import blake2b
from typing import Any
from uuid import UUID

from dbcv.kit.cron import FIELDS, Cron


@dataclass(frozen=True, slots=True)
class Moment:
    """A time of a schedule: `fire_at` names it, `due_at` is when it really comes."""

    fire_at: datetime
    due_at: datetime


def cron_of(schedule: dict[str, Any]) -> Cron:
    """The document's cron object, ready to reckon with. Raises CronError, ZoneInfoNotFoundError."""
    start, end = schedule.get("start_date"), schedule.get("end_date")
    return Cron(
        {name: str(schedule[name]) for name in FIELDS if schedule.get(name) is not None},
        schedule.get("timezone") or "UTC",
        datetime.fromisoformat(start) if start else None,
        datetime.fromisoformat(end) if end else None,
    )


def next_moment(schedule_id: UUID, content: dict[str, Any], after: datetime) -> Moment | None:
    """The first moment later than `after` (aware); None for one that is switched off or has no more times.

    Raises ValueError or ZoneInfoNotFoundError for a cron that cannot be reckoned with (any more).
    """
    if not content["is_active"]:
        return None
    if content["cron"] is not None:
        fire_at = cron_of(content["cron"]).next_after(after)
        return None if fire_at is None else Moment(fire_at, fire_at + _delay(schedule_id, content["cron"], fire_at))
    send_at = datetime.fromisoformat(content["send_at"]) if content["send_at"] else None
    return Moment(send_at, send_at) if send_at is not None and send_at > after else None


def _delay(schedule_id: UUID, schedule: dict[str, Any], fire_at: datetime) -> timedelta:
    """0 to `jitter` seconds, the same for whoever asks again."""
    jitter = schedule.get("jitter") or 0
    chance = blake2b(f"{schedule_id}{fire_at.timestamp()}".encode(), digest_size=8).digest()
    return timedelta(seconds=jitter * int.from_bytes(chance) / 2**64)
