"""Passwords, tokens, signatures. Knows no account: callers give and get plain values."""

import asyncio
import hmac
import secrets
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from hashlib import blake2b, sha256
from typing import Any

import jwt
import nacl.exceptions
import nacl.secret
from pwdlib import PasswordHash
from pwdlib.exceptions import UnknownHashError
from pwdlib.hashers.argon2 import Argon2Hasher

from dbcv.kit.box_key import KEY_BYTES, read_key, read_keys
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


KEY_ID_BYTES = 8


class SecretUnreadable(Exception):  # noqa: N818 - named by what happened
    """No key at hand opens this; the text says which would, and holds nothing secret."""


class SecretBox:
    """NaCl's SecretBox for what is kept encrypted. The first key seals, every key opens.

    What is sealed for one `context` (which row it belongs to) opens for no other: each context has a key of its own,
    derived from the master key, so that a ciphertext copied into another row is as good as noise. What `seal` gives
    begins with the id of its key.
    """

    def __init__(self, keys: Sequence[bytes]) -> None:
        self._keys = {_key_id(key): key for key in keys}
        self.key_id = _key_id(keys[0])

    @classmethod
    def of(cls, current: str, previous: str = "") -> "SecretBox":
        """From settings: keys as text, several by commas, the current one first. Raises BadKey."""
        return cls(read_keys(f"{current},{previous}") or [read_key("")])

    def seal(self, plain: bytes, context: str) -> bytes:
        """Encrypted with the current key."""
        box = nacl.secret.SecretBox(_derived(self._keys[self.key_id], context))
        return self.key_id + bytes(box.encrypt(plain))

    def open(self, sealed: bytes, context: str) -> bytes:
        """What was sealed. Raises SecretUnreadable for a key we do not have, another context, any changed byte."""
        key = self._keys.get(sealed[:KEY_ID_BYTES])
        if key is None:
            raise SecretUnreadable(
                f"it was encrypted with another key (id {sealed[:KEY_ID_BYTES].hex()}): "
                "add that key to SECRET_BOX_KEY_PREVIOUS, or enter the secret again"
            )
        try:
            return nacl.secret.SecretBox(_derived(key, context)).decrypt(sealed[KEY_ID_BYTES:])
        except (nacl.exceptions.CryptoError, ValueError) as error:
            raise SecretUnreadable("it was damaged or belongs elsewhere: enter the secret again") from error

    def can_open(self, sealed: bytes) -> bool:
        """Whether the key it names is at hand."""
        return sealed[:KEY_ID_BYTES] in self._keys


def _key_id(key: bytes) -> bytes:
    """Tells keys apart without telling anything about them."""
    return blake2b(key=key, digest_size=KEY_ID_BYTES, person=b"dbcv key id").digest()


def _derived(key: bytes, context: str) -> bytes:
    return blake2b(context.encode(), key=key, digest_size=KEY_BYTES, person=b"dbcv secret box").digest()
