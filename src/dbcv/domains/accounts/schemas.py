"""What accounts look like on the wire, and the principal: who is calling."""

import re
import unicodedata
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints

Role = Literal["ADMIN", "DEVELOPER", "USER"]
Kind = Literal["user", "anonymous"]


@dataclass(frozen=True, slots=True)
class Principal:
    """Who is calling. `role` and `username` are empty for a visitor; `channel_id` is a visitor's only room."""

    id: UUID
    kind: Kind
    role: str
    username: str
    channel_id: UUID | None = None


def _printable(text: str) -> str:
    if any(unicodedata.category(character) in {"Cc", "Cs"} for character in text):
        raise ValueError("must not hold control characters")
    return text


_ADDRESS = re.compile(r"[^\s@<>\"(),:;\\\[\]]{1,64}@[^\s@<>\"(),:;\\\[\]]{1,253}")


def normalise_email(email: str) -> str:
    """One spelling for one mailbox: NFC and lower case. Raises ValueError if it is no address.

    An own house may well use addresses such as admin@localhost, so the shape is all that is asked for.
    """
    address = unicodedata.normalize("NFC", email.strip()).lower()
    if not _ADDRESS.fullmatch(_printable(address)) or ".." in address:
        raise ValueError("is not an e-mail address")
    return address


Email = Annotated[str, StringConstraints(max_length=320), AfterValidator(normalise_email)]
Username = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1, max_length=100), AfterValidator(_printable)
]
Password = Annotated[str, StringConstraints(min_length=8, max_length=200)]


class RegisterIn(BaseModel):
    """A new account."""

    model_config = ConfigDict(extra="forbid")
    email: Email
    username: Username
    password: Password


class TokenOut(BaseModel):
    """A bearer token and how long it is good for."""

    access_token: str
    token_type: Literal["bearer"] = "bearer"  # noqa: S105  the OAuth2 name of the kind of token, not a secret
    expires_in: int = Field(description="seconds")
    subscriber_id: UUID


class UserOut(BaseModel):
    """An account as its owner and administrators see it."""

    model_config = ConfigDict(from_attributes=True)
    id: UUID
    email: str
    username: str
    role: Role
    is_active: bool
    created_at: datetime


class MeOut(BaseModel):
    """Who the token stands for; e-mail and date are null for an anonymous visitor."""

    id: UUID
    kind: Kind
    username: str
    role: Role | None
    email: str | None = None
    created_at: datetime | None = None


class MePatch(BaseModel):
    """What one may change about oneself; a new password needs the current one and ends all other log-ins."""

    model_config = ConfigDict(extra="forbid")
    username: Username | None = None
    current_password: str | None = None
    password: Password | None = None


class UserPatch(BaseModel):
    """What an administrator may change about an account."""

    model_config = ConfigDict(extra="forbid")
    role: Role | None = None
    is_active: bool | None = None


class UserList(BaseModel):
    """A page of accounts; `next_cursor` is null on the last one."""

    items: list[UserOut]
    next_cursor: str | None
