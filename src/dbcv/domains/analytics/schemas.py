"""How a bot does, on the wire: figures of a span of time, of its parts, and where people go and stop."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

Interval = Literal["hour", "day", "week"]

_FIGURES: dict[str, Any] = {
    "sessions_begun": 41, "sessions_active": 57, "turns": 312, "messages_in": 298, "messages_out": 406, "errors": 2,
    "dead_letters": 0, "p50_ms": 34, "p95_ms": 180, "p99_ms": 1_240,
}  # fmt: skip
_PERIOD: dict[str, Any] = {
    "bot_id": "01912d68-783e-7a56-8e29-1b6a0d3c3f10",
    "from": "2026-03-02T21:00:00Z",
    "to": "2026-03-09T21:00:00Z",
    "counted_to": "2026-03-09T16:20:05Z",
}
_STEP = "01912d68-7841-7c11-a7c5-0d7f3e8b2a61"


@dataclass(frozen=True, slots=True)
class Wish:
    """What is asked for; None: what fits the rest. `since` and `until` are aware."""

    since: datetime | None
    until: datetime | None
    interval: Interval | None
    timezone: str
    channel_id: UUID | None


class Figures(BaseModel):
    """Counts of a span of time.

    A session is active that had a turn in it, begun that had its first. Messages in are those that the bot was told, by
    people, webhooks and other bots; messages out what it said. Percentiles are of the time from when a message was
    taken in until its answer was kept, to about 20 %; null where nothing was answered.
    """

    sessions_begun: int = 0
    sessions_active: int = 0
    turns: int = 0
    messages_in: int = 0
    messages_out: int = 0
    errors: int = Field(0, description="turns that ended with an error")
    dead_letters: int = Field(0, description="of all channels, also where one channel is asked for")
    p50_ms: int | None = None
    p95_ms: int | None = None
    p99_ms: int | None = None


class Point(Figures):
    """An hour, day or week; `start` is its beginning in the time zone asked for."""

    start: datetime


class ErrorSeen(BaseModel):
    """A turn that ended with an error."""

    turn_id: UUID
    session_id: UUID
    error: str
    created_at: datetime


class ErrorCount(BaseModel):
    """How often an error came among the newest thousand; `code` is what stands before its colon."""

    code: str
    count: int


class AnalyticsOut(BaseModel):
    """How a bot did: figures of a span, of the span of the same length before it, and of its parts.

    Turns after `counted_to` are not counted yet; null: none are. Hours are whole ones of UTC: where a time zone is half
    an hour off, a day begins with the next full hour.
    """

    model_config = ConfigDict(
        json_schema_extra={
            "example": _PERIOD
            | {"interval": "day", "timezone": "Europe/Moscow", "totals": _FIGURES}
            | {"before": _FIGURES, "series": [_FIGURES | {"start": "2026-03-02T21:00:00Z"}]}
            | {"errors": [], "error_counts": [{"code": "loop", "count": 2}]}
        }
    )
    bot_id: UUID
    since: datetime = Field(serialization_alias="from")
    until: datetime = Field(serialization_alias="to")
    counted_to: datetime | None
    interval: Interval
    timezone: str
    totals: Figures
    before: Figures
    series: list[Point]
    errors: list[ErrorSeen] = Field(description="the newest")
    error_counts: list[ErrorCount]


class StepFlow(BaseModel):
    """How people went through a step: `stopped` of its `visits` never left it, `drop_off` is their share.

    `name` and `is_end` are those of the published version; null where it has no such step (any more). In a step that is
    an end nobody is lost. A step of a template is "template/step".
    """

    step_id: str
    name: str | None
    is_end: bool | None
    visits: int
    departures: int
    stopped: int
    drop_off: float = Field(ge=0, le=1)


class ConnectionFlow(BaseModel):
    """How often a connection was walked, and its share of the visits of its step (null: of the master groups).

    The connection is the one at `place` of the step's group number `group`, both from 0, as in traces; -1 and -1: the
    step's timeout; `step_id` "": the master groups. `target_id` is the step that was entered, "" for none.
    """

    step_id: str
    group: int
    place: int
    target_id: str
    walks: int
    share: float | None = Field(ge=0)


class FunnelOut(BaseModel):
    """Where people went and where they stopped, steps by the number of those they lost.

    Days older than some days are counted whole (UTC): `from` is earlier than was asked for where it fell into one.
    """

    model_config = ConfigDict(
        json_schema_extra={
            "example": _PERIOD
            | {
                "steps": [
                    {"step_id": _STEP, "name": "Ask age", "is_end": False}
                    | {"visits": 57, "departures": 41, "stopped": 16, "drop_off": 0.281}
                ],
                "connections": [
                    {"step_id": _STEP, "group": 0, "place": 1, "walks": 30, "share": 0.526}
                    | {"target_id": "01912d68-7842-7d52-8c3a-55f0b1f4f9d2"}
                ],
            }
        }
    )
    bot_id: UUID
    since: datetime = Field(serialization_alias="from")
    until: datetime = Field(serialization_alias="to")
    counted_to: datetime | None
    steps: list[StepFlow]
    connections: list[ConnectionFlow]
