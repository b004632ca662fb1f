"""All accounts, for administrators."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query

from dbcv.domains.accounts.endpoints.callers import Admin, Db, Tokens
from dbcv.domains.accounts.schemas import UserIn, UserList, UserOut, UserPatch
from dbcv.domains.accounts.service import people

router = APIRouter(prefix="/users", tags=["users"])


@router.get("")
async def users(
    _: Admin,
    db: Db,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
    cursor: UUID | None = None,
    email: Annotated[str, Query(max_length=320, description="how the e-mail begins")] = "",
) -> UserList:
    """Accounts, the oldest first."""
    rows, next_cursor = await people.page(db, limit, cursor, email)
    return UserList(items=[UserOut.model_validate(row) for row in rows], next_cursor=next_cursor)


@router.post("", status_code=201)
async def create_user(wish: UserIn, caller: Admin, db: Db) -> UserOut:
    """Make an account for somebody, also where registration is closed."""
    return UserOut.model_validate(await people.create_by_admin(db, caller, wish))


@router.get("/{user_id}")
async def user(user_id: UUID, _: Admin, db: Db) -> UserOut:
    """One account."""
    return UserOut.model_validate(await people.user(db, user_id))


@router.patch("/{user_id}")
async def change_user(user_id: UUID, patch: UserPatch, caller: Admin, db: Db, tokens: Tokens) -> UserOut:
    """Change somebody's role, close an account or open it again. It counts from the next call on."""
    row = await people.change_user(db, user_id, patch, caller.id)
    tokens.forget(user_id)
    return UserOut.model_validate(row)
