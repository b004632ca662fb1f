"""Performs what a turn asks of the outside world, and turns whatever goes wrong into data.

Called by runtime/turn (effects) and by the worker (`attempt`, around a whole turn). Beside the entrypoints it is the
one place that may catch every exception. It knows nothing of sessions, the database or the order of turns.
"""

import asyncio
import traceback
import uuid
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any, TypeVar

import structlog

from dbcv.engine.effects import CallHttp, CallIntegration, Effect, RunCode, SaveFile
from dbcv.integration_kit.call import TellPart
from dbcv.kit.errors import AppError
from dbcv.kit.settings import Settings
from dbcv.runtime.http_calls import Caller, Credentials, Files, HttpCalls, http_failed
from dbcv.runtime.integrating import IntegrationCalls
from dbcv.sandbox.port import CodeCall, CodeSandbox

T = TypeVar("T")

MAX_ERROR_CHARS = 200
NOT_YET = {
    RunCode: "code steps cannot run here",
    CallIntegration: "integrations cannot run here",
    SaveFile: "saving files is not available in this version yet",
}
_DOING: dict[type[Effect], str] = {
    CallHttp: "the request", SaveFile: "saving the file", CallIntegration: "the integration"
}  # fmt: skip

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


async def _attempt_foreign(awaitable: Awaitable[T], **seen: Any) -> T | Failure:
    """The same for a vendor's library: what it raises may hold secrets, so neither its words nor values are kept."""
    try:
        return await awaitable
    except Exception as error:  # noqa: BLE001 - becomes data, logged by its kind and place
        places = [f"{frame.filename}:{frame.lineno}" for frame in traceback.extract_tb(error.__traceback__)]
        log.error("attempt_failed", error_type=type(error).__name__, places=places[-8:], **seen)  # noqa: TRY400
        return Failure(type(error).__name__)


def _failure(error: Exception, seen: dict[str, Any]) -> Failure:
    log.error("attempt_failed", exc_info=error, **seen)
    first_line = str(error).partition("\n")[0]
    return Failure(f"{type(error).__name__}: {first_line}"[:MAX_ERROR_CHARS])


class Performer:
    """One a process. Bounds how many effects run at once (`max_effects`) and how long one may take, the wait for its
    place included (`turn_timeout_seconds`)."""

    def __init__(
        self,
        settings: Settings,
        client: Caller,
        credentials: Credentials | None = None,
        files: Files | None = None,
        code: CodeSandbox | None = None,
        integrations: IntegrationCalls | None = None,
    ) -> None:
        self._http, self._files, self._code = HttpCalls(client, credentials, files), files, code
        self._integrations = integrations
        self._places = asyncio.Semaphore(settings.max_effects)
        self._limit_seconds = settings.turn_timeout_seconds

    async def perform(
        self, effect: Effect, bot_id: uuid.UUID | None = None, tell_part: TellPart | None = None
    ) -> dict[str, Any]:
        """The reply the engine waits for, in the shape that engine/effects.py gives for this effect. Never raises.

        `tell_part` gets the text so far of an integration that streams, as often as it comes."""
        doing: Awaitable[dict[str, Any]]
        if isinstance(effect, RunCode) and self._code is not None:
            doing = self._run_code(self._code, effect, bot_id)
        elif isinstance(effect, CallHttp) or (isinstance(effect, SaveFile) and self._files and bot_id):
            doing = self._within_limits(effect, bot_id)
        elif isinstance(effect, CallIntegration) and self._integrations and bot_id:
            doing = self._integrate(self._integrations, effect, bot_id, tell_part)
        else:
            return _failed(effect, NOT_YET.get(type(effect), "this version does not know such a step"))
        event_id, is_foreign = effect.key.rpartition(":")[0], isinstance(effect, CallIntegration)
        trying = _attempt_foreign if is_foreign else attempt_async
        reply = await trying(doing, event_id=event_id, effect=type(effect).__name__)
        if isinstance(reply, Failure):
            return _failed(effect, f"{_DOING[type(effect)]} failed inside the platform; its log says why")
        return reply

    async def _within_limits(self, effect: CallHttp | SaveFile, bot_id: uuid.UUID | None) -> dict[str, Any]:
        waits = True
        try:
            async with asyncio.timeout(self._limit_seconds), self._places:
                waits = False
                if isinstance(effect, SaveFile):
                    return await self._save(effect, bot_id)
                return await self._http.call(effect, bot_id)
        except AppError as error:
            return _failed(effect, error.title)
        except TimeoutError:
            why = "too many requests are under way, try again later" if waits else "the request took too long"
            return _failed(effect, why)

    async def _run_code(self, code: CodeSandbox, effect: RunCode, bot_id: uuid.UUID | None) -> dict[str, Any]:
        """Takes none of the places: the sandbox shares out its own, bot by bot."""
        call = CodeCall(str(bot_id), effect.code, effect.message, effect.variables, effect.now, effect.seed)
        try:
            async with asyncio.timeout(self._limit_seconds):
                return await code.run(call)
        except TimeoutError:
            return _failed(effect, "too many code steps of this bot wait, try again later")

    async def _integrate(
        self, calls: IntegrationCalls, effect: CallIntegration, bot_id: uuid.UUID, tell_part: TellPart | None
    ) -> dict[str, Any]:
        try:
            async with asyncio.timeout(self._limit_seconds), self._places:
                return await calls.call(effect, bot_id, tell_part)
        except TimeoutError:
            return _failed(effect, "the integration took too long")

    async def _save(self, effect: SaveFile, bot_id: uuid.UUID | None) -> dict[str, Any]:
        assert self._files is not None and bot_id is not None
        kept = await self._files.save(bot_id, effect.name, effect.ext, effect.value, effect.key)
        return {"ok": True, "result": kept, "error": None}


def _failed(effect: Effect, error: str) -> dict[str, Any]:
    reply: dict[str, Any] = {"ok": False, "result": None, "error": error}
    if isinstance(effect, CallHttp):
        return http_failed(error)
    if isinstance(effect, RunCode):
        return reply | {"log": ""}
    return reply
