"""Rows of credentials: which secret a bot needs, by provider and strategy. The secret itself is not in a document."""

from uuid import UUID

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from dbcv.kit.db import Base


class CredentialEntityRow(Base):
    """A place for a secret of one bot."""

    __tablename__ = "credential_entity"
    __table_args__ = (Index("ix_credential_entity_bot_id_ordinal", "bot_id", "ordinal"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    bot_id: Mapped[UUID] = mapped_column(ForeignKey("bot.id", ondelete="CASCADE"))
    ordinal: Mapped[int]
    name: Mapped[str] = mapped_column(String(255))
    provider: Mapped[str] = mapped_column(String(100))
    strategy: Mapped[str] = mapped_column(String(100))
