"""Rows of files. The bytes lie in the storage, under a key that follows from the row's id."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import BigInteger, DateTime, ForeignKey, Index, String, func
from sqlalchemy import text as sql
from sqlalchemy.orm import Mapped, mapped_column

from dbcv.kit.db import Base


class AttachmentRow(Base):
    """A file that was uploaded, or that a bot saved.

    `owner_id` is who brought it, `account_id` who answers for its size: the owner of the bot or of the channel where
    the bringer is no account. `used_at` is when it was first sent or saved; a bot's files (`bot_id`) stay without.
    `source` is the effect that saved it: a second copy of the effect finds the first one's file.
    """

    __tablename__ = "attachment"
    __table_args__ = (
        Index("ix_attachment_owner_id_id", "owner_id", "id"),
        Index("ix_attachment_account_id", "account_id", postgresql_include=["size"]),
        Index("ix_attachment_bot_id_id", "bot_id", "id", postgresql_where=sql("bot_id IS NOT NULL")),
        Index("ix_attachment_channel_id_id", "channel_id", "id", postgresql_where=sql("channel_id IS NOT NULL")),
        Index("ix_attachment_unused", "created_at", postgresql_where=sql("used_at IS NULL AND bot_id IS NULL")),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    owner_id: Mapped[UUID] = mapped_column(ForeignKey("subscriber.id", ondelete="CASCADE"))
    account_id: Mapped[UUID] = mapped_column(ForeignKey("user.id", ondelete="CASCADE"))
    bot_id: Mapped[UUID | None] = mapped_column(ForeignKey("bot.id", ondelete="CASCADE"))
    channel_id: Mapped[UUID | None] = mapped_column(ForeignKey("channel.id", ondelete="CASCADE"))
    name: Mapped[str] = mapped_column(String(255))
    content_type: Mapped[str] = mapped_column(String(127))
    size: Mapped[int] = mapped_column(BigInteger)
    source: Mapped[str | None] = mapped_column(String(255), unique=True)
    used_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    created_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), server_default=func.now())


class IconRow(Base):
    """An uploaded icon; it takes the place of a shipped one of the same name. `digest` is part of its key in the
    storage, where the cleaned SVG lies."""

    __tablename__ = "icon"

    name: Mapped[str] = mapped_column(String(100), primary_key=True)
    digest: Mapped[str] = mapped_column(String(64))
    author_id: Mapped[UUID | None] = mapped_column(ForeignKey("user.id", ondelete="SET NULL"), index=True)
    updated_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), server_default=func.now())
