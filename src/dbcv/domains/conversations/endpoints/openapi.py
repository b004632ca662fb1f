"""The hot routes on the OpenAPI page, from the very types they decode and answer by."""

from typing import Any

import msgspec
from fastapi import FastAPI
from pydantic.json_schema import models_json_schema

from dbcv.domains.conversations.schemas import AcceptedOut, AnsweredOut, MessageIn

_REF = "#/components/schemas/{name}"
_MODEL_REF = "#/components/schemas/{model}"
_PREFER = {
    "name": "Prefer",
    "in": "header",
    "required": False,
    "schema": {"type": "string"},
    "description": "`wait=10`: answer once the turn is over, after at most so many seconds (30 at most)",
}
_SAID = {"channel_id": "01912d68-783e-7a56-8e29-1b6a0d3c3f10", "text": "Hello", "params": {}}
_HOOK = {"message": {"id": 7, "from": {"id": "anna"}, "text": "Hello"}}
_UPDATE = {"update_id": 1, "message": {"chat": {"id": 7, "type": "private"}, "from": {"id": 7}, "text": "Hello"}}
_WORDS = {
    401: "No valid token, or webhook secret",
    404: "No such channel or bot",
    409: "Nobody answers in this channel",
    413: "Too large",
    422: "Not well-formed: `errors` says where",
    429: "Too fast: see Retry-After",
    503: "The database is away; nothing was kept",
}


def describe(app: FastAPI, prefix: str) -> None:
    """Let `app.openapi()` tell of the hot routes, which FastAPI itself does not know."""
    original = app.openapi

    def openapi() -> dict[str, Any]:
        if app.openapi_schema is None:
            add_hot_paths(original(), prefix)
        return original()

    app.openapi = openapi  # type: ignore[method-assign]


def add_hot_paths(page: dict[str, Any], prefix: str) -> None:
    """Add paths and the schemas that they name to an OpenAPI document, in place."""
    components = page.setdefault("components", {}).setdefault("schemas", {})
    (message,), decoded = msgspec.json.schema_components([MessageIn], ref_template=_REF)
    models = [(AcceptedOut, "serialization"), (AnsweredOut, "serialization")]
    _, answered = models_json_schema(models, ref_template=_MODEL_REF)  # type: ignore[arg-type]
    for name, schema in (decoded | answered["$defs"]).items():
        components.setdefault(name, schema)
    paths = page.setdefault("paths", {})
    bearer: list[dict[str, list[str]]] = [{"OAuth2PasswordBearer": []}]
    paths.setdefault(f"{prefix}/messages", {})["post"] = _operation(
        "Say something in a channel", "messages_post", "messages", message, _SAID
    ) | {"security": bearer}
    anything = {"description": "Any JSON; it becomes `message.params`"}
    for path, name in (("message", "webhooks_post"), ("{bot_id}/message", "webhooks_post_to_bot")):
        operation = _operation("Take a webhook", name, "webhooks", anything, _HOOK)
        operation["parameters"] += [_in_path(part) for part in ("channel_id", "bot_id") if part in f"channel_id{path}"]
        paths.setdefault(f"{prefix}/channels/{{channel_id}}/{path}", {})["post"] = operation
    paths.setdefault(f"{prefix}/channels/{{channel_id}}/telegram", {})["post"] = _update()


def _update() -> dict[str, Any]:
    """What Telegram calls in webhook mode."""
    operation = _operation("Take what Telegram tells", "webhooks_telegram", "webhooks", {"type": "object"}, _UPDATE)
    kept = {"200": {"description": "Kept; it will be answered"}}
    operation["responses"] = kept | {
        str(status): {"description": _WORDS[status]} for status in (401, 404, 413, 422, 503)
    }
    secret = {
        "name": "X-Telegram-Bot-Api-Secret-Token",
        "in": "header",
        "required": False,
        "schema": {"type": "string"},
    }
    return operation | {"parameters": [_in_path("channel_id"), secret]}


def _in_path(name: str) -> dict[str, Any]:
    return {"name": name, "in": "path", "required": True, "schema": {"type": "string", "format": "uuid"}}


def _operation(summary: str, name: str, tag: str, body: dict[str, Any], example: Any) -> dict[str, Any]:
    answers = {
        "200": _answer("The turn is over (with `Prefer: wait`)", "AnsweredOut"),
        "202": _answer("Kept; it will be answered", "AcceptedOut"),
    }
    problems = {str(status): {"description": words} for status, words in _WORDS.items()}
    return {
        "summary": summary,
        "operationId": name,
        "tags": [tag],
        "parameters": [_PREFER],
        "requestBody": {"required": True, "content": {"application/json": {"schema": body, "example": example}}},
        "responses": answers | problems,
    }


def _answer(words: str, model: str) -> dict[str, Any]:
    content = {"application/json": {"schema": {"$ref": f"#/components/schemas/{model}"}}}
    return {"description": words, "content": content}
