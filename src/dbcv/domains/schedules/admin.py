"""How an operator sees what happens by the clock. Drawn by entrypoints/admin; rows change through the service."""

from dbcv.domains.schedules.tables import CronRow, EmitterRow, FiringRow, ScheduleRow
from dbcv.kit.operator_table import OperatorTable, Words

TIME = Words("Time", "Время")

TABLES = (
    OperatorTable(
        EmitterRow,
        Words("Emitters", "Эмиттеры"),
        TIME,
        ("id", "bot_id", "name", "send_at", "is_active"),
        ("message",),
        found_by=("id", "bot_id"),
    ),
    OperatorTable(
        CronRow, Words("Crons", "Расписания"), TIME, ("emitter_id",), ("schedule",), found_by=("emitter_id",)
    ),
    OperatorTable(
        ScheduleRow,
        Words("In force", "Действует"),
        TIME,
        ("id", "bot_id", "next_fire_at", "last_fire_at", "error"),
        ("channel_id", "session_id", "content", "due_at"),
        found_by=("id", "bot_id"),
    ),
    OperatorTable(
        FiringRow,
        Words("Firings", "Срабатывания"),
        TIME,
        ("id", "schedule_id", "bot_id", "kind", "fire_at", "reached", "done_at", "error"),
        ("channel_id", "event", "created_at"),
        found_by=("id",),
    ),
)
