"""Analytics over HTTP: for everybody who may see the bot."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Request
from pydantic import AwareDatetime

from dbcv.domains.accounts.endpoints import Db, User
from dbcv.domains.analytics.schemas import AnalyticsOut, FunnelOut, Interval, Wish
from dbcv.domains.analytics.service.figures import figures
from dbcv.domains.analytics.service.funnel import Funnels

router = APIRouter(prefix="/bots/{bot_id}/analytics", tags=["analytics"])


async def _funnels(request: Request) -> Funnels:
    funnels: Funnels = request.app.state.funnels
    return funnels


async def _span(
    since: Annotated[AwareDatetime | None, Query(alias="from", description="a week before `to` if not given")] = None,
    until: Annotated[AwareDatetime | None, Query(alias="to", description="now if not given; 400 days at most")] = None,
) -> Wish:
    return Wish(since, until, None, "UTC", None)


async def _wish(
    span: Annotated[Wish, Depends(_span)],
    interval: Annotated[Interval | None, Query(description="what fits the span if not given")] = None,
    timezone: Annotated[str, Query(max_length=100, description="whose days and weeks", examples=["Asia/Omsk"])] = "UTC",
    channel_id: Annotated[UUID | None, Query(description="of this channel alone")] = None,
) -> Wish:
    return Wish(span.since, span.until, interval, timezone, channel_id)


@router.get("")
async def analytics(
    bot_id: UUID, caller: User, db: Db, request: Request, wish: Annotated[Wish, Depends(_wish)]
) -> AnalyticsOut:
    """How a bot does: sessions, messages, errors, how long answers take; some seconds old."""
    return await figures(db, request.app.state.bots, caller, bot_id, wish)


@router.get("/funnel")
async def funnel(
    bot_id: UUID, caller: User, funnels: Annotated[Funnels, Depends(_funnels)], wish: Annotated[Wish, Depends(_span)]
) -> FunnelOut:
    """Where people go and where they stop: visits of steps, walks along connections."""
    return await funnels.funnel(caller, bot_id, wish)
