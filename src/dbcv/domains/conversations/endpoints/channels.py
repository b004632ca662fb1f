"""Channels, who takes part in them, what was said there, and the visitors' way in."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Request, Response

from dbcv.domains.accounts.endpoints import Caller, User, token_out
from dbcv.domains.accounts.schemas import TokenOut
from dbcv.domains.conversations.endpoints.given import Cursor, Limit, Parts
from dbcv.domains.conversations.schemas import (
    AnonymousTokenIn,
    ChannelIn,
    ChannelList,
    ChannelOut,
    ChannelPatch,
    MessageList,
    MessageOut,
    SubscribeIn,
    SubscriberList,
    SubscriberOut,
)
from dbcv.domains.conversations.schemas.transports import BotChannelList, BotChannelOut
from dbcv.domains.conversations.service.bot_channels import of_bot, one_of_bot
from dbcv.domains.conversations.service.channels import shown
from dbcv.domains.conversations.service.messages import message_for, messages_for

router = APIRouter()


@router.post("/login/anonymous-access-token", tags=["login"])
async def anonymous_token(wish: AnonymousTokenIn, request: Request, parts: Parts) -> TokenOut:
    """Begin to talk in a public channel without an account. Keep the token: it is who you are there."""
    parts.visitors.take(request.client.host if request.client else "")
    return token_out(await parts.channels.visitor_token(wish.channel_id))


@router.post("/channels", status_code=201, tags=["channels"])
async def create_channel(wish: ChannelIn, caller: User, parts: Parts) -> ChannelOut:
    """Make a channel; its default bot must be one you may change."""
    return shown(await parts.channels.create(caller, wish), caller)


@router.get("/channels", tags=["channels"])
async def channels(caller: Caller, parts: Parts, limit: Limit = 50, cursor: Cursor = None) -> ChannelList:
    """Your channels and those you take part in, newest first."""
    rows, next_cursor = await parts.channels.page(caller, limit, cursor)
    return ChannelList(items=[shown(row, caller) for row in rows], next_cursor=next_cursor)


@router.get("/bots/{bot_id}/channels", tags=["channels"])
async def bot_channels(
    bot_id: UUID, caller: User, parts: Parts, limit: Limit = 50, cursor: Cursor = None
) -> BotChannelList:
    """Channels that a bot answers in, newest first, and how each does. Whoever may see the bot sees them; only their
    owner changes them."""
    items, next_cursor = await of_bot(parts.db, parts.bots, caller, bot_id, limit, cursor)
    return BotChannelList(items=items, next_cursor=next_cursor)


@router.get("/bots/{bot_id}/channels/{channel_id}", tags=["channels"])
async def bot_channel(bot_id: UUID, channel_id: UUID, caller: User, parts: Parts) -> BotChannelOut:
    """One of the channels that a bot answers in, and how it does."""
    return await one_of_bot(parts.db, parts.bots, caller, bot_id, channel_id)


@router.get("/channels/{channel_id}", tags=["channels"])
async def channel(channel_id: UUID, caller: Caller, parts: Parts) -> ChannelOut:
    """One channel."""
    return shown(await parts.channels.seen_by(caller, channel_id), caller)


@router.patch("/channels/{channel_id}", tags=["channels"])
async def change_channel(channel_id: UUID, patch: ChannelPatch, caller: Caller, parts: Parts) -> ChannelOut:
    """Change your channel."""
    return shown(await parts.channels.change(caller, channel_id, patch), caller)


@router.delete("/channels/{channel_id}", status_code=204, tags=["channels"])
async def delete_channel(channel_id: UUID, caller: Caller, parts: Parts) -> Response:
    """Delete your channel with all that was said in it."""
    await parts.transports.leave(caller, channel_id)
    await parts.channels.delete(caller, channel_id)
    return Response(status_code=204)


@router.post("/channels/{channel_id}/subscribe", tags=["channels"])
async def subscribe(channel_id: UUID, caller: Caller, parts: Parts, wish: SubscribeIn | None = None) -> SubscriberOut:
    """Take part in a public channel, or add an account or a bot to your own. A bot that takes part hears other bots."""
    return await parts.channels.subscribe(caller, channel_id, wish.subscriber_id if wish else None)


@router.get("/channels/{channel_id}/subscribers", tags=["channels"])
async def subscribers(
    channel_id: UUID, caller: Caller, parts: Parts, limit: Limit = 50, cursor: Cursor = None
) -> SubscriberList:
    """Who takes part in your channel."""
    items, next_cursor = await parts.channels.subscribers(caller, channel_id, limit, cursor)
    return SubscriberList(items=items, next_cursor=next_cursor)


@router.delete("/channels/{channel_id}/subscribers/{subscriber_id}", status_code=204, tags=["channels"])
async def unsubscribe(channel_id: UUID, subscriber_id: UUID, caller: Caller, parts: Parts) -> Response:
    """Leave a channel, or take somebody out of your own."""
    await parts.channels.unsubscribe(caller, channel_id, subscriber_id)
    return Response(status_code=204)


@router.get("/channels/{channel_id}/messages", tags=["messages"])
async def messages(
    channel_id: UUID,
    caller: Caller,
    parts: Parts,
    limit: Limit = 50,
    cursor: Cursor = None,
    after: Annotated[UUID | None, Query(description="only newer than this message, oldest first")] = None,
) -> MessageList:
    """What was said between you and the channel's bots, newest first; the channel's owner sees everything.

    With `after` the page is newer than that message and oldest first, and `next_cursor` is the next page's `after`.
    """
    room = await parts.rooms.enter(channel_id, caller)
    rows = await messages_for(parts.db, room, caller, limit + 1, cursor, after)
    next_cursor = str(rows[limit - 1].id) if len(rows) > limit else None
    return MessageList(items=[MessageOut.model_validate(row) for row in rows[:limit]], next_cursor=next_cursor)


@router.get("/messages/{message_id}", tags=["messages"])
async def message(message_id: UUID, caller: Caller, parts: Parts) -> MessageOut:
    """One message that you said, that you were told, or that was said in your channel."""
    return MessageOut.model_validate(await message_for(parts.db, caller, message_id))
