"""Running a bot's sessions by hand: take over and hand back, answer, reset, move, delete. For editors of the bot."""

from uuid import UUID

from fastapi import APIRouter, Response

from dbcv.domains.accounts.endpoints import User
from dbcv.domains.conversations.endpoints.given import Parts
from dbcv.domains.conversations.schemas import MessageOut, MoveIn, ReplyIn, ResumeIn, SessionOut

router = APIRouter(tags=["sessions"])


@router.post("/sessions/{session_id}/pause")
async def pause(session_id: UUID, caller: User, parts: Parts) -> SessionOut:
    """Take over: the bot is silent from now on, what comes in is kept and shown, you answer.

    A turn that already waits for the outside world (`is_turn_running`) is finished first. Timers stand still.
    """
    return await parts.steering.pause(caller, session_id)


@router.post("/sessions/{session_id}/resume")
async def resume(session_id: UUID, caller: User, parts: Parts, wish: ResumeIn | None = None) -> SessionOut:
    """Hand back: the bot goes on where it stood, with the next event. What came in meanwhile is not answered late."""
    return await parts.steering.resume(caller, session_id, wish is not None and wish.answer_last)


@router.post("/sessions/{session_id}/messages", status_code=201)
async def reply(session_id: UUID, wish: ReplyIn, caller: User, parts: Parts) -> MessageOut:
    """Answer instead of the bot, while it is paused."""
    return MessageOut.model_validate(await parts.answering.reply(caller, session_id, wish))


@router.post("/sessions/{session_id}/reset")
async def reset(session_id: UUID, caller: User, parts: Parts) -> SessionOut:
    """Let a conversation begin anew with its next event: no step, no session variables. What was said stays."""
    return await parts.steering.reset(caller, session_id)


@router.post("/sessions/{session_id}/move")
async def move(session_id: UUID, wish: MoveIn, caller: User, parts: Parts) -> SessionOut:
    """Let a conversation wait in another step: nothing is said, the step handles the next event."""
    return await parts.steering.move(caller, session_id, wish.step_id)


@router.delete("/sessions/{session_id}", status_code=204)
async def delete(session_id: UUID, caller: User, parts: Parts) -> Response:
    """Delete a conversation with all that was said, remembered and recorded in it."""
    await parts.steering.delete(caller, session_id)
    return Response(status_code=204)
