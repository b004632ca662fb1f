"""What conversations look like on the wire. `MessageIn` is decoded by msgspec on the hot path; the rest is pydantic."""

from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

import msgspec
from pydantic import BaseModel, ConfigDict, Field, StringConstraints, field_validator

MAX_EXTERNAL_ID = 255
MAX_ATTACHMENTS = 20
MAX_DEPTH = 64
MAX_WAIT_SECONDS = 30.0

Name = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1, max_length=255, pattern=r"^[^\x00-\x1f\x7f]*$")
]
Path = Annotated[str, StringConstraints(pattern=r"^[^.\s\x00-\x1f]+(\.[^.\s\x00-\x1f]+)*$", max_length=500)]
HeaderName = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9!#$%&'*+.^_`|~-]+$", max_length=100)]
Secret = Annotated[str, StringConstraints(min_length=16, max_length=500)]


class AttachmentIn(msgspec.Struct, forbid_unknown_fields=True, omit_defaults=True):
    """A file by its address. The service never fetches it; it is shown as a link."""

    url: Annotated[str, msgspec.Meta(pattern="^https?://", max_length=2048)]
    name: Annotated[str, msgspec.Meta(max_length=255)] = ""
    content_type: Annotated[str, msgspec.Meta(max_length=127)] = ""


class MessageIn(msgspec.Struct, forbid_unknown_fields=True):
    """A message to a channel. `external_id` is the sender's own id: a second copy of it changes nothing.

    NUL characters are dropped; lone surrogates are refused. `recipient_id` is a bot of the channel, its default bot
    if none is named. `params` is any JSON, at most 64 levels deep.
    """

    channel_id: UUID
    text: str = ""
    params: Any = msgspec.field(default_factory=dict)
    attachments: Annotated[list[AttachmentIn], msgspec.Meta(max_length=MAX_ATTACHMENTS)] = []
    recipient_id: UUID | None = None
    external_id: Annotated[str, msgspec.Meta(min_length=1, max_length=MAX_EXTERNAL_ID)] | None = None


class MessageOut(BaseModel):
    """A message that is kept. `reply_to` is the message (or other event) that a bot's reply answers."""

    model_config = ConfigDict(from_attributes=True)
    id: UUID
    channel_id: UUID
    session_id: UUID
    sender_id: UUID
    recipient_id: UUID | None
    reply_to: UUID | None
    text: str
    params: Any
    attachments: list[Any]
    widget: dict[str, Any] | None
    external_id: str | None = None
    created_at: datetime


class TurnErrorOut(BaseModel):
    """Why a turn did not go as its bot says."""

    code: str
    message: str


class AcceptedOut(BaseModel):
    """202: the message is kept and will be answered."""

    message: MessageOut


class AnsweredOut(AcceptedOut):
    """200: the turn is over."""

    replies: list[MessageOut]
    error: TurnErrorOut | None = None


class MessageList(BaseModel):
    """A page of messages; `next_cursor` is null on the last one."""

    items: list[MessageOut]
    next_cursor: str | None


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


class ChannelConfig(BaseModel):
    """How the outside reaches a channel."""

    model_config = ConfigDict(extra="forbid")
    webhook: WebhookConfig | None = None


class WebhookOut(BaseModel):
    """A webhook's settings as they are shown: without the secret."""

    sender: str | None = None
    text: str | None = None
    id: str | None = None
    secret_header: str
    has_secret: bool


class ChannelConfigOut(BaseModel):
    """`config` as it is shown."""

    webhook: WebhookOut | None = None


Transport = Literal["web"]
"""Webhooks come in on any channel that has a `config.webhook`; transports that carry replies out join this list."""


class ChannelIn(BaseModel):
    """A new channel."""

    model_config = ConfigDict(extra="forbid")
    name: Name
    is_public: bool = False
    default_bot_id: UUID | None = None
    transport: Transport = "web"
    config: ChannelConfig = Field(default_factory=ChannelConfig)


class ChannelPatch(BaseModel):
    """What changes in a channel; what is not named stays. `config.webhook` without a secret keeps the one it has."""

    model_config = ConfigDict(extra="forbid")
    name: Name | None = None
    is_public: bool | None = None
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

    model_config = ConfigDict(extra="forbid")
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

    model_config = ConfigDict(extra="forbid")
    channel_id: UUID


class SessionOut(BaseModel):
    """Where one conversation of a bot stands. `variables` only where one session is asked for."""

    id: UUID
    user_id: UUID
    bot_id: UUID
    channel_id: UUID
    step_id: str | None
    revision: int | None
    version: int
    variables: dict[str, Any] | None = None
    created_at: datetime
    updated_at: datetime


class SessionList(BaseModel):
    """A page of sessions, newest first."""

    items: list[SessionOut]
    next_cursor: str | None


class TurnOut(BaseModel):
    """What one event did: `record` holds event, effect replies, replies and the trace."""

    model_config = ConfigDict(from_attributes=True)
    id: UUID
    session_id: UUID
    bot_id: UUID
    revision: int
    kind: str
    record: dict[str, Any]
    error: str | None
    created_at: datetime


class TurnList(BaseModel):
    """A page of turns, newest first."""

    items: list[TurnOut]
    next_cursor: str | None


class DeadLetterOut(BaseModel):
    """An event or a delivery that failed too often. `resent_at` is set once it was sent again."""

    model_config = ConfigDict(from_attributes=True)
    id: UUID
    kind: str
    bot_id: UUID
    session_id: UUID
    content: dict[str, Any]
    error: str
    attempts: int
    created_at: datetime
    resent_at: datetime | None


class DeadLetterList(BaseModel):
    """A page of dead letters, newest first."""

    items: list[DeadLetterOut]
    next_cursor: str | None
