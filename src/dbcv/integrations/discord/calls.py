"""Discord's HTTP API over the guarded way out: what is refused, limited or gone, in the words of the port."""

import json
from collections.abc import Mapping
from hashlib import sha256
from typing import Any

from dbcv.integration_kit.transport import (
    BadCredential,
    LocalFile,
    Part,
    PersonGone,
    Refused,
    SlowDown,
    TransportError,
)
from dbcv.integration_kit.wire import Wire, WireAnswer, WireError
from dbcv.integrations.discord.writing import components

VERSION = 10
CALL_SECONDS = 30.0
CANNOT_WRITE_TO_PERSON, UNKNOWN_CHANNEL = 50007, 10003
_WORDS = {
    401: "Discord does not know this token: enter the one that the Developer Portal gave",
    403: "the bot may not do this there: look at its rights on the server",
    413: "the file is too large for Discord",
}


class Calls:
    """Of one bot. All raise TransportError and its kinds, without the token."""

    def __init__(self, wire: Wire, api_url: str, token: str) -> None:
        self._wire, self._base, self._token = wire, f"{api_url.rstrip('/')}/api/v{VERSION}", token

    async def me(self) -> dict[str, Any]:
        """Who the bot is."""
        found: dict[str, Any] = await self._ask("GET", "/users/@me")
        return found

    async def gateway(self) -> str:
        """Where events come from: "wss://…"."""
        found = await self._ask("GET", "/gateway/bot")
        return str(found.get("url") or "")

    async def messages_after(self, channel_id: str, after: int, limit: int) -> list[dict[str, Any]]:
        """What was said in a channel, the oldest first."""
        found = await self._ask("GET", f"/channels/{channel_id}/messages?after={after}&limit={limit}")
        told = [each for each in found if isinstance(each, dict)] if isinstance(found, list) else []
        return sorted(told, key=lambda each: int(each["id"]) if str(each.get("id")).isdecimal() else 0)

    async def write(
        self, channel_id: str, part: Part, file: LocalFile | None, key: str, answers: str | None = None
    ) -> None:
        """One message, below the message that it `answers`. A second one with the same key within some minutes is the
        first."""
        body: dict[str, Any] = {
            "content": part.text, "allowed_mentions": {"parse": []}, "enforce_nonce": True,
            "nonce": sha256(key.encode()).hexdigest()[:25],
        }  # fmt: skip
        if answers:
            body["message_reference"] = {"message_id": answers, "fail_if_not_exists": False}
        if part.buttons:
            body["components"] = components(part.buttons)
        if file is None:
            await self._ask("POST", f"/channels/{channel_id}/messages", body)
            return
        body["attachments"] = [{"id": 0, "filename": file.name}]
        await self._ask("POST", f"/channels/{channel_id}/messages", body, file)

    async def typing(self, channel_id: str) -> None:
        """For ten seconds, or until a message comes."""
        await self._ask("POST", f"/channels/{channel_id}/typing")

    async def take_press(self, interaction_id: str, token: str) -> None:
        """A pressed button stops to wait."""
        await self._ask("POST", f"/interactions/{interaction_id}/{token}/callback", {"type": 6})

    async def file(self, url: str, max_bytes: int) -> bytes:
        """A file that lies with Discord; no secret goes along."""
        try:
            answer = await self._wire.request("GET", url, timeout_seconds=60.0, max_bytes=max_bytes)
        except WireError as error:
            raise TransportError(f"the file could not be fetched: {error}") from error
        if answer.status != 200:
            raise TransportError(f"the file could not be fetched: {answer.status}")
        return answer.body

    async def _ask(
        self, method: str, path: str, body: Mapping[str, Any] | None = None, file: LocalFile | None = None
    ) -> Any:
        headers = {"Authorization": f"Bot {self._token}", "User-Agent": "DiscordBot (https://github.com/dbcv, 1)"}
        sent: dict[str, Any] = {}
        if file is not None:
            sent["files"] = {
                "payload_json": (None, json.dumps(body).encode(), "application/json"),
                "files[0]": (file.name, file.content, file.content_type),
            }
        elif body is not None:
            headers["Content-Type"], sent["content"] = "application/json", json.dumps(body).encode()
        elif method == "POST":
            sent["content"] = b""
        try:
            answer = await self._wire.request(
                method, self._base + path, headers=headers, timeout_seconds=CALL_SECONDS, **sent
            )
        except WireError as error:
            raise TransportError(str(error)) from error
        return _read(answer)


def _read(answer: WireAnswer) -> Any:
    told = _json(answer.body)
    if answer.status < 300:
        return told
    raise _error(answer, told if isinstance(told, dict) else {})


def _error(answer: WireAnswer, told: Mapping[str, Any]) -> TransportError:
    status, code = answer.status, told.get("code")
    words = f"Discord: {_WORDS.get(status) or told.get('message') or status}"[:300]
    if status == 429:
        return SlowDown(_seconds(told.get("retry_after") or answer.headers.get("retry-after")))
    if status == 401:
        return BadCredential(words)
    if code in (CANNOT_WRITE_TO_PERSON, UNKNOWN_CHANNEL):
        return PersonGone(f"Discord: {told.get('message') or 'the person cannot be written to'}"[:300])
    return Refused(words) if 400 <= status < 500 else TransportError(words)


def _seconds(told: Any) -> float:
    try:
        return max(float(told), 0.1)
    except (TypeError, ValueError):
        return 5.0


def _json(body: bytes) -> Any:
    try:
        return json.loads(body) if body else None
    except ValueError:
        return None
