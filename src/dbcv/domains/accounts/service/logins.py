"""Logging in and staying logged in: one login a device, a short access token, a refresh token that changes at each use.

A refresh token used a second time much later was copied: that login ends for everybody who has a part of it. Two tabs
that ask within seconds, or a client whose answer got lost, get the same successor.
"""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from dbcv.domains.accounts import errors
from dbcv.domains.accounts.repository import logins, users
from dbcv.domains.accounts.schemas import Principal, normalise_email
from dbcv.domains.accounts.service import attempts, audit, tokens
from dbcv.domains.accounts.service.tokens import Token
from dbcv.domains.accounts.tables import LoginRow, UserRow
from dbcv.kit import crypto
from dbcv.kit.clock import utc_now
from dbcv.kit.db import Database
from dbcv.kit.ids import new_id
from dbcv.kit.settings import Settings

REFRESH_GRACE = timedelta(seconds=10)
MAX_LOGINS = 50
"""Devices of one account; the one that was not used for longest makes room."""


async def log_in(db: Database, settings: Settings, email: str, password: str, address: str) -> Token:
    """Check a password. `address` is where the caller comes from. Raises Unauthorized, or 429 after many failures."""
    try:
        email = normalise_email(email)
    except ValueError as error:
        raise errors.wrong_login() from error
    keys = attempts.log_in_keys(email, address)
    await attempts.count(db, keys)
    async with db.read() as session:
        row = await users.user_by_email(session, email)
    known_hash = row.password_hash if row else ""
    right = await crypto.verify_password(password, known_hash or await _nobodys_hash())
    if row is None or not right or not row.is_active:
        raise errors.wrong_login()
    await attempts.forgive(db, keys)
    async with db.transaction() as session:
        return await begin(session, settings, row)


_nobody: list[str] = []


async def _nobodys_hash() -> str:
    """A hash that no password has, so that an unknown e-mail takes as long as a known one."""
    if not _nobody:
        _nobody.append(await crypto.hash_password(crypto.random_token()))
    return _nobody[0]


async def begin(session: AsyncSession, settings: Settings, row: UserRow) -> Token:
    """A new login of somebody whose identity was checked, with its first tokens."""
    now, login_id, refresh = utc_now(), new_id(), tokens.new_refresh_token()
    fresh = _freshness(settings, now)
    await logins.add(session, {"id": login_id, "user_id": row.id, "created_at": now} | fresh)
    await logins.add_token(session, crypto.token_hash(refresh), login_id, fresh["expires_at"])
    await logins.end_old(session, row.id, now, MAX_LOGINS)
    await audit.record(session, row.id, "login.made", login_id, name=fresh["user_agent"])
    return tokens.access_token(row, login_id, settings, refresh)


def _freshness(settings: Settings, now: datetime) -> dict[str, Any]:
    come = audit.origin()
    return {
        "address": come.address[:64],
        "user_agent": come.user_agent[:300],
        "last_used_at": now,
        "expires_at": now + tokens.refresh_lifetime(settings),
    }


async def refresh(db: Database, settings: Settings, refresh_token: str) -> Token:
    """The next tokens of a login. Raises Unauthorized for a token that is unknown, expired or used before."""
    if not tokens.is_refresh_token(refresh_token):
        raise errors.login_over()
    async with db.transaction() as session:
        token = await _rotate(session, settings, refresh_token)
    if token is None:
        raise errors.login_over()
    return token


async def _rotate(session: AsyncSession, settings: Settings, given: str) -> Token | None:
    now, given_hash = utc_now(), crypto.token_hash(given)
    login_id = await logins.login_of_token(session, given_hash)
    login = await logins.one(session, login_id, lock=True) if login_id else None
    row = await logins.token(session, given_hash) if login else None  # read after the lock, so nobody is between
    user = await users.user(session, login.user_id) if login else None
    if login is None or row is None or user is None or not user.is_active or row.expires_at <= now:
        return None
    following = tokens.successor(given, settings.secret_key)
    if row.used_at is None:
        await _use(session, settings, login, given_hash, following, now)
    elif now - row.used_at > REFRESH_GRACE:
        await audit.record(session, user.id, "login.reused", login.id, name=login.user_agent)
        await logins.end(session, user.id, login.id)
        return None
    return tokens.access_token(user, login.id, settings, following)


async def _use(
    session: AsyncSession, settings: Settings, login: LoginRow, given_hash: str, following: str, now: datetime
) -> None:
    fresh = _freshness(settings, now)
    await logins.use_token(session, given_hash, now)
    await logins.add_token(session, crypto.token_hash(following), login.id, fresh["expires_at"])
    await logins.forget_expired_tokens(session, login.id, now)
    await logins.touch(session, login.id, fresh)


async def devices(db: Database, user_id: UUID) -> list[LoginRow]:
    """Where an account is logged in, the latest used first."""
    async with db.read() as session:
        return list(await logins.page(session, user_id, utc_now()))


async def log_out(db: Database, user_id: UUID, login_id: UUID) -> None:
    """End one login of an account. Raises NotFound for one that is not there, or somebody else's."""
    async with db.transaction() as session:
        if not await logins.end(session, user_id, login_id):
            raise errors.no_such_login()
        await audit.record(session, user_id, "login.ended", login_id)


async def log_out_everywhere(db: Database, user_id: UUID) -> None:
    """End every login of an account. API tokens stay: they are listed and revoked one by one."""
    async with db.transaction() as session:
        await end_everywhere(session, user_id)
        await audit.record(session, user_id, "login.all_ended", user_id)


async def end_everywhere(session: AsyncSession, user_id: UUID) -> None:
    """End every login, and with the epoch every access token, of an account."""
    await logins.end_all(session, user_id)
    await users.change_user(session, user_id, {}, end_tokens=True)


async def end_elsewhere(session: AsyncSession, caller: Principal) -> None:
    """End every login of the caller but the one that is calling."""
    await logins.end_all(session, caller.id, but=caller.login_id)


async def is_recent(session: AsyncSession, caller: Principal, within: timedelta) -> bool:
    """Whether the caller's own login was made within this time."""
    login = await logins.one(session, caller.login_id) if caller.login_id else None
    return login is not None and utc_now() - login.created_at <= within
