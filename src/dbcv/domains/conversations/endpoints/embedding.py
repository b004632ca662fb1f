"""What a page that shows a chat asks for, and what a visitor's chat asks and tells."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Header, Request, Response

from dbcv.domains.accounts.endpoints import Caller, User
from dbcv.domains.conversations.endpoints.given import Parts
from dbcv.domains.conversations.schemas.embedding import EmbedLook, EmbedSecretOut, FactsIn, FactsKept, VisitOut

router = APIRouter(tags=["channels"])
public = APIRouter()
"""For /embed.js, outside of the API."""


def hosts_of(request: Request) -> list[str]:
    """Under which names this installation was asked, by the browser and by a proxy in front."""
    return [request.headers.get(name, "") for name in ("host", "x-forwarded-host")]


@public.get("/embed/{channel_id}", include_in_schema=False)
async def look(
    channel_id: UUID, request: Request, response: Response, parts: Parts, origin: Annotated[str | None, Header()] = None
) -> EmbedLook:
    """How a channel's chat looks on the page that asks; only pages that may show it are told."""
    response.headers["Vary"] = "Origin"
    found = await parts.embedding.look(channel_id, origin, hosts_of(request))
    if origin is not None:
        response.headers["Access-Control-Allow-Origin"] = origin
    response.headers["Cache-Control"] = "no-cache"
    return found


@router.get("/channels/{channel_id}/me")
async def visit(channel_id: UUID, caller: Caller, parts: Parts) -> VisitOut:
    """A channel as you, who talk there, need it: its bots, and whether a person answers you in their place."""
    return await parts.embedding.visit(caller, channel_id)


@router.put("/channels/{channel_id}/me")
async def introduce(channel_id: UUID, wish: FactsIn, caller: Caller, parts: Parts) -> FactsKept:
    """Tell the channel's bots about yourself, as the page around the chat does. For visitors without an account."""
    return await parts.embedding.introduce(caller, channel_id, wish)


@router.post("/channels/{channel_id}/embed_secret", status_code=201)
async def new_embed_secret(channel_id: UUID, caller: User, parts: Parts) -> EmbedSecretOut:
    """Make the secret that your server signs facts about visitors with; the one before is good no more."""
    return await parts.embedding.new_secret(caller, channel_id)
