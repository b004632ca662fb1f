"""Requests of a bot as they leave the house: with its files, with its credential for the host, with a key that says
"the same call again". Called by runtime/perform for turns, and by the API for requests that are tried.

It knows nothing of sessions or of the database, and catches only what it can say in words.
"""

import uuid
from collections.abc import Sequence
from dataclasses import replace
from typing import Any, Protocol

from dbcv.domains.credentials.errors import CredentialUnusable
from dbcv.domains.credentials.service import Attachment
from dbcv.engine.effects import CallHttp
from dbcv.kit.errors import AppError, Invalid, NotFound
from dbcv.kit.outbound import OutboundFile, OutboundRequest, RequestRefused, describe

KEYLESS_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
KEY_HEADER = "Idempotency-Key"

_WHOSE_FILES = "a request sends what was sent to its bot, or uploaded for it (POST /api/v1/attachments?bot_id=…)"


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

    async def shown_for_url(self, bot_id: uuid.UUID, url: str) -> Attachment | None:
        """See `CredentialsResolver.shown_for_url`."""
        ...


class Files(Protocol):
    """What keeps the files of bots: `media.service.saving.BotFiles`. Raises AppError."""

    async def save(self, bot_id: uuid.UUID, name: str, ext: str, value: Any, source: str) -> dict[str, Any]:
        """See `BotFiles.save`."""
        ...

    async def load(self, bot_id: uuid.UUID, wished: Sequence[Any]) -> list[OutboundFile]:
        """See `BotFiles.load`."""
        ...


class HttpCalls:
    """`credentials` and `files` None: requests go without; those that need files are refused."""

    def __init__(self, client: Caller, credentials: Credentials | None = None, files: Files | None = None) -> None:
        self._client, self._credentials, self._files = client, credentials, files

    async def call(self, effect: CallHttp, bot_id: uuid.UUID | None) -> dict[str, Any]:
        """The reply that engine/effects.py describes; what it repeats of the bot's credential is masked."""
        try:
            request = await self._with_files(effect, bot_id)
            attached = None
            if self._credentials is not None and bot_id is not None:
                attached = await self._credentials.for_url(bot_id, request.url)
        except (AppError, CredentialUnusable) as error:
            return http_failed(str(error))
        if attached is None:
            return await self._client.call(request)
        masked: dict[str, Any] = attached.mask(await self._client.call(_with(request, attached)))
        return masked

    async def sent(self, effect: CallHttp, bot_id: uuid.UUID) -> tuple[dict[str, Any] | None, str | None]:
        """What `call` would send, secrets masked, and None; or None and why nothing can be sent. Calls nobody."""
        try:
            request = await self._with_files(effect, bot_id)
            shown = None
            if self._credentials is not None:
                shown = await self._credentials.shown_for_url(bot_id, request.url)
            return describe(request if shown is None else _with(request, shown)), None
        except (AppError, CredentialUnusable, RequestRefused) as error:
            return None, str(error)

    async def _with_files(self, effect: CallHttp, bot_id: uuid.UUID | None) -> OutboundRequest:
        """With the bytes of the files that go along. Raises AppError."""
        request = _request(effect)
        if not effect.attachments:
            return request
        if self._files is None or bot_id is None:
            raise Invalid("files cannot be sent here")
        try:
            return replace(request, attachments=await self._files.load(bot_id, effect.attachments))
        except NotFound as error:
            raise Invalid(f"{error}: {_WHOSE_FILES}") from error


def http_failed(error: str) -> dict[str, Any]:
    """The reply of a request that was not made or not answered."""
    return {"ok": False, "result": None, "error": error, "status": None, "headers": {}, "elapsed_ms": 0}


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
        retries=effect.retries,
    )


def _with_key(effect: CallHttp) -> dict[str, str]:
    """A call that a crash cut off is made again: the key lets the other side see that it is the same one."""
    headers = dict(effect.headers)
    authored = any(name.lower() == KEY_HEADER.lower() for name in headers)
    if effect.method.upper() not in KEYLESS_METHODS and not authored:
        headers[KEY_HEADER] = effect.key
    return headers
