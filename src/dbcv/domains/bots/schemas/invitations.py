"""Wire shapes of invitations to a bot."""

from datetime import datetime
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from dbcv.domains.accounts.schemas import Email
from dbcv.domains.bots.schemas import Access


class InvitationIn(BaseModel):
    """An e-mail that is asked to take part in a bot; whoever becomes "owner" takes it over."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"example": {"email": "boris@example.com", "role": "editor"}}
    )
    email: Email
    role: Access
    expires_in_days: int = Field(7, ge=1, le=90, strict=True)


class InvitationOut(BaseModel):
    """An open invitation as the bot's owner sees it."""

    model_config = ConfigDict(from_attributes=True)
    id: UUID
    email: str
    role: Access
    created_at: datetime
    expires_at: datetime


class InvitationMade(InvitationOut):
    """A new invitation. `token` and `path` are shown this once: send the link to the one who is invited."""

    token: str
    path: str = Field(description="the page to open, relative to this installation")


class InvitationList(BaseModel):
    """Open invitations, the newest first; `next_cursor` is null on the last page."""

    items: list[InvitationOut]
    next_cursor: str | None


class InvitationTokenIn(BaseModel):
    """The token of the link."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"example": {"token": "dbcv_inv_…"}})
    token: str = Field(max_length=200)


class InvitationSeen(BaseModel):
    """What somebody with the link is asked."""

    bot_name: str
    role: Access
    email: str
    expires_at: datetime


class JoinedOut(BaseModel):
    """The bot one takes part in now."""

    bot_id: UUID
    access: Access
