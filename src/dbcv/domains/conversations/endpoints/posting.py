"""`POST /messages` and the webhooks as bare ASGI applications: the hot way in. FastAPI's parsing would halve its pace.

`routes` puts them into the API's router; `openapi.py` describes them in the same words that the code decodes by.
"""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from starlette.routing import Route

from dbcv.domains.conversations import errors
from dbcv.domains.conversations.endpoints import transports
from dbcv.domains.conversations.endpoints.raw import (
    Answer,
    ClientLeftError,
    Receive,
    Scope,
    Send,
    caller_of,
    read_body,
    send_answer,
    send_problem,
    wait_of,
)
from dbcv.domains.conversations.service.accept import Accepted, Inbound
from dbcv.domains.conversations.service.conversations import Conversations
from dbcv.domains.conversations.service.messages import kept_message, read_message
from dbcv.domains.conversations.service.order import Place
from dbcv.domains.conversations.service.replies import Replies, Wait, answer
from dbcv.domains.conversations.service.views import kept_view, message_view
from dbcv.kit.errors import AppError


class _Posting:
    """What both ways in share: errors become problem+json, and who asks for it waits for the end of the turn."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            answered = await self.take(scope["app"].state.conversations, scope, receive)
        except AppError as error:
            await send_problem(send, error)
        except ClientLeftError:
            return
        else:
            await send_answer(send, answered)

    async def take(self, parts: Conversations, scope: Scope, receive: Receive) -> Answer:
        raise AssertionError("each way in has its own")


class PostMessage(_Posting):
    """`POST /messages`."""

    async def take(self, parts: Conversations, scope: Scope, receive: Receive) -> Answer:
        headers = dict(scope["headers"])
        async with parts.order.place(headers.get(b"authorization")) as place:
            caller = await caller_of(parts.tokens, headers, "conversations:write")
            body = await read_body(receive, headers, parts.settings.max_message_bytes)
            inbound = await parts.messages.address(caller, read_message(body))
            return await _keep(parts, inbound, wait_of(headers), place)


class PostWebhook(_Posting):
    """`POST /channels/{channel_id}/message` and `/channels/{channel_id}/{bot_id}/message`."""

    async def take(self, parts: Conversations, scope: Scope, receive: Receive) -> Answer:
        headers = dict(scope["headers"])
        channel_id, bot_id = _ids(scope["path_params"])
        async with parts.order.place(channel_id):
            room = await parts.webhooks.admit(channel_id, headers)
            _check_is_json(headers)
            body = await read_body(receive, headers, parts.settings.max_message_bytes)
            post = parts.webhooks.read(room, bot_id, body)
            place = parts.order.place((channel_id, post.sender))
        # Each sender's own row from here on: one whom nobody knows yet must not hold up the others.
        async with place:
            inbound = await parts.webhooks.address(post)
            return await _keep(parts, inbound, wait_of(headers), place)


def _ids(path: Mapping[str, str]) -> tuple[UUID, UUID | None]:
    try:
        return UUID(path["channel_id"]), UUID(path["bot_id"]) if "bot_id" in path else None
    except ValueError as error:
        raise errors.no_channel() from error


def _check_is_json(headers: Mapping[bytes, bytes]) -> None:
    kind = headers.get(b"content-type", b"application/json").partition(b";")[0].strip().lower()
    if kind != b"application/json" and not kind.endswith(b"+json"):
        raise errors.invalid_field("", "is not JSON", "Send JSON with `Content-Type: application/json`")


async def _keep(parts: Conversations, inbound: Inbound, wait_seconds: float, place: Place[Any]) -> Answer:
    """202 once it is kept; with a wait 200 once the turn is over. `place` is left as soon as its order is fixed."""
    if not wait_seconds:
        keeping = parts.acceptor.offer(inbound)
        place.leave()
        accepted = await keeping
        return Answer(202, {"message": await _message(parts, inbound, accepted)})
    wait = parts.replies.expect(inbound.id)
    try:
        keeping = parts.acceptor.offer(inbound)
        place.leave()
        accepted = await keeping
        return await _answered(parts, inbound, accepted, wait, wait_seconds)
    finally:
        parts.replies.forget(wait)


async def _message(parts: Conversations, inbound: Inbound, accepted: Accepted) -> dict[str, object]:
    """The message that was kept; of a second copy the first one, whose words may be others."""
    if accepted.is_copy:
        return message_view(await kept_message(parts.db, accepted.id))
    return kept_view(inbound, accepted)


async def _answered(parts: Conversations, inbound: Inbound, accepted: Accepted, wait: Wait, seconds: float) -> Answer:
    """200 with the replies, or 202 when the turn was not over in time."""
    message = await _message(parts, inbound, accepted)
    if accepted.is_copy:
        ending = await _first_copys_ending(parts.replies, accepted, seconds)
    else:
        ending = await parts.replies.ending(wait, seconds)
    if ending is None:
        return Answer(202, {"message": message})
    return Answer(200, answer(message, ending), [(b"preference-applied", b"wait")])


async def _first_copys_ending(replies: Replies, accepted: Accepted, seconds: float) -> dict[str, object] | None:
    """The first copy's turn may be over long since: ask the database before waiting."""
    wait = replies.expect(accepted.id)
    try:
        await replies.look([wait])
        return await replies.ending(wait, seconds)
    finally:
        replies.forget(wait)


def routes() -> list[Route]:
    """The hot routes, relative to the API's prefix."""
    return [
        Route("/messages", PostMessage(), methods=["POST"]),
        Route("/channels/{channel_id}/message", PostWebhook(), methods=["POST"]),
        Route("/channels/{channel_id}/{bot_id}/message", PostWebhook(), methods=["POST"]),
        *transports.routes(),
    ]
