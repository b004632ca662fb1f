"""How a bot does, for assistants that are to make it better. Reading only."""

from datetime import timedelta
from typing import Annotated, Any
from uuid import UUID

from fastmcp.tools import Tool
from pydantic import Field

from dbcv.domains.accounts.mcp_tools import tool, user
from dbcv.domains.analytics.schemas import FunnelOut, Wish
from dbcv.domains.analytics.service.figures import figures
from dbcv.domains.analytics.service.funnel import Funnels
from dbcv.domains.bots.service import Bots
from dbcv.kit.clock import utc_now
from dbcv.kit.db import Database

BotId = Annotated[UUID, Field(description="The bot's id, from list_bots.")]
Days = Annotated[int, Field(ge=1, le=400, description="How many days up to now.")]
Steps = Annotated[int, Field(ge=1, le=200, description="How many steps at most, those that lost most people first.")]


class AnalyticsTools:
    """The tools; every one acts as the account that calls."""

    def __init__(self, db: Database, bots: Bots) -> None:
        self._db = db
        self._bots = bots
        self._funnels = Funnels(db, bots)

    def all(self) -> list[Tool]:
        """What the server offers."""
        return [
            tool(self.get_analytics, "See how a bot does", "read"),
            tool(self.get_funnel, "See where people stop", "read"),
        ]

    async def get_analytics(self, bot_id: BotId, days: Days = 7) -> dict[str, Any]:
        """Sessions, messages, errors and answer times of a bot, in all, against the same time before, and by the day or
        week; the newest errors with the ids of their sessions and turns."""
        found = await figures(self._db, self._bots, user(), bot_id, _last(days))
        return found.model_dump(mode="json", by_alias=True)

    async def get_funnel(self, bot_id: BotId, days: Days = 7, steps: Steps = 50) -> dict[str, Any]:
        """Where people went in a bot and where they stopped: visits and losses of steps, walks along their connections.
        A connection is named by its place in its step (group and place from 0, -1: the timeout) and where it leads."""
        found = await self._funnels.funnel(user(), bot_id, _last(days))
        return _cut(found, steps).model_dump(mode="json", by_alias=True)


def _last(days: int) -> Wish:
    now = utc_now()
    return Wish(now - timedelta(days=days), now, None, "UTC", None)


def _cut(found: FunnelOut, steps: int) -> FunnelOut:
    """The first steps, and the connections that begin there."""
    kept = found.steps[:steps]
    ids = {flow.step_id for flow in kept} | {""}
    connections = [flow for flow in found.connections if flow.step_id in ids]
    return found.model_copy(update={"steps": kept, "connections": connections})
