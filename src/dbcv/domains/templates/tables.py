"""Rows of sub-flows and of the steps that run them."""

from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.dialects.postgresql import JSON
from sqlalchemy.orm import Mapped, mapped_column

from dbcv.kit.db import Base


class TemplateRow(Base):
    """A sub-flow of a bot. `steps` are the document's step objects, their ids already the stored ones."""

    __tablename__ = "template"
    __table_args__ = (Index("ix_template_bot_id_ordinal", "bot_id", "ordinal"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    bot_id: Mapped[UUID] = mapped_column(ForeignKey("bot.id", ondelete="CASCADE"))
    ordinal: Mapped[int]
    name: Mapped[str] = mapped_column(String(255))
    inputs: Mapped[dict[str, Any]] = mapped_column(JSON)
    outputs: Mapped[dict[str, Any]] = mapped_column(JSON)
    variables: Mapped[dict[str, Any]] = mapped_column(JSON)
    first_step_id: Mapped[UUID | None]
    steps: Mapped[list[dict[str, Any]]] = mapped_column(JSON)


class TemplateInstanceRow(Base):
    """A step of the bot that runs a template."""

    __tablename__ = "template_instance"
    __table_args__ = (Index("ix_template_instance_bot_id", "bot_id"),)

    step_id: Mapped[UUID] = mapped_column(ForeignKey("step.id", ondelete="CASCADE"), primary_key=True)
    bot_id: Mapped[UUID] = mapped_column(ForeignKey("bot.id", ondelete="CASCADE"))
    template_id: Mapped[UUID] = mapped_column(ForeignKey("template.id", ondelete="CASCADE"), index=True)
    inputs_mapping: Mapped[dict[str, Any]] = mapped_column(JSON)
    outputs_mapping: Mapped[dict[str, Any]] = mapped_column(JSON)
