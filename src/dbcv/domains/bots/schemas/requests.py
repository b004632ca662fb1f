"""Requests that are tried or drafted, on the wire: REST and the tools for assistants take and give the same."""

from typing import Annotated, Any
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, JsonValue

from dbcv.domains.bots.schemas import ProblemOut

MAX_CURL_CHARS = 100_000
MAX_OPENAPI_CHARS = 2_000_000
Scope = Annotated[dict[str, JsonValue], Field(max_length=1_000)]


class TrialVariables(BaseModel):
    """Variables by scope; the bot's own initial ones are there without being given."""

    model_config = ConfigDict(extra="forbid")
    user: Scope = Field(default_factory=dict)
    session: Scope = Field(default_factory=dict)
    bot: Scope = Field(default_factory=dict)
    channel: Scope = Field(default_factory=dict)
    message: Scope = Field(default_factory=dict)
    event: Scope = Field(default_factory=dict)
    template: Scope = Field(default_factory=dict)
    response: JsonValue = None
    result: JsonValue = None


class RequestExecuteIn(BaseModel):
    """How a stored request is tried. `dry_run`: nobody is called."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"example": {"variables": {"user": {"id": 7}}, "dry_run": True}}
    )
    variables: TrialVariables = Field(default_factory=TrialVariables)
    dry_run: bool = False


class SentOut(BaseModel):
    """What goes out, secrets as dots. `body` is cut after 20,000 characters, `body_bytes` is its whole size."""

    method: str
    url: str
    headers: dict[str, str]
    body: str | None
    body_bytes: int
    proxy: str | None


class ResponseOut(BaseModel):
    """`response` as a turn sees it."""

    ok: bool
    status: int | None
    headers: dict[str, str]
    result: Any
    error: str | None
    elapsed_ms: int


class RequestExecuteOut(BaseModel):
    """What was sent (null: nothing could be) and what came back (null after a dry run)."""

    model_config = ConfigDict(from_attributes=True)
    sent: SentOut | None
    response: ResponseOut | None
    undefined: list[str] = Field(description="variables that the request names and that have no value")
    problems: list[ProblemOut] = Field(description="what is wrong with the request; paths begin with `fields`")


class RequestImportIn(BaseModel):
    """`curl`, or `openapi` (a document, or its text) with `operation_id` or `path` and `method`."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "example": {"curl": 'curl -X POST https://crm.example/deals -d \'{"title": "{$user.name$}"}\''}
        },
    )
    curl: str | None = Field(None, min_length=1, max_length=MAX_CURL_CHARS)
    openapi: Annotated[str, Field(max_length=MAX_OPENAPI_CHARS)] | dict[str, JsonValue] | None = None
    operation_id: str | None = Field(None, max_length=500)
    path: str | None = Field(None, max_length=2_000)
    method: str | None = Field(None, max_length=20)


class WarningOut(BaseModel):
    """Something that is not in the draft, or not as it was."""

    model_config = ConfigDict(from_attributes=True)
    path: str
    message: str
    hint: str


class ProposalOut(BaseModel):
    """A credential to make (POST /credentials with its secret, which was left out)."""

    model_config = ConfigDict(from_attributes=True)
    name: str
    provider: str = "http"
    strategy: str
    hosts: list[str]
    placement: dict[str, str] | None
    username: str | None


class RequestImportOut(BaseModel):
    """`fields` of a request, for POST /requests; with `?save=true` it is stored: `id`, `version` of the draft."""

    fields: dict[str, JsonValue]
    warnings: list[WarningOut]
    credentials: list[ProposalOut]
    id: UUID | None = None
    version: int | None = None

    @classmethod
    def of(cls, draft: Any) -> "RequestImportOut":
        """A draft over the wire."""
        return cls(
            fields=draft.fields,
            warnings=[WarningOut.model_validate(each) for each in draft.warnings],
            credentials=[ProposalOut.model_validate(each) for each in draft.credentials],
        )
