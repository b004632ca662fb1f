"""Performs what a turn asks of the outside world, and turns whatever goes wrong into data.

Called by runtime/turn (effects) and by the worker (`attempt`, around a whole turn). Beside the entrypoints it is the
one place that may catch every exception. It knows nothing of sessions, the database or the order of turns.
"""

import asyncio
import uuid
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any, Protocol, TypeVar

import structlog

from dbcv.domains.credentials.errors import CredentialUnusable
from dbcv.domains.credentials.service import Attachment
from dbcv.engine.effects import CallHttp, CallIntegration, Effect, RunCode, SaveFile
from dbcv.kit.errors import AppError, Invalid
from dbcv.kit.outbound import OutboundFile, OutboundRequest
from dbcv.kit.settings import Settings
from dbcv.sandbox.port import CodeCall, CodeSandbox

T = TypeVar("T")

MAX_ERROR_CHARS = 200
KEYLESS_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
KEY_HEADER = "Idempotency-Key"
NOT_YET = {
    RunCode: "code steps cannot run here",
    CallIntegration: "integrations are not available in this version yet",
    SaveFile: "saving files is not available in this version yet",
}
_DOING: dict[type[Effect], str] = {CallHttp: "the request", SaveFile: "saving the file"}

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


class Credentials(Protocol):
    """What knows a bot's secrets: `CredentialsResolver`."""

    async def for_url(self, bot_id: uuid.UUID, url: str) -> Attachment | None:
        """See `CredentialsResolver.for_url`."""
        ...


class Files(Protocol):
    """What keeps the files of bots: `media.service.saving.BotFiles`. Raises AppError."""

    async def save(self, bot_id: uuid.UUID, name: str, ext: str, value: Any, source: str) -> dict[str, Any]:
        """See `BotFiles.save`."""
        ...

    async def load(self, bot_id: uuid.UUID, wished: Sequence[Any]) -> list[OutboundFile]:
        """See `BotFiles.load`."""
        ...


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
    ) -> None:
        self._client, self._credentials, self._files, self._code = client, credentials, files, code
        self._places = asyncio.Semaphore(settings.max_effects)
        self._limit_seconds = settings.turn_timeout_seconds

    async def perform(self, effect: Effect, bot_id: uuid.UUID | None = None) -> dict[str, Any]:
        """The reply the engine waits for, in the shape that engine/effects.py gives for this effect. Never raises."""
        doing: Awaitable[dict[str, Any]]
        if isinstance(effect, RunCode) and self._code is not None:
            doing = self._run_code(self._code, effect, bot_id)
        elif isinstance(effect, CallHttp) or (isinstance(effect, SaveFile) and self._files and bot_id):
            doing = self._within_limits(effect, bot_id)
        else:
            return _failed(effect, NOT_YET.get(type(effect), "this version does not know such a step"))
        event_id = effect.key.rpartition(":")[0]
        reply = await attempt_async(doing, event_id=event_id, effect=type(effect).__name__)
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
                return await self._call(await self._request(effect, bot_id), bot_id)
        except AppError as error:
            return _failed(effect, error.title)
        except CredentialUnusable as error:
            return _failed(effect, str(error))
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

    async def _save(self, effect: SaveFile, bot_id: uuid.UUID | None) -> dict[str, Any]:
        assert self._files is not None and bot_id is not None
        kept = await self._files.save(bot_id, effect.name, effect.ext, effect.value, effect.key)
        return {"ok": True, "result": kept, "error": None}

    async def _request(self, effect: CallHttp, bot_id: uuid.UUID | None) -> OutboundRequest:
        """With the bytes of the files that go along."""
        request = _request(effect)
        if not effect.attachments:
            return request
        if self._files is None or bot_id is None:
            raise Invalid("files cannot be sent here")
        return replace(request, attachments=await self._files.load(bot_id, effect.attachments))

    async def _call(self, request: OutboundRequest, bot_id: uuid.UUID | None) -> dict[str, Any]:
        """With the bot's credential for this host, if it has one; what the answer repeats of it is masked."""
        attached = None
        if self._credentials is not None and bot_id is not None:
            attached = await self._credentials.for_url(bot_id, request.url)
        if attached is None:
            return await self._client.call(request)
        masked: dict[str, Any] = attached.mask(await self._client.call(_with(request, attached)))
        return masked


def _with(request: OutboundRequest, attached: Attachment) -> OutboundRequest:
    """A header or field that the author wrote stays as it is."""
    headers, params = dict(request.headers or {}), dict(request.params or {})
    written = {name.lower() for name in headers}
    headers |= {name: value for name, value in attached.headers.items() if name.lower() not in written}
    return replace(request, headers=headers, params=attached.params | params)


def _request(effect: CallHttp) -> OutboundRequest:
    return OutboundRequest(
        method=effect.method,
        url=effect.url,
        params=effect.params,
        headers=_with_key(effect),
        json_field=effect.json_field,
        data=effect.data,
        content=effect.content,
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
