"""GET /metrics for Prometheus, and the same figures live for administrators under the topic "metrics".

One address tells all: every process shares its figures through Valkey, and what belongs to none is read from the
database and the streams. Without DBCV_METRICS_TOKEN only callers on this machine are answered.
"""

import asyncio
import time
from typing import Any

from fastapi import APIRouter, Request
from starlette.responses import PlainTextResponse, Response

from dbcv.kit.crypto import same_secret
from dbcv.kit.errors import NotFound, Unauthorized
from dbcv.kit.metrics import Counter, Family, Histogram, as_text, own_figures, shared_figures, together
from dbcv.kit.realtime import METRICS_TOPIC
from dbcv.kit.vital import end, start_vital
from dbcv.runtime.figures import cluster_figures

LIVE_SECONDS = 2.0
_LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})
_FORWARDED = ("forwarded", "x-forwarded-for", "x-real-ip")
_TYPE = "text/plain; version=0.0.4; charset=utf-8"

requests = Counter("dbcv_http_requests_total", "Answers over HTTP", ("method", "route", "status"))
request_seconds = Histogram(
    "dbcv_http_request_duration_seconds", "From a request to its answer's end", labels=("route",)
)

router = APIRouter()


def note_request(method: str, route: str, status: int, seconds: float) -> None:
    """One request is answered; `route` is a template, so that there are few of them."""
    requests.add(1.0, (method, route, str(status)))
    request_seconds.observe(seconds, (route,))


@router.get("/metrics", include_in_schema=False)
async def metrics(request: Request) -> Response:
    """All figures in Prometheus' text format."""
    _check_caller(request)
    return PlainTextResponse(as_text(await all_figures(request.app.state)), media_type=_TYPE)


def _check_caller(request: Request) -> None:
    token: str = request.app.state.settings.metrics_token
    if token:
        given = request.headers.get("authorization", "").removeprefix("Bearer ")
        if not same_secret(given, token):
            raise Unauthorized("/metrics needs the bearer token of DBCV_METRICS_TOKEN")
        return
    is_near = request.client is not None and request.client.host in _LOOPBACK
    if not is_near or any(name in request.headers for name in _FORWARDED):
        raise NotFound("Set DBCV_METRICS_TOKEN to read /metrics from another machine", code="not_found")


async def all_figures(state: Any) -> list[Family]:
    """Of every process, its own as they are now, and of the cluster."""
    shared, cluster = await asyncio.gather(
        shared_figures(state.valkey), cluster_figures(state.db, state.valkey, state.settings.shards)
    )
    return [*cluster, *together(shared | {state.sharer.name: own_figures()})]


class LiveMetrics:
    """Tells the administrators who watch, every two seconds, while somebody does."""

    def __init__(self, state: Any) -> None:
        self._state = state
        self._task: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Begin to look whether somebody watches."""
        self._task = start_vital(self._run(), "live metrics")

    async def stop(self) -> None:
        """End."""
        await end(self._task)

    async def _run(self) -> None:
        while True:
            await asyncio.sleep(LIVE_SECONDS)
            if self._state.hub.has_readers(METRICS_TOPIC):
                families = await all_figures(self._state)
                self._state.hub.deliver(METRICS_TOPIC, frame(families))


def frame(families: list[Family]) -> dict[str, Any]:
    """{"type": "metrics", "at", "figures": [{"name", "kind", "samples": [[suffix, labels, number], …]}, …]}."""
    figures = [
        {"name": f.name, "kind": f.kind, "samples": [[s, dict(labels), n] for s, labels, n in f.samples]}
        for f in families
    ]
    return {"type": "metrics", "at": time.time(), "figures": figures}
