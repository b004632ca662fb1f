"""`POST /bots/{id}/talk`: one turn of a talk with the draft, for editors. Wire shapes; runtime/draft_talk does it."""

from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import APIRouter, Depends, Request
from pydantic import BaseModel, ConfigDict, Field

from dbcv.domains.accounts.endpoints import User
from dbcv.runtime.draft_talk import (
    MOST_AHEAD_SECONDS,
    MOST_TURNS,
    SEED_BITS,
    DraftTalks,
    Happening,
    Resume,
    Spoken,
    TalkState,
    Timer,
)

router = APIRouter(prefix="/bots", tags=["bots"])
MAX_TEXT = 20_000
MAX_STOPS = 1_000
MAX_FRAMES = 20
MAX_PAST = 200
Variables = dict[str, Any]


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", from_attributes=True)


class TalkTimer(_Part):
    """The step whose time runs, and when it is up by the talk's clock."""

    step_id: str = Field(max_length=200)
    due_at: datetime


class TalkStateModel(_Part):
    """Where the talk stands: send back what the last answer held, nothing to begin. Variables may be changed."""

    step_id: str | None = Field(None, max_length=200)
    frames: list[dict[str, Any]] = Field(default=[], max_length=MAX_FRAMES)
    session: Variables = {}
    user: Variables = {}
    bot: Variables | None = Field(None, description="null: the draft's own")
    channel: Variables = {}
    timer: TalkTimer | None = None
    ahead_seconds: float = Field(0.0, ge=0, le=MOST_AHEAD_SECONDS)
    turns: int = Field(0, ge=0, le=MOST_TURNS)
    seed: int | None = Field(None, ge=0, lt=2**SEED_BITS, description="the chance of the talk; null: a new one")


class TalkEvent(_Part):
    """The person writes; the time of the step is up at once; or the talk begins anew in `step_id`, variables kept."""

    kind: Literal["message", "timeout", "start"] = "message"
    text: str = Field("", max_length=MAX_TEXT)
    params: dict[str, Any] = {}
    attachments: list[Any] = Field(default=[], max_length=50)
    step_id: str | None = Field(None, max_length=200)


class TalkResume(_Part):
    """A turn that halted, as the answer gave it."""

    now: datetime
    seed: int = Field(ge=0, lt=2**63)
    replies: list[dict[str, Any]] = Field(max_length=MAX_PAST)
    halts: int = Field(ge=0, le=1_000)


class TalkIn(_Part):
    """One turn. `stops` are steps to halt before; to go on send the same state and event with `resume`."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"examples": [{"event": {"text": "hello"}, "stops": [], "live": True}]}
    )
    state: TalkStateModel = Field(default_factory=lambda: TalkStateModel.model_validate({}))
    event: TalkEvent
    stops: list[Annotated[str, Field(max_length=400)]] = Field(default=[], max_length=MAX_STOPS)
    resume: TalkResume | None = None
    live: bool = Field(True, description="false: requests and integrations are not called; code always runs")


class TalkReply(_Part):
    """What the bot said, and in which step."""

    text: str
    params: Any
    attachments: list[Any]
    widget: dict[str, Any] | None
    step_id: str


class TalkErrand(_Part):
    """What the bot asked of the outside world, filled in, and what came of it."""

    kind: Literal["request", "code", "integration", "file"]
    asked: dict[str, Any]
    reply: dict[str, Any]
    elapsed_ms: float


class TalkChange(_Part):
    """A variable that the turn saved."""

    path: str
    before: Any
    after: Any


class TalkTaken(_Part):
    """A connection that was taken: places as in the document, `step` "" for the master groups."""

    step: str
    group: int
    connection: int


class TalkError(_Part):
    """Why the turn stopped short."""

    code: str
    message: str


class TalkOut(_Part):
    """The turn: what was said, the way it went and why, and the state to send with the next one."""

    version: int
    now: datetime = Field(description="when the turn happened, by the talk's clock")
    state: TalkStateModel
    replies: list[TalkReply]
    entered: list[str] = Field(description="steps in the order they were entered; of a template: template_id/step_id")
    taken: list[TalkTaken]
    trace: list[dict[str, Any]] = Field(description="each rule that was tried, with the values it saw")
    errands: list[TalkErrand]
    changed: list[TalkChange]
    error: TalkError | None
    halted_before: str | None
    resume: TalkResume | None


async def _talks(request: Request) -> DraftTalks:
    talks: DraftTalks = request.app.state.draft_talks
    return talks


@router.post("/{bot_id}/talk")
async def talk(bot_id: UUID, wish: TalkIn, caller: User, talks: Annotated[DraftTalks, Depends(_talks)]) -> TalkOut:
    """Talk to the draft, one turn: nothing is stored, nobody else is written to. What the bot calls is really called,
    unless `live` is false."""
    state = TalkState(**wish.state.model_dump(exclude={"timer"}))
    state.timer = Timer(**wish.state.timer.model_dump()) if wish.state.timer else None
    resume = Resume(**wish.resume.model_dump()) if wish.resume else None
    happening = Happening(**wish.event.model_dump())
    spoken = await talks.turn(
        caller.id, bot_id, state, happening, stops=wish.stops, resume=resume, is_live=wish.live
    )  # fmt: skip
    return _out(spoken)


def _out(spoken: Spoken) -> TalkOut:
    outcome = spoken.outcome
    return TalkOut(
        version=spoken.version,
        now=spoken.now,
        state=TalkStateModel.model_validate(spoken.state),
        replies=[TalkReply.model_validate(reply) for reply in outcome.replies],
        entered=outcome.entered,
        taken=[TalkTaken(step=step, group=group, connection=connection) for step, group, connection in outcome.taken],
        trace=outcome.trace,
        errands=[TalkErrand.model_validate(errand) for errand in spoken.errands],
        changed=[TalkChange(**change) for change in spoken.changed],
        error=TalkError.model_validate(outcome.error) if outcome.error else None,
        halted_before=spoken.halted_before,
        resume=TalkResume.model_validate(spoken.resume) if spoken.resume else None,
    )
