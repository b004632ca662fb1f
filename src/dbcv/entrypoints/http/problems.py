"""Every error of the API as problem+json (RFC 9457): ours, FastAPI's, and the ones nobody thought of."""

import secrets
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

import msgspec
import structlog
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.responses import Response

from dbcv.entrypoints.http.places import nearest_kind
from dbcv.kit.errors import AppError, ErrorDetail, Invalid, TooManyRequests, Unauthorized, Unavailable

MAX_LISTED_ERRORS = 200
_HEADERS: dict[type[AppError], dict[str, str]] = {
    Unauthorized: {"WWW-Authenticate": "Bearer"},
    Unavailable: {"Retry-After": "1"},
}
_WORDS = {
    "extra_forbidden": ("is not known here", "Leave it out, or look up its name in /docs"),
    "missing": ("is missing", "Give it; /docs has an example"),
}
"""For Pydantic's own words that say no mend: {type of error: (message, hint)}."""

log = structlog.get_logger(__name__)


def add_handlers(app: FastAPI) -> None:
    """Let every error of the app's endpoints answer as a problem."""
    app.add_exception_handler(AppError, _app_error)
    app.add_exception_handler(RequestValidationError, _validation_error)
    app.add_exception_handler(HTTPException, _http_error)
    app.add_exception_handler(Exception, _unknown_error)


def problem(status: int, content: Mapping[str, Any], headers: Mapping[str, str] | None = None) -> Response:
    """A problem as a response."""
    body = msgspec.json.encode(content)
    return Response(body, status, headers=headers, media_type="application/problem+json")


def problem_of(error: AppError) -> Response:
    """One of our own errors as a response."""
    headers = next((found for kind, found in _HEADERS.items() if isinstance(error, kind)), None)
    if isinstance(error, TooManyRequests):
        headers = {"Retry-After": str(error.retry_after_seconds)}
    content = error.as_problem()
    content["errors"] = content["errors"][:MAX_LISTED_ERRORS]
    return problem(error.status, content, headers)


def unknown_problem(error: Exception, method: str, path: str) -> Response:
    """An error nobody thought of: logged in full under a reference, which is all that the caller learns."""
    reference = secrets.token_hex(4)
    log.error("request.failed", reference=reference, method=method, path=path, exc_info=error)
    content = {
        "type": "about:blank#internal",
        "title": f"Something went wrong here. The log has it under {reference}",
        "status": 500,
        "code": "internal",
        "reference": reference,
        "errors": [],
    }
    return problem(500, content)


async def _app_error(_request: Request, error: Exception) -> Response:
    assert isinstance(error, AppError)
    return problem_of(error)


async def _validation_error(_request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)
    found = nearest_kind(error.errors()[:MAX_LISTED_ERRORS], error.body)
    return problem_of(Invalid(errors=list(dict.fromkeys(map(_detail, found)))))


def _detail(found: Mapping[str, Any]) -> ErrorDetail:
    place, *rest = found["loc"]
    if place != "body":
        rest = rest[:1]  # behind the name stand Pydantic's words for the kinds it tried
    path = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in rest).removeprefix(".")
    message, hint = _WORDS.get(found["type"], (found["msg"].removeprefix("Value error, "), ""))
    return ErrorDetail(path, message, hint if place == "body" else f"It is part of the {place}")


async def _http_error(_request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    if error.status_code == 400:  # how FastAPI calls a body that is no text or no form; any other mistake of one is 422
        hint = "Send what Content-Type says, text as UTF-8"
        return problem_of(Invalid(errors=[ErrorDetail("", "the body cannot be read", hint)]))
    phrase = HTTPStatus(error.status_code).phrase
    code = phrase.lower().replace(" ", "_").replace("-", "_")
    content = {
        "type": f"about:blank#{code}",
        "title": error.detail or phrase,
        "status": error.status_code,
        "code": code,
        "errors": [],
    }
    return problem(error.status_code, content, error.headers)


async def _unknown_error(request: Request, error: Exception) -> Response:
    request.scope["dbcv.answered"] = True
    return unknown_problem(error, request.method, request.url.path)
