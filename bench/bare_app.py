"""What the HTTP server alone can do: the limit beside which bench/turns.py shows the product. Not part of the product.

`/raw`: a bare ASGI route that reads the body and answers JSON. `/fastapi`: the same through FastAPI's parsing.
"""

import json
import sys
from typing import Any

import uvicorn
from fastapi import FastAPI
from pydantic import BaseModel

ANSWER = {"message": {"id": "01"}, "replies": [{"text": "Hello Bob! How old are you?"}]}


class MessageIn(BaseModel):
    channel_id: str
    text: str


class Answer(BaseModel):
    message: dict[str, Any]
    replies: list[dict[str, Any]]


fastapi = FastAPI()


@fastapi.post("/fastapi")
async def post(message: MessageIn) -> Answer:
    return Answer(**ANSWER)


async def app(scope: dict[str, Any], receive: Any, send: Any) -> None:
    """A bare route before FastAPI, as the product's own hot route is."""
    if scope["type"] != "http" or scope["path"] != "/raw":
        await fastapi(scope, receive, send)
        return
    body, is_more = b"", True
    while is_more:
        event = await receive()
        body += event.get("body", b"")
        is_more = event.get("more_body", False)
    json.loads(body)
    answer = json.dumps(ANSWER).encode()
    headers = [(b"content-type", b"application/json"), (b"content-length", str(len(answer)).encode())]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": answer})


if __name__ == "__main__":
    uvicorn.run(app, host="127.0.0.1", port=int(sys.argv[1]), loop="uvloop", http="httptools", access_log=False,
                log_level="warning")  # fmt: skip
