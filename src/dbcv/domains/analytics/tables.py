"""Counts by the hour, made by the scheduler from turn records (docs/adr/0040). No foreign keys: they are written in
large batches, and what a deleted bot leaves goes with the old rows."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import BigInteger, Index, SmallInteger, Text
from sqlalchemy.dialects.postgresql import ARRAY, TIMESTAMP
from sqlalchemy.orm import Mapped, mapped_column

from dbcv.kit.db import Base

_TIME = TIMESTAMP(timezone=True)


class BotHourRow(Base):
    """What happened to a bot in one hour (UTC) of a channel, and of all of them: then `channel_id` is the nil UUID.

    `latency` has how many messages were answered within each class of time (see service/latency.py).
    """

    __tablename__ = "bot_hour"
    bot_id: Mapped[UUID] = mapped_column(primary_key=True)
    channel_id: Mapped[UUID] = mapped_column(primary_key=True)
    start: Mapped[datetime] = mapped_column(_TIME, primary_key=True)
    turns: Mapped[int]
    messages_in: Mapped[int]
    messages_out: Mapped[int]
    errors: Mapped[int]
    latency: Mapped[list[int]] = mapped_column(ARRAY(BigInteger))
    __table_args__ = (Index("ix_bot_hour_start", "start"),)


class BotPresenceRow(Base):
    """How many sessions were active in an hour and, before it, in the hour `since` last; -infinity: never before.

    Who was active in a span of time is so counted exactly once: in its first hour there, where `since` lies before it.
    """

    __tablename__ = "bot_presence"
    bot_id: Mapped[UUID] = mapped_column(primary_key=True)
    channel_id: Mapped[UUID] = mapped_column(primary_key=True)
    start: Mapped[datetime] = mapped_column(_TIME, primary_key=True)
    since: Mapped[datetime] = mapped_column(_TIME, primary_key=True)
    sessions: Mapped[int]
    __table_args__ = (Index("ix_bot_presence_start", "start"),)


class SessionPresenceRow(Base):
    """The hour a session was last active in, as far as the counting has come."""

    __tablename__ = "session_presence"
    session_id: Mapped[UUID] = mapped_column(primary_key=True)
    start: Mapped[datetime] = mapped_column(_TIME)
    __table_args__ = (Index("ix_session_presence_start", "start"),)


class StepHourRow(Base):
    """How often a step was entered and left in an hour; after some days, in a day. A step of a template is
    "template/step", as in traces."""

    __tablename__ = "step_hour"
    bot_id: Mapped[UUID] = mapped_column(primary_key=True)
    start: Mapped[datetime] = mapped_column(_TIME, primary_key=True)
    step_id: Mapped[str] = mapped_column(Text, primary_key=True)
    visits: Mapped[int]
    departures: Mapped[int]
    __table_args__ = (Index("ix_step_hour_start", "start"),)


class WalkHourRow(Base):
    """How often a connection was walked: the one at `place` of the step's group `group_place`; -1 and -1 is the step's
    timeout, step "" the master groups. `target_id` is the step entered by it."""

    __tablename__ = "walk_hour"
    bot_id: Mapped[UUID] = mapped_column(primary_key=True)
    start: Mapped[datetime] = mapped_column(_TIME, primary_key=True)
    step_id: Mapped[str] = mapped_column(Text, primary_key=True)
    group_place: Mapped[int] = mapped_column(SmallInteger, primary_key=True)
    place: Mapped[int] = mapped_column(SmallInteger, primary_key=True)
    target_id: Mapped[str] = mapped_column(Text, primary_key=True)
    walks: Mapped[int]
    __table_args__ = (Index("ix_walk_hour_start", "start"),)


class AnalyticsProgressRow(Base):
    """Up to when turns are counted: all that were committed before, none that were after. One row."""

    __tablename__ = "analytics_progress"
    name: Mapped[str] = mapped_column(Text, primary_key=True)
    up_to: Mapped[datetime] = mapped_column(_TIME)
