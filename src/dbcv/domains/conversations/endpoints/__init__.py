"""Conversations over HTTP. `router` goes under /api/v1, and so do the hot `posting.routes()`, which `describe` adds to
the OpenAPI page."""

from fastapi import APIRouter

from dbcv.domains.conversations.endpoints import channels, posting, sessions, steering
from dbcv.domains.conversations.endpoints.openapi import describe

router = APIRouter()
router.include_router(channels.router)
router.include_router(sessions.router)
router.include_router(steering.router)

__all__ = ["describe", "posting", "router"]
