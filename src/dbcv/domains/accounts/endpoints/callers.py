"""By these dependencies every endpoint learns who is calling, and the caller's token is held to its scopes.

`Caller`: anybody with a token; `User`: an account; `Person`: an account that logged in, no API token; `Developer` and
`Admin`: by role. They also note where the call comes from, for the audit log.
"""

from typing import Annotated

from fastapi import Depends, Request
from fastapi.security import OAuth2PasswordBearer

from dbcv.domains.accounts import errors
from dbcv.domains.accounts.schemas import Principal, TokenOut
from dbcv.domains.accounts.service import audit, scopes
from dbcv.domains.accounts.service.authenticator import Authenticator
from dbcv.domains.accounts.service.tokens import Token
from dbcv.kit.db import Database
from dbcv.kit.errors import Unauthorized
from dbcv.kit.settings import Settings

_bearer = OAuth2PasswordBearer(tokenUrl="/api/v1/login/access-token", auto_error=False)


async def _database(request: Request) -> Database:
    db: Database = request.app.state.db
    return db


async def _settings(request: Request) -> Settings:
    settings: Settings = request.app.state.settings
    return settings


async def _authenticator(request: Request) -> Authenticator:
    authenticator: Authenticator = request.app.state.authenticator
    return authenticator


Db = Annotated[Database, Depends(_database)]
AppSettings = Annotated[Settings, Depends(_settings)]
Tokens = Annotated[Authenticator, Depends(_authenticator)]


async def _nobody(request: Request) -> audit.Origin:
    return _note(request, "nobody")


Nobody = Annotated[audit.Origin, Depends(_nobody)]
"""Somebody who is not logged in yet: where the call comes from."""


def _note(request: Request, via: str) -> audit.Origin:
    address = request.client.host if request.client else ""
    found = audit.Origin(via, address, request.headers.get("user-agent", ""))
    audit.came_from(found)
    return found


async def _caller(request: Request, tokens: Tokens, token: Annotated[str | None, Depends(_bearer)]) -> Principal:
    if token is None:
        raise Unauthorized()
    principal = tokens.cached(token) or await tokens.principal_for(token)
    scopes.check_call(principal, request.method, request.scope["path"])
    if request.method not in scopes.READING:
        tokens.paces.note_change(principal.id, _announced(request))
    _note(request, "login" if principal.scopes is None else "api_token")
    return principal


def _announced(request: Request) -> int:
    """How large the body says it is. Files have a quota of their own."""
    length = request.headers.get("content-length", "")
    is_file = request.scope["path"].endswith("/attachments")
    return int(length) if length.isascii() and length.isdecimal() and len(length) < 12 and not is_file else 0


Caller = Annotated[Principal, Depends(_caller)]


async def _caller_if_any(
    request: Request, tokens: Tokens, token: Annotated[str | None, Depends(_bearer)]
) -> Principal | None:
    return None if token is None else await _caller(request, tokens, token)


CallerIfAny = Annotated[Principal | None, Depends(_caller_if_any)]
"""Who calls, or None: for what a signed link opens too."""


async def _user(caller: Caller) -> Principal:
    if caller.kind != "user":
        raise errors.account_needed()
    return caller


User = Annotated[Principal, Depends(_user)]


async def _person(caller: User) -> Principal:
    if caller.scopes is not None:
        raise errors.login_needed()
    return caller


async def _developer(caller: User) -> Principal:
    if caller.role not in {"ADMIN", "DEVELOPER"}:
        raise errors.role_needed("DEVELOPER")
    return caller


async def _admin(caller: User) -> Principal:
    if caller.role != "ADMIN":
        raise errors.role_needed("ADMIN")
    return caller


Person = Annotated[Principal, Depends(_person)]
Developer = Annotated[Principal, Depends(_developer)]
Admin = Annotated[Principal, Depends(_admin)]


def token_out(token: Token) -> TokenOut:
    """A token as every log-in answers it."""
    return TokenOut(
        access_token=token.text,
        expires_in=token.lifetime_seconds,
        subscriber_id=token.subscriber_id,
        refresh_token=token.refresh,
        refresh_expires_in=token.refresh_lifetime_seconds,
    )
