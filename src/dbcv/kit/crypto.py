"""Passwords, tokens, signatures. Knows no account: callers give and get plain values."""

import asyncio
import hmac
import secrets
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from hashlib import sha256
from typing import Any

import jwt
from pwdlib import PasswordHash
from pwdlib.exceptions import UnknownHashError
from pwdlib.hashers.argon2 import Argon2Hasher

from dbcv.kit.clock import utc_now
from dbcv.kit.errors import Unauthorized

_ALGORITHM = "HS256"
_ISSUER = "dbcv"
# OWASP's lower-memory setting for Argon2id: 19 MiB, two passes; memory is held only while one is computed.
_passwords = PasswordHash((Argon2Hasher(time_cost=2, memory_cost=19 * 1024, parallelism=1),))
# Two at a time at most, so that a burst of logins neither eats the memory nor starves the turns.
_hashing = ThreadPoolExecutor(2, thread_name_prefix="passwords")


def encode_token(claims: dict[str, Any], secret_key: str, lifetime: timedelta) -> str:
    """A signed JWT with `claims`, `iat`, `exp` and `iss`."""
    now = utc_now()
    return jwt.encode(claims | {"iat": now, "exp": now + lifetime, "iss": _ISSUER}, secret_key, algorithm=_ALGORITHM)


def decode_token(token: str, secret_key: str) -> dict[str, Any]:
    """The claims of a token we signed and that has not expired; anything else raises Unauthorized."""
    try:
        claims: dict[str, Any] = jwt.decode(
            token, secret_key, algorithms=[_ALGORITHM], issuer=_ISSUER, options={"require": ["exp", "iat", "iss"]}
        )
    except jwt.PyJWTError as error:
        raise Unauthorized("The token is not valid or has expired", code="token_invalid") from error
    return claims


async def hash_password(password: str) -> str:
    """Argon2id, in a thread: about 20 ms of processor time."""
    return await asyncio.get_running_loop().run_in_executor(_hashing, _passwords.hash, password)


async def verify_password(password: str, password_hash: str) -> bool:
    """Whether it is the password; False for a hash nobody can read. Takes the same time either way."""
    return await asyncio.get_running_loop().run_in_executor(_hashing, _verify, password, password_hash)


def _verify(password: str, password_hash: str) -> bool:
    try:
        return _passwords.verify(password, password_hash)
    except UnknownHashError:
        return False


def random_token(byte_count: int = 32) -> str:
    """An unguessable, URL-safe string."""
    return secrets.token_urlsafe(byte_count)


def token_hash(token: str) -> str:
    """What is stored of a random token: its SHA-256 as hex (random tokens need no salt)."""
    return sha256(token.encode()).hexdigest()


def same_secret(given: str, expected: str) -> bool:
    """Compares in constant time; an empty expectation matches nothing."""
    return bool(expected) and hmac.compare_digest(given.encode(), expected.encode())
