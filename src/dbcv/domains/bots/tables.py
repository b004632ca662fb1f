"""Rows of a bot's draft (one table a part of the document), of its published revisions and of who may touch it.

`ordinal` is the place in the document: "creation order" of the language. What is kept as the author wrote it is `json`,
not `jsonb`: key order survives, so that an export reads like the import. Ids that lead to rows of other parts are no
foreign keys: a draft may point at nothing for a while, and publishing is what proves it whole.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    CompoundSelect,
    DateTime,
    Double,
    ForeignKey,
    Index,
    String,
    Text,
    UniqueConstraint,
    func,
    select,
    text,
)
from sqlalchemy.dialects.postgresql import JSON, JSONB
from sqlalchemy.orm import Mapped, mapped_column

from dbcv.domains.bots.schemas import Access
from dbcv.kit.db import Base

EMPTY_OBJECT = text("'{}'::json")
EMPTY_LIST = text("'[]'::json")


class BotRow(Base):
    """A bot. `variables` are the initial ones; `version` counts changes of the draft; `tags` sort it among others."""

    __tablename__ = "bot"
    __table_args__ = (Index("ix_bot_owner_id_id", "owner_id", "id"),)

    id: Mapped[UUID] = mapped_column(ForeignKey("subscriber.id", ondelete="CASCADE"), primary_key=True)
    owner_id: Mapped[UUID] = mapped_column(ForeignKey("user.id", ondelete="CASCADE"))
    name: Mapped[str] = mapped_column(String(255))
    description: Mapped[str] = mapped_column(Text, server_default=text("''"))
    first_step_id: Mapped[UUID | None]
    variables: Mapped[dict[str, Any]] = mapped_column(JSON, server_default=EMPTY_OBJECT)
    version: Mapped[int] = mapped_column(server_default=text("1"))
    published_revision: Mapped[int | None]
    tags: Mapped[list[str]] = mapped_column(JSONB, server_default=text("'[]'::jsonb"))
    created_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), server_default=func.now())
    updated_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), server_default=func.now())


@dataclass(frozen=True, slots=True)
class VisibleBot:
    """A bot and what the caller may do with it."""

    row: BotRow
    access: Access


class BotAccessRow(Base):
    """A bot shared with an account, as "viewer" or "editor"."""

    __tablename__ = "bot_access"
    __table_args__ = (CheckConstraint("role IN ('viewer', 'editor')", name="role"),)

    bot_id: Mapped[UUID] = mapped_column(ForeignKey("bot.id", ondelete="CASCADE"), primary_key=True)
    user_id: Mapped[UUID] = mapped_column(ForeignKey("user.id", ondelete="CASCADE"), primary_key=True, index=True)
    role: Mapped[str] = mapped_column(String(16))


def bots_seen_by(account_id: UUID) -> CompoundSelect[UUID]:
    """Ids of the bots that the account owns or that are shared with it."""
    owned = select(BotRow.id).where(BotRow.owner_id == account_id)
    return owned.union(select(BotAccessRow.bot_id).where(BotAccessRow.user_id == account_id))


class BotSourceIdsRow(Base):
    """The ids a document file gave the parts: {kind: {id in the file: stored id}}, to find them at the next import."""

    __tablename__ = "bot_source_ids"

    bot_id: Mapped[UUID] = mapped_column(ForeignKey("bot.id", ondelete="CASCADE"), primary_key=True)
    ids: Mapped[dict[str, dict[str, str]]] = mapped_column(JSON)


class BotVariablesRow(Base):
    """The living `bot` scope, shared by every session of the bot."""

    __tablename__ = "bot_variables"

    bot_id: Mapped[UUID] = mapped_column(ForeignKey("bot.id", ondelete="CASCADE"), primary_key=True)
    data: Mapped[dict[str, Any]] = mapped_column(JSONB, server_default=text("'{}'::jsonb"))
    version: Mapped[int] = mapped_column(BigInteger, server_default=text("0"))


class BotChangeRow(Base):
    """What one write did to the draft: [{"op", "kind", "id", "name"}], for whoever edited an older version."""

    __tablename__ = "bot_change"

    bot_id: Mapped[UUID] = mapped_column(ForeignKey("bot.id", ondelete="CASCADE"), primary_key=True)
    version: Mapped[int] = mapped_column(primary_key=True)
    author_id: Mapped[UUID | None] = mapped_column(ForeignKey("user.id", ondelete="SET NULL"))
    changes: Mapped[list[dict[str, Any]]] = mapped_column(JSON)
    created_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), server_default=func.now())


class RevisionRow(Base):
    """A published bot: number from 1, document never changed again. `overruled`: {reason, problems, tests, more}, where
    it was published in spite of what was wrong."""

    __tablename__ = "revision"

    bot_id: Mapped[UUID] = mapped_column(ForeignKey("bot.id", ondelete="CASCADE"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    document: Mapped[dict[str, Any]] = mapped_column(JSON)
    comment: Mapped[str] = mapped_column(Text, server_default=text("''"))
    overruled: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    author_id: Mapped[UUID | None] = mapped_column(ForeignKey("user.id", ondelete="SET NULL"))
    created_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), server_default=func.now())


class ConversationTestRow(Base):
    """A conversation that the draft must still lead as it is written here. `script` is the test file's tree without its
    bot and its name; `version` counts changes of this row."""

    __tablename__ = "conversation_test"
    __table_args__ = (Index("ix_conversation_test_bot_id_id", "bot_id", "id"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    bot_id: Mapped[UUID] = mapped_column(ForeignKey("bot.id", ondelete="CASCADE"))
    name: Mapped[str] = mapped_column(String(200))
    script: Mapped[dict[str, Any]] = mapped_column(JSON)
    version: Mapped[int] = mapped_column(server_default=text("1"))
    author_id: Mapped[UUID | None] = mapped_column(ForeignKey("user.id", ondelete="SET NULL"))
    created_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), server_default=func.now())
    updated_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), server_default=func.now())


class StepRow(Base):
    """A node of the graph. `message` is the document's message object, null for a step that says nothing."""

    __tablename__ = "step"
    __table_args__ = (Index("ix_step_bot_id_ordinal", "bot_id", "ordinal"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    bot_id: Mapped[UUID] = mapped_column(ForeignKey("bot.id", ondelete="CASCADE"))
    ordinal: Mapped[int]
    name: Mapped[str] = mapped_column(String(255))
    is_proxy: Mapped[bool]
    timeout_after: Mapped[float | None] = mapped_column(Double)
    timeout_step_id: Mapped[UUID | None]
    position: Mapped[list[float]] = mapped_column(JSON)
    message: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    preset_id: Mapped[str | None] = mapped_column(String(255))
    preset_icon_s3_key: Mapped[str | None] = mapped_column(String(1024))


class ConnectionGroupRow(Base):
    """Work and ways out of a step; of the bot itself (a master group) where `step_id` is null."""

    __tablename__ = "connection_group"
    __table_args__ = (
        Index("ix_connection_group_bot_id_ordinal", "bot_id", "ordinal"),
        CheckConstraint("search_type IN ('message', 'response', 'code', 'integration')", name="search_type"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    bot_id: Mapped[UUID] = mapped_column(ForeignKey("bot.id", ondelete="CASCADE"))
    step_id: Mapped[UUID | None] = mapped_column(ForeignKey("step.id", ondelete="CASCADE"), index=True)
    ordinal: Mapped[int]
    search_type: Mapped[str] = mapped_column(String(16))
    priority: Mapped[int]
    request_id: Mapped[UUID | None]
    code: Mapped[str | None] = mapped_column(Text)
    integration_id: Mapped[str | None] = mapped_column(String(255))
    integration_config: Mapped[dict[str, Any]] = mapped_column(JSON, server_default=EMPTY_OBJECT)
    credential_id: Mapped[UUID | None]
    variables: Mapped[list[dict[str, Any]]] = mapped_column(JSON, server_default=EMPTY_LIST)


class ConnectionRow(Base):
    """An edge of the graph."""

    __tablename__ = "connection"
    __table_args__ = (Index("ix_connection_bot_id_ordinal", "bot_id", "ordinal"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    bot_id: Mapped[UUID] = mapped_column(ForeignKey("bot.id", ondelete="CASCADE"))
    group_id: Mapped[UUID] = mapped_column(ForeignKey("connection_group.id", ondelete="CASCADE"), index=True)
    ordinal: Mapped[int]
    priority: Mapped[int]
    rules: Mapped[dict[str, Any]] = mapped_column(JSON)
    filters: Mapped[Any] = mapped_column(JSON(none_as_null=True), nullable=True)
    next_step_id: Mapped[UUID | None]


class RequestRow(Base):
    """A reusable HTTP request; its fields hold placeholders and are the document's. `timeout_seconds` and `retries` are
    as the operator sets them where they are null."""

    __tablename__ = "request"
    __table_args__ = (Index("ix_request_bot_id_ordinal", "bot_id", "ordinal"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    bot_id: Mapped[UUID] = mapped_column(ForeignKey("bot.id", ondelete="CASCADE"))
    ordinal: Mapped[int]
    name: Mapped[str] = mapped_column(String(255))
    method: Mapped[str] = mapped_column(String(16))
    request_url: Mapped[str] = mapped_column(Text)
    url_params: Mapped[dict[str, Any]] = mapped_column(JSON)
    params: Mapped[dict[str, Any]] = mapped_column(JSON)
    headers: Mapped[dict[str, Any]] = mapped_column(JSON)
    json_field: Mapped[Any] = mapped_column(JSON(none_as_null=True), nullable=True)
    data: Mapped[Any] = mapped_column(JSON(none_as_null=True), nullable=True)
    content: Mapped[str | None] = mapped_column(Text)
    attachments: Mapped[list[Any]] = mapped_column(JSON)
    proxies: Mapped[Any] = mapped_column(JSON(none_as_null=True), nullable=True)
    timeout_seconds: Mapped[float | None] = mapped_column(Double)
    retries: Mapped[int | None]


class WidgetRow(Base):
    """HTML, CSS and JS shown inside a message, in a sandboxed frame."""

    __tablename__ = "widget"
    __table_args__ = (Index("ix_widget_bot_id_ordinal", "bot_id", "ordinal"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    bot_id: Mapped[UUID] = mapped_column(ForeignKey("bot.id", ondelete="CASCADE"))
    ordinal: Mapped[int]
    name: Mapped[str] = mapped_column(String(255))
    description: Mapped[str] = mapped_column(Text)
    body: Mapped[str] = mapped_column(Text)
    css: Mapped[str] = mapped_column(Text)
    js: Mapped[str] = mapped_column(Text)


class NoteRow(Base):
    """A remark on the canvas, of a step or of the bot."""

    __tablename__ = "note"
    __table_args__ = (Index("ix_note_bot_id_ordinal", "bot_id", "ordinal"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    bot_id: Mapped[UUID] = mapped_column(ForeignKey("bot.id", ondelete="CASCADE"))
    ordinal: Mapped[int]
    text: Mapped[str] = mapped_column(Text)
    position: Mapped[list[float]] = mapped_column(JSON)
    step_id: Mapped[UUID | None]


class BotInvitationRow(Base):
    """An e-mail asked to take part in a bot, as "viewer", "editor" or its next "owner"."""

    __tablename__ = "bot_invitation"
    __table_args__ = (
        Index("ix_bot_invitation_bot_id_id", "bot_id", "id"),
        UniqueConstraint("bot_id", "email", name="uq_bot_invitation_bot_id_email"),
        CheckConstraint("role IN ('viewer', 'editor', 'owner')", name="role"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    bot_id: Mapped[UUID] = mapped_column(ForeignKey("bot.id", ondelete="CASCADE"))
    email: Mapped[str] = mapped_column(String(320))
    role: Mapped[str] = mapped_column(String(16))
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    invited_by: Mapped[UUID] = mapped_column(ForeignKey("user.id", ondelete="CASCADE"), index=True)
    created_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    expires_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
