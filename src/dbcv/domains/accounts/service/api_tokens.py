"""API tokens: for programs, limited by scopes, shown once, stored as a hash. Only a person who logged in makes them."""

from datetime import timedelta
from uuid import UUID

from dbcv.domains.accounts import errors
from dbcv.domains.accounts.repository import api_tokens, users
from dbcv.domains.accounts.schemas import ApiTokenIn, Principal
from dbcv.domains.accounts.service import audit, tokens
from dbcv.domains.accounts.tables import ApiTokenRow
from dbcv.kit import crypto
from dbcv.kit.clock import utc_now
from dbcv.kit.db import Database
from dbcv.kit.ids import new_id

MAX_TOKENS = 100
"""Of one account."""


async def make(db: Database, caller: Principal, wish: ApiTokenIn) -> tuple[ApiTokenRow, str]:
    """A new token and its text, which nobody sees again. Raises Forbidden (admin without the role), Conflict."""
    if "admin" in wish.scopes and caller.role != "ADMIN":
        raise errors.role_needed("ADMIN")
    text, now = tokens.new_api_token(), utc_now()
    fields = {
        "id": new_id(),
        "user_id": caller.id,
        "name": wish.name,
        "hint": text[: tokens.HINT_CHARS],
        "token_hash": crypto.token_hash(text),
        "scopes": sorted(wish.scopes),
        "created_at": now,
        "expires_at": now + timedelta(days=wish.expires_in_days) if wish.expires_in_days else None,
    }
    async with db.transaction() as session:
        await users.user(session, caller.id, lock=True)
        if await api_tokens.count(session, caller.id) >= MAX_TOKENS:
            raise errors.too_many_tokens(MAX_TOKENS)
        row = await api_tokens.add(session, fields)
        granted = {"scopes": fields["scopes"], "expires_at": fields["expires_at"]}
        await audit.record(session, caller.id, "api_token.made", row.id, name=row.name, after=granted)
    return row, text


async def page(db: Database, user_id: UUID, limit: int, before: UUID | None) -> tuple[list[ApiTokenRow], str | None]:
    """A page of an account's tokens, the newest first, and the cursor of the next one."""
    async with db.read() as session:
        rows = list(await api_tokens.page(session, user_id, limit + 1, before))
    return rows[:limit], str(rows[limit - 1].id) if len(rows) > limit else None


async def revoke(db: Database, user_id: UUID, token_id: UUID, actor_id: UUID | None = None) -> None:
    """End a token of an account; `actor_id`: who does it, if not its owner. Raises NotFound for one that is not there,
    or another account's."""
    async with db.transaction() as session:
        name = await api_tokens.revoke(session, user_id, token_id)
        if name is None:
            raise errors.no_such_token()
        await audit.record(session, actor_id or user_id, "api_token.revoked", token_id, name=name)
