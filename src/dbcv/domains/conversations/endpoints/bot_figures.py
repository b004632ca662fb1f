"""Figures of many bots in one call, for a page that shows them as cards."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Request

from dbcv.domains.accounts.endpoints import Db, User
from dbcv.domains.conversations.schemas import BotFiguresList
from dbcv.domains.conversations.service import bot_figures as figures

router = APIRouter()
BotIds = Annotated[list[UUID], Query(alias="bot_id", min_length=1, max_length=200, description="once for each bot")]


@router.get("/bot_figures", tags=["sessions"])
async def of_bots(caller: User, db: Db, request: Request, bot_ids: BotIds) -> BotFiguresList:
    """How bots do: conversations begun today, those a person answers in, turns that failed."""
    return BotFiguresList(items=await figures.of_bots(db, request.app.state.bots, caller.id, bot_ids))
