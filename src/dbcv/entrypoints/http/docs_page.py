"""`/docs`: the API's reference as a page of our own, so that it opens without the internet and under our policy."""

from pathlib import Path

from fastapi import APIRouter
from starlette.responses import FileResponse

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
