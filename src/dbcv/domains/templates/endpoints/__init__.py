"""Templates over HTTP. `router` goes under /api/v1."""

from fastapi import APIRouter

from dbcv.domains.templates.endpoints import groups, instances, templates

router = APIRouter()
for part in (groups, templates, instances):
    router.include_router(part.router)

__all__ = ["router"]
