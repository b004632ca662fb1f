"""Where people go in a bot and where they stop, for those who may see the bot."""

from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from dbcv.domains.accounts.schemas import Principal
from dbcv.domains.analytics.repository import reading
from dbcv.domains.analytics.schemas import ConnectionFlow, FunnelOut, StepFlow, Wish
from dbcv.domains.analytics.service.periods import span_of
from dbcv.domains.analytics.service.rolling import HOURS_KEPT
from dbcv.domains.bots.service import Bots
from dbcv.kit.clock import utc_now
from dbcv.kit.db import Database

REMEMBERED_REVISIONS = 32


@dataclass(frozen=True, slots=True)
class _Step:
    name: str
    is_end: bool


class Funnels:
    """Steps are named as the published revision names them; what it says is remembered, for it never changes."""

    def __init__(self, db: Database, bots: Bots) -> None:
        self._db = db
        self._bots = bots
        self._known: OrderedDict[tuple[UUID, int], Mapping[str, _Step]] = OrderedDict()

    async def funnel(self, caller: Principal, bot_id: UUID, wish: Wish) -> FunnelOut:
        """What is asked for. Raises NotFound, Invalid."""
        seen = await self._bots.get(caller.id, bot_id)
        since, until = _whole_days(*span_of(wish, utc_now()))
        known = await self._steps(caller, bot_id, seen.row.published_revision)
        async with self._db.read() as session:
            steps = await reading.steps(session, bot_id, since, until)
            walks = await reading.walks(session, bot_id, since, until)
            counted_to = await reading.counted_to(session)
        flows = [_step_flow(row, known.get(row.step_id)) for row in steps if row.visits]
        visits = {flow.step_id: flow.visits for flow in flows}
        return FunnelOut(
            bot_id=bot_id, since=since, until=until, counted_to=counted_to,
            steps=sorted(flows, key=_by_loss),
            connections=[
                ConnectionFlow(
                    step_id=row.step_id, group=row.group_place, place=row.place, target_id=row.target_id,
                    walks=row.walks, share=_share(row.walks, visits.get(row.step_id, 0)),
                )
                for row in walks
            ],
        )  # fmt: skip

    async def _steps(self, caller: Principal, bot_id: UUID, number: int | None) -> Mapping[str, _Step]:
        """{step as traces name it: facts}; {} where nothing is published."""
        if number is None:
            return {}
        key = (bot_id, number)
        if key not in self._known:
            _, revision = await self._bots.revision(caller.id, bot_id, number)
            self._known[key] = _steps_of(revision.document)
            if len(self._known) > REMEMBERED_REVISIONS:
                self._known.popitem(last=False)
        self._known.move_to_end(key)
        return self._known[key]


def _whole_days(since: datetime, until: datetime) -> tuple[datetime, datetime]:
    """Days that are counted whole are taken whole."""
    since = since.astimezone(UTC).replace(minute=0, second=0, microsecond=0)
    midnight = since.replace(hour=0)
    return (midnight if utc_now() - since > HOURS_KEPT else since), until


def _by_loss(flow: StepFlow) -> tuple[bool, int, int]:
    return flow.is_end is not False, -flow.stopped, -flow.visits


def _step_flow(row: Any, step: _Step | None) -> StepFlow:
    """More may leave than came: some came before the span began."""
    stopped = max(row.visits - row.departures, 0)
    return StepFlow(
        step_id=row.step_id, name=step.name if step else None, is_end=step.is_end if step else None, visits=row.visits,
        departures=row.departures, stopped=stopped, drop_off=round(stopped / row.visits, 4),
    )  # fmt: skip


def _share(walks: int, visits: int) -> float | None:
    return round(walks / visits, 4) if visits else None


def _steps_of(document: Mapping[str, Any]) -> dict[str, _Step]:
    found = {step["id"]: _facts(step) for step in document.get("steps", ())}
    for template in document.get("templates", ()):
        found |= {f"{template['id']}/{step['id']}": _facts(step) for step in template["steps"]}
    return found


def _facts(step: Mapping[str, Any]) -> _Step:
    leads_on = any(group.get("connections") for group in step.get("connection_groups", ()))
    return _Step(step.get("name") or "", not leads_on and not step.get("timeout_step_id"))
