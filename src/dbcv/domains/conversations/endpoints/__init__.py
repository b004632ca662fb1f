"""Conversations over HTTP. `router` goes under /api/v1, and so do the hot `posting.routes()`, which `describe` adds to
the OpenAPI page."""

from fastapi import APIRouter

from dbcv.domains.conversations.endpoints import (
    bot_figures,
    channels,
    embedding,
    inbox,
    posting,
    search,
    sessions,
    steering,
    transports,
    user_variables,
    variables,
)
from dbcv.domains.conversations.endpoints.openapi import describe

router = APIRouter()
router.include_router(channels.router)
router.include_router(embedding.router)
public = embedding.public
router.include_router(bot_figures.router)
router.include_router(inbox.router)
router.include_router(search.router)
router.include_router(sessions.router)
router.include_router(steering.router)
router.include_router(transports.router)
router.include_router(transports.offered)
router.include_router(user_variables.router)
router.include_router(variables.router)

__all__ = ["describe", "posting", "public", "router"]
