"""Credentials on the wire. A secret comes in and never goes out."""

from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, SecretStr, StringConstraints, model_validator

from dbcv.domains.credentials.schemas.hosts import Host
from dbcv.domains.credentials.schemas.providers import Strategy

MAX_HOSTS = 20
Name = Annotated[str, StringConstraints(min_length=1, max_length=255, pattern=r"^[^\x00-\x1f\x7f]*$")]
ProviderId = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9_.-]{0,99}$")]
Url = Annotated[
    str, StringConstraints(pattern=r"^https?://[^\s\x00-\x1f\\@/?#]+([/?#][^\s\x00-\x1f\\]*)?$", max_length=2_048)
]
FieldName = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9!#$%&'*+.^_`|~-]+$", max_length=100)]
Prefix = Annotated[str, StringConstraints(pattern=r"^[ -~]*$", max_length=50)]
# What goes into a header has to fit there: visible characters, no line breaks.
Key = Annotated[SecretStr, Field(min_length=1, max_length=4_096)]


class _In(BaseModel):
    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)


class ApiKeySecret(_In):
    """Of the strategy api_key."""

    api_key: Key


class BearerSecret(_In):
    """Of the strategy bearer."""

    token: Key


class BasicSecret(_In):
    """Of the strategy basic."""

    username: Annotated[str, StringConstraints(max_length=255, pattern=r"^[^:\x00-\x1f\x7f]*$")]
    password: Key


class OauthSecret(_In):
    """Of the strategy oauth. With a refresh token access tokens are renewed by it, else by the client's own rights.
    `redirect_uri`: for providers that ask for it again at each renewal, as amoCRM does."""

    client_id: Annotated[str, StringConstraints(min_length=1, max_length=1_024, pattern=r"^[!-~]*$")]
    client_secret: Key
    refresh_token: Key | None = None
    redirect_uri: Url | None = None


Secret = ApiKeySecret | BearerSecret | BasicSecret | OauthSecret
SECRETS: dict[str, type[Secret]] = {
    "api_key": ApiKeySecret,
    "bearer": BearerSecret,
    "basic": BasicSecret,
    "oauth": OauthSecret,
}


class PlacementIn(_In):
    """Where an API key travels in HTTP requests: `prefix` and key in this header or query field."""

    where: Literal["header", "query", "nowhere"] = "header"
    name: FieldName = "X-API-Key"
    prefix: Prefix = ""


class _Fields(_In):
    hosts: list[Host] = Field(
        default_factory=list, max_length=MAX_HOSTS, description="The only hosts it is sent to; empty: its provider's."
    )
    placement: PlacementIn | None = Field(None, description="Null: as its provider wants it.")
    token_url: Url | None = Field(None, description="Where oauth tokens come from; null: its provider's.")
    scope: Annotated[str, StringConstraints(max_length=1_000, pattern=r"^[ -~]*$")] = ""
    test_url: Url | None = Field(None, description="What the test asks for, on one of the hosts; null: its provider's.")


class CredentialIn(_Fields):
    """A secret of a bot. Without `secret` it is a place for one."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "bot_id": "0190c1a2-7b1c-7def-8a3b-1c2d3e4f5a6b",
                    "name": "CRM",
                    "provider": "http",
                    "strategy": "api_key",
                    "hosts": ["crm.example.com"],
                    "placement": {"where": "header", "name": "X-API-Key"},
                    "secret": {"api_key": "the key that crm.example.com gave you"},
                }
            ]
        }
    )
    bot_id: UUID
    name: Name
    provider: ProviderId = "http"
    strategy: Strategy = "api_key"
    secret: Secret | None = None

    @model_validator(mode="after")
    def _secret_fits(self) -> "CredentialIn":
        check_secret(self.strategy, self.secret)
        return self


class CredentialPatch(_Fields):
    """Fields to change; what is left out stays. Whatever says where the secret goes needs the secret again."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"name": "CRM of the north", "secret": {"api_key": "the new key"}}]}
    )
    name: Name = ""
    provider: ProviderId = "http"
    strategy: Strategy = "api_key"
    secret: Secret | None = None


class CredentialOut(BaseModel):
    """A credential without its secret. `is_readable`: a key that opens it is there. `expires_at`: of the access
    token that oauth gave; it is renewed in time."""

    id: UUID
    bot_id: UUID
    name: str
    provider: str
    strategy: str
    hosts: list[str]
    placement: dict[str, Any] | None
    token_url: str | None
    scope: str
    test_url: str | None
    has_secret: bool
    is_readable: bool
    secret_set_at: datetime | None
    expires_at: datetime | None
    updated_at: datetime


class CredentialLine(CredentialOut):
    """A credential in a list. `used_by`: in how many places, as far as they are found."""

    used_by: int


class CredentialList(BaseModel):
    """A page; `next_cursor` is null on the last one."""

    items: list[CredentialLine]
    next_cursor: str | None


class UsedBy(BaseModel):
    """A place in the draft: a group that names the credential, or a request that goes to one of its hosts. Or a channel
    that reaches people with it."""

    kind: Literal["connection_group", "request", "channel"]
    id: UUID
    name: str
    step_id: UUID | None = None


class UsedByList(BaseModel):
    """Where a credential is used."""

    items: list[UsedBy]


class TestOut(BaseModel):
    """What came of trying it out. `status` is null when nobody answered."""

    ok: bool
    status: int | None
    message: str


class ProviderOut(BaseModel):
    """One entry of the catalogue: what a form has to ask for, and what it need not."""

    id: str
    name: str
    strategies: list[str]
    hosts: list[str]
    has_test: bool
    icon_url: str | None
    fields: dict[str, list[str]] = Field(description="For each strategy, the fields of `secret`.")


def check_secret(strategy: str, secret: Secret | None) -> None:
    """Raises ValueError when the secret is of another strategy."""
    kind = SECRETS.get(strategy)
    if secret is None:
        return
    if kind is None or not isinstance(secret, kind):
        fields = ", ".join(kind.model_fields) if kind else "none"
        raise ValueError(f"the secret of {strategy} has the fields {fields}")
    for name, value in plain(secret).items():
        if any(not " " <= char <= "~" for char in value) and strategy != "basic":
            raise ValueError(f"{name} holds characters that cannot be sent")


def plain(secret: Secret) -> dict[str, str]:
    """{field: text} of what was given."""
    values = {name: getattr(secret, name) for name in type(secret).model_fields}
    return {
        name: value.get_secret_value() if isinstance(value, SecretStr) else value
        for name, value in values.items()
        if value is not None
    }
