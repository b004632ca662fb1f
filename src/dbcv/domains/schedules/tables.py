"""Rows of what a bot says by itself: an emitter is the message, its cron (if any) says when to repeat it."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import DateTime, ForeignKey, Index, String
from sqlalchemy.dialects.postgresql import JSON
from sqlalchemy.orm import Mapped, mapped_column

from dbcv.kit.db import Base


class EmitterRow(Base):
    """A message of a bot that is sent by the clock. `send_at_text` is the moment as its author wrote it."""

    __tablename__ = "emitter"
    __table_args__ = (Index("ix_emitter_bot_id_ordinal", "bot_id", "ordinal"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    bot_id: Mapped[UUID] = mapped_column(ForeignKey("bot.id", ondelete="CASCADE"))
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
