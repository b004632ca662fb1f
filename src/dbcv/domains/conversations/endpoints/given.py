"""What the endpoints of this domain are given: the domain's parts, a page's place, which sessions are wanted."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import Depends, Query, Request
from pydantic import AwareDatetime

from dbcv.domains.conversations.schemas import MAX_STEP_ID, SessionFilter
from dbcv.domains.conversations.service.conversations import Conversations


async def _conversations(request: Request) -> Conversations:
    parts: Conversations = request.app.state.conversations
    return parts


Parts = Annotated[Conversations, Depends(_conversations)]
Limit = Annotated[int, Query(ge=1, le=200)]
Cursor = Annotated[UUID | None, Query(description="`next_cursor` of the page before")]
Moment = Annotated[AwareDatetime | None, Query(examples=["2026-01-01T00:00:00Z"])]


async def _session_filter(
    user_id: Annotated[UUID | None, Query(description="of this person")] = None,
    step_id: Annotated[str | None, Query(max_length=MAX_STEP_ID, description="waiting in this step")] = None,
    revision: Annotated[int | None, Query(ge=1, le=2**31 - 1, description="last turn on this revision")] = None,
    active_since: Moment = None,
    is_paused: Annotated[bool | None, Query(description="a person answers instead of the bot")] = None,
) -> SessionFilter:
    since: datetime | None = active_since
    return SessionFilter(None, user_id, step_id, revision, since, is_paused)


Wanted = Annotated[SessionFilter, Depends(_session_filter)]
