"""Icons: a public address for each, a list of all, and an administrator's way to add some."""

from typing import Annotated

from fastapi import APIRouter, Header, Query, Request, Response

from dbcv.domains.accounts.endpoints import Admin, User
from dbcv.domains.media import errors
from dbcv.domains.media.endpoints.given import Icons, Limit
from dbcv.domains.media.schemas import IconList, IconName, IconOut
from dbcv.domains.media.service.icons import Icon
from dbcv.domains.media.service.vectors import MAX_BYTES

router = APIRouter(prefix="/icons", tags=["icons"])
public = APIRouter(tags=["icons"])
_SVG = {"image/svg+xml": {"schema": {"type": "string"}, "example": '<svg xmlns="http://www.w3.org/2000/svg"/>'}}
_BODY = {"requestBody": {"required": True, "content": _SVG}}
_HEADERS = {
    "Cache-Control": "public, max-age=3600",
    "Content-Security-Policy": "default-src 'none'; sandbox",
    "Cross-Origin-Resource-Policy": "cross-origin",
}


@router.get("")
async def page(
    _: User, icons: Icons, limit: Limit = 50, cursor: Annotated[str, Query(max_length=100)] = ""
) -> IconList:
    """All icons, by name."""
    found, next_cursor = await icons.page(cursor, limit)
    return IconList(items=[_out(icon) for icon in found], next_cursor=next_cursor)


@router.put("/{name}", openapi_extra=_BODY)
async def keep(name: IconName, request: Request, admin: Admin, icons: Icons) -> IconOut:
    """Upload an icon as SVG, for administrators. Scripts, styles and whatever calls out are taken out of it."""
    return _out(await icons.keep(admin.id, name, await _body(request)))


@router.delete("/{name}", status_code=204)
async def remove(name: IconName, admin: Admin, icons: Icons) -> Response:
    """Delete an uploaded icon, for administrators; a shipped one of the same name is back."""
    await icons.remove(admin.id, name)
    return Response(status_code=204)


@public.get("/icons/{name}", response_class=Response, responses={200: {"content": _SVG}})
async def icon(name: IconName, icons: Icons, if_none_match: Annotated[str, Header(max_length=1_000)] = "") -> Response:
    """The icon itself, for everybody."""
    found = await icons.icon(name)
    headers = _HEADERS | {"ETag": f'"{found.digest}"'}
    if headers["ETag"] in if_none_match:
        return Response(status_code=304, headers=headers)
    return Response(await icons.body(found), headers=headers, media_type="image/svg+xml")


async def _body(request: Request) -> bytes:
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > MAX_BYTES:
            raise errors.bad_icon(f"An icon has at most {MAX_BYTES} bytes", "Simplify the drawing")
    return bytes(body)


def _out(icon: Icon) -> IconOut:
    return IconOut(name=icon.name, url=f"/icons/{icon.name}", is_shipped=icon.is_shipped, updated_at=icon.updated_at)
