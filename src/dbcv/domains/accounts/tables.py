"""Rows of people: subscribers of every kind, accounts and how they log in, visitors, what a bot remembers of them;
and who changed what."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, DateTime, ForeignKey, Index, String, func, text
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import Mapped, mapped_column

from dbcv.kit.db import Base


class SubscriberRow(Base):
    """Whoever can be in a channel. `kind`: "user", "anonymous" or "bot"; the row of that kind has the same id."""

    __tablename__ = "subscriber"
    __table_args__ = (CheckConstraint("kind IN ('user', 'anonymous', 'bot')", name="kind"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(16))


class UserRow(Base):
    """An account. Access tokens carry `token_epoch`; raising it ends every one given out before. `password_hash` is
    empty where somebody only comes through an OpenID provider."""

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


class LoginRow(Base):
    """A device somebody logged in on. Its access tokens carry the id; when the row goes, they end."""

    __tablename__ = "login"
    __table_args__ = (Index("ix_login_user_id_id", "user_id", "id"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    user_id: Mapped[UUID] = mapped_column(ForeignKey("user.id", ondelete="CASCADE"))
    address: Mapped[str] = mapped_column(String(64))
    user_agent: Mapped[str] = mapped_column(String(300))
    created_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    last_used_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    expires_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))


class RefreshTokenRow(Base):
    """A refresh token of a login, by its hash. `used_at` is set when its successor was given out: a second use much
    later means that somebody copied it."""

    __tablename__ = "refresh_token"

    token_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    login_id: Mapped[UUID] = mapped_column(ForeignKey("login.id", ondelete="CASCADE"), index=True)
    expires_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    used_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))


class ApiTokenRow(Base):
    """A token for programs, by its hash. `hint` is how it begins, so that its owner knows it again."""

    __tablename__ = "api_token"
    __table_args__ = (Index("ix_api_token_user_id_id", "user_id", "id"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    user_id: Mapped[UUID] = mapped_column(ForeignKey("user.id", ondelete="CASCADE"))
    name: Mapped[str] = mapped_column(String(100))
    hint: Mapped[str] = mapped_column(String(32))
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    scopes: Mapped[list[str]] = mapped_column(ARRAY(String(32)))
    created_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    expires_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    last_used_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))


class IdentityRow(Base):
    """Who an account is at an OpenID provider. The pair never changes; e-mail addresses may."""

    __tablename__ = "identity"

    issuer: Mapped[str] = mapped_column(String(500), primary_key=True)
    subject: Mapped[str] = mapped_column(String(255), primary_key=True)
    user_id: Mapped[UUID] = mapped_column(ForeignKey("user.id", ondelete="CASCADE"), index=True)
    created_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), server_default=func.now())


class AuditEventRow(Base):
    """Who changed what. It outlives both the actor and the object, so it holds their names and no foreign keys."""

    __tablename__ = "audit_event"
    __table_args__ = (
        Index("ix_audit_event_actor_id_id", "actor_id", "id"),
        Index("ix_audit_event_bot_id_id", "bot_id", "id", postgresql_where=text("bot_id IS NOT NULL")),
        Index("ix_audit_event_object_id_id", "object_id", "id"),
        Index("ix_audit_event_action_id", "action", "id"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    created_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), server_default=func.now())
    actor_id: Mapped[UUID | None]
    actor_name: Mapped[str] = mapped_column(String(320))
    via: Mapped[str] = mapped_column(String(16))
    address: Mapped[str] = mapped_column(String(64))
    action: Mapped[str] = mapped_column(String(64))
    object_id: Mapped[UUID | None]
    object_name: Mapped[str] = mapped_column(String(320))
    bot_id: Mapped[UUID | None]
    before: Mapped[dict[str, Any]] = mapped_column(JSONB, server_default=text("'{}'::jsonb"))
    after: Mapped[dict[str, Any]] = mapped_column(JSONB, server_default=text("'{}'::jsonb"))
