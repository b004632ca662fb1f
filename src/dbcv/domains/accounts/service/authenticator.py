"""Who a token stands for: access tokens of people, tokens of visitors, API tokens. On the path of every call."""

import time
from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from dbcv.domains.accounts import errors
from dbcv.domains.accounts.repository import api_tokens, logins, users
from dbcv.domains.accounts.schemas import Principal
from dbcv.domains.accounts.service.paces import Paces
from dbcv.domains.accounts.service.tokens import API_TOKEN_PREFIX, is_api_token
from dbcv.kit import crypto
from dbcv.kit.clock import utc_now
from dbcv.kit.db import Database
from dbcv.kit.gather import Gathered

CACHE_SECONDS = 3.0
VISITOR_CACHE_SECONDS = 30.0
"""A visitor has no role, no password and no log-out; the channel is asked at every message."""
CACHE_SIZE = 20_000
TOUCH_AFTER = timedelta(minutes=1)


class Authenticator:
    """Turns tokens into principals. A known token is answered from memory for CACHE_SECONDS, so a log-out, a closed
    account or a new role takes effect after that time at the latest. A crowd of visitors is looked up together."""

    def __init__(self, db: Database, secret_key: str, paces: Paces | None = None) -> None:
        self.paces = paces or Paces()
        self._db = db
        self._secret_key = secret_key
        self._known: dict[str, tuple[float, Principal]] = {}
        self._visitors = Gathered[UUID, UUID](self._channels_of_visitors)

    def cached(self, token: str) -> Principal | None:
        """The principal of a token seen a moment ago, without waiting; None means: ask `principal_for`."""
        entry = self._known.get(token)
        return entry[1] if entry and entry[0] > time.monotonic() else None

    async def principal_for(self, token: str) -> Principal:
        """Whose token this is. Raises Unauthorized if it is forged, expired or revoked."""
        known = self.cached(token)
        if known is not None:
            return known
        if token.startswith(API_TOKEN_PREFIX):
            principal, expires_at = await self._of_api_token(token)
        else:
            principal, expires_at = await self._of_signed_token(token)
        self._remember(token, principal, expires_at)
        return principal

    def forget(self, subscriber_id: UUID) -> None:
        """Drop what this process remembers of somebody, so that a change takes effect here at once."""
        self._known = {token: entry for token, entry in self._known.items() if entry[1].id != subscriber_id}

    async def _of_signed_token(self, token: str) -> tuple[Principal, float]:
        claims = crypto.decode_token(token, self._secret_key)
        principal = None
        if claims.get("kind") == "anonymous":
            principal = await self._visitor(claims)
        elif claims.get("kind") == "user":  # whatever else is signed here, for whatever purpose, is no log-in
            async with self._db.read() as session:
                principal = await _person(session, claims)
        if principal is None:
            raise errors.token_refused()
        return principal, claims["exp"]

    async def _visitor(self, claims: dict[str, Any]) -> Principal | None:
        visitor_id = _id(claims.get("sub"))
        channel_id = await self._visitors.get(visitor_id) if visitor_id else None
        return Principal(visitor_id, "anonymous", "", "", channel_id) if visitor_id and channel_id else None

    async def _channels_of_visitors(self, visitor_ids: list[UUID]) -> dict[UUID, UUID]:
        async with self._db.driver() as connection:
            return await users.anonymous_channels(connection, visitor_ids)

    async def _of_api_token(self, token: str) -> tuple[Principal, float]:
        if not is_api_token(token):
            raise errors.token_refused()
        now = utc_now()
        async with self._db.read() as session:
            found = await api_tokens.by_hash(session, crypto.token_hash(token))
        if found is None or not found[1].is_active or (found[0].expires_at or now + TOUCH_AFTER) <= now:
            raise errors.token_refused()
        row, user = found
        if row.last_used_at is None or now - row.last_used_at > TOUCH_AFTER:
            async with self._db.transaction() as session:
                await api_tokens.touch(session, row.id, now)
        expires_at = row.expires_at.timestamp() if row.expires_at else float("inf")
        return Principal(user.id, "user", user.role, user.username, scopes=frozenset(row.scopes)), expires_at

    def _remember(self, token: str, principal: Principal, expires_at: float) -> None:
        if len(self._known) >= CACHE_SIZE:
            self._known.clear()
        longest = VISITOR_CACHE_SECONDS if principal.kind == "anonymous" else CACHE_SECONDS
        seconds = min(longest, expires_at - time.time())
        self._known[token] = (time.monotonic() + seconds, principal)


async def _person(session: AsyncSession, claims: dict[str, Any]) -> Principal | None:
    subscriber_id = _id(claims.get("sub"))
    login_id = _id(claims.get("login"))
    row = await logins.user_of(session, login_id, utc_now()) if login_id else None
    if row is None or row.id != subscriber_id or not row.is_active or row.token_epoch != claims.get("epoch"):
        return None
    return Principal(row.id, "user", row.role, row.username, login_id=login_id)


def _id(text: object) -> UUID | None:
    try:
        return UUID(text) if isinstance(text, str) else None
    except ValueError:
        return None
