"""Who may use the panel: accounts with the role ADMIN, by their password. The session is a token in a cookie that no
script reads and no other site sends; it is looked at in every request, so it ends with the log-in or the role."""

from datetime import timedelta

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette_admin.auth import AdminUser
from starlette_admin.auth.password import AuthProvider
from starlette_admin.exceptions import LoginFailed
from starlette_admin.helpers import index_url, safe_redirect_url

from dbcv.domains.accounts.schemas import Principal
from dbcv.domains.accounts.service import Authenticator, logins
from dbcv.domains.accounts.service.audit import Origin, came_from
from dbcv.entrypoints.admin.words import say
from dbcv.kit import crypto
from dbcv.kit.db import Database
from dbcv.kit.errors import AppError, Unauthorized
from dbcv.kit.operator_table import Words
from dbcv.kit.settings import Settings

COOKIE = "dbcv_admin"
SESSION = timedelta(hours=8)
_NOT_ADMIN = Words("This account does not have the role ADMIN", "У этой учётной записи нет роли ADMIN")
_WRONG = Words("The e-mail or the password is not right", "Почта или пароль не подходят")
_TOO_MANY = Words("Too many attempts: try again in a quarter of an hour", "Слишком много попыток: через четверть часа")


class LogIn(AuthProvider):
    """Log-in by e-mail and password, against our accounts."""

    def __init__(self, db: Database, settings: Settings, authenticator: Authenticator) -> None:
        super().__init__()
        self._db = db
        self._settings = settings
        self._authenticator = authenticator

    async def login(self, username: str, password: str, remember_me: bool, request: Request) -> Response | None:
        """Open a session. Raises LoginFailed."""
        _note_origin(request)
        address = request.client.host if request.client else ""
        try:
            token = await logins.log_in(self._db, self._settings, username, password, address)
        except Unauthorized as error:
            raise LoginFailed(say(_WRONG)) from error
        except AppError as error:
            raise LoginFailed(say(_TOO_MANY) if error.status == 429 else error.title) from error
        principal = await self._authenticator.principal_for(token.text)
        if principal.role != "ADMIN" or principal.login_id is None:
            await self._end(principal)
            raise LoginFailed(say(_NOT_ADMIN))
        home = index_url(request)
        answer = RedirectResponse(safe_redirect_url(request.query_params.get("next") or home, request, home), 303)
        self._keep(answer, request, token.text)
        return answer

    async def logout(self, request: Request) -> Response | None:
        """Close the session, here and in the database."""
        principal = await self._principal(request)
        if principal is not None:
            _note_origin(request)
            await self._end(principal)
        answer = RedirectResponse(request.url_for("admin:login"), 303)
        answer.delete_cookie(COOKIE, path="/admin", httponly=True, samesite="strict")
        return answer

    async def authenticate(self, request: Request) -> AdminUser | None:
        """The administrator behind the cookie, if there is one still."""
        principal = await self._principal(request)
        if principal is None or principal.role != "ADMIN":
            return None
        _note_origin(request)
        request.state.operator_id = principal.id
        return AdminUser(username=principal.username)

    async def _principal(self, request: Request) -> Principal | None:
        token = request.cookies.get(COOKIE)
        try:
            return await self._authenticator.principal_for(token) if token else None
        except Unauthorized:
            return None

    async def _end(self, principal: Principal) -> None:
        if principal.login_id is not None:
            await logins.log_out(self._db, principal.id, principal.login_id)
        self._authenticator.forget(principal.id)

    def _keep(self, answer: Response, request: Request, access_token: str) -> None:
        """The same claims as the access token, for a working day instead of minutes."""
        claims = crypto.decode_token(access_token, self._settings.secret_key)
        kept = {name: claims[name] for name in ("sub", "kind", "epoch", "login")}
        answer.set_cookie(
            COOKIE,
            crypto.encode_token(kept, self._settings.secret_key, SESSION),
            max_age=int(SESSION.total_seconds()),
            path="/admin",
            secure=request.url.scheme == "https" or self._settings.public_url.startswith("https://"),
            httponly=True,
            samesite="strict",
        )


def _note_origin(request: Request) -> None:
    address = request.client.host if request.client else ""
    came_from(Origin("admin", address, request.headers.get("user-agent", "")))
