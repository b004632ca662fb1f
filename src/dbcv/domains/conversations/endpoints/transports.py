"""How a channel reaches people outside; and what vendors post, as a bare application (`routes`)."""

from uuid import UUID

from fastapi import APIRouter, Response
from starlette.routing import Route

from dbcv.domains.accounts.endpoints import User
from dbcv.domains.bots.endpoints.given import Spoken
from dbcv.domains.conversations import errors
from dbcv.domains.conversations.endpoints.given import Cursor, Limit, Parts
from dbcv.domains.conversations.endpoints.raw import (
    Answer,
    ClientLeftError,
    Receive,
    Scope,
    Send,
    read_body,
    send_answer,
    send_problem,
)
from dbcv.domains.conversations.schemas.transports import (
    SenderList,
    TransportForms,
    TransportIn,
    TransportOut,
    TransportTestIn,
    TransportTestOut,
)
from dbcv.domains.conversations.service import bot_channels
from dbcv.domains.conversations.service.links import names
from dbcv.kit.errors import AppError

router = APIRouter(prefix="/channels/{channel_id}/transport", tags=["transports"])
offered = APIRouter(tags=["transports"])


@router.get("")
async def transport(channel_id: UUID, caller: User, parts: Parts) -> TransportOut:
    """How your channel reaches people outside, and how that goes."""
    return await parts.transports.get(caller, channel_id)


@router.put("")
async def bind_transport(channel_id: UUID, wish: TransportIn, caller: User, parts: Parts) -> TransportOut:
    """Bind your channel to a transport, with a credential of its default bot. The service is asked first."""
    return await parts.transports.bind(caller, channel_id, wish)


@router.delete("", status_code=204)
async def unbind_transport(channel_id: UUID, caller: User, parts: Parts) -> Response:
    """Your channel is on our pages only."""
    await parts.transports.unbind(caller, channel_id)
    return Response(status_code=204)


@router.post("/test")
async def test_transport(
    channel_id: UUID, caller: User, parts: Parts, wish: TransportTestIn | None = None
) -> TransportTestOut:
    """Ask the service whether it knows the credential; with `external_id` also send that person a message."""
    return await parts.transports.test(caller, channel_id, wish)


@offered.get("/transports")
async def list_transports(_: User, parts: Parts, language: Spoken) -> TransportForms:
    """Ways to people outside: what each is, what to do for it and the form of its config, in the language of
    Accept-Language."""
    return TransportForms(items=await parts.transports.forms(language))


@offered.get("/channels/{channel_id}/senders")
async def list_senders(
    channel_id: UUID, caller: User, parts: Parts, limit: Limit = 50, cursor: Cursor = None
) -> SenderList:
    """People outside who have written to your channel by its transport or webhook, newest first."""
    items, next_cursor = await bot_channels.senders(parts.db, parts.channels, caller, channel_id, limit, cursor)
    return SenderList(items=items, next_cursor=next_cursor)


class PostUpdate:
    """`POST /channels/{channel_id}/NAME`: what the vendor calls; 200 once it is kept."""

    def __init__(self, name: str) -> None:
        self._name = name

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        parts = scope["app"].state.conversations
        try:
            channel_id = UUID(scope["path_params"]["channel_id"])
            headers = dict(scope["headers"])
            _check_is_json(headers)
            body = await read_body(receive, headers, parts.settings.max_message_bytes)
            await parts.transports.take(channel_id, self._name, headers, body)
        except ValueError:
            await send_problem(send, errors.no_channel())
        except AppError as error:
            await send_problem(send, error)
        except ClientLeftError:
            return
        else:
            await send_answer(send, Answer(200, {"ok": True}))


def _check_is_json(headers: dict[bytes, bytes]) -> None:
    kind = headers.get(b"content-type", b"application/json").partition(b";")[0].strip().lower()
    if kind != b"application/json":
        raise errors.invalid_field("", "is not JSON", "Send JSON with `Content-Type: application/json`")


def routes() -> list[Route]:
    """One for each installed transport, relative to the API's prefix."""
    return [Route(f"/channels/{{channel_id}}/{name}", PostUpdate(name), methods=["POST"]) for name in names()]
