"""How a channel reaches people outside, on the wire."""

from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints

from dbcv.domains.conversations.schemas.channels import ChannelOut
from dbcv.kit.json_text import clean_text

_ID = "01912d68-783e-7a56-8e29-1b6a0d3c3f10"


class TransportIn(BaseModel):
    """Which transport, with which credential of the channel's default bot. `config` is the transport's own: for
    telegram {mode: "polling" | "webhook", groups, edits}."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={"example": {"transport": "telegram", "credential_id": _ID, "config": {"mode": "polling"}}},
    )
    transport: Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,49}$")]
    credential_id: UUID | None = None
    config: dict[str, Any] = Field(default_factory=dict, max_length=50)


class TransportOut(BaseModel):
    """A channel's transport and how it is. `account`: who we are there; `error`: what went wrong last, if it still
    does; `resume_at`: the service asked for silence until then."""

    model_config = ConfigDict(from_attributes=True)
    transport: str
    credential_id: UUID | None
    config: dict[str, Any]
    account: str
    state: Literal["connecting", "connected", "failed"]
    error: str | None
    error_at: datetime | None
    last_inbound_at: datetime | None
    last_outbound_at: datetime | None
    resume_at: datetime | None
    created_at: datetime


class TransportTestIn(BaseModel):
    """Whom to send a message to, by `external_id` of the channel's senders; without it the service is only asked."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"example": {"external_id": "42", "text": "Hello"}})
    external_id: Annotated[str, StringConstraints(min_length=1, max_length=500)] | None = None
    text: Annotated[str, StringConstraints(min_length=1, max_length=1_000), AfterValidator(clean_text)] = (
        "A test message"
    )


class TransportTestOut(BaseModel):
    """Whether the service knows the credential; `is_sent`: whether it took the message, too."""

    is_ok: bool
    account: str = ""
    is_sent: bool = False
    error: str | None = None


class SenderOut(BaseModel):
    """Somebody outside who has written to the channel. `name`: what the service calls them."""

    subscriber_id: UUID
    external_id: str
    name: str
    is_blocked: bool = Field(description="they want to hear no more of us")
    created_at: datetime


class SenderList(BaseModel):
    """A page, newest first."""

    items: list[SenderOut]
    next_cursor: str | None


class TransportForm(BaseModel):
    """A transport before anybody has bound it: what it is, what to do for it, the form of its config (JSON Schema). All
    words in the caller's language. `public_modes`: values of `config.mode` with which the service calls us;
    `has_public_url`: whether it could."""

    id: str
    name: str
    description: str
    steps: list[str]
    providers: list[str] = Field(description="whose credentials fit; none where none is needed")
    config: dict[str, Any]
    icon_url: str | None
    public_modes: list[str]
    has_public_url: bool


class TransportForms(BaseModel):
    """All that are installed."""

    items: list[TransportForm]


class BotChannelOut(ChannelOut):
    """A channel of a bot, and how it does. `binding`: its transport; its config is for the channel's owner. Counts stop
    at 1,000."""

    is_own: bool = Field(description="whether the caller may change it")
    binding: TransportOut | None
    waiting: int = Field(description="messages that are to go out by the transport and have not yet")
    sessions: int = Field(description="conversations in it")


class BotChannelList(BaseModel):
    """A page, newest first."""

    items: list[BotChannelOut]
    next_cursor: str | None
