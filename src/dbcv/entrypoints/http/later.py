"""A part of the API process that is built when it is first asked for: what few use costs nobody memory or a start.

Used for /mcp and /admin. It has a lifespan of its own, which a task holds open until `stop`, and finds only addresses
of its own.
"""

import asyncio
from collections.abc import Callable

from starlette.applications import Starlette
from starlette.types import Receive, Scope, Send


class Later:
    """An ASGI application around one that `build` makes (in a thread: it imports a lot)."""

    def __init__(self, build: Callable[[], Starlette]) -> None:
        self._build = build
        self._lock = asyncio.Lock()
        self._app: Starlette | None = None
        self._open: asyncio.Task[None] | None = None
        self._stopping = asyncio.Event()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        app = self._app or await self._started()
        await app({name: value for name, value in scope.items() if name != "router"}, receive, send)

    async def stop(self) -> None:
        """Close what was opened; nothing if nobody came."""
        self._stopping.set()
        if self._open is not None:
            await self._open

    async def _started(self) -> Starlette:
        async with self._lock:
            if self._app is None:
                app = await asyncio.to_thread(self._build)
                ready = asyncio.get_running_loop().create_future()
                self._open = asyncio.create_task(self._hold(app, ready))
                await ready
                self._app = app
            return self._app

    async def _hold(self, app: Starlette, ready: asyncio.Future[None]) -> None:
        """Lifespans hold task groups, so one task must enter and leave them."""
        try:
            async with app.router.lifespan_context(app):
                ready.set_result(None)
                await self._stopping.wait()
        except Exception as error:
            if ready.done():
                raise
            ready.set_exception(error)
