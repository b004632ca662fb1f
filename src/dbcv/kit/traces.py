"""OpenTelemetry traces, when OTEL_EXPORTER_OTLP_ENDPOINT names a collector; otherwise `is_on` is False and that is all.

A trace is a turn: its id is the turn's id, which every process knows, so no context travels with bells and deliveries.
Spans wait in a bounded list and leave as OTLP over HTTP in JSON; when the collector is away they are dropped.
"""

import asyncio
import contextlib
import time
from hashlib import blake2b
from typing import TYPE_CHECKING, Any
from uuid import UUID

import structlog

from dbcv.kit.json_text import dump_bytes
from dbcv.kit.settings import Settings
from dbcv.kit.vital import end, start_vital

if TYPE_CHECKING:
    import httpx2

SEND_SECONDS = 2.0
SEND_TIMEOUT_SECONDS = 5.0
MAX_WAITING = 5_000
SPANS_A_REQUEST = 500
INTERNAL, SERVER, CLIENT, PRODUCER, CONSUMER = 1, 2, 3, 4, 5
_ERROR = 2

log = structlog.get_logger(__name__)


class Tracer:
    """The spans of one process. `is_on` is what hot paths ask first."""

    def __init__(self) -> None:
        self.is_on = False
        self._waiting: list[dict[str, Any]] = []
        self._sampled_below = 1 << 64
        self._task: asyncio.Task[None] | None = None
        self._wake = asyncio.Event()

    async def start(self, settings: Settings, process: str) -> None:
        """Begin to send, if the settings name a collector."""
        if not settings.otlp_endpoint:
            return
        self._sampled_below = int(settings.otlp_sample_ratio * (1 << 64))
        self.is_on = True
        self._wake.clear()
        self._task = start_vital(self._keep_sending(settings, process), "traces")

    async def stop(self) -> None:
        """Send what waits, once, and end."""
        self.is_on = False
        self._wake.set()
        if self._task is not None:
            # Told, not cancelled: a cancel in the middle of connecting can be swallowed, and would lose the last spans.
            await asyncio.wait((self._task,), timeout=2 * SEND_TIMEOUT_SECONDS)
            await end(self._task)

    def span(
        self,
        turn_id: UUID,
        name: str,
        began_ns: int,
        *,
        kind: int = INTERNAL,
        parent: str = "",
        error: str = "",
        ended_ns: int = 0,
        **attributes: str | int,
    ) -> None:
        """One piece of work of a turn, from `began_ns` (time.time_ns) till now. `parent` is another span's name."""
        if not self.is_on or len(self._waiting) >= MAX_WAITING or turn_id.int & ((1 << 64) - 1) >= self._sampled_below:
            return
        span = {
            "traceId": turn_id.hex,
            "spanId": span_id(turn_id, name),
            "parentSpanId": span_id(turn_id, parent) if parent else "",
            "name": name,
            "kind": kind,
            "startTimeUnixNano": str(began_ns),
            "endTimeUnixNano": str(ended_ns or time.time_ns()),
            "attributes": [_attribute(key, value) for key, value in attributes.items()],
            "status": {"code": _ERROR, "message": error[:200]} if error else {},
        }
        self._waiting.append(span)

    async def _keep_sending(self, settings: Settings, process: str) -> None:
        import httpx2  # only who sends traces pays for it

        address = f"{settings.otlp_endpoint.rstrip('/')}/v1/traces"
        headers = {"Content-Type": "application/json"} | _headers(settings.otlp_headers)
        about = [_attribute("service.name", "dbcv"), _attribute("service.instance.id", process)]
        async with httpx2.AsyncClient(headers=headers, timeout=SEND_TIMEOUT_SECONDS, trust_env=False) as client:
            while True:
                with contextlib.suppress(TimeoutError):
                    await asyncio.wait_for(self._wake.wait(), SEND_SECONDS)
                await self._send(client, address, about)
                if not self.is_on:
                    return

    async def _send(self, client: "httpx2.AsyncClient", address: str, about: list[Any]) -> None:
        """What waits. A collector that is away or misnamed costs these spans and nothing else."""
        import httpx2

        while self._waiting:
            spans, self._waiting = self._waiting[:SPANS_A_REQUEST], self._waiting[SPANS_A_REQUEST:]
            scope = {"scope": {"name": "dbcv"}, "spans": spans}
            body = {"resourceSpans": [{"resource": {"attributes": about}, "scopeSpans": [scope]}]}
            try:
                (await client.post(address, content=dump_bytes(body))).raise_for_status()
            except (httpx2.HTTPError, httpx2.InvalidURL, OSError, RuntimeError) as error:
                log.warning("traces.not_sent", spans=len(spans), reason=str(error) or type(error).__name__)
                return


tracer = Tracer()


def span_id(turn_id: UUID, name: str) -> str:
    """The same in every process, so that one can name another's span as the parent of its own."""
    return blake2b(name.encode(), key=turn_id.bytes, digest_size=8).hexdigest()


def _attribute(key: str, value: str | int) -> dict[str, Any]:
    name = key if "." in key else f"dbcv.{key}"
    return {"key": name, "value": {"intValue": str(value)} if isinstance(value, int) else {"stringValue": value}}


def _headers(listed: str) -> dict[str, str]:
    """`name=value,name=value`, as the OpenTelemetry specification writes it."""
    pairs = (part.partition("=") for part in listed.split(",") if "=" in part)
    return {name.strip(): value.strip() for name, _, value in pairs}
