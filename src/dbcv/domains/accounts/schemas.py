"""What accounts look like on the wire, and the principal: who is calling."""

import re
import unicodedata
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StrictBool, StringConstraints

Role = Literal["ADMIN", "DEVELOPER", "USER"]
Kind = Literal["user", "anonymous"]


@dataclass(frozen=True, slots=True)
class Principal:
    """Who is calling. `role` and `username` are empty for a visitor; `channel_id` is a visitor's only room.

    `login_id`: the device, of a person's access token. `scopes`: what an API token may do; None is not limited.
    """

    id: UUID
    kind: Kind
    role: str
    username: str
    channel_id: UUID | None = None
    login_id: UUID | None = None
    scopes: frozenset[str] | None = None


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


Scope = Literal[
    "bots:read",
    "bots:write",
    "bots:share",
    "conversations:read",
    "conversations:write",
    "credentials:read",
    "credentials:write",
    "files:read",
    "files:write",
    "accounts:read",
    "admin",
]


def _in(example: dict[str, Any]) -> ConfigDict:
    """How every body is read: unknown fields are refused; the example shows in the API's pages."""
    return ConfigDict(extra="forbid", json_schema_extra={"example": example})


class RegisterIn(BaseModel):
    """A new account."""

    model_config = _in({"email": "anna@example.com", "username": "Anna", "password": "correct horse battery"})
    email: Email
    username: Username
    password: Password


class RefreshIn(BaseModel):
    """The token that came with the last access token; null where a cookie holds it."""

    model_config = _in({"refresh_token": "dbcv_rt_…"})
    refresh_token: str | None = Field(None, max_length=200)


class TokenOut(BaseModel):
    """A bearer token and how long it is good for. A person's comes with the token that renews it, once."""

    access_token: str
    token_type: Literal["bearer"] = "bearer"  # noqa: S105  the OAuth2 name of the kind of token, not a secret
    expires_in: int = Field(description="seconds")
    subscriber_id: UUID
    refresh_token: str | None = Field(None, description="for POST /login/refresh; null for visitors")
    refresh_expires_in: int | None = Field(None, description="seconds, counted anew at each refresh")


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
    """What one may change about oneself. A new password or e-mail needs the current password; a new password ends all
    other log-ins."""

    model_config = _in({"current_password": "correct horse battery", "password": "a better one still"})
    username: Username | None = None
    email: Email | None = None
    current_password: str | None = Field(None, max_length=200)
    password: Password | None = None


class CloseIn(BaseModel):
    """Closing one's account is confirmed by the password."""

    model_config = _in({"current_password": "correct horse battery"})
    current_password: str | None = Field(None, max_length=200)


class UserIn(BaseModel):
    """An account that an administrator makes for somebody."""

    model_config = _in(
        {"email": "boris@example.com", "username": "Boris", "password": "correct horse battery", "role": "DEVELOPER"}
    )
    email: Email
    username: Username
    password: Password
    role: Role = "USER"


class UserPatch(BaseModel):
    """What an administrator may change about an account."""

    model_config = _in({"role": "DEVELOPER"})
    role: Role | None = None
    is_active: StrictBool | None = None


class UserList(BaseModel):
    """A page of accounts; `next_cursor` is null on the last one."""

    items: list[UserOut]
    next_cursor: str | None


class LoginOut(BaseModel):
    """A device somebody is logged in on."""

    model_config = ConfigDict(from_attributes=True)
    id: UUID
    address: str
    user_agent: str
    created_at: datetime
    last_used_at: datetime
    expires_at: datetime
    is_current: bool = Field(False, description="whether it is the one that is asking")


class LoginList(BaseModel):
    """All devices of an account: there are at most fifty."""

    items: list[LoginOut]


class ApiTokenIn(BaseModel):
    """A token for a program: what it may do, and for how long."""

    model_config = _in({"name": "nightly export", "scopes": ["bots:read"], "expires_in_days": 90})
    name: Username
    scopes: set[Scope] = Field(min_length=1, max_length=20)
    expires_in_days: int | None = Field(90, ge=1, le=3650, strict=True, description="null: until it is revoked")


class ApiTokenOut(BaseModel):
    """An API token as its owner sees it later: how it begins, never all of it."""

    model_config = ConfigDict(from_attributes=True)
    id: UUID
    name: str
    hint: str = Field(description="how the token begins")
    scopes: list[Scope]
    created_at: datetime
    expires_at: datetime | None
    last_used_at: datetime | None


class ApiTokenMade(ApiTokenOut):
    """A new API token; `token` is shown this once."""

    token: str


class ApiTokenList(BaseModel):
    """A page of API tokens, newest first; `next_cursor` is null on the last one."""

    items: list[ApiTokenOut]
    next_cursor: str | None


class AuditEventOut(BaseModel):
    """Who changed what, when and from where. `actor_id` is null for the system and for commands of the operator."""

    model_config = ConfigDict(from_attributes=True)
    id: UUID
    created_at: datetime
    actor_id: UUID | None
    actor_name: str
    via: str
    address: str
    action: str
    object_id: UUID | None
    object_name: str
    bot_id: UUID | None
    before: dict[str, Any]
    after: dict[str, Any]


class AuditList(BaseModel):
    """A page of the audit log, newest first; `next_cursor` is null on the last one."""

    items: list[AuditEventOut]
    next_cursor: str | None


class LoginMethodsOut(BaseModel):
    """How one can log in here, for the page that offers it."""

    registration_open: bool
    oidc_name: str | None = Field(description="words for the button; null: there is no such way in")
    oidc_url: str | None = Field(description="where the button leads")


class IdentityOut(BaseModel):
    """Who an account is at an OpenID provider."""

    model_config = ConfigDict(from_attributes=True)
    issuer: str
    subject: str
    created_at: datetime


class IdentityList(BaseModel):
    """All of them: an account has a few at most."""

    items: list[IdentityOut]


class LinkOut(BaseModel):
    """Where to send the browser."""

    url: str
