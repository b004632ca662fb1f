"""Bots and their parts over HTTP. `router` goes under /api/v1."""

from fastapi import APIRouter

from dbcv.domains.bots.endpoints import (
    bots,
    changes,
    code,
    gallery,
    integrations,
    messages,
    parts,
    presets,
    requests,
    sharing,
    tests,
    variables,
)

router = APIRouter()
router.include_router(sharing.router)
for part in (bots, changes, code, gallery, integrations, parts, messages, presets, requests, tests, variables):
    router.include_router(part.router)

__all__ = ["router"]
