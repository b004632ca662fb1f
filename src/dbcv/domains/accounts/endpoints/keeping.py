"""Where the token that renews a login is kept: programs get it in the body, pages in a cookie that no script can read.

The cookie goes to the calls below /login only, and never from another site, so every other call stays without cookies.
"""

from typing import Annotated, Literal

from fastapi import Query, Request, Response

from dbcv.domains.accounts.endpoints.callers import token_out
from dbcv.domains.accounts.schemas import TokenOut
from dbcv.domains.accounts.service.tokens import Token
from dbcv.kit import crypto
from dbcv.kit.settings import Settings

COOKIE_PATH = "/api/v1/login"
Keep = Annotated[
    Literal["body", "cookie"],
    Query(description="where the refresh token goes; a cookie is for pages of this installation"),
]


def _cookie_name(settings: Settings) -> str:
    """One for each installation: cookies are shared by all ports of a host."""
    return f"dbcv_refresh_{crypto.token_hash(f'cookie {settings.secret_key}')[:8]}"


def kept(token: Token, keep: Keep, request: Request, response: Response, settings: Settings) -> TokenOut:
    """The answer of a log-in; with "cookie" the refresh token goes there and is null in the body."""
    if keep == "body" or token.refresh is None:
        return token_out(token)
    response.set_cookie(
        _cookie_name(settings),
        token.refresh,
        max_age=token.refresh_lifetime_seconds,
        path=COOKIE_PATH,
        secure=settings.public_url.startswith("https://") or request.url.scheme == "https",
        httponly=True,
        samesite="strict",
    )
    return token_out(token).model_copy(update={"refresh_token": None})


def kept_before(request: Request, settings: Settings) -> str:
    """The refresh token of the page's cookie, empty if there is none."""
    return request.cookies.get(_cookie_name(settings), "")[:200]


def forget(response: Response, settings: Settings) -> None:
    """Take the cookie back."""
    response.delete_cookie(_cookie_name(settings), COOKIE_PATH)
