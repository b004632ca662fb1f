"""Finding messages."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query

from dbcv.domains.accounts.endpoints import Caller
from dbcv.domains.conversations.endpoints.given import Cursor, Limit, Moment, Parts
from dbcv.domains.conversations.schemas import MessageList, MessageOut
from dbcv.domains.conversations.service.search import Wish

router = APIRouter()

Words = Annotated[
    str | None,
    Query(
        min_length=1,
        max_length=200,
        pattern=r"^[^\x00]*$",
        description='words in Russian or English, in any form; "exact words" in quotes, or, -without',
        examples=["delivery -tomorrow"],
    ),
]


@router.get("/messages", tags=["messages"])
async def find_messages(
    caller: Caller,
    parts: Parts,
    channel_id: Annotated[UUID | None, Query(description="in this channel")] = None,
    bot_id: Annotated[UUID | None, Query(description="in the sessions of this bot")] = None,
    query: Words = None,
    session_id: Annotated[UUID | None, Query(description="in this session")] = None,
    sender_id: Annotated[UUID | None, Query(description="said by this subscriber")] = None,
    since: Moment = None,
    until: Moment = None,
    limit: Limit = 50,
    cursor: Cursor = None,
) -> MessageList:
    """Find messages in a channel or a bot, newest first; in another's channel what was said with you.

    A message is found by its words about a second after it was kept. With filters a page may hold fewer than `limit`:
    go on while there is a `next_cursor`.
    """
    wish = Wish(channel_id, bot_id, query, session_id, sender_id, since, until)
    rows, next_cursor = await parts.search.page(caller, wish, limit, cursor)
    return MessageList(items=[MessageOut.model_validate(row) for row in rows], next_cursor=next_cursor)
