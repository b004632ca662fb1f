"""Rows of people: subscribers of every kind, accounts, visitors without one, what a bot remembers of them."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, DateTime, ForeignKey, String, func, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from dbcv.kit.db import Base


class SubscriberRow(Base):
    """Whoever can be in a channel. `kind`: "user", "anonymous" or "bot"; the row of that kind has the same id."""

    __tablename__ = "subscriber"
    __table_args__ = (CheckConstraint("kind IN ('user', 'anonymous', 'bot')", name="kind"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(16))


class UserRow(Base):
    """An account. Tokens carry `token_epoch`; raising it ends every token given out before."""

    __tablename__ = "user"
    __table_args__ = (
        CheckConstraint("email = lower(email)", name="email_lower"),
        CheckConstraint("role IN ('ADMIN', 'DEVELOPER', 'USER')", name="role"),
    )

    id: Mapped[UUID] = mapped_column(ForeignKey("subscriber.id", ondelete="CASCADE"), primary_key=True)
    email: Mapped[str] = mapped_column(String(320), unique=True)
    username: Mapped[str] = mapped_column(String(100))
    password_hash: Mapped[str] = mapped_column(String(255))
    role: Mapped[str] = mapped_column(String(16))
    is_active: Mapped[bool] = mapped_column(server_default=text("true"))
    token_epoch: Mapped[int] = mapped_column(server_default=text("0"))
    created_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), server_default=func.now())


class AnonymousUserRow(Base):
    """A visitor of one public channel, known only by the token in the visitor's browser."""

    __tablename__ = "anonymous_user"

    id: Mapped[UUID] = mapped_column(ForeignKey("subscriber.id", ondelete="CASCADE"), primary_key=True)
    channel_id: Mapped[UUID] = mapped_column(index=True)
    created_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), server_default=func.now())


class UserVariablesRow(Base):
    """What bots keep in the `user` scope of a subscriber."""

    __tablename__ = "user_variables"

    user_id: Mapped[UUID] = mapped_column(ForeignKey("subscriber.id", ondelete="CASCADE"), primary_key=True)
    data: Mapped[dict[str, Any]] = mapped_column(JSONB, server_default=text("'{}'::jsonb"))
    version: Mapped[int] = mapped_column(BigInteger, server_default=text("0"))


class LoginAttemptRow(Base):
    """How often a log-in failed for one key (a hash of e-mail, address or both) in the running window."""

    __tablename__ = "login_attempt"

    key: Mapped[bytes] = mapped_column(primary_key=True)
    failures: Mapped[int]
    window_ends_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), index=True)
