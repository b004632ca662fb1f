"""An application that takes the worked-out routes of the one before: conftest's `settings` puts it in FastAPI's place.

FastAPI works out the routes of each application at its first request, 0.1 to 0.4 s of processor time; here there are
hundreds of applications over the same routers. What a route knows of its application it has from the request.
"""

from typing import Any

from fastapi import APIRouter, FastAPI
from starlette.routing import BaseRoute

_included: dict[tuple[int, str, int], BaseRoute] = {}


class SharingApp(FastAPI):
    """FastAPI, but for `include_router`."""

    def include_router(self, router: APIRouter, *, prefix: str = "", **named: Any) -> None:
        # Two kinds of application may name their operations in two ways.
        key = (id(router), prefix, id(self.router.generate_unique_id_function))
        known = _included.get(key)
        if known is not None and not named:
            self.router.routes.append(known)
            return
        super().include_router(router, prefix=prefix, **named)
        if not named:
            # It holds the router, so that no other one can get its id.
            _included[key] = self.router.routes[-1]
