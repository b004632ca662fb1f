"""A server that speaks OpenAI's API on loopback, as compatible servers do: https://platform.openai.com/docs/api-reference."""

import asyncio
import json
from typing import Any

from aiohttp import web

from tests.integrations.service import Seen, Service, said

KEY = "sk-test-0123456789abcdefghij"


class Llm(Service):
    """Says `pieces`, one after the other when it streams; `gate` may hold it before each piece but the first."""

    pieces: tuple[str, ...] = ("Good ", "day, ", "Ann!")
    call: dict[str, Any] | None = None
    gate: asyncio.Semaphore | None = None

    async def _take(self, request: web.Request) -> web.StreamResponse:
        if request.content_type == "application/json":
            wish = json.loads(await request.read())
            if wish.get("stream") and not self.prepared and request.headers["Authorization"] == f"Bearer {KEY}":
                self.seen.append(Seen(request.method, request.path, {}, dict(request.headers), wish))
                return await self._stream(request, wish["model"])
        return await super()._take(request)

    async def answer(self, seen: Seen) -> web.Response:
        if seen.headers.get("Authorization") != f"Bearer {KEY}":
            return said({"error": {"message": "Incorrect API key provided", "code": "invalid_api_key"}}, 401)
        match seen.path:
            case "/v1/chat/completions":
                return said(self._completion(seen.body))
            case "/v1/embeddings":
                vectors = [{"index": at, "embedding": [0.5, at], "object": "embedding"} for at in (1, 0)]
                usage = {"prompt_tokens": 4, "total_tokens": 4}
                return said({"object": "list", "data": vectors, "model": seen.body["model"], "usage": usage})
            case "/v1/audio/transcriptions":
                return said({"text": "one pizza please"})
        return said({"error": {"message": "no such path"}}, 404)

    def _completion(self, wish: dict[str, Any]) -> dict[str, Any]:
        message: dict[str, Any] = {"role": "assistant", "content": "".join(self.pieces)}
        if wish.get("response_format"):
            message["content"] = '{"size": 42}'
        if wish.get("tools"):
            function = {"name": wish["tools"][0]["function"]["name"], "arguments": '{"city": "Oslo"}'}
            message |= {"content": None, "tool_calls": [{"id": "c1", "type": "function", "function": function}]}
        choice = {"index": 0, "message": message, "finish_reason": "tool_calls" if wish.get("tools") else "stop"}
        usage = {"prompt_tokens": 9, "completion_tokens": 3, "total_tokens": 12}
        return _base(wish["model"], "chat.completion") | {"choices": [choice], "usage": usage}

    async def _stream(self, request: web.Request, model: str) -> web.StreamResponse:
        answer = web.StreamResponse(headers={"Content-Type": "text/event-stream"})
        await answer.prepare(request)
        for index, piece in enumerate(self.pieces):
            if index and self.gate is not None:
                await self.gate.acquire()
            await _send(answer, model, [{"index": 0, "delta": {"content": piece}, "finish_reason": None}])
        if self.gate is not None:
            await self.gate.acquire()
        if self.call is not None:
            for part in (self.call, {"index": 0, "function": {"arguments": '"Oslo"}'}}):
                await _send(answer, model, [{"index": 0, "delta": {"tool_calls": [part]}, "finish_reason": None}])
        await _send(answer, model, [{"index": 0, "delta": {}, "finish_reason": "stop"}])
        await _send(answer, model, [], {"prompt_tokens": 9, "completion_tokens": 3, "total_tokens": 12})
        await answer.write(b"data: [DONE]\n\n")
        return answer


def _base(model: str, kind: str) -> dict[str, Any]:
    return {"id": "chatcmpl-1", "object": kind, "created": 1_795_000_000, "model": model}


async def _send(answer: web.StreamResponse, model: str, choices: list[Any], usage: Any = None) -> None:
    chunk = _base(model, "chat.completion.chunk") | {"choices": choices, "usage": usage}
    await answer.write(f"data: {json.dumps(chunk)}\n\n".encode())
