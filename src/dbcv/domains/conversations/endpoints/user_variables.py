"""What a bot remembers of everybody who talks to it (`user.*`), as a table: pages, CSV, edits of many."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Query
from fastapi.responses import StreamingResponse

from dbcv.domains.accounts.endpoints import User
from dbcv.domains.conversations.endpoints.given import Parts
from dbcv.domains.conversations.schemas.user_variables import PeopleChanged, PeoplePatch, PeopleVariables
from dbcv.domains.conversations.service.user_variables import UserVariables

router = APIRouter(prefix="/bots/{bot_id}/users", tags=["variables"])
_CSV: dict[int | str, dict[str, Any]] = {200: {"content": {"text/csv": {"schema": {"type": "string"}}}}}


async def _service(parts: Parts) -> UserVariables:
    return UserVariables(parts.db, parts.bots)


Service = Annotated[UserVariables, Depends(_service)]


@router.get("/variables")
async def people(
    bot_id: UUID,
    caller: User,
    service: Service,
    limit: Annotated[int, Query(ge=1, le=50)] = 50,
    cursor: Annotated[UUID | None, Query(description="`next_cursor` of the page before")] = None,
) -> PeopleVariables:
    """Everybody who talks to the bot, by id, with what is remembered of them."""
    return await service.page(caller, bot_id, limit, cursor)


@router.patch("/variables")
async def change_people(
    bot_id: UUID,
    patch: PeoplePatch,
    caller: User,
    service: Service,
    dry_run: Annotated[bool, Query(description="only say whether it could be done")] = False,
) -> PeopleChanged:
    """Edit the variables of many people, all or nothing. For editors of the bot."""
    return await service.change(caller, bot_id, patch, is_dry=dry_run)


@router.get("/variables.csv", response_class=StreamingResponse, responses=_CSV)
async def people_as_csv(bot_id: UUID, caller: User, service: Service) -> StreamingResponse:
    """The whole table as CSV: a row for each person, a column for each variable.

    A cell holds a text as it is, anything else as JSON, and as a JSON text in quotes what would be taken for another
    type or for a formula; an empty cell is a variable that is not there.
    """
    pieces = await service.as_csv(caller, bot_id)
    headers = {"Content-Disposition": f'attachment; filename="variables-{bot_id}.csv"'}
    return StreamingResponse(pieces, media_type="text/csv; charset=utf-8", headers=headers)
