"""Files and icons over HTTP. `router` goes under /api/v1, `public` to the root: addresses that pages and chats show."""

from fastapi import APIRouter

from dbcv.domains.media.endpoints import attachments, icons

router = APIRouter()
router.include_router(attachments.router)
router.include_router(icons.router)
public = icons.public

__all__ = ["public", "router"]
