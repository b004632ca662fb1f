"""Sessions, their turns, and what failed too often: for those who may see the bot."""

from uuid import UUID

from fastapi import APIRouter

from dbcv.domains.accounts.endpoints import User
from dbcv.domains.conversations.endpoints.given import Cursor, Limit, Parts
from dbcv.domains.conversations.schemas import (
    DeadLetterList,
    DeadLetterOut,
    SessionList,
    SessionOut,
    TurnList,
    TurnOut,
)
from dbcv.domains.conversations.service.sessions import shown

router = APIRouter()


@router.get("/bots/{bot_id}/sessions", tags=["sessions"])
async def sessions(bot_id: UUID, caller: User, parts: Parts, limit: Limit = 50, cursor: Cursor = None) -> SessionList:
    """A bot's conversations, newest first."""
    rows, next_cursor = await parts.sessions.page(caller, bot_id, limit, cursor)
    return SessionList(items=[shown(row) for row in rows], next_cursor=next_cursor)


@router.get("/sessions/{session_id}", tags=["sessions"])
async def session(session_id: UUID, caller: User, parts: Parts) -> SessionOut:
    """One conversation: where it stands and what it remembers."""
    return shown(*await parts.sessions.get(caller, session_id))


@router.get("/sessions/{session_id}/turns", tags=["sessions"])
async def turns(session_id: UUID, caller: User, parts: Parts, limit: Limit = 50, cursor: Cursor = None) -> TurnList:
    """What happened in a conversation and why, newest first."""
    rows, next_cursor = await parts.sessions.turns(caller, session_id, limit, cursor)
    return TurnList(items=[TurnOut.model_validate(row) for row in rows], next_cursor=next_cursor)


@router.get("/bots/{bot_id}/dead_letters", tags=["dead letters"])
async def dead_letters(
    bot_id: UUID, caller: User, parts: Parts, limit: Limit = 50, cursor: Cursor = None
) -> DeadLetterList:
    """What of a bot failed too often, newest first."""
    rows, next_cursor = await parts.dead_letters.page(caller, bot_id, limit, cursor)
    return DeadLetterList(items=[DeadLetterOut.model_validate(row) for row in rows], next_cursor=next_cursor)


@router.post("/dead_letters/{letter_id}/resend", tags=["dead letters"])
async def resend(letter_id: UUID, caller: User, parts: Parts) -> DeadLetterOut:
    """Send it again, as if it had never been tried; once for each time it failed."""
    return DeadLetterOut.model_validate(await parts.dead_letters.resend(caller, letter_id))
