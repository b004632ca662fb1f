"""What a turn ends with: the new place, the changes, what to say, and why. Made by walk, committed by its caller."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

from dbcv.engine.variables import Change


@dataclass(frozen=True, slots=True)
class Reply:
    """A message to send. `params`, `attachments` and `widget` may be shared with the graph: read them only.

    `widget` is {"id", "name", "body", "css", "js"} with variables filled in (escaped for their place), or None.
    `step_id` is the step that said it; a step of a template is "template_id/step_id".
    """

    text: str
    params: Any
    attachments: list[Any]
    widget: dict[str, Any] | None
    step_id: str


@dataclass(frozen=True, slots=True)
class Timer:
    """Send a timeout event with data {"step_id": step_id} after so long, unless the session moves before."""

    after_seconds: float
    step_id: str


@dataclass(frozen=True, slots=True)
class TurnError:
    """Why the turn stopped short: code loop, template_depth, too_much_work or timeout_step_missing."""

    code: str
    message: str


@dataclass(slots=True)
class Outcome:
    """The whole result of a turn.

    `session` is the whole of the session's variables (the input object itself when `session_changed` is false);
    `changes` are those of user, bot and channel, in order. `timer_action`: "keep" (stayed, the timer goes on), "set"
    (entered a step with a timeout: `timer`), "cancel" (no timer from now on). `entered` are the steps entered, in
    order, and `taken` the connections: (step, group index, connection index), indexes as in the document, step "" for
    the master groups; steps of a template are "template_id/step_id".
    """

    step_id: str | None
    frames: list[dict[str, Any]]
    session: dict[str, Any]
    session_changed: bool
    changes: list[Change]
    replies: list[Reply]
    timer: Timer | None
    timer_action: Literal["keep", "set", "cancel"]
    trace: list[dict[str, Any]]
    error: TurnError | None
    entered: list[str]
    taken: list[tuple[str, int, int]]
