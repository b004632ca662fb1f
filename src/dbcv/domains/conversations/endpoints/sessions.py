"""Sessions, their turns, and what failed too often: for those who may see the bot."""

from dataclasses import replace
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Response

from dbcv.domains.accounts.endpoints import User
from dbcv.domains.conversations.endpoints.given import Cursor, Limit, Parts, Wanted
from dbcv.domains.conversations.schemas import (
    DeadLetterList,
    DeadLetterOut,
    MessageList,
    MessageOut,
    SessionList,
    SessionOut,
    SessionSummary,
    TurnList,
    TurnOut,
)

router = APIRouter()


@router.get("/bots/{bot_id}/sessions", tags=["sessions"])
async def sessions(
    bot_id: UUID,
    caller: User,
    parts: Parts,
    wanted: Wanted,
    channel_id: Annotated[UUID | None, Query(description="in this channel")] = None,
    limit: Limit = 50,
    cursor: Cursor = None,
) -> SessionList:
    """Where everybody is: a bot's conversations, newest first. With filters go on while there is a `next_cursor`."""
    return await parts.sessions.of_bot(caller, bot_id, replace(wanted, channel_id=channel_id), limit, cursor)


@router.get("/bots/{bot_id}/sessions/summary", tags=["sessions"])
async def summary(bot_id: UUID, caller: User, parts: Parts) -> SessionSummary:
    """How many of a bot's conversations are on which revision and in which step."""
    return await parts.sessions.summary(caller, bot_id)


@router.get("/channels/{channel_id}/sessions", tags=["sessions"])
async def sessions_of_channel(
    channel_id: UUID, caller: User, parts: Parts, wanted: Wanted, limit: Limit = 50, cursor: Cursor = None
) -> SessionList:
    """The conversations in your channel, newest first. With filters go on while there is a `next_cursor`."""
    return await parts.sessions.of_channel(caller, channel_id, replace(wanted, channel_id=channel_id), limit, cursor)


@router.get("/sessions/{session_id}", tags=["sessions"])
async def session(session_id: UUID, caller: User, parts: Parts) -> SessionOut:
    """One conversation: where it stands and what it remembers."""
    return await parts.sessions.get(caller, session_id)


@router.get("/sessions/{session_id}/messages", tags=["sessions"])
async def transcript(
    session_id: UUID, caller: User, parts: Parts, limit: Limit = 50, cursor: Cursor = None
) -> MessageList:
    """What was said in a conversation, newest first: by the person, the bot, and those who answered in its place."""
    rows, next_cursor = await parts.sessions.transcript(caller, session_id, limit, cursor)
    return MessageList(items=[MessageOut.model_validate(row) for row in rows], next_cursor=next_cursor)


@router.get("/sessions/{session_id}/turns", tags=["sessions"])
async def turns(session_id: UUID, caller: User, parts: Parts, limit: Limit = 50, cursor: Cursor = None) -> TurnList:
    """What happened in a conversation and why, newest first."""
    items, next_cursor = await parts.sessions.turns(caller, session_id, limit, cursor)
    return TurnList(items=items, next_cursor=next_cursor)


@router.get("/sessions/{session_id}/turns/{turn_id}", tags=["sessions"])
async def turn(session_id: UUID, turn_id: UUID, caller: User, parts: Parts) -> TurnOut:
    """One turn; its id is that of the message (or other event) that began it."""
    return await parts.sessions.turn(caller, session_id, turn_id)


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


@router.delete("/dead_letters/{letter_id}", status_code=204, tags=["dead letters"])
async def drop(letter_id: UUID, caller: User, parts: Parts) -> Response:
    """Forget it: it can no longer be sent again. What was sent again goes on its way."""
    await parts.dead_letters.drop(caller, letter_id)
    return Response(status_code=204)
