"""How a channel reaches people outside, on the wire."""

from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

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


class TransportTestOut(BaseModel):
    """Whether the service knows the credential."""

    is_ok: bool
    account: str = ""
    error: str | None = None
