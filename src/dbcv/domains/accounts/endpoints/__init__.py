"""Accounts over HTTP. `router` goes under /api/v1; the dependencies that tell who is calling are for every domain."""

from fastapi import APIRouter

from dbcv.domains.accounts.endpoints import audit, login, me, oidc, users
from dbcv.domains.accounts.endpoints.callers import Admin, Caller, CallerIfAny, Db, Developer, Person, User, token_out

router = APIRouter()
for part in (login, oidc, me, users, audit):
    router.include_router(part.router)

__all__ = ["Admin", "Caller", "CallerIfAny", "Db", "Developer", "Person", "User", "router", "token_out"]
