"""Messages on the wire, and what a turn answers to them. `MessageIn` is decoded by msgspec on the hot path."""

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

import msgspec
from pydantic import AfterValidator, BaseModel, ConfigDict

from dbcv.kit.json_text import clean_text

MAX_EXTERNAL_ID = 255
MAX_ATTACHMENTS = 20
MAX_DEPTH = 64
MAX_WAIT_SECONDS = 30.0


def _not_too_deep(value: Any) -> Any:
    """Raises ValueError for what is nested deeper than MAX_DEPTH."""
    level = [value]
    for _ in range(MAX_DEPTH):
        level = [item for holder in level if isinstance(holder, dict | list) for item in _inside(holder)]
    if any(isinstance(item, dict | list) for item in level):
        raise ValueError(f"is nested deeper than {MAX_DEPTH} levels")
    return value


def _inside(holder: Any) -> Any:
    return holder.values() if isinstance(holder, dict) else holder


Words = Annotated[str, AfterValidator(clean_text)]
"""A text; NUL and lone surrogates are dropped, as the database cannot hold them."""
Json = Annotated[Any, AfterValidator(_not_too_deep)]
"""Any JSON value, at most MAX_DEPTH levels deep."""


class AttachmentIn(msgspec.Struct, forbid_unknown_fields=True, omit_defaults=True):
    """A file: the `id` of one that you uploaded, or the `url` of one elsewhere, which is never fetched here."""

    id: UUID | None = None
    url: Annotated[str, msgspec.Meta(pattern="^(https?://.*)?$", max_length=2048)] = ""
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
