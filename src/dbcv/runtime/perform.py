"""Performs what a turn asks of the outside world, and turns whatever goes wrong into data.

Called by runtime/turn (effects) and by the worker (`attempt`, around a whole turn). Beside the entrypoints it is the
one place that may catch every exception. It knows nothing of sessions, the database or the order of turns.
"""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any, Protocol, TypeVar

import structlog

from dbcv.engine.effects import CallHttp, CallIntegration, Effect, RunCode, SaveFile
from dbcv.kit.outbound import OutboundRequest
from dbcv.kit.settings import Settings

T = TypeVar("T")

MAX_ERROR_CHARS = 200
KEYLESS_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
KEY_HEADER = "Idempotency-Key"
NOT_YET = {
    RunCode: "code steps are not available in this version yet",
    CallIntegration: "integrations are not available in this version yet",
    SaveFile: "saving files is not available in this version yet",
}

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Failure:
    """What was attempted raised. `error` is one short line: the kind of exception and the beginning of its text."""

    error: str


def attempt(call: Callable[[], T], **seen: Any) -> T | Failure:
    """`call()`, or a Failure if it raised; the log gets the stack trace and `seen` (event_id=…, session_id=…).

    Lets through what ends a task or the process (cancellation, KeyboardInterrupt, SystemExit). A StopIteration is a
    failure too: step a generator inside `call`, not by it.
    """
    try:
        return call()
    except Exception as error:  # noqa: BLE001 - becomes data, logged with its trace
        return _failure(error, seen)


async def attempt_async(awaitable: Awaitable[T], **seen: Any) -> T | Failure:
    """The same for something to await."""
    try:
        return await awaitable
    except Exception as error:  # noqa: BLE001 - becomes data, logged with its trace
        return _failure(error, seen)


def _failure(error: Exception, seen: dict[str, Any]) -> Failure:
    log.error("attempt_failed", exc_info=error, **seen)
    first_line = str(error).partition("\n")[0]
    return Failure(f"{type(error).__name__}: {first_line}"[:MAX_ERROR_CHARS])


class Caller(Protocol):
    """What makes HTTP requests: `kit.outbound.OutboundClient`, or a script of replies in tests."""

    async def call(self, request: OutboundRequest) -> dict[str, Any]:
        """Never raises for what the network does; see `OutboundClient.call`."""
        ...


class Performer:
    """One a process. Bounds how many effects run at once (`max_effects`) and how long one may take, the wait for its
    place included (`turn_timeout_seconds`)."""

    def __init__(self, settings: Settings, client: Caller) -> None:
        self._client = client
        self._places = asyncio.Semaphore(settings.max_effects)
        self._limit_seconds = settings.turn_timeout_seconds

    async def perform(self, effect: Effect) -> dict[str, Any]:
        """The reply the engine waits for, in the shape that engine/effects.py gives for this effect. Never raises."""
        if not isinstance(effect, CallHttp):
            return _failed(effect, NOT_YET.get(type(effect), "this version does not know such a step"))
        event_id = effect.key.rpartition(":")[0]
        reply = await attempt_async(self._within_limits(effect), event_id=event_id, effect=type(effect).__name__)
        if isinstance(reply, Failure):
            return _failed(effect, "the request failed inside the platform; its log says why")
        return reply

    async def _within_limits(self, effect: CallHttp) -> dict[str, Any]:
        waits = True
        try:
            async with asyncio.timeout(self._limit_seconds), self._places:
                waits = False
                return await self._client.call(_request(effect))
        except TimeoutError:
            why = "too many requests are under way, try again later" if waits else "the request took too long"
            return _failed(effect, why)


def _request(effect: CallHttp) -> OutboundRequest:
    return OutboundRequest(
        method=effect.method,
        url=effect.url,
        params=effect.params,
        headers=_with_key(effect),
        json_field=effect.json_field,
        data=effect.data,
        content=effect.content,
        attachments=effect.attachments,
        proxies=effect.proxies,
        timeout_seconds=effect.timeout_seconds,
    )


def _with_key(effect: CallHttp) -> dict[str, str]:
    """A call that a crash cut off is made again: the key lets the other side see that it is the same one."""
    headers = dict(effect.headers)
    authored = any(name.lower() == KEY_HEADER.lower() for name in headers)
    if effect.method.upper() not in KEYLESS_METHODS and not authored:
        headers[KEY_HEADER] = effect.key
    return headers


def _failed(effect: Effect, error: str) -> dict[str, Any]:
    reply: dict[str, Any] = {"ok": False, "result": None, "error": error}
    if isinstance(effect, CallHttp):
        return reply | {"status": None, "headers": {}, "elapsed_ms": 0}
    if isinstance(effect, RunCode):
        return reply | {"log": ""}
    return reply
