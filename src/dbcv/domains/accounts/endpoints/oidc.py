"""Logging in through an OpenID provider: away, back, and the tokens for the page.

What must survive the way lives in two cookies that scripts cannot read: the flow (signed, ten minutes) and, after the
way back, the refresh token (two minutes, one use), which the page exchanges with `POST /login/oidc/token`.
"""

from typing import Annotated

from fastapi import APIRouter, Cookie, Depends, Query, Request, Response
from fastapi.responses import RedirectResponse

from dbcv.domains.accounts import errors
from dbcv.domains.accounts.endpoints import keeping
from dbcv.domains.accounts.endpoints.callers import AppSettings, Db, Nobody, Person
from dbcv.domains.accounts.endpoints.keeping import Keep
from dbcv.domains.accounts.schemas import (
    IdentityList,
    IdentityOut,
    LinkOut,
    LoginMethodsOut,
    TokenOut,
)
from dbcv.domains.accounts.service import logins, oidc
from dbcv.kit.settings import Settings

router = APIRouter()
FLOW, REFRESH = "dbcv_oidc", "dbcv_oidc_refresh"
COOKIE_PATH = "/api/v1/login/oidc"
REFRESH_SECONDS = 120


async def _provider(request: Request) -> oidc.Provider:
    provider: oidc.Provider | None = request.app.state.oidc
    if provider is None:
        raise errors.no_oidc()
    return provider


def _base_url(request: Request, settings: Settings) -> str:
    return settings.public_url or str(request.base_url)


OneProvider = Annotated[oidc.Provider, Depends(_provider)]
Next = Annotated[str, Query(max_length=501, description="the page to go on to: a path of this installation")]


@router.get("/login/methods", tags=["login"])
async def methods(request: Request, settings: AppSettings) -> LoginMethodsOut:
    """How one can log in here."""
    on = request.app.state.oidc is not None
    return LoginMethodsOut(
        registration_open=settings.registration_open,
        oidc_name=settings.oidc_name if on else None,
        oidc_url=COOKIE_PATH if on else None,
    )


@router.get("/login/oidc", tags=["login"], response_class=RedirectResponse, status_code=303)
async def begin(request: Request, provider: OneProvider, settings: AppSettings, next: Next = "/") -> Response:
    """Sends the browser to the provider. For people to follow, not for programs."""
    flow = oidc.new_flow(_base_url(request, settings), next)
    answer = RedirectResponse(await provider.authorization_url(flow), 303)
    _keep(answer, FLOW, oidc.pack(flow, settings.secret_key), settings, "lax")
    return answer


@router.get("/login/oidc/callback", tags=["login"], response_class=RedirectResponse, status_code=303)
async def come_back(
    provider: OneProvider,
    db: Db,
    settings: AppSettings,
    _: Nobody,
    state: Annotated[str, Query(max_length=500)] = "",
    code: Annotated[str, Query(max_length=4_000)] = "",
    error: Annotated[str, Query(max_length=200)] = "",
    cookie: Annotated[str, Cookie(alias=FLOW, max_length=4_000)] = "",
) -> Response:
    """Where the provider sends the browser back to; goes on to the page the log-in was begun for."""
    flow = oidc.unpack(cookie, state, settings.secret_key)
    if error or not code:
        raise errors.oidc_failed("the provider refused, or you cancelled it")
    identity = await provider.identity(flow, code)
    answer = RedirectResponse(flow.next, 303)
    answer.delete_cookie(FLOW, COOKIE_PATH)
    if flow.link is not None:
        await oidc.link(db, flow, identity)
        return answer
    token = await oidc.log_in(db, settings, identity)
    _keep(answer, REFRESH, token.refresh or "", settings, "strict")
    return answer


@router.post("/login/oidc/token", tags=["login"])
async def exchange(
    db: Db,
    settings: AppSettings,
    _: Nobody,
    request: Request,
    response: Response,
    cookie: Annotated[str, Cookie(alias=REFRESH, max_length=200)] = "",
    keep: Keep = "body",
) -> TokenOut:
    """The tokens of a log-in that just came back from the provider, for the page it went on to. Good for one use."""
    token = await logins.refresh(db, settings, cookie)
    response.delete_cookie(REFRESH, COOKIE_PATH)
    return keeping.kept(token, keep, request, response, settings)


@router.get("/users/me/identities", tags=["users"])
async def identities(caller: Person, db: Db) -> IdentityList:
    """Who one is at the provider."""
    return IdentityList(items=[IdentityOut.model_validate(row) for row in await oidc.linked(db, caller.id)])


@router.post("/users/me/identities", status_code=201, tags=["users"])
async def begin_link(
    request: Request, caller: Person, provider: OneProvider, settings: AppSettings, response: Response, next: Next = "/"
) -> LinkOut:
    """Link one's account with the provider: send the browser to `url`, it comes back by itself."""
    flow = oidc.new_flow(_base_url(request, settings), next, caller.id, caller.login_id)
    _keep(response, FLOW, oidc.pack(flow, settings.secret_key), settings, "lax")
    return LinkOut(url=await provider.authorization_url(flow))


@router.delete("/users/me/identities", status_code=204, tags=["users"])
async def unlink(caller: Person, db: Db) -> Response:
    """Log in with the password only from now on."""
    await oidc.unlink(db, caller.id)
    return Response(status_code=204)


def _keep(answer: Response, name: str, value: str, settings: Settings, same_site: str) -> None:
    seconds = REFRESH_SECONDS if name == REFRESH else int(oidc.FLOW_LIFETIME.total_seconds())
    answer.set_cookie(
        name,
        value,
        max_age=seconds,
        path=COOKIE_PATH,
        httponly=True,
        secure=settings.public_url.startswith("https://"),
        samesite="strict" if same_site == "strict" else "lax",
    )
