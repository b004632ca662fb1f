"""Telegram's Bot API on loopback: https://core.telegram.org/bots/api. Parameters come as forms, JSON inside them."""

import json
import re
from typing import Any

from aiohttp import web

from tests.integrations.service import Seen, Service, said

TOKEN = "110201543:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw0"  # the one of the documentation
CHAT = {"id": 42, "type": "private", "first_name": "Ann"}


class BotApi(Service):
    """Knows the chat 42. `params` are those of the newest request, JSON read."""

    params: dict[str, Any]

    async def answer(self, seen: Seen) -> web.Response:
        token, _, method = seen.path.removeprefix("/bot").partition("/")
        if token != TOKEN:
            return _refused(401, "Unauthorized")
        self.params = _params(seen)
        if method == "answerCallbackQuery":
            return said({"ok": True, "result": True})
        if str(self.params["chat_id"]) != "42":
            return _refused(400, "Bad Request: chat not found")
        return said({"ok": True, "result": self._message(method)})

    def _message(self, method: str) -> dict[str, Any]:
        message: dict[str, Any] = {"message_id": 7, "date": 1_795_000_000, "chat": CHAT}
        if method == "sendPhoto":
            size = {"file_unique_id": "u", "width": 1, "height": 1}
            return message | {"photo": [size | {"file_id": "small"}, size | {"file_id": "large"}]}
        if method == "sendDocument":
            return message | {"document": {"file_id": "doc", "file_unique_id": "u"}}
        return message | {"text": self.params["text"]}


def _refused(code: int, description: str, **more: Any) -> web.Response:
    return said({"ok": False, "error_code": code, "description": description} | more, code)


def flooded(seconds: int) -> web.Response:
    """What comes when a bot writes too fast."""
    return _refused(429, f"Too Many Requests: retry after {seconds}", parameters={"retry_after": seconds})


def _params(seen: Seen) -> dict[str, Any]:
    if isinstance(seen.body, bytes):
        found = re.findall(
            rb'name="([^"]+)"(?:; filename="[^"]*")?(?:\r\n[^\r\n]+)*\r\n\r\n(.*?)\r\n--', seen.body, re.S
        )
        return {name.decode(): value.decode(errors="replace") for name, value in found}
    return {name: _read(value) for name, value in seen.body.items()}


def _read(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        return text
