"""Rows of sub-flows, of the steps that run them, and of the libraries that sub-flows are kept in.

A template belongs to a bot (a part of its document) or to a group (a library template). A bot never runs a library
template: it has a copy of its own, that remembers what it is a copy of (docs/adr/0016).
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from sqlalchemy import CheckConstraint, DateTime, ForeignKey, Index, String, Text, func, text
from sqlalchemy.dialects.postgresql import ARRAY, JSON
from sqlalchemy.orm import Mapped, mapped_column
from sqlalchemy.types import Uuid

from dbcv.kit.db import Base

Access = Literal["owner", "editor", "viewer"]
EMPTY_OBJECT = text("'{}'::json")
EMPTY_LIST = text("'[]'::json")


class TemplateGroupRow(Base):
    """A library of templates that a person owns and may share."""

    __tablename__ = "template_group"
    __table_args__ = (Index("ix_template_group_owner_id_id", "owner_id", "id"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    owner_id: Mapped[UUID] = mapped_column(ForeignKey("user.id", ondelete="CASCADE"))
    name: Mapped[str] = mapped_column(String(255))
    description: Mapped[str] = mapped_column(Text, server_default=text("''"))
    created_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), server_default=func.now())
    updated_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), server_default=func.now())


@dataclass(frozen=True, slots=True)
class VisibleGroup:
    """A group and what the caller may do with it."""

    row: TemplateGroupRow
    access: Access


class TemplateGroupAccessRow(Base):
    """A group shared with an account, as "viewer" (may use its templates) or "editor" (may change them)."""

    __tablename__ = "template_group_access"
    __table_args__ = (CheckConstraint("role IN ('viewer', 'editor')", name="role"),)

    group_id: Mapped[UUID] = mapped_column(ForeignKey("template_group.id", ondelete="CASCADE"), primary_key=True)
    user_id: Mapped[UUID] = mapped_column(ForeignKey("user.id", ondelete="CASCADE"), primary_key=True, index=True)
    role: Mapped[str] = mapped_column(String(16))


class TemplateRow(Base):
    """A sub-flow of a bot or of a group. `steps` are the document's step objects, their ids already the stored ones.

    Of a group: `requests`, `widgets`, `credentials` and nested `templates` are all that the steps name; `origins` says
    which library template a nested one is a copy of ({id: [library id, version]}), `uses` are those library ids;
    `version` counts changes. Of a bot: those sections are the bot's own; `source_*` say which library template, at
    which version, it is a copy of, and `source_digest` what it looked like then.
    """

    __tablename__ = "template"
    __table_args__ = (
        Index("ix_template_bot_id_ordinal", "bot_id", "ordinal"),
        Index("ix_template_group_id_id", "group_id", "id"),
        Index("ix_template_uses", "uses", postgresql_using="gin"),
        CheckConstraint("num_nonnulls(bot_id, group_id) = 1", name="home"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    bot_id: Mapped[UUID | None] = mapped_column(ForeignKey("bot.id", ondelete="CASCADE"))
    group_id: Mapped[UUID | None] = mapped_column(ForeignKey("template_group.id", ondelete="CASCADE"))
    ordinal: Mapped[int] = mapped_column(server_default=text("0"))
    name: Mapped[str] = mapped_column(String(255))
    description: Mapped[str] = mapped_column(Text, server_default=text("''"))
    inputs: Mapped[dict[str, Any]] = mapped_column(JSON)
    outputs: Mapped[dict[str, Any]] = mapped_column(JSON)
    variables: Mapped[dict[str, Any]] = mapped_column(JSON)
    first_step_id: Mapped[UUID | None]
    steps: Mapped[list[dict[str, Any]]] = mapped_column(JSON)
    requests: Mapped[list[dict[str, Any]]] = mapped_column(JSON, server_default=EMPTY_LIST)
    widgets: Mapped[list[dict[str, Any]]] = mapped_column(JSON, server_default=EMPTY_LIST)
    credentials: Mapped[list[dict[str, Any]]] = mapped_column(JSON, server_default=EMPTY_LIST)
    templates: Mapped[list[dict[str, Any]]] = mapped_column(JSON, server_default=EMPTY_LIST)
    origins: Mapped[dict[str, list[Any]]] = mapped_column(JSON, server_default=EMPTY_OBJECT)
    uses: Mapped[list[UUID]] = mapped_column(ARRAY(Uuid()), server_default=text("'{}'"))
    version: Mapped[int] = mapped_column(server_default=text("1"))
    source_template_id: Mapped[UUID | None] = mapped_column(ForeignKey("template.id", ondelete="SET NULL"), index=True)
    source_version: Mapped[int | None]
    source_digest: Mapped[str | None] = mapped_column(String(64))
    created_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), server_default=func.now())
    updated_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), server_default=func.now())


class TemplateInstanceRow(Base):
    """A step of the bot that runs a template of the bot."""

    __tablename__ = "template_instance"
    __table_args__ = (Index("ix_template_instance_bot_id", "bot_id"),)

    step_id: Mapped[UUID] = mapped_column(ForeignKey("step.id", ondelete="CASCADE"), primary_key=True)
    bot_id: Mapped[UUID] = mapped_column(ForeignKey("bot.id", ondelete="CASCADE"))
    template_id: Mapped[UUID] = mapped_column(ForeignKey("template.id", ondelete="CASCADE"), index=True)
    inputs_mapping: Mapped[dict[str, Any]] = mapped_column(JSON)
    outputs_mapping: Mapped[dict[str, Any]] = mapped_column(JSON)
