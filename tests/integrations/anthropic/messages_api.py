"""Anthropic's Messages API on loopback: https://docs.claude.com/en/api/messages."""

import json
from typing import Any

from aiohttp import web

from tests.integrations.service import Seen, Service, said

KEY = "sk-ant-test-0123456789"
USAGE = {"input_tokens": 9, "output_tokens": 3}


class MessagesApi(Service):
    """Says "Good day, Ann!"; with tools it calls the first one."""

    async def answer(self, seen: Seen) -> web.Response:
        if seen.headers.get("Authorization") != f"Bearer {KEY}":
            return said({"type": "error", "error": {"type": "authentication_error", "message": "invalid key"}}, 401)
        assert seen.path == "/v1/messages" and seen.headers["anthropic-version"]
        wish = seen.body
        if wish.get("stream"):
            return web.Response(body=_events(wish["model"]), content_type="text/event-stream")
        content: list[dict[str, Any]] = [{"type": "text", "text": "Good day, Ann!"}]
        if wish.get("tools"):
            name = wish["tools"][0]["name"]
            content.append({"type": "tool_use", "id": "t1", "name": name, "input": {"city": "Oslo"}})
        return said(_message(wish["model"], content, "tool_use" if wish.get("tools") else "end_turn"))


def _message(model: str, content: list[Any], reason: str | None) -> dict[str, Any]:
    return {
        "id": "msg_1", "type": "message", "role": "assistant", "model": model, "content": content,
        "stop_reason": reason, "stop_sequence": None, "usage": USAGE,
    }  # fmt: skip


def _events(model: str) -> bytes:
    events: list[dict[str, Any]] = [
        {"type": "message_start", "message": _message(model, [], None)},
        {"type": "content_block_start", "index": 0, "content_block": {"type": "text", "text": ""}},
        *(
            {"type": "content_block_delta", "index": 0, "delta": {"type": "text_delta", "text": text}}
            for text in ("Good ", "day, ", "Ann!")
        ),
        {"type": "content_block_stop", "index": 0},
        {"type": "message_delta", "delta": {"stop_reason": "end_turn", "stop_sequence": None}, "usage": USAGE},
        {"type": "message_stop"},
    ]
    return "".join(f"event: {each['type']}\ndata: {json.dumps(each)}\n\n" for each in events).encode()
