"""Guessing is limited. Failures are counted in PostgreSQL, so the limit holds for all processes, without a broker."""

from datetime import timedelta
from hashlib import sha256
from uuid import UUID

from dbcv.domains.accounts import errors
from dbcv.domains.accounts.repository import attempts
from dbcv.kit.clock import utc_now
from dbcv.kit.db import Database

ATTEMPT_WINDOW = timedelta(minutes=15)
MAX_FAILURES = {"both": 10, "email": 50, "address": 300, "password": 10, "register": 30}

Keys = dict[str, bytes]


def log_in_keys(email: str, address: str) -> Keys:
    """What a log-in counts for: this e-mail from this address, this e-mail from anywhere, this address for anybody."""
    return {"both": _key(email, address), "email": _key(email, "*"), "address": _key("*", address)}


def password_keys(user_id: UUID) -> Keys:
    """Somebody logged in types the current password: whoever found the device open must not guess either."""
    return {"password": _key("password", str(user_id))}


def register_keys(whose: str) -> Keys:
    """Trying e-mails that are taken, from an address or by an account: nobody learns by the hundred who has one."""
    return {"register": _key("register", whose)}


def _key(*parts: str) -> bytes:
    return sha256("\n".join(parts).encode(errors="replace")).digest()


async def count(db: Database, keys: Keys) -> None:
    """Count an attempt, before anything is compared, so that many at once do not slip through. Raises 429."""
    async with db.transaction() as session:
        found = await attempts.add_attempt(session, list(keys.values()), utc_now(), ATTEMPT_WINDOW)
    if any(found[key] > MAX_FAILURES[name] for name, key in keys.items()):
        raise errors.too_many_attempts()


async def forgive(db: Database, keys: Keys) -> None:
    """It went well, so it was no failure. Who showed the right password starts from nothing; a registration proves
    nothing, and must not wipe out the failures before it."""
    known = keys.get("both") or keys.get("password") or b""
    async with db.transaction() as session:
        await attempts.take_back_attempt(session, list(keys.values()), known)
