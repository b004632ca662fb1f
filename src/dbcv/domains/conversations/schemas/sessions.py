"""Sessions, their turns and what failed too often, on the wire."""

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, StrictBool

from dbcv.domains.conversations.schemas.messages import MAX_ATTACHMENTS, MAX_EXTERNAL_ID, Json, Words

MAX_STEP_ID = 100
MAX_REPLY_CHARS = 20_000


@dataclass(frozen=True, slots=True)
class SessionFilter:
    """Which sessions are wanted; None: any. `active_since` is an aware time."""

    channel_id: UUID | None = None
    user_id: UUID | None = None
    step_id: str | None = None
    revision: int | None = None
    active_since: datetime | None = None
    is_paused: bool | None = None


class SessionOut(BaseModel):
    """Where one conversation of a bot stands.

    `username` is null for visitors, `step_name` where the step is gone. `paused_by` is the person who answers instead
    of the bot. `waiting_events` have not been handled yet; `is_turn_running`: a turn waits
    for the outside world. `updated_at` is the last activity. `variables` only where one session is asked for.
    """

    id: UUID
    user_id: UUID
    username: str | None = None
    bot_id: UUID
    channel_id: UUID
    step_id: str | None
    step_name: str | None = None
    revision: int | None
    version: int
    paused_by: UUID | None = None
    paused_at: datetime | None = None
    is_turn_running: bool = False
    waiting_events: int = 0
    variables: dict[str, Any] | None = None
    created_at: datetime
    updated_at: datetime


class SessionList(BaseModel):
    """A page of sessions, newest first.

    With a filter a page may hold fewer than `limit`, even none, and yet not be the last: go on while there is a
    `next_cursor`. (Each page looks through a bounded number of sessions.)
    """

    items: list[SessionOut]
    next_cursor: str | None


class StepCount(BaseModel):
    """How many sessions wait in a step; `step_id` is null for those that have not begun."""

    step_id: str | None
    step_name: str | None
    count: int


class RevisionCount(BaseModel):
    """How many sessions had their last turn on a revision; null for those that had none."""

    revision: int | None
    count: int


class SessionSummary(BaseModel):
    """How many sessions are where. `is_partial`: the bot has more, only its newest `counted` ones were counted."""

    counted: int
    is_partial: bool
    paused: int
    by_revision: list[RevisionCount]
    by_step: list[StepCount]


class BotFigures(BaseModel):
    """How a bot does right now. A day is the last 24 hours."""

    bot_id: UUID
    sessions_today: int = Field(description="conversations that began in the last day")
    paused: int = Field(description="conversations in which a person answers")
    errors_today: int = Field(description="turns of the last day that ended with an error")


class BotFiguresList(BaseModel):
    """One for each bot that was asked for and may be seen, in the order of the question."""

    items: list[BotFigures]


class MoveIn(BaseModel):
    """Where the session is to wait: a step of the published bot, outside of templates."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"example": {"step_id": "ask-age"}})
    step_id: Annotated[str, Field(min_length=1, max_length=MAX_STEP_ID)]


class ResumeIn(BaseModel):
    """How to hand back. `answer_last`: the bot answers the person's last message, if nobody answered it since."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"example": {"answer_last": False}})
    answer_last: StrictBool = False


class ReplyAttachment(BaseModel):
    """A file: the `id` of one that you uploaded, or the `url` of one elsewhere, shown as a link."""

    model_config = ConfigDict(extra="forbid")
    id: UUID | None = None
    url: Annotated[str, Field(pattern=r"^(https?://.*)?$", max_length=2048)] = ""
    name: Annotated[Words, Field(max_length=255)] = ""
    content_type: Annotated[Words, Field(max_length=127)] = ""


class ReplyIn(BaseModel):
    """What a person says instead of the bot. A second copy with the same `external_id` changes nothing."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"example": {"text": "Good morning, this is Vera. I will look into it."}}
    )
    text: Annotated[Words, Field(max_length=MAX_REPLY_CHARS)] = ""
    params: dict[str, Json] = Field(default_factory=dict)
    attachments: list[ReplyAttachment] = Field(default_factory=list, max_length=MAX_ATTACHMENTS)
    external_id: Annotated[Words, Field(min_length=1, max_length=MAX_EXTERNAL_ID)] | None = None


class ChangeSeen(BaseModel):
    """A variable that a turn saved; `before` is null where there was none, long values are cut to a text."""

    target: str
    before: Any = None
    after: Any = None


class TurnOut(BaseModel):
    """What one event did: `record` holds event, effect replies, replies and the trace (rules that held, and why).

    `changed` are the variables it saved, before and after. Values under names such as "token" or "password" are "***".
    """

    id: UUID
    session_id: UUID
    bot_id: UUID
    revision: int
    kind: str
    record: dict[str, Any]
    changed: list[ChangeSeen] = Field(default_factory=list)
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
    kind: Literal["turn", "delivery"]
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
