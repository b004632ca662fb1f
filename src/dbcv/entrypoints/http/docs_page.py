"""`/docs`: the API's reference as a page of our own, so that it opens without the internet and under our policy; and
`/openapi.json`, which it draws."""

import asyncio
from pathlib import Path

from fastapi import APIRouter, FastAPI, Request
from starlette.responses import FileResponse, JSONResponse, Response

FOLDER = Path(__file__).parent / "docs_page_files"
HEADERS = {
    "Content-Security-Policy": "default-src 'self'; base-uri 'none'; object-src 'none'; frame-ancestors 'none'",
    "Cache-Control": "no-cache",
}

router = APIRouter(include_in_schema=False)


@router.get("/docs")
async def page() -> FileResponse:
    """The page."""
    return FileResponse(FOLDER / "docs.html", headers=HEADERS)


@router.get("/docs/docs.js")
async def script() -> FileResponse:
    """Its script, which draws `/openapi.json`."""
    return FileResponse(FOLDER / "docs.js", headers=HEADERS)


@router.get("/docs/docs.css")
async def style() -> FileResponse:
    """Its style."""
    return FileResponse(FOLDER / "docs.css", headers=HEADERS)


@router.get("/openapi.json")
async def description(request: Request) -> Response:
    """What client generators read. It is put together once, for seconds, in a thread: others are answered meanwhile."""
    state = request.app.state
    if not hasattr(state, "description"):
        state.description = asyncio.ensure_future(asyncio.to_thread(_written, request.app))
    return Response(await asyncio.shield(state.description), media_type="application/json")


def _written(app: FastAPI) -> bytes:
    return bytes(JSONResponse(app.openapi()).body)
