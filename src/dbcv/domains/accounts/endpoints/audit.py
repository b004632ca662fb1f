"""The whole audit log, for administrators. A bot's owner reads the bot's part of it at the bot."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query

from dbcv.domains.accounts.endpoints.callers import Admin, Db
from dbcv.domains.accounts.schemas import AuditEventOut, AuditList
from dbcv.domains.accounts.service import audit

router = APIRouter(tags=["audit"])


@router.get("/audit")
async def events(
    _: Admin,
    db: Db,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
    cursor: UUID | None = None,
    actor_id: UUID | None = None,
    object_id: UUID | None = None,
    bot_id: UUID | None = None,
    action: Annotated[str | None, Query(max_length=64, description='such as "bot.published"')] = None,
) -> AuditList:
    """Who changed what, newest first."""
    rows, next_cursor = await audit.page(
        db, limit, cursor, actor_id=actor_id, object_id=object_id, bot_id=bot_id, action=action
    )
    return AuditList(items=[AuditEventOut.model_validate(row) for row in rows], next_cursor=next_cursor)
