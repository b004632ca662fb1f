"""Kept variables of bots, sessions, users and channels, to look at and to mend."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query

from dbcv.domains.accounts.endpoints import User
from dbcv.domains.conversations.endpoints.given import Limit, Parts
from dbcv.domains.conversations.schemas.variables import VariablePage, VariablePath, VariablesChanged, VariablesPatch

router = APIRouter(tags=["variables"])

Place = Annotated[VariablePath | None, Query(description="what lies here; without it the whole")]
After = Annotated[str | None, Query(max_length=1_000, description="`next_cursor` of the page before")]


@router.get("/bots/{bot_id}/variables")
async def bot_variables(
    bot_id: UUID, caller: User, parts: Parts, path: Place = None, limit: Limit = 100, cursor: After = None
) -> VariablePage:
    """What a bot remembers for all its conversations (`bot.*`)."""
    return await parts.variables.page(caller, "bot", bot_id, path or "", limit, cursor)


@router.patch("/bots/{bot_id}/variables")
async def change_bot_variables(bot_id: UUID, patch: VariablesPatch, caller: User, parts: Parts) -> VariablesChanged:
    """Edit `bot.*`; the next turn sees it. For editors of the bot."""
    return await parts.variables.change(caller, "bot", bot_id, patch)


@router.get("/sessions/{session_id}/variables")
async def session_variables(
    session_id: UUID, caller: User, parts: Parts, path: Place = None, limit: Limit = 100, cursor: After = None
) -> VariablePage:
    """What one conversation remembers (`session.*`); `version` is the session's, which every turn moves."""
    return await parts.variables.page(caller, "session", session_id, path or "", limit, cursor)


@router.patch("/sessions/{session_id}/variables")
async def change_session_variables(
    session_id: UUID, patch: VariablesPatch, caller: User, parts: Parts
) -> VariablesChanged:
    """Edit `session.*`; the next turn sees it. For editors of the bot."""
    return await parts.variables.change(caller, "session", session_id, patch)


@router.get("/bots/{bot_id}/users/{user_id}/variables")
async def user_variables(
    bot_id: UUID,
    user_id: UUID,
    caller: User,
    parts: Parts,
    path: Place = None,
    limit: Limit = 100,
    cursor: After = None,
) -> VariablePage:
    """What is remembered of somebody who talks to the bot (`user.*`, one set for all bots)."""
    return await parts.variables.page(caller, "user", user_id, path or "", limit, cursor, bot_id)


@router.patch("/bots/{bot_id}/users/{user_id}/variables")
async def change_user_variables(
    bot_id: UUID, user_id: UUID, patch: VariablesPatch, caller: User, parts: Parts
) -> VariablesChanged:
    """Edit `user.*` of somebody who talks to the bot. For editors of the bot."""
    return await parts.variables.change(caller, "user", user_id, patch, bot_id)


@router.get("/channels/{channel_id}/variables")
async def channel_variables(
    channel_id: UUID, caller: User, parts: Parts, path: Place = None, limit: Limit = 100, cursor: After = None
) -> VariablePage:
    """What your channel remembers (`channel.*`)."""
    return await parts.variables.page(caller, "channel", channel_id, path or "", limit, cursor)


@router.patch("/channels/{channel_id}/variables")
async def change_channel_variables(
    channel_id: UUID, patch: VariablesPatch, caller: User, parts: Parts
) -> VariablesChanged:
    """Edit `channel.*` of your channel; the next turn sees it."""
    return await parts.variables.change(caller, "channel", channel_id, patch)
