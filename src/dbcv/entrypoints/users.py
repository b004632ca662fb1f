"""`dbcv user create` and `dbcv user reset-password`: accounts without HTTP, for the operator."""

import asyncio
import sys
from collections.abc import Awaitable, Callable
from getpass import getpass
from typing import Any

from pydantic import TypeAdapter, ValidationError

from dbcv.domains.accounts import service
from dbcv.domains.accounts.schemas import Email, Password, Username
from dbcv.domains.accounts.service.audit import Origin, came_from
from dbcv.kit.db import Database
from dbcv.kit.errors import ErrorDetail, Invalid
from dbcv.kit.settings import load_settings


def create(email: str, username: str = "", admin: bool = False) -> None:
    """Make an account; its password is asked for (or read from standard input). Raises Conflict, Invalid."""
    email = _checked(Email, "email", email)
    username = _checked(Username, "username", username or email.partition("@")[0])
    password = _ask_password()
    asyncio.run(_with_database(service.create_user, email, username, password, "ADMIN" if admin else "DEVELOPER"))
    print(f"Account made: {email}")


def reset_password(email: str) -> None:
    """Set a new password and end every log-in of the account. Raises Invalid for an unknown e-mail."""
    email = _checked(Email, "email", email)
    asyncio.run(_with_database(service.reset_password, email, _ask_password()))
    print(f"New password set, other log-ins ended: {email}")


async def _with_database(work: Callable[..., Awaitable[Any]], *arguments: Any) -> None:
    came_from(Origin("command line"))
    db = Database.connect(load_settings().database_url, pool_size=1, max_overflow=1)
    try:
        await work(db, *arguments)
    finally:
        await db.close()


def _checked(kind: Any, path: str, text: str) -> str:
    """`text` as the API would take it. Raises Invalid."""
    try:
        value: str = TypeAdapter(kind).validate_python(text)
    except ValidationError as error:
        details = [ErrorDetail(path, found["msg"].removeprefix("Value error, ")) for found in error.errors()]
        raise Invalid(errors=details) from error
    return value


def _ask_password() -> str:
    """Typed unseen on a terminal; from a pipe its first line."""
    text = getpass("Password: ") if sys.stdin.isatty() else sys.stdin.readline().rstrip("\r\n")
    return _checked(Password, "password", text)
