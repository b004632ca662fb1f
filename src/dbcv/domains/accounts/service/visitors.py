"""Anonymous visitors of a channel: no account, one long-lived token that the visitor's browser renews in time."""

from datetime import timedelta
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from dbcv.domains.accounts.repository import users
from dbcv.domains.accounts.schemas import Principal
from dbcv.domains.accounts.service.tokens import Token
from dbcv.kit import crypto
from dbcv.kit.db import Database
from dbcv.kit.ids import new_id
from dbcv.kit.settings import Settings

ANONYMOUS_TOKEN_LIFETIME = timedelta(days=30)


async def create_anonymous(db: Database, settings: Settings, channel_id: UUID) -> Token:
    """A visitor of one channel. The caller has checked that the channel is public."""
    visitor_id = new_id()
    async with db.transaction() as session:
        await users.add_anonymous(session, visitor_id, channel_id)
    return _token(visitor_id, settings)


async def add_visitor(session: AsyncSession, channel_id: UUID) -> UUID:
    """Somebody who speaks in a channel from outside and needs no token, in the transaction of the caller: one that
    waited for a second connection while it holds one could wait for ever beside others that do the same."""
    visitor_id = new_id()
    await users.add_anonymous(session, visitor_id, channel_id)
    return visitor_id


def renew(settings: Settings, caller: Principal) -> Token:
    """A fresh token for a visitor whose token is still good: who comes back in time stays the same visitor."""
    return _token(caller.id, settings)


def _token(visitor_id: UUID, settings: Settings) -> Token:
    claims = {"sub": str(visitor_id), "kind": "anonymous"}
    text = crypto.encode_token(claims, settings.secret_key, ANONYMOUS_TOKEN_LIFETIME)
    return Token(text, int(ANONYMOUS_TOKEN_LIFETIME.total_seconds()), visitor_id)
