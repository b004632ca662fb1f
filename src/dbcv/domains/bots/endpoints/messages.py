"""What a step says, as a part of its own: `/steps/{id}/message`."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Response

from dbcv.domains.accounts.endpoints import User
from dbcv.domains.bots import errors
from dbcv.domains.bots.document.part_shapes import MessagePart
from dbcv.domains.bots.endpoints.changes import edited, problems
from dbcv.domains.bots.endpoints.given import KnownVersion, Service, Shown, Spoken
from dbcv.domains.bots.endpoints.part_models import StepMessageOut, shown
from dbcv.domains.bots.schemas import ChangesOut, Fields, Language
from dbcv.domains.bots.schemas import KnownVersion as Known
from dbcv.domains.bots.service import Bots
from dbcv.domains.bots.service.working_set import Change

router = APIRouter(prefix="/steps/{step_id}/message", tags=["steps"])
Wish = Annotated[dict[str, Any], Shown(MessagePart)]


@router.get("", response_model=StepMessageOut)
async def message(step_id: UUID, caller: User, service: Service, response: Response) -> Any:
    """What the step says; 404 if it says nothing."""
    seen, (_, _, step) = await service.parts.one(caller.id, "step", step_id)
    if step["message"] is None:
        raise errors.no_such_part("message")
    response.headers["ETag"] = f'"{seen.row.version}"'
    return shown(step_id, seen.row.id, seen.row.version, step["message"])


@router.put("", response_model=StepMessageOut)
async def replace_message(
    step_id: UUID,
    wish: Wish,
    caller: User,
    service: Service,
    version: KnownVersion,
    language: Spoken,
    response: Response,
) -> Any:
    """Let the step say this, and nothing of what it said before."""
    unsaid = MessagePart().model_dump()
    seen, (_, _, step) = await service.parts.one(caller.id, "step", step_id)
    change = Change("add" if step["message"] is None else "update", "message", step_id, unsaid | wish)
    return await _write(service, caller.id, seen.row.id, change, version, language, response)


@router.patch("", response_model=StepMessageOut)
async def change_message(
    step_id: UUID,
    wish: Wish,
    caller: User,
    service: Service,
    version: KnownVersion,
    language: Spoken,
    response: Response,
) -> Any:
    """Change the fields that are given."""
    seen, _ = await service.parts.one(caller.id, "step", step_id)
    change = Change("update", "message", step_id, wish)
    return await _write(service, caller.id, seen.row.id, change, version, language, response)


@router.delete("")
async def remove_message(
    step_id: UUID, caller: User, service: Service, version: KnownVersion, language: Spoken, response: Response
) -> ChangesOut:
    """Let the step say nothing."""
    seen, _ = await service.parts.one(caller.id, "step", step_id)
    change = Change("remove", "message", step_id, {})
    done = await service.parts.change(caller.id, seen.row.id, [change], version, language, alone=True)
    return edited(done, response)


async def _write(
    service: Bots, caller_id: UUID, bot_id: UUID, change: Change, known: Known, language: Language, response: Response
) -> Any:
    done = await service.parts.change(caller_id, bot_id, [change], known, language, alone=True)
    response.headers["ETag"] = f'"{done.bot.row.version}"'
    _, step_id, step = done.parts[0]
    fields: Fields = step["message"] | {"problems": problems(done.problems)}
    return shown(step_id, bot_id, done.bot.row.version, fields)
