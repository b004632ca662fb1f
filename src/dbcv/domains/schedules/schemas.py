"""What emitters, crons and their firings look like on the wire."""

from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from dbcv.domains.bots.document.shapes import CronDocument, EmitterDocument, MessageDocument, Moment, Name

State = Literal["in_force", "changed", "not_in_force"]
_EMITTER: dict[str, Any] = {
    "bot_id": "01912d68-783e-7a56-8e29-1b6a0d3c3f10",
    "name": "Reminder",
    "message": {"text": "Tomorrow at noon, {$user.name$}!"},
    "send_at": "2027-01-01T09:00:00+03:00",
}
_CRON: dict[str, Any] = {
    "bot_id": "01912d68-783e-7a56-8e29-1b6a0d3c3f10",
    "name": "Morning",
    "message": {"text": "Good morning, {$user.name$}!"},
    "day_of_week": "mon-fri",
    "hour": "9",
    "timezone": "Europe/Moscow",
}


class EmitterPart(EmitterDocument):
    """An emitter of a bot's document, with its cron if it repeats."""

    name: Name = ""


class _Said(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)
    name: Name = ""
    message: MessageDocument = Field(default_factory=MessageDocument)
    is_active: bool = True


class EmitterPatch(_Said):
    """What of an emitter can be changed; what is not given stays."""

    model_config = ConfigDict(json_schema_extra={"example": {"send_at": "2027-01-01T10:00:00+03:00"}})
    send_at: Moment | None = None


class CronPatch(_Said, CronDocument):
    """What of a cron can be changed; what is not given stays."""

    model_config = ConfigDict(json_schema_extra={"example": {"hour": "10", "is_active": True}})


class _Target(BaseModel):
    bot_id: UUID
    id: UUID | None = Field(None, description="a UUID of your own, if you need to know it before")
    channel_id: UUID | None = Field(None, description="only the sessions of this channel; such a one is not exported")
    session_id: UUID | None = Field(None, description="only this session; such a one is not exported")


class EmitterIn(EmitterPatch, _Target):
    """A message to be sent once, at `send_at`, to all sessions of the bot unless a channel or session is named."""

    model_config = ConfigDict(json_schema_extra={"example": _EMITTER})


class CronIn(CronPatch, _Target):
    """A message to be sent again and again; absent fields are `*`, or their smallest value below the smallest given."""

    model_config = ConfigDict(json_schema_extra={"example": _CRON})


class Description(BaseModel):
    """A schedule in words."""

    en: str
    ru: str


class FiringOut(BaseModel):
    """One time of a schedule. `reached`: sessions that got it so far; `failed`: turns of these that went wrong."""

    model_config = ConfigDict(from_attributes=True)
    id: UUID
    fire_at: datetime
    created_at: datetime = Field(description="when it really began")
    done_at: datetime | None
    reached: int
    error: str | None = Field(description="why it was left out or stopped")
    failed: int = 0
    errors: list[str] = Field(default=[], description="of the turns that went wrong, three at most")


class _Stored(BaseModel):
    id: UUID
    bot_id: UUID
    channel_id: UUID | None
    session_id: UUID | None
    version: int = Field(description="of the bot's draft; also the ETag")
    state: State = Field(
        description="changed: something else is in force until the bot is published; not_in_force: nothing is"
    )
    description: Description
    next: list[datetime] = Field(description="the next times by its fields, five at most; jitter comes on top")
    next_fire_at: datetime | None = Field(description="when it is due next, of what is in force, with its jitter")
    last_fire_at: datetime | None
    error: str | None = Field(description="why it stands still")
    last_firing: FiringOut | None = Field(description="the last time it was sent, by the clock or by hand")


class EmitterOut(_Stored, EmitterPatch):
    """An emitter, and how it stands."""


class CronOut(_Stored, CronPatch):
    """A cron, and how it stands."""


class EmitterList(BaseModel):
    """A page of emitters, the newest first; `next_cursor` is null on the last one."""

    items: list[EmitterOut]
    next_cursor: str | None


class CronList(BaseModel):
    """A page of crons, the newest first; `next_cursor` is null on the last one."""

    items: list[CronOut]
    next_cursor: str | None


class CronPreviewIn(CronDocument):
    """A cron that need not be stored."""

    model_config = ConfigDict(json_schema_extra={"example": {"day": "last", "hour": "9", "timezone": "Europe/Moscow"}})


class CronPreview(BaseModel):
    """The next five times, or as many as there are, and the cron in words."""

    next: list[datetime]
    description: Description


class SendIn(BaseModel):
    """To whom; left out: to whomever it goes by the clock."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"example": {"session_id": _EMITTER["bot_id"]}})
    session_id: UUID | None = Field(None, description="only this one, to try it out")


class FiringList(BaseModel):
    """A page of firings, the last first; `next_cursor` is null on the last one."""

    items: list[FiringOut]
    next_cursor: datetime | None
