"""Log-in and accounts over HTTP, and the dependency by which every endpoint learns who is calling."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Request, Response
from fastapi.security import OAuth2PasswordBearer, OAuth2PasswordRequestForm

from dbcv.domains.accounts import errors, service
from dbcv.domains.accounts.schemas import (
    MeOut,
    MePatch,
    Principal,
    RegisterIn,
    TokenOut,
    UserList,
    UserOut,
    UserPatch,
)
from dbcv.domains.accounts.service import Authenticator, Token
from dbcv.kit.db import Database
from dbcv.kit.errors import Unauthorized
from dbcv.kit.settings import Settings

router = APIRouter()
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


async def _caller(tokens: Tokens, token: Annotated[str | None, Depends(_bearer)]) -> Principal:
    if token is None:
        raise Unauthorized()
    return tokens.cached(token) or await tokens.principal_for(token)


Caller = Annotated[Principal, Depends(_caller)]


async def _user(caller: Caller) -> Principal:
    if caller.kind != "user":
        raise errors.account_needed()
    return caller


User = Annotated[Principal, Depends(_user)]


async def _developer(caller: User) -> Principal:
    if caller.role not in {"ADMIN", "DEVELOPER"}:
        raise errors.role_needed("DEVELOPER")
    return caller


async def _admin(caller: User) -> Principal:
    if caller.role != "ADMIN":
        raise errors.role_needed("ADMIN")
    return caller


Developer = Annotated[Principal, Depends(_developer)]
Admin = Annotated[Principal, Depends(_admin)]


def token_out(token: Token) -> TokenOut:
    """A token as every log-in answers it."""
    return TokenOut(access_token=token.text, expires_in=token.lifetime_seconds, subscriber_id=token.subscriber_id)


@router.post("/login/register", status_code=201, tags=["login"])
async def register(wish: RegisterIn, db: Db, settings: AppSettings) -> TokenOut:
    """Make an account and log in."""
    return token_out(await service.register(db, settings, wish))


@router.post("/login/access-token", tags=["login"])
async def log_in(
    request: Request, form: Annotated[OAuth2PasswordRequestForm, Depends()], db: Db, settings: AppSettings
) -> TokenOut:
    """Log in with e-mail (as `username`) and password."""
    address = request.client.host if request.client else ""
    return token_out(await service.log_in(db, settings, form.username, form.password, address))


@router.post("/login/renew", tags=["login"])
async def renew(caller: Caller, db: Db, settings: AppSettings) -> TokenOut:
    """A fresh token for one that is still good, also a visitor's: who comes back in time never loses a conversation."""
    return token_out(await service.renew(db, settings, caller))


@router.post("/login/logout", status_code=204, tags=["login"])
async def log_out(caller: User, db: Db, tokens: Tokens) -> Response:
    """End every log-in of this account."""
    await service.log_out_everywhere(db, caller.id)
    tokens.forget(caller.id)
    return Response(status_code=204)


@router.get("/users/me", tags=["users"])
async def me(caller: Caller, db: Db) -> MeOut:
    """Who the token stands for."""
    if caller.kind == "anonymous":
        return MeOut(id=caller.id, kind="anonymous", username="", role=None)
    return _me(UserOut.model_validate(await service.account(db, caller.id)))


@router.patch("/users/me", tags=["users"])
async def change_me(patch: MePatch, caller: User, db: Db, tokens: Tokens) -> MeOut:
    """Change one's own name or password."""
    row = await service.change_me(db, caller.id, patch)
    tokens.forget(caller.id)
    return _me(UserOut.model_validate(row))


def _me(user: UserOut) -> MeOut:
    return MeOut(kind="user", **user.model_dump(exclude={"is_active"}))


@router.get("/users", tags=["users"])
async def users(
    _: Admin, db: Db, limit: Annotated[int, Query(ge=1, le=200)] = 50, cursor: UUID | None = None
) -> UserList:
    """All accounts, for administrators."""
    rows, next_cursor = await service.users(db, limit, cursor)
    return UserList(items=[UserOut.model_validate(row) for row in rows], next_cursor=next_cursor)


@router.patch("/users/{user_id}", tags=["users"])
async def change_user(user_id: UUID, patch: UserPatch, _: Admin, db: Db, tokens: Tokens) -> UserOut:
    """Change somebody's role, or close an account, for administrators."""
    row = await service.change_user(db, user_id, patch)
    tokens.forget(user_id)
    return UserOut.model_validate(row)
