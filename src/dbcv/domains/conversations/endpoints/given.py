"""What the endpoints of this domain are given: the domain's parts, a page's place."""

from typing import Annotated
from uuid import UUID

from fastapi import Depends, Query, Request

from dbcv.domains.conversations.service.conversations import Conversations


async def _conversations(request: Request) -> Conversations:
    parts: Conversations = request.app.state.conversations
    return parts


Parts = Annotated[Conversations, Depends(_conversations)]
Limit = Annotated[int, Query(ge=1, le=200)]
Cursor = Annotated[UUID | None, Query(description="`next_cursor` of the page before")]
