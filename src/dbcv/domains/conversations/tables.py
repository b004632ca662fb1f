"""Tables of conversations. `message`, `mailbox`, `turn_record` and `delivery` are hot: no foreign keys there."""

import uuid
from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, ForeignKey, Identity, Index, SmallInteger, Text, UniqueConstraint, Uuid, func
from sqlalchemy import text as sql
from sqlalchemy.dialects.postgresql import JSONB, TIMESTAMP, TSVECTOR
from sqlalchemy.orm import Mapped, mapped_column

from dbcv.kit.db import Base

EMPTY_OBJECT = sql("'{}'::jsonb")
EMPTY_LIST = sql("'[]'::jsonb")
NOW = func.now()


class ChannelRow(Base):
    """A room: who may come in, which bot answers, how it reaches people."""

    __tablename__ = "channel"
    id: Mapped[uuid.UUID] = mapped_column(Uuid, primary_key=True)
    name: Mapped[str] = mapped_column(Text)
    is_public: Mapped[bool] = mapped_column(server_default=sql("false"))
    owner_id: Mapped[uuid.UUID] = mapped_column(Uuid, ForeignKey("user.id", ondelete="CASCADE"), index=True)
    default_bot_id: Mapped[uuid.UUID | None] = mapped_column(Uuid, ForeignKey("bot.id", ondelete="SET NULL"))
    transport: Mapped[str] = mapped_column(Text, server_default="web")
    config: Mapped[dict[str, Any]] = mapped_column(JSONB, server_default=EMPTY_OBJECT)
    created_at: Mapped[datetime] = mapped_column(TIMESTAMP(timezone=True), server_default=NOW)
    __table_args__ = (Index("ix_channel_default_bot_id", "default_bot_id", "id"),)


class ChannelSubscriberRow(Base):
    """A user, an anonymous user or a bot that takes part in a channel."""

    __tablename__ = "channel_subscriber"
    channel_id: Mapped[uuid.UUID] = mapped_column(Uuid, ForeignKey("channel.id", ondelete="CASCADE"), primary_key=True)
    subscriber_id: Mapped[uuid.UUID] = mapped_column(
        Uuid, ForeignKey("subscriber.id", ondelete="CASCADE"), primary_key=True, index=True
    )
    created_at: Mapped[datetime] = mapped_column(TIMESTAMP(timezone=True), server_default=NOW)


class ChannelVariablesRow(Base):
    """The `channel.*` variables. `version` also moves when the channel's settings or subscribers change, so that one
    number tells a worker whether what it remembers of a channel still holds."""

    __tablename__ = "channel_variables"
    channel_id: Mapped[uuid.UUID] = mapped_column(Uuid, ForeignKey("channel.id", ondelete="CASCADE"), primary_key=True)
    data: Mapped[dict[str, Any]] = mapped_column(JSONB, server_default=EMPTY_OBJECT)
    version: Mapped[int] = mapped_column(BigInteger, server_default=sql("1"))


class ChannelSenderRow(Base):
    """Who somebody outside is here: the same person at every call. `address` is where the transport answers, `profile`
    what it tells of them; `blocked_at`: they want to hear no more."""

    __tablename__ = "channel_sender"
    channel_id: Mapped[uuid.UUID] = mapped_column(Uuid, ForeignKey("channel.id", ondelete="CASCADE"), primary_key=True)
    external_id: Mapped[str] = mapped_column(Text, primary_key=True)
    subscriber_id: Mapped[uuid.UUID] = mapped_column(Uuid, ForeignKey("subscriber.id", ondelete="CASCADE"), index=True)
    address: Mapped[dict[str, Any]] = mapped_column(JSONB, server_default=EMPTY_OBJECT)
    profile: Mapped[dict[str, Any]] = mapped_column(JSONB, server_default=EMPTY_OBJECT)
    blocked_at: Mapped[datetime | None] = mapped_column(TIMESTAMP(timezone=True))
    created_at: Mapped[datetime] = mapped_column(TIMESTAMP(timezone=True), server_default=NOW)
    __table_args__ = (Index("ix_channel_sender_newest", "channel_id", "subscriber_id"),)


class ChannelTransportRow(Base):
    """How a channel reaches people outside, and how that goes. `binding` is another one after each change.

    `cursor`: up to where the vendor's updates are kept; `secret`: what the vendor shows when it calls, sealed;
    `resume_at`: the vendor asked for silence until then.
    """

    __tablename__ = "channel_transport"
    channel_id: Mapped[uuid.UUID] = mapped_column(Uuid, ForeignKey("channel.id", ondelete="CASCADE"), primary_key=True)
    kind: Mapped[str] = mapped_column(Text)
    credential_id: Mapped[uuid.UUID | None] = mapped_column(Uuid, unique=True)
    config: Mapped[dict[str, Any]] = mapped_column(JSONB, server_default=EMPTY_OBJECT)
    binding: Mapped[uuid.UUID] = mapped_column(Uuid)
    secret: Mapped[str | None] = mapped_column(Text)
    account: Mapped[str] = mapped_column(Text, server_default="")
    cursor: Mapped[int | None] = mapped_column(BigInteger)
    state: Mapped[str] = mapped_column(Text, server_default="connecting")
    error: Mapped[str | None] = mapped_column(Text)
    error_at: Mapped[datetime | None] = mapped_column(TIMESTAMP(timezone=True))
    last_inbound_at: Mapped[datetime | None] = mapped_column(TIMESTAMP(timezone=True))
    last_outbound_at: Mapped[datetime | None] = mapped_column(TIMESTAMP(timezone=True))
    resume_at: Mapped[datetime | None] = mapped_column(TIMESTAMP(timezone=True))
    created_at: Mapped[datetime] = mapped_column(TIMESTAMP(timezone=True), server_default=NOW)


class TransportUpdateRow(Base):
    """What a vendor told and nobody has taken in yet, in the vendor's own words; `seq` is its number there."""

    __tablename__ = "transport_update"
    channel_id: Mapped[uuid.UUID] = mapped_column(
        Uuid, ForeignKey("channel_transport.channel_id", ondelete="CASCADE"), primary_key=True
    )
    seq: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    body: Mapped[dict[str, Any]] = mapped_column(JSONB)
    created_at: Mapped[datetime] = mapped_column(TIMESTAMP(timezone=True), server_default=NOW)


class SessionRow(Base):
    """One (user, bot, channel): where it is. `version` moves with every commit; whoever expects another loses.

    While `paused_by` is set a person answers and no turn is walked. A deleted session keeps its empty row, which a
    message under way still finds: it is there again once `updated_at` is later than `deleted_at`.
    """

    __tablename__ = "session"
    id: Mapped[uuid.UUID] = mapped_column(Uuid, primary_key=True)
    user_id: Mapped[uuid.UUID] = mapped_column(Uuid)
    bot_id: Mapped[uuid.UUID] = mapped_column(Uuid)
    channel_id: Mapped[uuid.UUID] = mapped_column(Uuid)
    step_id: Mapped[str | None] = mapped_column(Text)
    frames: Mapped[list[Any] | None] = mapped_column(JSONB)
    revision: Mapped[int | None]
    version: Mapped[int] = mapped_column(BigInteger, server_default=sql("0"))
    timer_token: Mapped[uuid.UUID | None] = mapped_column(Uuid)
    claimed_by: Mapped[str | None] = mapped_column(Text)
    claimed_until: Mapped[datetime | None] = mapped_column(TIMESTAMP(timezone=True))
    paused_by: Mapped[uuid.UUID | None] = mapped_column(Uuid)
    paused_at: Mapped[datetime | None] = mapped_column(TIMESTAMP(timezone=True))
    deleted_at: Mapped[datetime | None] = mapped_column(TIMESTAMP(timezone=True))
    created_at: Mapped[datetime] = mapped_column(TIMESTAMP(timezone=True), server_default=NOW)
    updated_at: Mapped[datetime] = mapped_column(TIMESTAMP(timezone=True), server_default=NOW)
    __table_args__ = (
        UniqueConstraint("user_id", "bot_id", "channel_id", name="uq_session_user_bot_channel"),
        Index("ix_session_bot_id", "bot_id", "id"),
        Index("ix_session_bot_user", "bot_id", "user_id"),
        Index("ix_session_channel_user", "channel_id", "user_id"),
        Index("ix_session_claimed_by", "claimed_by", postgresql_where=sql("claimed_by IS NOT NULL")),
        Index("ix_session_paused", "bot_id", "id", postgresql_where=sql("paused_by IS NOT NULL")),
        Index("ix_session_channel_id", "channel_id", "id"),
        # Every turn updates its session in place: room on the page keeps these updates off the indexes (HOT).
        {"postgresql_with": {"fillfactor": "70", "autovacuum_vacuum_scale_factor": "0.05"}},
    )


class SessionVariablesRow(Base):
    """The `session.*` variables, written whole by the turn that won the session's version."""

    __tablename__ = "session_variables"
    session_id: Mapped[uuid.UUID] = mapped_column(Uuid, primary_key=True)
    data: Mapped[dict[str, Any]] = mapped_column(JSONB, server_default=EMPTY_OBJECT)
    __table_args__ = ({"postgresql_with": {"fillfactor": "70", "autovacuum_vacuum_scale_factor": "0.05"}},)


class MessageRow(Base):
    """What was said. `external_id` is the sender's own id: a second copy of it changes nothing."""

    __tablename__ = "message"
    id: Mapped[uuid.UUID] = mapped_column(Uuid, primary_key=True)
    channel_id: Mapped[uuid.UUID] = mapped_column(Uuid)
    session_id: Mapped[uuid.UUID] = mapped_column(Uuid)
    sender_id: Mapped[uuid.UUID] = mapped_column(Uuid)
    recipient_id: Mapped[uuid.UUID | None] = mapped_column(Uuid)
    reply_to: Mapped[uuid.UUID | None] = mapped_column(Uuid)
    text: Mapped[str] = mapped_column(Text, server_default="")
    params: Mapped[Any] = mapped_column(JSONB, server_default=EMPTY_OBJECT)
    attachments: Mapped[list[Any]] = mapped_column(JSONB, server_default=EMPTY_LIST)
    widget: Mapped[dict[str, Any] | None] = mapped_column(JSONB)
    external_id: Mapped[str | None] = mapped_column(Text)
    created_at: Mapped[datetime] = mapped_column(TIMESTAMP(timezone=True), server_default=NOW)
    __table_args__ = (
        Index("ix_message_channel", "channel_id", "id"),
        Index("ix_message_session", "session_id", "id"),
        # Only messages with files are in it: who was shown a file is asked by the file's id.
        Index(
            "ix_message_attachments",
            "attachments",
            postgresql_using="gin",
            postgresql_ops={"attachments": "jsonb_path_ops"},
            postgresql_where=sql("attachments <> '[]'::jsonb"),
        ),
        Index(
            "uq_message_external_id",
            "channel_id",
            "sender_id",
            "external_id",
            unique=True,
            postgresql_where=sql("external_id IS NOT NULL"),
        ),
    )


class MessageWordsRow(Base):
    """The words of a message, to search by; written a moment after it by a task of its own, so that being kept costs
    the message nothing. `words` also holds "c:CHANNEL" and "b:BOT": one index finds words within a channel."""

    __tablename__ = "message_words"
    id: Mapped[uuid.UUID] = mapped_column(Uuid, ForeignKey("message.id", ondelete="CASCADE"), primary_key=True)
    words: Mapped[Any] = mapped_column(TSVECTOR)
    __table_args__ = (Index("ix_message_words_words", "words", postgresql_using="gin"),)


class WordsProgressRow(Base):
    """Up to which message the words are written: once soon after ("soon"), once more for what was committed late."""

    __tablename__ = "words_progress"
    name: Mapped[str] = mapped_column(Text, primary_key=True)
    up_to: Mapped[uuid.UUID] = mapped_column(Uuid)


class MailboxRow(Base):
    """An event a session has yet to handle; deleted by the transaction that keeps the turn's outcome.

    `seq` is the order in which a session's events are handled. `id` is the turn's id (a message event's message id).
    `attempts` counts tries that did not end well.
    """

    __tablename__ = "mailbox"
    seq: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    id: Mapped[uuid.UUID] = mapped_column(Uuid)
    session_id: Mapped[uuid.UUID] = mapped_column(Uuid)
    shard: Mapped[int] = mapped_column(SmallInteger)
    kind: Mapped[str] = mapped_column(Text)
    event: Mapped[dict[str, Any]] = mapped_column(JSONB)
    attempts: Mapped[int] = mapped_column(SmallInteger, server_default=sql("0"))
    error: Mapped[str | None] = mapped_column(Text)
    created_at: Mapped[datetime] = mapped_column(TIMESTAMP(timezone=True), server_default=NOW)
    __table_args__ = (
        Index("ix_mailbox_session", "session_id", "seq"),
        Index("ix_mailbox_shard", "shard", "created_at"),
        {"postgresql_with": {"autovacuum_vacuum_scale_factor": "0.0", "autovacuum_vacuum_threshold": "5000"}},
    )


class TurnRecordRow(Base):
    """What one event did: enough to replay it. `id` is the event's id."""

    __tablename__ = "turn_record"
    id: Mapped[uuid.UUID] = mapped_column(Uuid, primary_key=True)
    session_id: Mapped[uuid.UUID] = mapped_column(Uuid)
    bot_id: Mapped[uuid.UUID] = mapped_column(Uuid)
    revision: Mapped[int]
    kind: Mapped[str] = mapped_column(Text)
    record: Mapped[dict[str, Any]] = mapped_column(JSONB)
    error: Mapped[str | None] = mapped_column(Text)
    created_at: Mapped[datetime] = mapped_column(TIMESTAMP(timezone=True), server_default=NOW)
    __table_args__ = (
        Index("ix_turn_record_session", "session_id", "id"),
        Index("ix_turn_record_error", "bot_id", "id", postgresql_where=sql("error IS NOT NULL")),
        # A few bytes for each megabyte of turns: analytics counts them in the order in which they were kept.
        Index(
            "ix_turn_record_created_at",
            "created_at",
            postgresql_using="brin",
            postgresql_with={"autosummarize": "on", "pages_per_range": "32"},
        ),
    )


class DeliveryRow(Base):
    """A message that must leave the house or reach another bot; deleted when it has arrived. `target_kind`: "bot", or
    the transport of the channel `target_id`; `leased_by` is the worker that sends it right now."""

    __tablename__ = "delivery"
    seq: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    session_id: Mapped[uuid.UUID] = mapped_column(Uuid)
    shard: Mapped[int] = mapped_column(SmallInteger)
    target_kind: Mapped[str] = mapped_column(Text)
    target_id: Mapped[uuid.UUID] = mapped_column(Uuid)
    payload: Mapped[dict[str, Any]] = mapped_column(JSONB)
    attempts: Mapped[int] = mapped_column(SmallInteger, server_default=sql("0"))
    error: Mapped[str | None] = mapped_column(Text)
    next_attempt_at: Mapped[datetime] = mapped_column(TIMESTAMP(timezone=True), server_default=NOW)
    leased_by: Mapped[str | None] = mapped_column(Text)
    leased_until: Mapped[datetime | None] = mapped_column(TIMESTAMP(timezone=True))
    created_at: Mapped[datetime] = mapped_column(TIMESTAMP(timezone=True), server_default=NOW)
    __table_args__ = (
        Index("ix_delivery_session", "session_id", "seq"),
        Index("ix_delivery_shard", "shard", "next_attempt_at"),
        Index("ix_delivery_leased_by", "leased_by", postgresql_where=sql("leased_by IS NOT NULL")),
        Index("ix_delivery_target", "target_id", postgresql_where=sql("target_kind <> 'bot'")),
    )


class DeadLetterRow(Base):
    """An event or a delivery that failed five times: the bot's owner sees it and can send it again."""

    __tablename__ = "dead_letter"
    id: Mapped[uuid.UUID] = mapped_column(Uuid, primary_key=True)
    kind: Mapped[str] = mapped_column(Text)
    bot_id: Mapped[uuid.UUID] = mapped_column(Uuid)
    session_id: Mapped[uuid.UUID] = mapped_column(Uuid)
    shard: Mapped[int] = mapped_column(SmallInteger)
    content: Mapped[dict[str, Any]] = mapped_column(JSONB)
    error: Mapped[str] = mapped_column(Text)
    attempts: Mapped[int] = mapped_column(SmallInteger)
    created_at: Mapped[datetime] = mapped_column(TIMESTAMP(timezone=True), server_default=NOW)
    resent_at: Mapped[datetime | None] = mapped_column(TIMESTAMP(timezone=True))
    __table_args__ = (Index("ix_dead_letter_bot", "bot_id", "id"),)


class TimerRow(Base):
    """When a waiting session gets a `timeout` event. `token` tells a timer from an older one of the same session."""

    __tablename__ = "timer"
    session_id: Mapped[uuid.UUID] = mapped_column(Uuid, primary_key=True)
    shard: Mapped[int] = mapped_column(SmallInteger)
    step_id: Mapped[str] = mapped_column(Text)
    token: Mapped[uuid.UUID] = mapped_column(Uuid)
    due_at: Mapped[datetime] = mapped_column(TIMESTAMP(timezone=True))
    __table_args__ = (Index("ix_timer_due_at", "due_at"),)


class ShardRow(Base):
    """Who worked on a shard last, and whether it was left in order."""

    __tablename__ = "shard"
    id: Mapped[int] = mapped_column(SmallInteger, primary_key=True, autoincrement=False)
    owner: Mapped[str] = mapped_column(Text)
    is_released: Mapped[bool] = mapped_column(server_default=sql("false"))
