"""The built web pages: one HTML file for every page of the application, its assets kept for a year by the browser."""

import re
import secrets
from collections.abc import Awaitable, Callable
from pathlib import Path

from starlette.exceptions import HTTPException
from starlette.responses import FileResponse, HTMLResponse, Response
from starlette.routing import Match
from starlette.types import Receive, Scope, Send

_POLICY = (
    "default-src 'self'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob: https:; "
    "media-src 'self' blob: https:; font-src 'self'; connect-src 'self' ws: wss:; frame-src 'self'; "
    "object-src 'none'; base-uri 'none'; form-action 'self'"
)
_PAGES = (
    re.compile(r"/(?:login|register|new|settings|credentials|invitations)?/?"),
    re.compile(r"/bots/[^/]+(?:/.*)?"),
)
"""The addresses of web/src/shell/Routes; whether there is such a bot, the page asks."""
# Only the chat may stand in a frame of somebody else's site, of those its channel names.
_CHAT = re.compile(r"/chat/([^/]+)/?")
_FILE = re.compile(r"/(?:assets/)?[A-Za-z0-9_-][A-Za-z0-9._-]*")
_YEAR = "public, max-age=31536000, immutable"
# Files that pages of other sites load, and frames without an origin.
_FOR_OTHERS = {"/embed.js", "/widget-frame.js"}
_WIDGET_FRAME = "/widget-frame"
# An author's widget runs in this page: no origin, no network, no way out of its frame, no script inside its markup.
_WIDGET_POLICY = (
    "default-src 'none'; script-src 'nonce-{nonce}'; style-src 'unsafe-inline'; img-src data: blob:; font-src data:; "
    "media-src data: blob:; base-uri 'none'; form-action 'none'; frame-ancestors *; "
    "sandbox allow-scripts"
)
_WIDGET_PAGE = (
    '<!doctype html><html><head><meta charset="utf-8"><meta name="referrer" content="no-referrer">'
    '<script nonce="{nonce}" src="/widget-frame.js"></script></head><body></body></html>'
)
Ancestors = Callable[[str], Awaitable[str]]


async def _only_own(_channel_id: str) -> str:
    return "'self'"


def web_folder() -> Path:
    """Inside the package in a wheel, beside the sources in a checkout."""
    package = Path(__file__).resolve().parents[2]
    packaged = package / "web"
    return packaged if packaged.exists() else package.parents[1] / "web" / "dist"


class Pages:
    """An application to be mounted after everything else. Before the pages are built, they are simply not found.

    `ancestors` gives the pages that may show the chat of a channel, as a source list of `frame-ancestors`.
    """

    def __init__(self, folder: Path, ancestors: Ancestors = _only_own) -> None:
        self._folder = folder
        self._ancestors = ancestors

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            raise HTTPException(404)
        if scope["path"].startswith("/api/"):
            raise HTTPException(405 if _is_known_otherwise(scope) else 404)
        if scope["method"] not in {"GET", "HEAD"}:
            raise HTTPException(405, headers={"Allow": "GET, HEAD"})
        await (await self._response(scope))(scope, receive, send)

    async def _response(self, scope: Scope) -> Response:
        path = scope["path"]
        if any(page.fullmatch(path) for page in _PAGES):
            return self._page("'none'")
        if chat := _CHAT.fullmatch(path):
            return self._page(await self._ancestors(chat[1]))
        if path == _WIDGET_FRAME:
            return _widget_frame()
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
        headers = {"Content-Security-Policy": f"{_POLICY}; frame-ancestors 'none'", "Cache-Control": caching}
        if path in _FOR_OTHERS:
            headers |= {"Access-Control-Allow-Origin": "*", "Cross-Origin-Resource-Policy": "cross-origin"}
        return FileResponse(file, headers=headers)


def _widget_frame() -> Response:
    """The empty page that a widget is drawn in (web/src/widget); its content comes from the page around it."""
    nonce = secrets.token_urlsafe(16)
    headers = {"Content-Security-Policy": _WIDGET_POLICY.format(nonce=nonce), "Cache-Control": "no-store"}
    return HTMLResponse(_WIDGET_PAGE.format(nonce=nonce), headers=headers)


def _is_known_otherwise(scope: Scope) -> bool:
    """Whether the API has this path for another method: as the last route, the pages hide that from the router."""
    return any(route.matches(scope)[0] is Match.PARTIAL for route in scope["app"].routes)


def _is_visit(scope: Scope) -> bool:
    """Whether a person opens an address in a browser, as opposed to a program or a page that wants a file."""
    accepted = next((value for name, value in scope["headers"] if name == b"accept"), b"")
    return b"text/html" in accepted
