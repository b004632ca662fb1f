"""Rows of what a bot says by itself. `emitter` and `cron` are what people edit, `schedule` is what is in force,
`firing` is one time of it on its way to the sessions."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import DateTime, ForeignKey, Index, String, Text, UniqueConstraint, func
from sqlalchemy import text as sql
from sqlalchemy.dialects.postgresql import JSON, JSONB
from sqlalchemy.orm import Mapped, mapped_column

from dbcv.kit.db import Base


class EmitterRow(Base):
    """A message of a bot that is sent by the clock. `send_at_text` is the moment as its author wrote it.

    One with a `channel_id` or `session_id` belongs to this installation: it is no part of the bot's document.
    """

    __tablename__ = "emitter"
    __table_args__ = (
        Index("ix_emitter_bot_id_ordinal", "bot_id", "ordinal"),
        Index("ix_emitter_bot_id_id", "bot_id", "id"),
        Index("ix_emitter_channel_id", "channel_id", postgresql_where=sql("channel_id IS NOT NULL")),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    bot_id: Mapped[UUID] = mapped_column(ForeignKey("bot.id", ondelete="CASCADE"))
    channel_id: Mapped[UUID | None] = mapped_column(ForeignKey("channel.id", ondelete="CASCADE"))
    session_id: Mapped[UUID | None]
    ordinal: Mapped[int]
    name: Mapped[str] = mapped_column(String(255))
    message: Mapped[dict[str, Any]] = mapped_column(JSON)
    send_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    send_at_text: Mapped[str | None] = mapped_column(String(50))
    is_active: Mapped[bool]


class CronRow(Base):
    """When an emitter repeats. `schedule` is the document's cron object (minute, hour, …, timezone)."""

    __tablename__ = "cron"

    emitter_id: Mapped[UUID] = mapped_column(ForeignKey("emitter.id", ondelete="CASCADE"), primary_key=True)
    schedule: Mapped[dict[str, Any]] = mapped_column(JSON)


class ScheduleRow(Base):
    """A schedule in force, with the id of the emitter it came from. `content` is {"name", "message", "send_at", "cron",
    "is_active"} as in a document. `next_fire_at` is the time by the schedule, `due_at` the same with its jitter; both
    are null when there is none. `error` says why it stands still."""

    __tablename__ = "schedule"
    __table_args__ = (
        Index("ix_schedule_due_at", "due_at", postgresql_where=sql("due_at IS NOT NULL")),
        Index("ix_schedule_bot_id", "bot_id"),
        Index("ix_schedule_channel_id", "channel_id", postgresql_where=sql("channel_id IS NOT NULL")),
        {"postgresql_with": {"fillfactor": "70"}},
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    bot_id: Mapped[UUID] = mapped_column(ForeignKey("bot.id", ondelete="CASCADE"))
    channel_id: Mapped[UUID | None] = mapped_column(ForeignKey("channel.id", ondelete="CASCADE"))
    session_id: Mapped[UUID | None]
    content: Mapped[dict[str, Any]] = mapped_column(JSONB)
    next_fire_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    due_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    last_fire_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    error: Mapped[str | None] = mapped_column(Text)


class FiringRow(Base):
    """One time of a schedule: unique, so it fires once whoever is first. `last_session_id` is how far it has come
    among the bot's sessions, `up_to_session_id` the last one there was when it began; `event` is null once it is done.
    """

    __tablename__ = "firing"
    __table_args__ = (
        UniqueConstraint("schedule_id", "fire_at", name="uq_firing_schedule_id_fire_at"),
        Index("ix_firing_open", "schedule_id", postgresql_where=sql("done_at IS NULL")),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    schedule_id: Mapped[UUID] = mapped_column(ForeignKey("schedule.id", ondelete="CASCADE"))
    bot_id: Mapped[UUID]
    kind: Mapped[str] = mapped_column(String(16))
    fire_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    channel_id: Mapped[UUID | None]
    last_session_id: Mapped[UUID | None]
    up_to_session_id: Mapped[UUID | None]
    event: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    reached: Mapped[int] = mapped_column(server_default=sql("0"))
    created_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), server_default=func.now())
    done_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    error: Mapped[str | None] = mapped_column(Text)
