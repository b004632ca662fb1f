"""What /openapi.json says beyond what FastAPI finds in the endpoints: every error as one problem+json, tags in words,
the ways to sign in, names for bodies. Called by the API's wiring; it knows nothing of any one endpoint.
"""

import re
from collections.abc import Iterator
from typing import Any

from fastapi import FastAPI

from dbcv.domains.bots.endpoints.given import NAMED

Page = dict[str, Any]
Operation = dict[str, Any]

_ABOUT = """Everything that DBCV's pages do, and more, goes through these calls.

Sign in with `POST /login/access-token` (or make an API token under `/users/me/api_tokens`) and send it as
`Authorization: Bearer …`. Ids are UUIDs, times are ISO 8601 in UTC, lists take `limit` and `cursor`. Writes to a bot's
draft carry the version they were made for as `If-Match`; a stale one gets 412 with what changed meanwhile. Another
tenant's things are 404, like things that do not exist. What happens live comes over the WebSocket at `/ws`, which
`/asyncapi` describes."""
_TAGS = {
    "login": "Registering, signing in, staying signed in, signing out; visitors' way in",
    "users": "Your account: password, devices, API tokens; for administrators everybody's",
    "audit": "Who changed what, for administrators",
    "sharing": "Invitations to a bot, and its part of the audit log",
    "bots": "Bots as a whole: documents, checking, publishing, revisions, many changes at once",
    "steps": "Steps of a draft, and what they say",
    "connection groups": "Units of work of a step, or of the bot (master groups)",
    "connections": "Edges from a group to a step, with their rules",
    "requests": "HTTP requests that groups run",
    "widgets": "HTML that messages show in a frame of its own",
    "notes": "Notes on the canvas",
    "channels": "Rooms, and who takes part in them",
    "messages": "What is said in channels",
    "sessions": "Conversations: where everybody is, what happened and why, taking over and handing back",
    "analytics": "How a bot does, and where people stop",
    "dead letters": "What failed too often, and sending it again",
    "variables": "What bots, sessions, people and channels remember",
    "attachments": "Files",
    "icons": "Icons for everybody",
    "credentials": "Secrets of bots: they come in and never go out",
    "templates": "Sub-flows, of a library or of a bot",
    "template groups": "Libraries of templates",
    "template instances": "Steps that run templates",
    "crons": "Messages sent again and again",
    "emitters": "Messages sent once at a time",
    "gallery": "Ready bots to start from",
    "integrations": "Services that bots can call, and the forms of their actions",
    "presets": "Ready-made fragments of graphs",
    "webhooks": "Messages from elsewhere",
    "transports": "How a channel reaches people where they are: Telegram and others",
    "health": "Is it alive, can it serve",
}
_WORDS = {
    "401": "No token, or one that is not good (any more)",
    "403": "Known, but not allowed: the role or the token's scopes do not reach",
    "404": "There is no such thing, or it is another tenant's",
    "409": "It contradicts what is stored",
    "412": "Somebody changed it meanwhile; the answer says what",
    "413": "Too large",
    "422": "It cannot be accepted as it is; `errors` names every place",
    "428": "Say which version you are changing: If-Match",
    "429": "Too often, or a quota is reached",
    "503": "A part that this needs is away; try again in a moment",
}
_PROBLEM: dict[str, Any] = {
    "title": "Problem",
    "description": "Any error (RFC 9457). `code` is for programs, `title` for people; `errors` names every place.",
    "type": "object",
    "required": ["type", "title", "status", "code", "errors"],
    "properties": {
        "type": {"type": "string"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "code": {"type": "string"},
        "errors": {"type": "array", "items": {"$ref": "#/components/schemas/ProblemPlace"}},
    },
    "additionalProperties": True,
    "example": {
        "type": "about:blank#invalid",
        "title": "This cannot be accepted as it is",
        "status": 422,
        "code": "invalid",
        "errors": [{"path": "name", "message": "Field required", "hint": ""}],
    },
}
_PLACE: dict[str, Any] = {
    "title": "ProblemPlace",
    "description": "One thing that is wrong: where in the request, what, and how to mend it.",
    "type": "object",
    "required": ["path", "message", "hint"],
    "properties": {"path": {"type": "string"}, "message": {"type": "string"}, "hint": {"type": "string"}},
}
_RESPONSE = {
    "description": "What went wrong",
    "content": {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}},
}
_PASSWORD_FORM, _TOKEN = "OAuth2PasswordBearer", "Bearer"
_SENTENCE_END = re.compile(r"[.:;](?=\s)|\n\s*\n")
_METHODS = ("get", "put", "post", "delete", "patch")


def describe(app: FastAPI) -> None:
    """Let `app.openapi()` say all of it."""
    original = app.openapi

    def openapi() -> Page:
        if app.openapi_schema is None:
            finish(original())
        return original()

    app.openapi = openapi  # type: ignore[method-assign]


def finish(page: Page) -> None:
    """Complete an OpenAPI document, in place."""
    page["info"] |= {"description": _ABOUT, "license": {"name": "MIT", "identifier": "MIT"}}
    components = page["components"]
    schemas = components["schemas"]
    for name in ("HTTPValidationError", "ValidationError"):
        schemas.pop(name, None)
    schemas |= {"Problem": _PROBLEM, "ProblemPlace": _PLACE}
    components["responses"] = {"Problem": _RESPONSE}
    components["securitySchemes"][_PASSWORD_FORM]["description"] = "An access token; log-ins give it"
    components["securitySchemes"][_TOKEN] = {
        "type": "http",
        "scheme": "bearer",
        "description": "An access token or an API token",
    }
    used = set()
    for path, method, operation in _operations(page):
        used.update(operation["tags"])
        _summarise(operation)
        _sign_in(operation)
        _name_body(operation, schemas)
        if method == "patch":
            _forget_defaults(operation, schemas)
        _list_problems(path, method, operation)
    page["tags"] = [{"name": name, "description": words} for name, words in _TAGS.items() if name in used]


def _operations(page: Page) -> Iterator[tuple[str, str, Operation]]:
    for path, methods in page["paths"].items():
        for method in _METHODS:
            if method in methods:
                yield path, method, methods[method]


def _summarise(operation: Operation) -> None:
    """Its first sentence, where FastAPI only has the function's name: lists of calls show nothing else."""
    told = operation.get("description", "")
    if told:
        operation["summary"] = _SENTENCE_END.split(told, maxsplit=1)[0].rstrip(".")


def _sign_in(operation: Operation) -> None:
    """Both kinds of token are good; what needs none says so."""
    operation["security"] = [{_PASSWORD_FORM: []}, {_TOKEN: []}] if operation.get("security") else []


def _name_body(operation: Operation, schemas: dict[str, Any]) -> None:
    """A body that stands in its operation moves to where the others are, so that clients have a name for it."""
    for content in operation.get("requestBody", {}).get("content", {}).values():
        schema = content.get("schema", {})
        name = schema.pop(NAMED, None)
        if name is not None:
            schemas[name] = schema | {"title": name}
            content["schema"] = {"$ref": f"#/components/schemas/{name}"}


def _forget_defaults(operation: Operation, schemas: dict[str, Any]) -> None:
    """What a PATCH leaves out stays as it is; it does not become the default."""
    name = operation["requestBody"]["content"]["application/json"]["schema"]["$ref"].rpartition("/")[2]
    for schema in schemas[name]["properties"].values():
        schema.pop("default", None)


def _list_problems(path: str, method: str, operation: Operation) -> None:
    answers = operation["responses"]
    answers.pop("422", None)
    told = [status for status in answers if status[0] in "45" and not answers[status].get("content")]
    for status in {*_statuses(path, method, operation), *told}:
        words = answers.get(status, {}).get("description") or _WORDS[status]
        answers[status] = {"$ref": "#/components/responses/Problem", "description": words}
    operation["responses"] = dict(sorted(answers.items()))


def _statuses(path: str, method: str, operation: Operation) -> list[str]:
    """What may go wrong with it."""
    if not path.startswith("/api/"):
        return ["404", "422"] if operation.get("parameters") else []
    parameters = {(each["in"], each["name"].lower()) for each in operation.get("parameters", ())}
    has_body = "requestBody" in operation
    statuses = ["503"]
    if operation["security"] or "login" in operation["tags"]:
        statuses += ["401", "403"]
    if has_body or parameters:
        statuses += ["404", "422"]
    if ("header", "if-match") in parameters:
        statuses += ["412", "428"]
    if method != "get":
        statuses += ["409", "429"]
    return statuses + (["413"] if has_body else [])
