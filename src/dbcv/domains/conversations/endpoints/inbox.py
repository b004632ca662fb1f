"""A bot's inbox: for those who may see the bot."""

from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter, Query

from dbcv.domains.accounts.endpoints import User
from dbcv.domains.conversations.endpoints.given import Limit, Moment, Parts
from dbcv.domains.conversations.schemas.inbox import InboxCounts, InboxList, InboxWish

router = APIRouter(tags=["sessions"])

Cursor = Annotated[str | None, Query(max_length=60, description="`next_cursor` of the page before")]
Standing = Annotated[
    Literal["waiting", "person"] | None,
    Query(description='"waiting": the bot asked for a person; "person": a person answers'),
]


@router.get("/bots/{bot_id}/inbox")
async def inbox(
    bot_id: UUID,
    caller: User,
    parts: Parts,
    channel_id: Annotated[UUID | None, Query(description="in this channel")] = None,
    standing: Standing = None,
    has_failed: Annotated[bool, Query(description="with a turn among the bot's newest failed ones")] = False,
    active_since: Moment = None,
    limit: Limit = 50,
    cursor: Cursor = None,
) -> InboxList:
    """Conversations with their last words, the latest activity first.

    They come from the bot's newest 10,000 and from those in which somebody spoke lately; older ones are found by
    their words (`GET /messages`).
    """
    wish = InboxWish(channel_id, standing, has_failed, active_since)
    return await parts.inbox.page(caller, bot_id, wish, limit, cursor)


@router.get("/bots/{bot_id}/inbox/counts")
async def counts(bot_id: UUID, caller: User, parts: Parts) -> InboxCounts:
    """How much in the inbox asks for a person."""
    return await parts.inbox.counts(caller, bot_id)
