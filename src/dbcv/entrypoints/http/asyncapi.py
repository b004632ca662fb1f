"""`/asyncapi` and `/asyncapi.json`: what goes over the streams, told by FastStream of the very types, and over `/ws`.

The broker here is for telling only: it is connected to nothing.
"""

from functools import cache
from typing import Any, get_args

import msgspec
from fastapi import APIRouter
from faststream.redis import RedisBroker, StreamSub
from pydantic.json_schema import models_json_schema
from starlette.responses import FileResponse, JSONResponse, Response

from dbcv.domains.conversations.live.frames import Frame
from dbcv.domains.conversations.schemas import MessageOut
from dbcv.entrypoints.http.docs_page import FOLDER, HEADERS
from dbcv.kit.bell import Ring
from dbcv.runtime.shards import CONSUMER, GROUP

router = APIRouter(include_in_schema=False)

_ABOUT = """Streams in Valkey or Redis only say "look there": what is to be done lies in PostgreSQL, so losing all of
them loses nothing. What people and pages hear live comes over one WebSocket at /ws. The calls are in /openapi.json."""
_STREAMS = {
    "user_messages.{shard}": "Wakes the worker of a shard of users: these sessions have something in their mailbox.",
    "bot_messages.{shard}": "Wakes whoever carries replies out of the house: these sessions have deliveries waiting.",
}
_REF = "#/components/schemas/{name}"
_MODEL_REF = "#/components/schemas/{model}"
_TEXT: dict[str, Any] = {"type": "string"}
_FLAG: dict[str, Any] = {"type": "boolean"}
_ID: dict[str, Any] = {"type": "string", "format": "uuid"}
_ID_OR_NULL: dict[str, Any] = {"type": ["string", "null"], "format": "uuid"}
_LIST: dict[str, Any] = {"type": "array"}
_LIST_OR_NULL: dict[str, Any] = {"type": ["array", "null"]}
_MESSAGE = {"$ref": "#/components/schemas/MessageOut"}
_OUT: dict[str, tuple[str, dict[str, Any]]] = {
    "authenticated": ("The token is good.", {"subscriber_id": _ID, "kind": _TEXT}),
    "subscribed": (
        "You listen. `has_more`: more was missed than comes, GET it.",
        {"topic": _TEXT, "has_more": _FLAG},
    ),
    "unsubscribed": ("You listen no more: you asked, or may not any longer.", {"topic": _TEXT}),
    "accepted": ("Your message is kept.", {"external_id": {"type": ["string", "null"]}, "message": _MESSAGE}),
    "message": ("Something was said in a channel or session you listen to.", {"message": _MESSAGE}),
    "message.part": (
        "An answer is being written: the whole text so far; `index` counts the parts of the turn. The message sent at "
        "the end takes its place: its `reply_to` is `turn_id` where a message began the turn. Parts may be lost.",
        {"channel_id": _ID, "session_id": _ID, "turn_id": _ID, "index": {"type": "integer"}, "text": _TEXT},
    ),
    "typing": (
        "A bot's turn takes long, or who took over a session is writing; or that is over.",
        {"is_typing": _FLAG, "reply_to": _ID_OR_NULL, "channel_id": _ID, "session_id": _ID},
    ),
    "session": (
        "A session was taken over, handed back, reset, moved or deleted.",
        {"change": _TEXT, "session_id": _ID, "channel_id": _ID, "user_id": _ID},
    ),
    "turn": (
        "Under bot:ID: a turn is over.",
        {"id": _ID, "session_id": _ID, "step_id": {"type": ["string", "null"]}, "error": {"type": ["string", "null"]}},
    ),
    "bot.changed": (
        "Under bot:ID: the draft is at this version now. By whom, what was added, updated and removed, and the touched "
        "parts as they are now; null where they are many: then GET /bots/ID/draft?since=VERSION.",
        {"version": {"type": "integer"}, "author_id": _ID, "changes": _LIST, "parts": _LIST_OR_NULL},
    ),
    "presence": (
        "Somebody has the bot open too. `id` is of the socket, `editing` of the part in whose fields somebody writes. "
        "Told by those who sent `presence` to those who did; again every few seconds.",
        {
            "bot_id": _ID,
            "id": _ID,
            "subscriber_id": _ID,
            "name": _TEXT,
            "selected": {"type": "array", "items": _ID},
            "editing": _ID_OR_NULL,
            "field": {"type": ["string", "null"]},
        },
    ),
    "presence.gone": ("That socket has the bot open no more.", {"bot_id": _ID, "id": _ID}),
    "bot.published": ("Under bot:ID: sessions move to this revision.", {"published_revision": {"type": "integer"}}),
    "metrics": ("Under metrics, for administrators: the figures, every two seconds.", {"figures": {"type": "array"}}),
    "missed": ("Notices under this topic may have been lost: read again.", {"topic": _TEXT}),
    "error": (
        "A frame could not be done; like problem+json.",
        {"title": _TEXT, "status": {"type": "integer"}, "code": _TEXT, "errors": {"type": "array"}},
    ),
    "pong": ("The answer to ping.", {}),
}


@cache
def page() -> dict[str, Any]:
    """The AsyncAPI 3 document, made when somebody first asks."""
    from faststream.specification import AsyncAPI

    broker = RedisBroker("redis://valkey")
    for name, words in _STREAMS.items():
        stream = StreamSub(name, group=GROUP, consumer=CONSUMER, batch=True)
        broker.subscriber(stream=stream, title=name, description=words)(_rung)
    told = AsyncAPI(broker, title="DBCV", version="1", description=_ABOUT).to_specification()
    document: dict[str, Any] = msgspec.json.decode(told.to_json())
    _add_socket(document)
    return document


async def _rung(rings: list[Ring]) -> None:
    """Never called: FastStream reads the type of what comes in from it."""


def _add_socket(document: dict[str, Any]) -> None:
    components = document["components"]
    frames, read = msgspec.json.schema_components(get_args(Frame), ref_template=_REF)
    _, written = models_json_schema([(MessageOut, "serialization")], ref_template=_MODEL_REF)
    components["schemas"] |= read | written["$defs"]
    incoming = {kind.__struct_config__.tag: frame for kind, frame in zip(get_args(Frame), frames, strict=True)}
    messages = {f"in.{name}": {"name": name, "payload": payload} for name, payload in incoming.items()}
    messages |= {f"out.{name}": _sent(name, words, fields) for name, (words, fields) in _OUT.items()}
    components["messages"] |= messages
    document["servers"]["api"] = {"host": "localhost:8003", "protocol": "ws", "description": "The API itself"}
    document["channels"]["ws"] = {
        "address": "/ws",
        "servers": [{"$ref": "#/servers/api"}],
        "description": "One JSON object a frame. The first is `auth`; topics are channel:ID, session:ID, bot:ID.",
        "messages": {name: {"$ref": f"#/components/messages/{name}"} for name in messages},
    }
    for action, side in (("receive", "in"), ("send", "out")):
        document["operations"][f"ws.{side}"] = {
            "action": action,
            "channel": {"$ref": "#/channels/ws"},
            "messages": [{"$ref": f"#/channels/ws/messages/{name}"} for name in messages if name.startswith(side)],
        }


def _sent(name: str, words: str, fields: dict[str, Any]) -> dict[str, Any]:
    payload = {
        "type": "object",
        "required": ["type", *fields],
        "properties": {"type": {"const": name}, **fields},
    }
    return {"name": name, "summary": words, "payload": payload}


@router.get("/asyncapi.json")
async def document() -> Response:
    """The document."""
    return JSONResponse(page())


@router.get("/asyncapi")
async def reference() -> FileResponse:
    """The page that draws it."""
    return FileResponse(FOLDER / "asyncapi.html", headers=HEADERS)


@router.get("/docs/asyncapi.js")
async def script() -> FileResponse:
    """Its script."""
    return FileResponse(FOLDER / "asyncapi.js", headers=HEADERS)
