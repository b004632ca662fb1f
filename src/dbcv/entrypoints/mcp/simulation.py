"""The tool `simulate`: a conversation with a bot that nobody sees, on the real engine, without writes or calls outside.

What the bot asks of the outside world is answered by the caller, as in conversation tests; bounded in time and size.
"""

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Annotated, Any, Literal
from uuid import UUID

from fastmcp.tools import Tool
from pydantic import BaseModel, ConfigDict, Field

from dbcv.domains.accounts.mcp_tools import tool, user
from dbcv.domains.bots.document import Format, problems_of
from dbcv.domains.bots.document.reading import read
from dbcv.domains.bots.mcp_tools import FormatOf, Text
from dbcv.domains.bots.service import Bots
from dbcv.engine.effects import CallHttp, CallIntegration, Effect, RunCode, SaveFile
from dbcv.engine.outcome import Reply
from dbcv.engine.played import played_file
from dbcv.engine.problems import GraphError, Problem
from dbcv.entrypoints.rehearsal.run import asked_for
from dbcv.entrypoints.rehearsal.talk import Given, Talk, Turn, buttons_of
from dbcv.entrypoints.rehearsal.why import explain
from dbcv.kit.errors import ErrorDetail, Invalid
from dbcv.kit.json_text import dumps

MAX_SECONDS = 5.0
MAX_TIMEOUTS = 200
MAX_TEXT = 2_000
MAX_REPLIES = 50
MAX_LINES = 60
MAX_ANSWER_CHARACTERS = 100_000
MAX_VARIABLES_CHARACTERS = 20_000


class Happening(BaseModel):
    """One thing that happens: the person writes, or time passes."""

    model_config = ConfigDict(extra="forbid")
    say: str | None = Field(None, max_length=20_000, description="What the person writes (a button writes its value).")
    wait_seconds: float | None = Field(None, ge=0, le=1e9, description="Instead: so long nothing happens; timers fire.")
    params: dict[str, Any] = Field(default_factory=dict, description="message.params of what is written.")


class Answer(BaseModel):
    """What the outside world answers when the bot asks."""

    model_config = ConfigDict(extra="forbid")
    kind: Literal["request", "code", "integration"]
    name: str = Field(
        "", max_length=200, description="The request's id or name, the integration's id; empty: any of its kind."
    )
    ok: bool = True
    status: int = Field(200, ge=0, le=999)
    result: Any = None
    error: str | None = Field(None, max_length=MAX_TEXT)


class World(BaseModel):
    """Variables before the first message, by scope."""

    model_config = ConfigDict(extra="forbid")
    user: dict[str, Any] = Field(default_factory=dict)
    bot: dict[str, Any] = Field(default_factory=dict)
    session: dict[str, Any] = Field(default_factory=dict)
    channel: dict[str, Any] = Field(default_factory=dict)


class ReplyOut(BaseModel):
    """A message of the bot."""

    text: str
    buttons: list[str]
    attachments: int
    widget: str | None


class TurnOut(BaseModel):
    """What one thing that happened led to. `step_id` is where the conversation waits then."""

    event: str
    replies: list[ReplyOut]
    step_id: str | None
    error: str | None
    why: list[str] = Field(description="what was tried and taken, on which values")


class SimulationOut(BaseModel):
    """A whole simulated conversation. `stopped` says why it ended early, if it did."""

    turns: list[TurnOut]
    asked: list[str] = Field(description="what the bot asked of the outside world, in order")
    session: dict[str, Any]
    user: dict[str, Any]
    stopped: str | None


class SimulationTools:
    """The tool, over bots of the account that calls."""

    def __init__(self, bots: Bots) -> None:
        self._bots = bots

    def all(self) -> list[Tool]:
        """What the server offers."""
        return [tool(self.simulate, "Try a bot", "read")]

    async def simulate(
        self,
        events: Annotated[list[Happening], Field(min_length=1, max_length=50, description="What happens, in order.")],
        bot_id: Annotated[UUID | None, Field(description="The bot whose draft is tried.")] = None,
        document: Annotated[Text | None, Field(description="Instead: a bot document that is not kept.")] = None,
        format: FormatOf = "yaml",
        answers: Annotated[
            list[Answer],
            Field(
                max_length=100,
                description="Answers of the outside world, used in order where they fit; the last that fits is used "
                "again. What has no answer fails, as an unreachable service does.",
            ),
        ] = [],  # noqa: B006 - read only; a schema's default
        given: World = World(),  # noqa: B008 - read only; a schema's default
    ) -> SimulationOut:
        """Play a conversation with a bot's draft (or a document) on the real engine. Nothing is stored, nobody is
        written to, nothing outside is called: requests, code and integrations get your answers. Says what the bot
        replied, where the conversation waits, and why. Use it before publish_bot."""
        text, written_in = await self._document(bot_id, document, format)
        return await asyncio.to_thread(_play, text, written_in, events, answers, given)

    async def _document(self, bot_id: UUID | None, document: str | None, format: Format) -> tuple[str, Format]:
        if (bot_id is None) == (document is None):
            detail = ErrorDetail("bot_id", "Give either bot_id or document", "bot_id tries the draft that is stored")
            raise Invalid("What is to be tried?", code="arguments", errors=[detail])
        if document is not None:
            return document, format
        assert bot_id is not None, "one of the two is given"
        return await self._bots.export(user().id, bot_id, "json"), "json"


def _play(text: str, format: Format, events: list[Happening], answers: list[Answer], given: World) -> SimulationOut:
    document, problems = problems_of(read(text.encode(), format))
    if document is None:
        raise _not_playable(problems)
    outside = _Outside(answers)
    try:
        talk = Talk(document, outside.answer, Given(**given.model_dump()))
    except GraphError as error:
        raise _not_playable(problems) from error
    stage = _Stage(talk)
    for event in events:
        stage.play(event)
        if stage.stopped:
            break
    state = talk.state
    return SimulationOut(
        turns=stage.turns,
        asked=[_cut(line) for line in outside.asked[:MAX_LINES]],
        session=_bounded(state.session),
        user=_bounded(state.user),
        stopped=stage.stopped,
    )


def _not_playable(problems: list[Problem]) -> Invalid:
    wrong = [problem for problem in problems if problem.severity == "error"]
    details = [ErrorDetail(problem.path, problem.message, problem.hint) for problem in wrong]
    return Invalid("The bot has errors: mend them, then try it", code="not_playable", errors=details)


@dataclass(slots=True)
class _Outside:
    """Answers effects from what the caller gave."""

    answers: list[Answer]
    asked: list[str] = field(default_factory=list)
    used: set[int] = field(default_factory=set)

    def answer(self, effect: Effect) -> dict[str, Any]:
        if isinstance(effect, SaveFile):
            return played_file(effect)
        self.asked.append(asked_for(effect))
        fitting = [index for index, answer in enumerate(self.answers) if _fits(answer, effect)]
        reply = {"headers": {}, "elapsed_ms": 0, "log": ""}
        if not fitting:
            return reply | {"ok": False, "status": 0, "result": None, "error": "no answer was given for this"}
        index = next((index for index in fitting if index not in self.used), fitting[-1])
        self.used.add(index)
        return reply | self.answers[index].model_dump(exclude={"kind", "name"})


def _fits(answer: Answer, effect: Effect) -> bool:
    match effect:
        case CallHttp():
            return answer.kind == "request" and answer.name in ("", effect.request_id, effect.name)
        case RunCode():
            return answer.kind == "code"
        case CallIntegration():
            return answer.kind == "integration" and answer.name in ("", effect.integration_id)
        case _:
            return False


@dataclass(slots=True)
class _Stage:
    """Plays events one after the other until the end or a limit."""

    talk: Talk
    turns: list[TurnOut] = field(default_factory=list)
    stopped: str | None = None
    clock: Callable[[], float] = time.monotonic
    until: float = 0.0
    timeouts: int = 0
    characters: int = 0

    def __post_init__(self) -> None:
        self.until = self.clock() + MAX_SECONDS

    def play(self, event: Happening) -> None:
        if event.say is not None:
            self._keep(f"say: {event.say}", self.talk.say(event.say, event.params))
        if event.wait_seconds is not None:
            self._wait(event.wait_seconds)

    def _wait(self, seconds: float) -> None:
        """One timer at a time, so that a bot whose timers never end is stopped."""
        left = seconds
        while self.talk.deadline is not None and not self.stopped:
            until_timer = max((self.talk.deadline[0] - self.talk.now).total_seconds(), 0.0)
            if until_timer > left:
                break
            left -= until_timer
            for turn in self.talk.wait(until_timer):
                self._keep("a timeout", turn)
            self.timeouts += 1
            if self.timeouts >= MAX_TIMEOUTS:
                self.stopped = f"{MAX_TIMEOUTS} timeouts fired"
        if not self.stopped:
            self.talk.wait(left)

    def _keep(self, event: str, turn: Turn) -> None:
        outcome = turn.outcome
        shown = TurnOut(
            event=_cut(event),
            replies=[_reply(reply) for reply in outcome.replies[:MAX_REPLIES]],
            step_id=self.talk.step,
            error=_cut(outcome.error.message) if outcome.error else None,
            why=[_cut(line, 300) for line in explain(outcome.trace)[:MAX_LINES]],
        )
        self.turns.append(shown)
        self.characters += len(shown.model_dump_json())
        if self.characters > MAX_ANSWER_CHARACTERS:
            self.stopped = "the answer would be too long: try fewer events at once"
        elif self.clock() > self.until:
            self.stopped = f"it took longer than {MAX_SECONDS:g} seconds"


def _bounded(variables: dict[str, Any]) -> dict[str, Any]:
    """Variables as they are, or only their names where they are too much to show."""
    if len(dumps(variables)) <= MAX_VARIABLES_CHARACTERS:
        return variables
    return {_cut(name, 100): "(too long to show)" for name in list(variables)[:MAX_LINES]}


def _reply(reply: Reply) -> ReplyOut:
    return ReplyOut(
        text=_cut(reply.text),
        buttons=[_cut(value, 200) for _, value in buttons_of(reply)[:MAX_REPLIES]],
        attachments=len(reply.attachments),
        widget=reply.widget["name"] if reply.widget else None,
    )


def _cut(text: str, length: int = MAX_TEXT) -> str:
    return text if len(text) <= length else f"{text[:length]}…"
