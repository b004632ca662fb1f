"""How an operator sees accounts, tokens and the audit log. Drawn by entrypoints/admin; rows change by services."""

from uuid import UUID

from dbcv.domains.accounts import errors
from dbcv.domains.accounts.schemas import Role, UserPatch
from dbcv.domains.accounts.service import api_tokens, audit, logins, people
from dbcv.domains.accounts.tables import (
    AnonymousUserRow,
    ApiTokenRow,
    AuditEventRow,
    IdentityRow,
    LoginRow,
    UserRow,
    UserVariablesRow,
)
from dbcv.kit.db import Database
from dbcv.kit.operator_table import Doing, OperatorTable, Words

PEOPLE = Words("People", "Люди")


async def _close(db: Database, actor_id: UUID, user_id: UUID) -> None:
    await people.change_user(db, user_id, UserPatch(is_active=False), actor_id)


async def _open(db: Database, actor_id: UUID, user_id: UUID) -> None:
    await people.change_user(db, user_id, UserPatch(is_active=True), actor_id)


async def _log_out(db: Database, actor_id: UUID, user_id: UUID) -> None:
    async with db.transaction() as session:
        await logins.end_everywhere(session, user_id)
        await audit.record(session, actor_id, "login.all_ended", user_id)


async def _revoke(db: Database, actor_id: UUID, token_id: UUID) -> None:
    async with db.read() as session:
        row = await session.get(ApiTokenRow, token_id)
    if row is None:
        raise errors.no_such_token()
    await api_tokens.revoke(db, row.user_id, token_id, actor_id)


def _role(role: Role, ru: str) -> Doing:
    async def run(db: Database, actor_id: UUID, user_id: UUID) -> None:
        await people.change_user(db, user_id, UserPatch(role=role), actor_id)

    return Doing(
        f"role_{role.lower()}",
        Words(f"Make {role}", f"Сделать {role}"),
        Words(f"Give this account the role {role}?", f"Дать этой учётной записи роль {role}? {ru}"),
        run,
    )


TABLES = (
    OperatorTable(
        UserRow,
        Words("Accounts", "Учётные записи"),
        PEOPLE,
        ("id", "email", "username", "role", "is_active", "created_at"),
        ("token_epoch",),
        found_by=("id", "email"),
        doings=(
            Doing(
                "close",
                Words("Close", "Закрыть"),
                Words(
                    "Close this account? Its log-ins and API tokens end; its bots stay.",
                    "Закрыть учётную запись? Её входы и токены закончатся, боты останутся.",
                ),
                _close,
            ),
            Doing(
                "open",
                Words("Open again", "Открыть снова"),
                Words("Open this account?", "Открыть запись снова?"),
                _open,
            ),
            Doing(
                "log_out",
                Words("Log out everywhere", "Завершить все входы"),
                Words("End every log-in of this account?", "Завершить все входы этой учётной записи?"),
                _log_out,
            ),
            _role("ADMIN", "Ей будет доступно всё."),
            _role("DEVELOPER", "Она сможет создавать ботов."),
            _role("USER", "Она сможет только беседовать."),
        ),
    ),
    OperatorTable(
        AnonymousUserRow,
        Words("Visitors", "Гости"),
        PEOPLE,
        ("id", "channel_id", "created_at"),
        found_by=("id", "channel_id"),
    ),
    OperatorTable(
        LoginRow,
        Words("Log-ins", "Входы"),
        PEOPLE,
        ("id", "user_id", "address", "user_agent", "created_at", "last_used_at", "expires_at"),
        found_by=("id", "user_id"),
    ),
    OperatorTable(
        ApiTokenRow,
        Words("API tokens", "Токены API"),
        PEOPLE,
        ("id", "user_id", "name", "hint", "scopes", "created_at", "expires_at", "last_used_at"),
        found_by=("id", "user_id"),
        doings=(
            Doing(
                "revoke",
                Words("Revoke", "Отозвать"),
                Words(
                    "End this token? Programs that use it stop working.",
                    "Отозвать токен? Программы с ним перестанут работать.",
                ),
                _revoke,
            ),
        ),
    ),
    OperatorTable(
        IdentityRow,
        Words("OpenID identities", "Личности OpenID"),
        PEOPLE,
        ("issuer", "subject", "user_id", "created_at"),
        found_by=("user_id",),
    ),
    OperatorTable(
        UserVariablesRow,
        Words("Variables of users", "Переменные людей"),
        PEOPLE,
        ("user_id", "version"),
        ("data",),
        found_by=("user_id",),
    ),
    OperatorTable(
        AuditEventRow,
        Words("Audit log", "Журнал изменений"),
        PEOPLE,
        ("id", "created_at", "actor_name", "via", "action", "object_name", "bot_id"),
        ("actor_id", "address", "object_id", "before", "after"),
        found_by=("id", "actor_id", "object_id", "bot_id", "action"),
    ),
)
