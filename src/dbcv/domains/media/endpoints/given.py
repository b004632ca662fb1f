"""What the endpoints of this domain are given."""

from typing import Annotated

from fastapi import Depends, Query, Request

from dbcv.domains.media.service.attachments import Attachments
from dbcv.domains.media.service.icons import IconService


async def _attachments(request: Request) -> Attachments:
    service: Attachments = request.app.state.attachments
    return service


async def _icons(request: Request) -> IconService:
    service: IconService = request.app.state.icons
    return service


Files = Annotated[Attachments, Depends(_attachments)]
Icons = Annotated[IconService, Depends(_icons)]
Limit = Annotated[int, Query(ge=1, le=200)]
