"""The built web pages: one HTML file for every page of the application, its assets kept for a year by the browser."""

import re
from pathlib import Path

from starlette.exceptions import HTTPException
from starlette.responses import FileResponse, Response
from starlette.routing import Match
from starlette.types import Receive, Scope, Send

_POLICY = (
    "default-src 'self'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob: https:; "
    "media-src 'self' blob: https:; font-src 'self'; connect-src 'self' ws: wss:; frame-src 'self' blob: data:; "
    "object-src 'none'; base-uri 'none'; form-action 'self'"
)
# Only the chat may stand in a frame of somebody else's site.
_PAGES = {re.compile(r"/"): "'none'", re.compile(r"/chat/[^/]+/?"): "*"}
_FILE = re.compile(r"/(?:assets/)?[A-Za-z0-9_-][A-Za-z0-9._-]*")
_YEAR = "public, max-age=31536000, immutable"


def web_folder() -> Path:
    """Inside the package in a wheel, beside the sources in a checkout."""
    package = Path(__file__).resolve().parents[2]
    packaged = package / "web"
    return packaged if packaged.exists() else package.parents[1] / "web" / "dist"


class Pages:
    """An application to be mounted after everything else. Before the pages are built, they are simply not found."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            raise HTTPException(404)
        if scope["path"].startswith("/api/"):
            raise HTTPException(405 if _is_known_otherwise(scope) else 404)
        if scope["method"] not in {"GET", "HEAD"}:
            raise HTTPException(405, headers={"Allow": "GET, HEAD"})
        await self._response(scope)(scope, receive, send)

    def _response(self, scope: Scope) -> Response:
        path = scope["path"]
        for page, frame_ancestors in _PAGES.items():
            if page.fullmatch(path):
                return self._page(frame_ancestors)
        try:
            return self._static(path)
        except HTTPException:
            if not _is_visit(scope):
                raise
        return self._page("'none'", 404)

    def _page(self, frame_ancestors: str, status: int = 200) -> Response:
        """The one HTML file; with 404 it says that there is no such page and leads back."""
        file = self._folder / "index.html"
        if not file.is_file():
            raise HTTPException(404, "The pages are not built yet: `make up` builds them")
        policy = f"{_POLICY}; frame-ancestors {frame_ancestors}"
        return FileResponse(file, status, headers={"Content-Security-Policy": policy, "Cache-Control": "no-cache"})

    def _static(self, path: str) -> Response:
        """A file of the build by its exact, plain name: no folders above, nothing hidden, no second HTML page."""
        file = self._folder / path.removeprefix("/")
        if not _FILE.fullmatch(path) or ".." in path or file.suffix == ".html" or not file.is_file():
            raise HTTPException(404)
        caching = _YEAR if path.startswith("/assets/") else "no-cache"
        policy = f"{_POLICY}; frame-ancestors 'none'"
        return FileResponse(file, headers={"Content-Security-Policy": policy, "Cache-Control": caching})


def _is_known_otherwise(scope: Scope) -> bool:
    """Whether the API has this path for another method: as the last route, the pages hide that from the router."""
    return any(route.matches(scope)[0] is Match.PARTIAL for route in scope["app"].routes)


def _is_visit(scope: Scope) -> bool:
    """Whether a person opens an address in a browser, as opposed to a program or a page that wants a file."""
    accepted = next((value for name, value in scope["headers"] if name == b"accept"), b"")
    return b"text/html" in accepted
