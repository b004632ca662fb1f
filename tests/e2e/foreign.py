"""Pages of other people's sites, on another origin than the product's, as a browser meets them."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from tests.loopback import Asked, plain, serve

HOSTILE_CSS = """
* { all: unset !important; font-size: 40px !important; opacity: 0.2 !important; pointer-events: none !important; }
button, iframe, div, span { display: inline !important; transform: rotate(20deg) !important; z-index: 1 !important; }
"""
GLOBALS = """
Array.prototype.last = function () { return this[this.length - 1]; };
Object.prototype.extra = 'of an old library';
window.name = 'x'; window.channel = 1; window.api = 2; window.start = () => { throw new Error('not yours'); };
"""
STRICT = (
    "default-src 'none'; script-src 'nonce-abc123'; style-src 'none'; connect-src {url}; frame-src {url}; "
    "base-uri 'none'; require-trusted-types-for 'script'"
)


@asynccontextmanager
async def site(html: str, policy: str = "") -> AsyncIterator[str]:
    """The address of a site that shows `html` at every path; "localhost" is another site than 127.0.0.1."""
    headers = "Content-Type: text/html; charset=utf-8" + (f"\nContent-Security-Policy: {policy}" if policy else "")

    async def answer(asked: Asked, writer: object) -> None:
        writer.write(plain(html, headers=headers))  # type: ignore[attr-defined]

    async with serve(answer) as server:
        yield f"http://localhost:{server.port}"


def page(tag: str, head: str = "", body: str = "<h1>A shop</h1><p>Things to buy.</p>") -> str:
    """A page with a script tag in it."""
    return (
        f'<!doctype html><html lang="en"><head><title>A shop</title><meta name="viewport" '
        f'content="width=device-width, initial-scale=1">{head}</head><body>{body}{tag}</body></html>'
    )


def tag(url: str, channel: str, **fields: str) -> str:
    """What an owner puts into a page: <script src="…/embed.js" data-channel="…">."""
    extra = "".join(f' {name.replace("_", "-")}="{value}"' for name, value in fields.items())
    return f'<script async src="{url}/embed.js" data-channel="{channel}"{extra}></script>'
