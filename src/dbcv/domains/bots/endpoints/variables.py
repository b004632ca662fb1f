"""Who uses a variable, over HTTP: for the editor's rename, delete and "where is this set"."""

import asyncio
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query

from dbcv.domains.accounts.endpoints import User
from dbcv.domains.bots import errors
from dbcv.domains.bots.document.usage.listing import VariableUsage, usage_page
from dbcv.domains.bots.endpoints.given import Service
from dbcv.engine.paths import MAX_PATH_CHARS, PathError

router = APIRouter(prefix="/bots", tags=["bots"])
MAX_CURSOR_CHARS = 2 * MAX_PATH_CHARS


@router.get("/{bot_id}/variables/usage")
async def usage(
    bot_id: UUID,
    caller: User,
    service: Service,
    path: Annotated[str | None, Query(min_length=1, max_length=MAX_PATH_CHARS, examples=["session.age"])] = None,
    limit: Annotated[int, Query(ge=1, le=1_000)] = 200,
    cursor: Annotated[str, Query(max_length=MAX_CURSOR_CHARS)] = "",
) -> VariableUsage:
    """Where the draft sets and reads its variables: in which rule, text, request, code, mapping.

    With `path` only that variable, what it is part of and what is part of it; without, every variable by name.
    """
    seen, document = await service.seen_draft(caller.id, bot_id)
    try:
        return await asyncio.to_thread(usage_page, document, seen.row.version, path, limit, cursor)
    except PathError as error:
        raise errors.no_path(str(error)) from error
