"""Registering, logging in, staying logged in, logging out."""

from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response
from fastapi.security import OAuth2PasswordRequestForm

from dbcv.domains.accounts import errors
from dbcv.domains.accounts.endpoints import keeping
from dbcv.domains.accounts.endpoints.callers import AppSettings, Caller, Db, Nobody, Person, Tokens, token_out
from dbcv.domains.accounts.endpoints.keeping import Keep
from dbcv.domains.accounts.schemas import RefreshIn, RegisterIn, TokenOut
from dbcv.domains.accounts.service import logins, people, visitors

router = APIRouter(prefix="/login", tags=["login"])
_FORM_EXAMPLE = {"username": "anna@example.com", "password": "correct horse battery"}
_FORM = {"requestBody": {"content": {"application/x-www-form-urlencoded": {"example": _FORM_EXAMPLE}}}}


@router.post("/register", status_code=201)
async def register(
    wish: RegisterIn,
    db: Db,
    settings: AppSettings,
    origin: Nobody,
    tokens: Tokens,
    request: Request,
    response: Response,
    keep: Keep = "body",
) -> TokenOut:
    """Make an account and log in."""
    tokens.paces.newcomers.take(origin.address)
    token = await people.register(db, settings, wish, origin.address)
    return keeping.kept(token, keep, request, response, settings)


@router.post("/access-token", openapi_extra=_FORM)
async def log_in(
    form: Annotated[OAuth2PasswordRequestForm, Depends()],
    db: Db,
    settings: AppSettings,
    origin: Nobody,
    request: Request,
    response: Response,
    keep: Keep = "body",
) -> TokenOut:
    """Log in with e-mail (as `username`) and password."""
    token = await logins.log_in(db, settings, form.username, form.password, origin.address)
    return keeping.kept(token, keep, request, response, settings)


@router.post("/refresh")
async def refresh(
    wish: RefreshIn,
    db: Db,
    settings: AppSettings,
    _: Nobody,
    request: Request,
    response: Response,
    keep: Keep = "body",
) -> TokenOut:
    """The next access token and the next refresh token. Each refresh token is good for one use: one that is used again
    later was copied, and ends this login on every device that has it. With `keep=cookie` it may be left out."""
    given = keeping.kept_before(request, settings) if keep == "cookie" else ""
    token = await logins.refresh(db, settings, wish.refresh_token or given)
    return keeping.kept(token, keep, request, response, settings)


@router.post("/renew")
async def renew(caller: Caller, settings: AppSettings) -> TokenOut:
    """A fresh token for a visitor whose token is still good: who comes back in time never loses a conversation."""
    if caller.kind != "anonymous":
        raise errors.visitor_needed()
    return token_out(visitors.renew(settings, caller))


@router.post("/logout", status_code=204)
async def log_out(caller: Person, db: Db, tokens: Tokens, settings: AppSettings) -> Response:
    """End the login of this device."""
    assert caller.login_id is not None, "a person's access token names its login"
    await logins.log_out(db, caller.id, caller.login_id)
    tokens.forget(caller.id)
    answer = Response(status_code=204)
    keeping.forget(answer, settings)
    return answer


@router.post("/logout-everywhere", status_code=204)
async def log_out_everywhere(caller: Person, db: Db, tokens: Tokens) -> Response:
    """End every login of this account. API tokens stay; see `/users/me/api_tokens`."""
    await logins.log_out_everywhere(db, caller.id)
    tokens.forget(caller.id)
    return Response(status_code=204)
