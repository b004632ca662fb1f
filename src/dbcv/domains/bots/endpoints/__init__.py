"""Bots over HTTP. `router` goes under /api/v1."""

from fastapi import APIRouter

from dbcv.domains.bots.endpoints import bots

router = APIRouter()
router.include_router(bots.router)

__all__ = ["router"]
