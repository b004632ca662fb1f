"""Who comes in: bearer tokens for HTTP, DBCV_TOKEN for stdio, checked at every call; and errors told like REST's.

Without a token nothing is done: the server has no rights of its own.
"""

from collections.abc import Awaitable, Callable
from typing import Any

import mcp_types as wire
from fastmcp.exceptions import ToolError, ValidationError
from fastmcp.server.auth import AccessToken, TokenVerifier
from fastmcp.server.dependencies import get_access_token, get_http_request
from fastmcp.server.middleware import CallNext, Middleware, MiddlewareContext
from fastmcp.tools import ToolResult
from pydantic import ValidationError as PydanticError
from starlette.middleware import Middleware as StarletteMiddleware
from starlette.types import ASGIApp, Receive, Scope, Send

from dbcv.domains.accounts.mcp_tools import RefusedError, acting_as
from dbcv.domains.accounts.schemas import Principal
from dbcv.domains.accounts.service import Authenticator
from dbcv.domains.accounts.service.audit import Origin, came_from
from dbcv.entrypoints.http.problems import problem_of
from dbcv.kit.errors import AppError, ErrorDetail, Invalid, Unauthorized

MAX_LISTED_ERRORS = 50


class Tokens(TokenVerifier):
    """Our access tokens and API tokens, as REST takes them. People make them in DBCV and give them to the client; there
    is no authorization server to name, so no OAuth metadata promises one."""

    def __init__(self, authenticator: Authenticator) -> None:
        super().__init__()
        self._authenticator = authenticator

    async def verify_token(self, token: str) -> AccessToken | None:
        """None for a token that is forged, expired or revoked."""
        try:
            principal = await self._authenticator.principal_for(token)
        except Unauthorized:
            return None
        return AccessToken(token=token, client_id=str(principal.id), scopes=[])

    def get_middleware(self) -> list[StarletteMiddleware]:
        """Outside the look at the token, so that a database that is away is told as such."""
        return [StarletteMiddleware(Problems), *super().get_middleware()]


class Entrance(Middleware):
    """Every call runs as the account behind its token. `own_token` is stdio's; HTTP brings one with each request."""

    def __init__(self, authenticator: Authenticator, own_token: str | None) -> None:
        self._authenticator = authenticator
        self._own_token = own_token

    async def on_call_tool(
        self,
        context: MiddlewareContext[wire.CallToolRequestParams],
        call_next: CallNext[wire.CallToolRequestParams, ToolResult],
    ) -> ToolResult:
        """Run the tool; what it refuses is an answer that says how to mend it."""
        try:
            principal = await self._principal()
            self._authenticator.paces.note_change(principal.id, _size(context.message.arguments))
            with acting_as(principal):
                return await call_next(context)
        except (AppError, ToolError, ValidationError) as error:
            problem = _problem(error)
            if problem is None:
                raise
            return ToolResult(content=_words(problem), structured_content=problem, is_error=True)

    async def on_read_resource(
        self,
        context: MiddlewareContext[wire.ReadResourceRequestParams],
        call_next: Callable[[MiddlewareContext[wire.ReadResourceRequestParams]], Awaitable[Any]],
    ) -> Any:
        """Resources that hold a bot are read with the caller's rights too."""
        with acting_as(await self._principal()):
            return await call_next(context)

    async def _principal(self) -> Principal:
        given = get_access_token()
        token = self._own_token if given is None else given.token
        if token is None:
            raise Unauthorized()
        came_from(Origin("mcp", _address()))
        return await self._authenticator.principal_for(token)


def _address() -> str:
    """Where an HTTP call comes from; nothing for stdio."""
    try:
        client = get_http_request().client
    except RuntimeError:
        return ""
    return client.host if client else ""


def _size(arguments: dict[str, Any] | None) -> int:
    """About how large what was sent is: documents come as text."""
    return sum(len(value) for value in (arguments or {}).values() if isinstance(value, str))


def _problem(error: Exception) -> dict[str, Any] | None:
    if isinstance(error, RefusedError):
        return error.problem
    if isinstance(error, AppError):
        return error.as_problem()
    cause = error.__cause__
    if isinstance(cause, PydanticError):
        return Invalid("The arguments are not right", code="arguments", errors=_details(cause)).as_problem()
    return None


def _details(error: PydanticError) -> list[ErrorDetail]:
    return [_detail(found) for found in error.errors(include_url=False)[:MAX_LISTED_ERRORS]]


def _detail(found: Any) -> ErrorDetail:
    path = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in found["loc"]).removeprefix(".")
    hint = "Leave it out: there is no such argument" if found["type"].startswith("unexpected") else ""
    return ErrorDetail(path, found["msg"].removeprefix("Value error, "), hint)


def _words(problem: dict[str, Any]) -> str:
    """The problem as text: what an assistant that ignores structure reads. What people named begins no line."""
    lines = [f"{problem['title']} ({problem['code']})"]
    for detail in problem["errors"][:MAX_LISTED_ERRORS]:
        place = f"{detail['path']}: " if detail["path"] else ""
        lines.append(f"- {place}{detail['message']}" + (f". {detail['hint']}" if detail["hint"] else ""))
    return "\n".join(" ".join(line.splitlines()) for line in lines)


class Problems:
    """Around the HTTP application: a part that is away while a token is looked up is 503, as everywhere."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            await self._app(scope, receive, send)
        except AppError as error:
            await problem_of(error)(scope, receive, send)
