"""Rows of credentials: which secret a bot needs, where it may go, and the secret itself, encrypted."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import DateTime, ForeignKey, Index, LargeBinary, String, func, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from dbcv.kit.db import Base


class CredentialEntityRow(Base):
    """A place for a secret of one bot. `secret` is sealed for this row alone (kit/crypto.py: SecretBox) and begins with
    the id of its key. `config`: {placement, token_url, scope, test_url}, where given. `leased_until`: somebody renews
    its access token right now."""

    __tablename__ = "credential_entity"
    __table_args__ = (
        Index("ix_credential_entity_bot_id_ordinal", "bot_id", "ordinal"),
        Index("ix_credential_entity_secret_id", "id", postgresql_where=text("secret IS NOT NULL")),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    bot_id: Mapped[UUID] = mapped_column(ForeignKey("bot.id", ondelete="CASCADE"))
    ordinal: Mapped[int]
    name: Mapped[str] = mapped_column(String(255))
    provider: Mapped[str] = mapped_column(String(100))
    strategy: Mapped[str] = mapped_column(String(100))
    hosts: Mapped[list[str]] = mapped_column(JSONB, server_default=text("'[]'::jsonb"))
    config: Mapped[dict[str, Any]] = mapped_column(JSONB, server_default=text("'{}'::jsonb"))
    secret: Mapped[bytes | None] = mapped_column(LargeBinary)
    secret_set_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    expires_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    leased_until: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    updated_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), server_default=func.now())
