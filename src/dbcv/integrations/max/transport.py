"""The channel MAX: a bot by long polling. The runtime drives it by `TRANSPORT`.

MAX forgets an update when it is asked for what comes after it: that is asked once it is kept.
"""

import json
from collections.abc import Awaitable, Mapping
from typing import Any

import aiohttp
from maxapi.exceptions.base import MaxError
from maxapi.exceptions.max import InvalidToken, MaxApiError

from dbcv.integration_kit.http import PlaceRefused, network_failure
from dbcv.integration_kit.sockets import guarded_exchange
from dbcv.integration_kit.transport import (
    Account,
    BadCredential,
    Heard,
    Keep,
    Left,
    LocalFile,
    Part,
    PersonGone,
    Refused,
    RemoteFile,
    SlowDown,
    TransportError,
    TransportKind,
    Update,
)
from dbcv.integration_kit.wire import Wire
from dbcv.integrations.max import writing
from dbcv.integrations.max.api import MaxApi, trust
from dbcv.integrations.max.channel import CHANNEL, MaxConfig
from dbcv.integrations.max.reading import KINDS, number_of, read

POLL_SECONDS = 25
UPDATES_AT_ONCE = 100
MAX_ANSWER_BYTES = 1_000_000
_GONE = ("chat.denied", "dialog.suspended", "chat.not.found")
_KINDS = {"image": "image", "video": "video", "audio": "audio"}
_LOST = (aiohttp.ClientError, OSError, TimeoutError, ValueError, PlaceRefused)


class MaxLink:
    """One bot."""

    def __init__(self, secret: Mapping[str, str], config: MaxConfig, wire: Wire) -> None:
        self._config, self._wire, self._me = config, wire, ""
        self._api = MaxApi(wire, config.api_url, secret.get("api_key", ""))

    async def identify(self) -> Account:
        """By GET /me."""
        me = await self._ask("GET", "/me")
        name = me.get("username")
        return Account(str(me.get("user_id")), f"@{name}" if name else str(me.get("first_name") or me.get("name")))

    async def bind(self, address: str, secret: str) -> None:
        """See that MAX calls nobody: then it lets itself be asked."""
        told = await self._ask("GET", "/subscriptions")
        for each in told.get("subscriptions") or []:
            if isinstance(each, dict) and each.get("url"):
                await self._ask("DELETE", "/subscriptions", {"url": str(each["url"])})

    async def unbind(self) -> None:
        """Nobody has to be told."""

    async def receive(self, cursor: int | None, keep: Keep) -> None:
        """Long polling. Without a marker MAX tells all that was not confirmed; the marker confirms what came before."""
        self._me = (await self.identify()).id
        marker: int | None = None
        while True:
            asked = {"timeout": POLL_SECONDS, "limit": UPDATES_AT_ONCE, "types": ",".join(KINDS)}
            told = await self._ask("GET", "/updates", asked | ({"marker": marker} if marker is not None else {}))
            updates = [self._update(each) for each in told.get("updates") or []]
            found = [update for update in updates if update is not None]
            if found:
                await keep(found)
            marker = told["marker"] if isinstance(told.get("marker"), int) else marker

    def _update(self, told: Any) -> Update | None:
        number = number_of(told)
        if number is None:
            return None
        update = Update(number, {"me": self._me, "told": told})
        return update if self.read(update) is not None else None

    def read(self, update: Update) -> Heard | Left | None:
        """What it means."""
        return read(update.body, groups=self._config.groups)

    async def noticed(self, update: Update) -> None:
        """A pressed button stops to wait."""
        callback = (update.body.get("told") or {}).get("callback")
        if isinstance(callback, dict) and isinstance(callback.get("callback_id"), str):
            await self._ask("POST", "/answers", {"callback_id": callback["callback_id"]}, {"notification": ""})

    async def fetch(self, file: RemoteFile, max_bytes: int) -> bytes:
        """From where MAX keeps files; no secret goes along."""
        if file.size_bytes is not None and file.size_bytes > max_bytes:
            raise Refused(f"the file has {file.size_bytes:,} bytes, {max_bytes:,} are taken")
        if not file.id.startswith(("https://", f"{self._config.api_url.rstrip('/')}/")):
            raise Refused("the file does not lie with MAX")
        return await self._exchange("GET", file.id, max_bytes)

    def parts(self, message: Mapping[str, Any]) -> list[Part]:
        """The calls that it takes."""
        return writing.parts(message)

    async def send(self, address: Mapping[str, Any], part: Part, file: LocalFile | None, key: str) -> None:
        """One call, two more before it for a file. MAX does not notice a repeated one: `key` is of no use to it."""
        held = [await self._uploaded(file)] if file is not None else []
        held += [writing.keyboard(part.buttons)] if part.buttons else []
        body = {"text": part.text or None, "attachments": held}
        await self._ask("POST", "/messages", {"chat_id": int(address["chat_id"])}, body)

    async def _uploaded(self, file: LocalFile) -> dict[str, Any]:
        """The file as an attachment that MAX holds."""
        kind = _KINDS.get(file.content_type.partition("/")[0], "file")
        place = await self._ask("POST", "/uploads", {"type": kind})
        form = aiohttp.FormData()
        form.add_field("data", file.content, filename=file.name, content_type=file.content_type)
        told = await self._exchange("POST", str(place.get("url")), MAX_ANSWER_BYTES, form)
        if isinstance(place.get("token"), str):  # of films and sounds it is told before
            return {"type": kind, "payload": {"token": place["token"]}}
        try:
            payload = json.loads(told)
        except ValueError as error:
            raise TransportError("MAX did not take the file") from error
        return {"type": kind, "payload": payload}

    async def typing(self, address: Mapping[str, Any]) -> None:
        """For some seconds, or until a message comes."""
        await self._ask("POST", f"/chats/{int(address['chat_id'])}/actions", {}, {"action": "typing_on"})

    async def close(self) -> None:
        """End its connections."""
        await self._api.close()

    async def _ask(
        self, method: str, path: str, params: Mapping[str, Any] | None = None, body: Mapping[str, Any] | None = None
    ) -> dict[str, Any]:
        return await _told(self._api.ask(method, path, params, body))

    async def _exchange(self, method: str, url: str, max_bytes: int, form: aiohttp.FormData | None = None) -> bytes:
        try:
            status, body = await guarded_exchange(
                self._wire, method, url, trust=trust(), max_bytes=max_bytes, form=form
            )
        except _LOST as error:
            raise TransportError(f"the file could not be moved: {_reason(error)}") from error
        if status != 200:
            raise TransportError(f"the file could not be moved: {status}")
        return body


async def _told(call: Awaitable[dict[str, Any]]) -> dict[str, Any]:
    """The call's result; the library's errors as those of the port."""
    try:
        return await call
    except InvalidToken as error:
        raise BadCredential("MAX does not know this token: enter the one of the bot's settings") from error
    except MaxApiError as error:
        raise _refusal(error) from error
    except (MaxError, *_LOST) as error:
        raise TransportError(_reason(error)) from error


def _refusal(error: MaxApiError) -> TransportError:
    raw = error.raw if isinstance(error.raw, dict) else {}
    code, words = str(raw.get("code") or ""), f"MAX: {raw.get('message') or error.code}"[:300]
    if error.code == 429:
        return SlowDown(1.0)
    if code in _GONE:
        return PersonGone(words)
    if code == "attachment.not.ready" or not 400 <= error.code < 500:
        return TransportError(words)
    return Refused(words)


def _reason(error: BaseException) -> str:
    """Without the words of the library: they may hold addresses."""
    failure = network_failure(error)
    return str(failure) if failure else "no connection to MAX could be made, or it broke"


TRANSPORT = TransportKind(
    name="max",
    providers=CHANNEL.providers,
    config=MaxConfig,
    open=MaxLink,
    places=lambda config: (config.api_url,),
    is_asked=lambda _: True,
)
