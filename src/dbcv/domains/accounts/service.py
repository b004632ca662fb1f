"""Rules of accounts: registering, logging in, tokens, roles. Called by endpoints, other domains and the command line.

Failed log-ins are counted in PostgreSQL, so the limit holds for all API processes and without a broker.
"""

import time
from dataclasses import dataclass
from datetime import timedelta
from hashlib import sha256
from typing import Any
from uuid import UUID

from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from dbcv.domains.accounts import errors, repository
from dbcv.domains.accounts.schemas import MePatch, Principal, RegisterIn, Role, UserPatch, normalise_email
from dbcv.domains.accounts.tables import UserRow
from dbcv.kit import crypto
from dbcv.kit.clock import utc_now
from dbcv.kit.db import Database
from dbcv.kit.errors import Unauthorized
from dbcv.kit.ids import new_id
from dbcv.kit.settings import Settings

ANONYMOUS_TOKEN_LIFETIME = timedelta(days=30)
ATTEMPT_WINDOW = timedelta(minutes=15)
MAX_FAILURES = {"both": 10, "email": 50, "address": 300}
CACHE_SECONDS = 3.0
CACHE_SIZE = 20_000


@dataclass(frozen=True, slots=True)
class Token:
    """A bearer token, its life in seconds, and whose it is."""

    text: str
    lifetime_seconds: int
    subscriber_id: UUID


class Authenticator:
    """Turns tokens into principals. A known token is answered from memory for CACHE_SECONDS, so a log-out, a closed
    account or a new role takes effect after that time at the latest."""

    def __init__(self, db: Database, secret_key: str) -> None:
        self._db = db
        self._secret_key = secret_key
        self._known: dict[str, tuple[float, Principal]] = {}

    def cached(self, token: str) -> Principal | None:
        """The principal of a token seen a moment ago, without waiting; None means: ask `principal_for`."""
        entry = self._known.get(token)
        return entry[1] if entry and entry[0] > time.monotonic() else None

    async def principal_for(self, token: str) -> Principal:
        """Whose token this is. Raises Unauthorized if it is forged, expired or revoked."""
        known = self.cached(token)
        if known is not None:
            return known
        claims = crypto.decode_token(token, self._secret_key)
        async with self._db.read() as session:
            principal = await _principal(session, claims)
        if principal is None:
            raise errors.token_refused()
        self._remember(token, principal, claims["exp"])
        return principal

    def forget(self, subscriber_id: UUID) -> None:
        """Drop what this process remembers of somebody, so that a change takes effect here at once."""
        self._known = {token: entry for token, entry in self._known.items() if entry[1].id != subscriber_id}

    def _remember(self, token: str, principal: Principal, expires_at: float) -> None:
        if len(self._known) >= CACHE_SIZE:
            self._known.clear()
        seconds = min(CACHE_SECONDS, expires_at - time.time())
        self._known[token] = (time.monotonic() + seconds, principal)


async def _principal(session: AsyncSession, claims: dict[str, Any]) -> Principal | None:
    try:
        subscriber_id = UUID(claims["sub"])
        kind = claims["kind"]
    except (KeyError, ValueError, AttributeError, TypeError):
        return None
    if kind == "anonymous":
        channel_id = await repository.anonymous_channel(session, subscriber_id)
        return Principal(subscriber_id, "anonymous", "", "", channel_id) if channel_id else None
    row = await repository.user(session, subscriber_id)
    if row is None or not row.is_active or row.token_epoch != claims.get("epoch"):
        return None
    return Principal(row.id, "user", row.role, row.username)


async def register(db: Database, settings: Settings, wish: RegisterIn) -> Token:
    """Make an account with the role DEVELOPER. Raises Forbidden (registration is closed), Conflict (known e-mail)."""
    if not settings.registration_open:
        raise errors.registration_closed()
    row = await create_user(db, wish.email, wish.username, wish.password, "DEVELOPER")
    return user_token(row, settings)


async def create_user(db: Database, email: str, username: str, password: str, role: Role) -> UserRow:
    """Make an account. Raises ValueError for no e-mail address, Conflict for one that is taken."""
    fields = await _new_user(email, username, password, role)
    try:
        async with db.transaction() as session:
            return await repository.add_user(session, **fields)
    except IntegrityError as error:
        raise errors.email_taken() from error


async def _new_user(email: str, username: str, password: str, role: Role) -> dict[str, Any]:
    return {
        "id": new_id(),
        "email": normalise_email(email),
        "username": username,
        "password_hash": await crypto.hash_password(password),
        "role": role,
    }


async def ensure_first_account(db: Database, settings: Settings, password: str) -> bool:
    """Make the operator's account if nobody has one. Whether it was made, now and by this call."""
    async with db.read() as session:
        if await repository.any_user(session):
            return False
    fields = await _new_user(settings.admin_email, "admin", password, "ADMIN")
    async with db.transaction() as session:
        await repository.alone_with_first_account(session)
        if await repository.any_user(session):
            return False
        await repository.add_user(session, **fields)
    return True


async def create_anonymous(db: Database, settings: Settings, channel_id: UUID) -> Token:
    """A visitor of one channel. The caller has checked that the channel is public."""
    visitor_id = new_id()
    async with db.transaction() as session:
        await repository.add_anonymous(session, visitor_id, channel_id)
    return _visitor_token(visitor_id, settings)


def _visitor_token(visitor_id: UUID, settings: Settings) -> Token:
    claims = {"sub": str(visitor_id), "kind": "anonymous"}
    text = crypto.encode_token(claims, settings.secret_key, ANONYMOUS_TOKEN_LIFETIME)
    return Token(text, int(ANONYMOUS_TOKEN_LIFETIME.total_seconds()), visitor_id)


def user_token(row: UserRow, settings: Settings) -> Token:
    """A fresh token for an account; it ends with its time, or when the account's epoch is raised."""
    lifetime = timedelta(hours=settings.token_hours)
    claims = {"sub": str(row.id), "kind": "user", "epoch": row.token_epoch}
    return Token(crypto.encode_token(claims, settings.secret_key, lifetime), int(lifetime.total_seconds()), row.id)


async def log_in(db: Database, settings: Settings, email: str, password: str, address: str) -> Token:
    """Check a password. `address` is where the caller comes from. Raises Unauthorized, or 429 after many failures."""
    try:
        email = normalise_email(email)
    except ValueError as error:
        raise errors.wrong_login() from error
    keys = _attempt_keys(email, address)
    await _count_attempt(db, keys)
    async with db.read() as session:
        row = await repository.user_by_email(session, email)
    right = await crypto.verify_password(password, row.password_hash if row else await _nobodys_hash())
    if row is None or not right or not row.is_active:
        raise errors.wrong_login()
    async with db.transaction() as session:
        await repository.take_back_attempt(session, list(keys.values()), keys["both"])
    return user_token(row, settings)


def _attempt_keys(email: str, address: str) -> dict[str, bytes]:
    parts = {"both": f"{email}\n{address}", "email": f"{email}\n*", "address": f"*\n{address}"}
    return {name: sha256(part.encode(errors="replace")).digest() for name, part in parts.items()}


async def _count_attempt(db: Database, keys: dict[str, bytes]) -> None:
    """Counted before the password is looked at, so that many tries at once do not slip through."""
    async with db.transaction() as session:
        attempts = await repository.add_attempt(session, list(keys.values()), utc_now(), ATTEMPT_WINDOW)
    if any(attempts[key] > MAX_FAILURES[name] for name, key in keys.items()):
        raise errors.too_many_attempts()


_nobody: list[str] = []


async def _nobodys_hash() -> str:
    """A hash that no password has, so that an unknown e-mail takes as long as a known one."""
    if not _nobody:
        _nobody.append(await crypto.hash_password(crypto.random_token()))
    return _nobody[0]


async def account(db: Database, user_id: UUID) -> UserRow:
    """An account by its id. Raises Unauthorized if it is gone."""
    async with db.read() as session:
        row = await repository.user(session, user_id)
    if row is None:
        raise Unauthorized()
    return row


async def renew(db: Database, settings: Settings, caller: Principal) -> Token:
    """A fresh token for somebody whose token is still good; a visitor stays the same visitor."""
    if caller.kind == "anonymous":
        return _visitor_token(caller.id, settings)
    return user_token(await account(db, caller.id), settings)


async def log_out_everywhere(db: Database, user_id: UUID) -> None:
    """End every token of an account."""
    async with db.transaction() as session:
        await repository.change_user(session, user_id, {}, end_tokens=True)


async def change_me(db: Database, user_id: UUID, patch: MePatch) -> UserRow:
    """Change one's own name or password. Raises Invalid if the current password is not right."""
    fields: dict[str, Any] = {"username": patch.username} if patch.username else {}
    if patch.password is not None:
        row = await account(db, user_id)
        if not await crypto.verify_password(patch.current_password or "", row.password_hash):
            raise errors.wrong_current_password()
        fields["password_hash"] = await crypto.hash_password(patch.password)
    return await _change(db, user_id, fields, end_tokens="password_hash" in fields)


async def change_user(db: Database, user_id: UUID, patch: UserPatch) -> UserRow:
    """Change somebody's role or close the account; what their tokens allowed ends with it. Raises NotFound."""
    fields = patch.model_dump(exclude_none=True)
    return await _change(db, user_id, fields, end_tokens=bool(fields))


async def _change(db: Database, user_id: UUID, fields: dict[str, Any], end_tokens: bool) -> UserRow:
    async with db.transaction() as session:
        row = await repository.change_user(session, user_id, fields, end_tokens)
    if row is None:
        raise errors.no_such_account()
    return row


async def users(db: Database, limit: int, after: UUID | None) -> tuple[list[UserRow], str | None]:
    """A page of accounts and the cursor of the next page."""
    async with db.read() as session:
        rows = list(await repository.users(session, limit + 1, after))
    return rows[:limit], str(rows[limit - 1].id) if len(rows) > limit else None


async def account_for_operator(db: Database, email: str = "") -> UserRow:
    """The account with this e-mail, or the very first one. Raises Invalid if there is none."""
    async with db.read() as session:
        if email:
            row = await repository.user_by_email(session, email.strip().lower())
        else:
            row = next(iter(await repository.users(session, 1, None)), None)
    if row is None:
        raise errors.unknown_account(email)
    return row


async def reset_password(db: Database, email: str, password: str) -> None:
    """The operator's way back in: a new password, and every token ended. Raises Invalid for an unknown e-mail."""
    async with db.transaction() as session:
        row = await repository.user_by_email(session, normalise_email(email))
        if row is None:
            raise errors.unknown_account(email)
        fields = {"password_hash": await crypto.hash_password(password)}
        await repository.change_user(session, row.id, fields, end_tokens=True)


async def active_user_id(session: AsyncSession, email: str) -> UUID | None:
    """The account that has this e-mail, if there is one and it is open."""
    try:
        row = await repository.user_by_email(session, normalise_email(email))
    except ValueError:
        return None
    return row.id if row and row.is_active else None
