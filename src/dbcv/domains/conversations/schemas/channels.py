"""Channels, who takes part in them and how the outside reaches them, on the wire."""

from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, StrictBool, StringConstraints, field_validator

from dbcv.domains.conversations.schemas.embedding import EmbedConfig

Name = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1, max_length=255, pattern=r"^[^\x00-\x1f\x7f]*$")
]
Path = Annotated[str, StringConstraints(pattern=r"^[^.\s\x00-\x1f]+(\.[^.\s\x00-\x1f]+)*$", max_length=500)]
HeaderName = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9!#$%&'*+.^_`|~-]+$", max_length=100)]
Secret = Annotated[str, StringConstraints(min_length=16, max_length=500)]
_ID = "01912d68-783e-7a56-8e29-1b6a0d3c3f10"


class WebhookConfig(BaseModel):
    """Where in a webhook's JSON things are (`message.from.id`), and which header must hold which secret.

    The secret is write-only. Without `sender` all calls are one sender; without `id` no copies are recognised.
    """

    model_config = ConfigDict(extra="forbid")
    sender: Path | None = None
    text: Path | None = None
    id: Path | None = None
    secret_header: HeaderName = "X-Webhook-Secret"  # noqa: S105  the name of a header
    secret: Secret | None = None


class FilesConfig(BaseModel):
    """Whether visitors without an account may send files here, and how large ones (bytes; null: as the operator
    set)."""

    model_config = ConfigDict(extra="forbid")
    visitors: StrictBool = True
    max_bytes: int | None = Field(None, ge=1, le=2**40, strict=True)


class ChannelConfig(BaseModel):
    """How the outside reaches a channel."""

    model_config = ConfigDict(extra="forbid")
    webhook: WebhookConfig | None = None
    files: FilesConfig | None = None
    embed: EmbedConfig | None = None


class WebhookOut(BaseModel):
    """A webhook's settings as they are shown: without the secret."""

    sender: str | None = None
    text: str | None = None
    id: str | None = None
    secret_header: str
    has_secret: bool


class EmbedOut(EmbedConfig):
    """The settings of the chat on other pages as they are shown: without the secret."""

    has_secret: bool = False


class ChannelConfigOut(BaseModel):
    """`config` as it is shown."""

    webhook: WebhookOut | None = None
    files: FilesConfig | None = None
    embed: EmbedOut | None = None


Transport = Literal["web"]
"""Webhooks come in on any channel that has a `config.webhook`; transports that carry replies out join this list."""


class ChannelIn(BaseModel):
    """A new channel."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"example": {"name": "Shop", "is_public": True, "default_bot_id": _ID}}
    )
    name: Name
    is_public: StrictBool = False
    default_bot_id: UUID | None = None
    transport: Transport = "web"
    config: ChannelConfig = Field(default_factory=ChannelConfig)


class ChannelPatch(BaseModel):
    """What changes in a channel; what is not named stays. `config.webhook` without a secret keeps the one it has."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={"example": {"config": {"webhook": {"sender": "message.from.id", "text": "message.text"}}}},
    )
    name: Name | None = None
    is_public: StrictBool | None = None
    default_bot_id: UUID | None = None
    transport: Transport | None = None
    config: ChannelConfig | None = None

    @field_validator("name", "is_public", "transport", "config")
    @classmethod
    def _not_null(cls, value: Any) -> Any:
        if value is None:
            raise ValueError("must not be null; leave it out to keep it")
        return value


class ChannelOut(BaseModel):
    """A channel as its members see it; `config` is for its owner only."""

    id: UUID
    name: str
    is_public: bool
    owner_id: UUID
    default_bot_id: UUID | None
    transport: str
    config: ChannelConfigOut | None
    created_at: datetime


class ChannelList(BaseModel):
    """A page of channels, newest first."""

    items: list[ChannelOut]
    next_cursor: str | None


class SubscribeIn(BaseModel):
    """Whom to add; the caller, if nobody is named."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"example": {"subscriber_id": _ID}})
    subscriber_id: UUID | None = None


class SubscriberOut(BaseModel):
    """Who takes part in a channel."""

    model_config = ConfigDict(from_attributes=True)
    subscriber_id: UUID
    kind: Literal["user", "anonymous", "bot"]
    created_at: datetime


class SubscriberList(BaseModel):
    """A page of subscribers, by id."""

    items: list[SubscriberOut]
    next_cursor: str | None


class AnonymousTokenIn(BaseModel):
    """Which public channel a visitor wants to talk in."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"example": {"channel_id": _ID}})
    channel_id: UUID
