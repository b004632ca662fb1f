"""The inbox of a bot on the wire: conversations as those read a list who answer people."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from uuid import UUID

from pydantic import BaseModel, Field

Standing = Literal["bot", "waiting", "person"]
"""Who has the word: the bot; the bot, which asked for a person; a person who took over."""


@dataclass(frozen=True, slots=True)
class InboxWish:
    """Which conversations are wanted; None: any. `active_since` is an aware time."""

    channel_id: UUID | None = None
    standing: Literal["waiting", "person"] | None = None
    has_failed: bool = False
    active_since: datetime | None = None


class LastWords(BaseModel):
    """What was said last in a conversation; `text` is cut."""

    id: UUID
    author: Literal["subscriber", "bot", "operator"]
    text: str
    attachments: int
    has_widget: bool
    created_at: datetime


class InboxItem(BaseModel):
    """One conversation. `person`: what the other side is called, null for a visitor who told no name.

    `error` is what the newest failed turn stopped at, among the bot's newest failed turns; null if none of it is there.
    """

    id: UUID
    bot_id: UUID
    channel_id: UUID
    channel_name: str | None
    user_id: UUID
    person: str | None
    standing: Standing
    paused_by: UUID | None
    step_id: str | None
    step_name: str | None
    revision: int | None
    error: str | None
    failed_at: datetime | None
    last: LastWords | None
    created_at: datetime
    updated_at: datetime


class InboxList(BaseModel):
    """A page of conversations, the one with the latest activity first; `next_cursor` is null on the last one."""

    items: list[InboxItem]
    next_cursor: str | None


class InboxCounts(BaseModel):
    """What asks for a person in a bot's inbox."""

    waiting: int = Field(description="conversations in which the bot asked for a person and nobody took over yet")
    person: int = Field(description="conversations in which a person answers")
    undelivered: int = Field(description="messages that failed too often and were not sent again; at most 1000")
