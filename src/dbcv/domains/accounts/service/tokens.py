"""Texts of tokens: how each kind is made and read. Knows no database; logins, api_tokens and visitors store them."""

import hmac
import re
import secrets
import string
from base64 import urlsafe_b64encode
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID
from zlib import crc32

from dbcv.domains.accounts.tables import UserRow
from dbcv.kit import crypto
from dbcv.kit.settings import Settings

API_TOKEN_PREFIX = "dbcv_pat_"  # noqa: S105  how every one of them begins, so that scanners of secrets know them
REFRESH_TOKEN_PREFIX = "dbcv_rt_"  # noqa: S105
HINT_CHARS = len(API_TOKEN_PREFIX) + 4
_ALPHABET = string.digits + string.ascii_letters
_RANDOM_CHARS, _CHECK_CHARS = 40, 6
_API_TOKEN = re.compile(rf"{API_TOKEN_PREFIX}[0-9A-Za-z]{{{_RANDOM_CHARS + _CHECK_CHARS}}}")
_REFRESH_TOKEN = re.compile(rf"{REFRESH_TOKEN_PREFIX}[0-9A-Za-z_-]{{43}}")


@dataclass(frozen=True, slots=True)
class Token:
    """A bearer token, its life in seconds, and whose it is; a log-in's comes with the token that renews it."""

    text: str
    lifetime_seconds: int
    subscriber_id: UUID
    refresh: str | None = None
    refresh_lifetime_seconds: int | None = None


def access_token(row: UserRow, login_id: UUID, settings: Settings, refresh: str) -> Token:
    """A short-lived token of a login. It ends with its time, with the login, or when the account's epoch is raised."""
    lifetime = timedelta(minutes=settings.access_token_minutes)
    claims: dict[str, Any] = {"sub": str(row.id), "kind": "user", "epoch": row.token_epoch, "login": str(login_id)}
    text = crypto.encode_token(claims, settings.secret_key, lifetime)
    refresh_seconds = int(refresh_lifetime(settings).total_seconds())
    return Token(text, int(lifetime.total_seconds()), row.id, refresh, refresh_seconds)


def refresh_lifetime(settings: Settings) -> timedelta:
    """How long a login lasts without being used."""
    return timedelta(days=settings.refresh_token_days)


def new_refresh_token() -> str:
    """The first one of a login."""
    return REFRESH_TOKEN_PREFIX + secrets.token_urlsafe(32)


def successor(refresh: str, secret_key: str) -> str:
    """The one that follows. The same again for who asks twice (two tabs, an answer that got lost), and nobody without
    the server's key can tell it from the one before."""
    digest = hmac.digest(secret_key.encode(), b"refresh\0" + refresh.encode(), "sha256")
    return REFRESH_TOKEN_PREFIX + urlsafe_b64encode(digest).decode().rstrip("=")


def is_refresh_token(text: str) -> bool:
    return _REFRESH_TOKEN.fullmatch(text) is not None


def new_api_token() -> str:
    """Random, with a check sum at the end, by which a scanner of secrets tells a real one from a look-alike."""
    random = "".join(secrets.choice(_ALPHABET) for _ in range(_RANDOM_CHARS))
    return API_TOKEN_PREFIX + random + _check_sum(random)


def is_api_token(text: str) -> bool:
    """Whether it has the shape and the check sum of one; whether it is good for anything, the database knows."""
    if _API_TOKEN.fullmatch(text) is None:
        return False
    body = text.removeprefix(API_TOKEN_PREFIX)
    return _check_sum(body[:_RANDOM_CHARS]) == body[_RANDOM_CHARS:]


def _check_sum(random: str) -> str:
    number, digits = crc32(random.encode()), ""
    for _ in range(_CHECK_CHARS):
        number, digit = divmod(number, len(_ALPHABET))
        digits = _ALPHABET[digit] + digits
    return digits
