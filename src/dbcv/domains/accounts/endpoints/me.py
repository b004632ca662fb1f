"""One's own account: name, e-mail, password, devices, API tokens, closing it, what was done with it."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Response

from dbcv.domains.accounts.endpoints.callers import Caller, Db, Person, Tokens
from dbcv.domains.accounts.schemas import (
    ApiTokenIn,
    ApiTokenList,
    ApiTokenMade,
    ApiTokenOut,
    AuditEventOut,
    AuditList,
    CloseIn,
    LoginList,
    LoginOut,
    MeOut,
    MePatch,
    UserOut,
)
from dbcv.domains.accounts.service import api_tokens, audit, logins, people
from dbcv.domains.accounts.tables import UserRow

router = APIRouter(prefix="/users/me", tags=["users"])
Limit = Annotated[int, Query(ge=1, le=200)]


@router.get("")
async def me(caller: Caller, db: Db) -> MeOut:
    """Who the token stands for."""
    if caller.kind == "anonymous":
        return MeOut(id=caller.id, kind="anonymous", username="", role=None)
    return _me(await people.account(db, caller.id))


@router.patch("")
async def change_me(patch: MePatch, caller: Person, db: Db, tokens: Tokens) -> MeOut:
    """Change one's own name, e-mail or password; e-mail and password need the current password."""
    row = await people.change_me(db, caller, patch)
    tokens.forget(caller.id)
    return _me(row)


@router.post("/close", status_code=204)
async def close_me(wish: CloseIn, caller: Person, db: Db, tokens: Tokens) -> Response:
    """Close one's own account: logins and API tokens end. Bots stay as they are; an administrator can open it again."""
    await people.close_me(db, caller, wish.current_password)
    tokens.forget(caller.id)
    return Response(status_code=204)


def _me(row: UserRow) -> MeOut:
    return MeOut(kind="user", **UserOut.model_validate(row).model_dump(exclude={"is_active"}))


@router.get("/logins")
async def devices(caller: Person, db: Db) -> LoginList:
    """Where one is logged in, the latest used first."""
    items = [LoginOut.model_validate(row) for row in await logins.devices(db, caller.id)]
    for item in items:
        item.is_current = item.id == caller.login_id
    return LoginList(items=items)


@router.delete("/logins/{login_id}", status_code=204)
async def log_out_device(login_id: UUID, caller: Person, db: Db, tokens: Tokens) -> Response:
    """Log out on one device."""
    await logins.log_out(db, caller.id, login_id)
    tokens.forget(caller.id)
    return Response(status_code=204)


@router.get("/api_tokens")
async def list_api_tokens(caller: Person, db: Db, limit: Limit = 50, cursor: UUID | None = None) -> ApiTokenList:
    """One's own API tokens, newest first."""
    rows, next_cursor = await api_tokens.page(db, caller.id, limit, cursor)
    return ApiTokenList(items=[ApiTokenOut.model_validate(row) for row in rows], next_cursor=next_cursor)


@router.post("/api_tokens", status_code=201)
async def make_api_token(wish: ApiTokenIn, caller: Person, db: Db) -> ApiTokenMade:
    """Make a token for a program. It is shown this once: keep it."""
    row, text = await api_tokens.make(db, caller, wish)
    return ApiTokenMade(**ApiTokenOut.model_validate(row).model_dump(), token=text)


@router.delete("/api_tokens/{token_id}", status_code=204)
async def revoke_api_token(token_id: UUID, caller: Person, db: Db, tokens: Tokens) -> Response:
    """End an API token."""
    await api_tokens.revoke(db, caller.id, token_id)
    tokens.forget(caller.id)
    return Response(status_code=204)


@router.get("/audit")
async def my_audit(caller: Person, db: Db, limit: Limit = 50, cursor: UUID | None = None) -> AuditList:
    """What was done in one's own name, newest first: a look at it shows log-ins one does not know."""
    rows, next_cursor = await audit.page(db, limit, cursor, actor_id=caller.id)
    return AuditList(items=[AuditEventOut.model_validate(row) for row in rows], next_cursor=next_cursor)
