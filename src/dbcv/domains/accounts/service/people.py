"""Accounts of people: registering, changing oneself, what administrators and the operator do."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from dbcv.domains.accounts import errors
from dbcv.domains.accounts.repository import api_tokens, users
from dbcv.domains.accounts.schemas import MePatch, Principal, RegisterIn, Role, UserIn, UserPatch, normalise_email
from dbcv.domains.accounts.service import attempts, audit, logins
from dbcv.domains.accounts.service.tokens import Token
from dbcv.domains.accounts.tables import UserRow
from dbcv.kit import crypto
from dbcv.kit.db import Database
from dbcv.kit.errors import Unauthorized
from dbcv.kit.ids import new_id
from dbcv.kit.settings import Settings

RECENT_LOGIN = timedelta(minutes=10)
"""Who has no password here (an OpenID account) confirms what is grave by having logged in just now."""


async def register(db: Database, settings: Settings, wish: RegisterIn, address: str) -> Token:
    """Make an account with the role of newcomers and log in. Raises Forbidden (closed), Conflict (known e-mail), 429
    for who meets known e-mails again and again."""
    if not settings.registration_open:
        raise errors.registration_closed()
    keys = attempts.register_keys(address)
    await attempts.count(db, keys)
    fields = await _new_user(wish.email, wish.username, wish.password, settings.registration_role)
    try:
        async with db.transaction() as session:
            row = await users.add_user(session, **fields)
            await audit.record(session, row.id, "account.registered", row.id, name=row.email, after={"role": row.role})
            token = await logins.begin(session, settings, row)
    except IntegrityError as error:
        raise errors.email_taken() from error
    await attempts.forgive(db, keys)
    return token


async def create_user(
    db: Database, email: str, username: str, password: str, role: Role, actor_id: UUID | None = None
) -> UserRow:
    """Make an account for somebody. Raises ValueError for no e-mail address, Conflict for one that is taken."""
    fields = await _new_user(email, username, password, role)
    try:
        async with db.transaction() as session:
            row = await users.add_user(session, **fields)
            await audit.record(session, actor_id, "account.created", row.id, name=row.email, after={"role": role})
            return row
    except IntegrityError as error:
        raise errors.email_taken() from error


async def create_by_admin(db: Database, caller: Principal, wish: UserIn) -> UserRow:
    """An administrator makes an account. Raises Conflict for a known e-mail."""
    return await create_user(db, wish.email, wish.username, wish.password, wish.role, caller.id)


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
        if await users.any_user(session):
            return False
    fields = await _new_user(settings.admin_email, "admin", password, "ADMIN")
    async with db.transaction() as session:
        await users.alone_with_administrators(session)
        if await users.any_user(session):
            return False
        row = await users.add_user(session, **fields)
        await audit.record(session, None, "account.created", row.id, name=row.email, after={"role": "ADMIN"})
    return True


async def account(db: Database, user_id: UUID) -> UserRow:
    """An account by its id. Raises Unauthorized if it is gone."""
    async with db.read() as session:
        row = await users.user(session, user_id)
    if row is None:
        raise Unauthorized()
    return row


async def change_me(db: Database, caller: Principal, patch: MePatch) -> UserRow:
    """Change one's own name, e-mail or password; the last two need the current password. A new password ends all other
    logins. Raises Invalid if the current password is not right, Conflict if the e-mail is taken, 429."""
    fields: dict[str, Any] = patch.model_dump(include={"username", "email"}, exclude_none=True)
    if patch.password is not None or patch.email is not None:
        await _confirm(db, caller, patch.current_password)
    keys = attempts.register_keys(str(caller.id)) if patch.email is not None else {}
    if keys:
        await attempts.count(db, keys)
    if patch.password is not None:
        fields["password_hash"] = await crypto.hash_password(patch.password)
    try:
        async with db.transaction() as session:
            row = await _change(session, caller.id, caller.id, fields)
            if patch.password is not None:
                await logins.end_elsewhere(session, caller)
    except IntegrityError as error:
        raise errors.email_taken() from error
    if keys:
        await attempts.forgive(db, keys)
    return row


async def close_me(db: Database, caller: Principal, current_password: str | None) -> None:
    """Close one's own account: nobody can use it, until an administrator opens it again. Raises as `change_me`, and
    Conflict for the last administrator."""
    await _confirm(db, caller, current_password)
    async with db.transaction() as session:
        await _change_as_admin(session, caller.id, caller.id, {"is_active": False})


async def _confirm(db: Database, caller: Principal, password: str | None) -> None:
    """That it is really the account's owner who is calling: by password, or by a fresh login where there is none."""
    row = await account(db, caller.id)
    if not row.password_hash:
        async with db.read() as session:
            if not await logins.is_recent(session, caller, RECENT_LOGIN):
                raise errors.recent_login_needed()
        return
    keys = attempts.password_keys(caller.id)
    await attempts.count(db, keys)
    if not await crypto.verify_password(password or "", row.password_hash):
        raise errors.wrong_current_password()
    await attempts.forgive(db, keys)


async def change_user(db: Database, user_id: UUID, patch: UserPatch, actor_id: UUID | None = None) -> UserRow:
    """Change somebody's role, close the account or open it again. Raises NotFound, Conflict for the last administrator.

    A new role counts from the next call on; closing ends logins and API tokens.
    """
    async with db.transaction() as session:
        return await _change_as_admin(session, user_id, actor_id, patch.model_dump(exclude_none=True))


async def _change_as_admin(
    session: AsyncSession, user_id: UUID, actor_id: UUID | None, fields: dict[str, Any]
) -> UserRow:
    await users.alone_with_administrators(session)
    had_administrator = await users.any_administrator(session)
    row = await _change(session, user_id, actor_id, fields)
    if had_administrator and not await users.any_administrator(session):
        raise errors.last_administrator()
    if not row.is_active:
        await _lock_out(session, user_id)
    return row


async def _change(session: AsyncSession, user_id: UUID, actor_id: UUID | None, fields: dict[str, Any]) -> UserRow:
    row = await users.user(session, user_id, lock=True)
    if row is None:
        raise errors.no_such_account()
    changed = {name: value for name, value in fields.items() if getattr(row, name) != value}
    if not changed:
        return row
    before = {name: getattr(row, name) for name in changed}
    after = await users.change_user(session, user_id, changed, end_tokens=False)
    assert after is not None, "it is locked"
    action = {False: "account.closed", True: "account.opened"}.get(changed.get("is_active", ""), "account.changed")
    await audit.record(session, actor_id, action, user_id, name=after.email, before=before, after=changed)
    return after


async def _lock_out(session: AsyncSession, user_id: UUID) -> None:
    await logins.end_everywhere(session, user_id)
    await api_tokens.revoke_all(session, user_id)


async def user(db: Database, user_id: UUID) -> UserRow:
    """An account, for administrators. Raises NotFound."""
    async with db.read() as session:
        row = await users.user(session, user_id)
    if row is None:
        raise errors.no_such_account()
    return row


async def page(db: Database, limit: int, after: UUID | None, search: str = "") -> tuple[list[UserRow], str | None]:
    """A page of accounts, oldest first, and the cursor of the next page; with `search` those whose e-mail begins so."""
    async with db.read() as session:
        rows = list(await users.users(session, limit + 1, after, search.strip().lower()))
    return rows[:limit], str(rows[limit - 1].id) if len(rows) > limit else None


async def account_for_operator(db: Database, email: str = "") -> UserRow:
    """The account with this e-mail, or the very first one. Raises Invalid if there is none."""
    async with db.read() as session:
        if email:
            row = await users.user_by_email(session, email.strip().lower())
        else:
            row = next(iter(await users.users(session, 1, None)), None)
    if row is None:
        raise errors.unknown_account(email)
    return row


async def reset_password(db: Database, email: str, password: str) -> None:
    """The operator's way back in: a new password; logins and API tokens end. Raises Invalid for an unknown e-mail."""
    password_hash = await crypto.hash_password(password)
    async with db.transaction() as session:
        row = await users.user_by_email(session, normalise_email(email))
        if row is None:
            raise errors.unknown_account(email)
        await _change(session, row.id, None, {"password_hash": password_hash})
        await _lock_out(session, row.id)


async def active_user_id(session: AsyncSession, email: str) -> UUID | None:
    """The account that has this e-mail, if there is one and it is open."""
    try:
        row = await users.user_by_email(session, normalise_email(email))
    except ValueError:
        return None
    return row.id if row and row.is_active else None


async def account_email(session: AsyncSession, user_id: UUID) -> str | None:
    """The e-mail of an account, as it is now."""
    row = await users.user(session, user_id)
    return row.email if row else None
