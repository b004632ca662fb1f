"""The gallery over HTTP: ready bots to look at, and to make one's own of."""

from typing import Annotated

from fastapi import APIRouter, Path, Response

from dbcv.domains.accounts.endpoints import Developer, User
from dbcv.domains.bots.endpoints.bots import changed
from dbcv.domains.bots.endpoints.given import Service, Spoken
from dbcv.domains.bots.schemas import FromGalleryIn, GalleryList, ImportOut
from dbcv.domains.bots.service import gallery

router = APIRouter(prefix="/gallery", tags=["gallery"])


@router.get("")
async def items(_: User, language: Spoken) -> GalleryList:
    """Ready bots to start from, in the language of Accept-Language."""
    return GalleryList(items=await gallery.items(language))


@router.post("/{item_id}", status_code=201)
async def create(
    item_id: Annotated[str, Path(max_length=100)],
    caller: Developer,
    service: Service,
    language: Spoken,
    response: Response,
    wish: FromGalleryIn | None = None,
) -> ImportOut:
    """Make a bot of your own like one of the gallery, in the language of Accept-Language."""
    name = wish.name if wish else None
    return changed(await gallery.create(service, caller.id, item_id, language, name), response)
