"""Logging in through an OpenID provider: what is remembered between leaving and coming back, and which account it is.

An e-mail alone never opens an account that exists: whoever registered it here may not own it there. Its owner logs in
as before and links the two; from then on the provider's own id of the person counts, whatever becomes of the e-mail.
"""

import re
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Protocol
from uuid import UUID

from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from dbcv.domains.accounts import errors
from dbcv.domains.accounts.repository import identities, logins, users
from dbcv.domains.accounts.schemas import normalise_email
from dbcv.domains.accounts.service import audit
from dbcv.domains.accounts.service.logins import begin
from dbcv.domains.accounts.service.tokens import Token
from dbcv.domains.accounts.tables import IdentityRow, UserRow
from dbcv.kit import crypto
from dbcv.kit.clock import utc_now
from dbcv.kit.db import Database
from dbcv.kit.errors import Unauthorized
from dbcv.kit.ids import new_id
from dbcv.kit.settings import Settings

FLOW_LIFETIME = timedelta(minutes=10)
CALLBACK_PATH = "/api/v1/login/oidc/callback"
_RELATIVE = re.compile(r"/(?![/\\])[^\\\x00-\x20\x7f]{0,500}")


@dataclass(frozen=True, slots=True)
class Identity:
    """Who somebody is at a provider, as its signed answer says. `email` is empty unless the provider verified it."""

    issuer: str
    subject: str
    email: str
    name: str


@dataclass(frozen=True, slots=True)
class Flow:
    """A log-in under way, kept in the browser that began it. `link`: the account (and its login) to be linked."""

    state: str
    nonce: str
    verifier: str
    redirect_uri: str
    next: str
    link: UUID | None = None
    login: UUID | None = None


class Provider(Protocol):
    """An OpenID provider; service/oidc_provider.py is the one there is."""

    async def authorization_url(self, flow: Flow) -> str: ...

    async def identity(self, flow: Flow, code: str) -> Identity: ...


def new_flow(base_url: str, next_path: str, link: UUID | None = None, login: UUID | None = None) -> Flow:
    """A log-in that comes back to this installation at `base_url` and goes on to `next_path`. Raises Invalid for a
    path that leads elsewhere."""
    if not _RELATIVE.fullmatch(next_path):
        raise errors.not_relative()
    state, nonce, verifier = crypto.random_token(), crypto.random_token(), crypto.random_token()
    return Flow(state, nonce, verifier, base_url.rstrip("/") + CALLBACK_PATH, next_path, link, login)


def pack(flow: Flow, secret_key: str) -> str:
    """The flow as a signed text for the browser that began it."""
    claims = {"kind": "oidc", "state": flow.state, "nonce": flow.nonce, "verifier": flow.verifier, "next": flow.next}
    ids = {"link": str(flow.link or ""), "login": str(flow.login or ""), "redirect_uri": flow.redirect_uri}
    return crypto.encode_token(claims | ids, secret_key, FLOW_LIFETIME)


def unpack(text: str, state: str, secret_key: str) -> Flow:
    """The flow this browser began, if `state` is the one it was sent away with. Raises Unauthorized."""
    try:
        claims = crypto.decode_token(text, secret_key)
    except Unauthorized as error:
        raise errors.oidc_failed("it was not begun in this browser, or more than ten minutes ago") from error
    if claims.get("kind") != "oidc" or not crypto.same_secret(state, claims["state"]):
        raise errors.oidc_failed("it was not begun in this browser")
    link, login = (UUID(claims[name]) if claims[name] else None for name in ("link", "login"))
    plain = {name: claims[name] for name in ("state", "nonce", "verifier", "redirect_uri", "next")}
    return Flow(**plain, link=link, login=login)


async def log_in(db: Database, settings: Settings, identity: Identity) -> Token:
    """Log in whoever came back. Raises Forbidden (no verified e-mail, closed to newcomers), Conflict (the e-mail has an
    account that is not linked), Unauthorized (the account is closed)."""
    try:
        async with db.transaction() as session:
            row = await identities.user_of(session, identity.issuer, identity.subject)
            if row is None:
                row = await _newcomer(session, settings, identity)
            if not row.is_active:
                raise errors.token_refused()
            return await begin(session, settings, row)
    except IntegrityError as error:
        raise errors.oidc_failed("the same log-in came in twice") from error


async def _newcomer(session: AsyncSession, settings: Settings, identity: Identity) -> UserRow:
    if not identity.email:
        raise errors.email_unverified()
    if await users.user_by_email(session, identity.email) is not None:
        raise errors.link_needed()
    if not settings.oidc_creates_accounts:
        raise errors.registration_closed()
    fields: dict[str, Any] = {
        "id": new_id(),
        "email": identity.email,
        "username": identity.name or identity.email.partition("@")[0][:100],
        "password_hash": "",
        "role": settings.registration_role,
    }
    row = await users.add_user(session, **fields)
    await audit.record(session, row.id, "account.registered", row.id, name=row.email, after={"role": row.role})
    await _link(session, row.id, identity)
    return row


async def _link(session: AsyncSession, user_id: UUID, identity: Identity) -> None:
    await identities.add(session, {"issuer": identity.issuer, "subject": identity.subject, "user_id": user_id})
    linked = {"issuer": identity.issuer, "email": identity.email}
    await audit.record(session, user_id, "identity.linked", user_id, name=identity.subject, after=linked)


async def link(db: Database, flow: Flow, identity: Identity) -> None:
    """Let the account that began this flow be this person. Raises Unauthorized if it has logged out meanwhile,
    Conflict if the person is another account here."""
    async with db.transaction() as session:
        row = await logins.user_of(session, flow.login, utc_now()) if flow.login else None
        if row is None or row.id != flow.link or not row.is_active:
            raise errors.login_over()
        known = await identities.user_of(session, identity.issuer, identity.subject)
        if known is None:
            await _link(session, row.id, identity)
        elif known.id != row.id:
            raise errors.identity_taken()


async def linked(db: Database, user_id: UUID) -> list[IdentityRow]:
    """Who an account is elsewhere."""
    async with db.read() as session:
        return list(await identities.of_user(session, user_id))


async def unlink(db: Database, user_id: UUID) -> None:
    """Forget who an account is elsewhere. Raises Conflict if there would be no way in left."""
    async with db.transaction() as session:
        row = await users.user(session, user_id, lock=True)
        if row is None or not row.password_hash:
            raise errors.password_needed()
        if await identities.remove(session, user_id):
            await audit.record(session, user_id, "identity.unlinked", user_id)


def verified_email(claims: dict[str, Any]) -> str:
    """The e-mail of a provider's answer, "" unless the provider says that it verified it."""
    if claims.get("email_verified") is not True and claims.get("email_verified") != "true":
        return ""
    try:
        return normalise_email(str(claims.get("email", ""))[:320])
    except ValueError:
        return ""
