"""What steps of published bots are called and how long they wait, remembered: a revision never changes."""

from collections import OrderedDict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from dbcv.domains.conversations.repository import sessions
from dbcv.kit.db import Database

REMEMBERED_STEPS = 200_000
"""Over all revisions; about 200 bytes each."""

HANDOVER = "handover"
"""The preset whose steps wait for a person."""

Revision = tuple[UUID, int]


@dataclass(frozen=True, slots=True)
class StepFacts:
    """A step as those see it who look at sessions. `wait_seconds`: its timeout, None where it waits for ever.
    `is_handover`: the bot waits there for a person to take over."""

    name: str
    wait_seconds: float | None
    is_in_template: bool
    is_handover: bool


class StepNames:
    """Steps by (bot, revision). One query and one walk over the document at the first call, none later."""

    def __init__(self, db: Database) -> None:
        self._db = db
        self._known: OrderedDict[Revision, dict[str, StepFacts]] = OrderedDict()

    async def of(self, bot_id: UUID, number: int) -> Mapping[str, StepFacts]:
        """{step id: facts} of one revision; {} where there is none."""
        key = (bot_id, number)
        if key not in self._known:
            async with self._db.read() as session:
                document = await sessions.revision_document(session, bot_id, number)
            self._known[key] = steps_of(document or {})
            self._trim()
        self._known.move_to_end(key)
        return self._known[key]

    async def of_all(self, revisions: Iterable[Revision]) -> dict[Revision, Mapping[str, StepFacts]]:
        """The same for several revisions."""
        return {key: await self.of(*key) for key in set(revisions)}

    def _trim(self) -> None:
        left = sum(len(steps) for steps in self._known.values())
        while left > REMEMBERED_STEPS and len(self._known) > 1:
            left -= len(self._known.popitem(last=False)[1])


def steps_of(document: Mapping[str, Any]) -> dict[str, StepFacts]:
    """The steps of a document and of its templates."""
    found = {step["id"]: _facts(step, True) for flow in document.get("templates", ()) for step in flow["steps"]}
    return found | {step["id"]: _facts(step, False) for step in document.get("steps", ())}


def _facts(step: Mapping[str, Any], is_in_template: bool) -> StepFacts:
    seconds = step.get("timeout_after") if step.get("timeout_step_id") else None
    waits = float(seconds) if seconds is not None else None
    return StepFacts(step.get("name") or "", waits, is_in_template, step.get("preset_id") == HANDOVER)
