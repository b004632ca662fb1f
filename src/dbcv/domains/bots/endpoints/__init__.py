"""Bots over HTTP. `router` goes under /api/v1."""

from fastapi import APIRouter

from dbcv.domains.bots.endpoints import bots, variables

router = APIRouter()
router.include_router(bots.router)
router.include_router(variables.router)

__all__ = ["router"]
