"""What integrations look like on the wire."""

from typing import Annotated, Any
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, JsonValue

from dbcv.domains.bots.endpoints.preset_models import TextsOut
from dbcv.domains.bots.schemas import Language
from dbcv.integration_kit.definition import Action, Integration
from dbcv.integration_kit.forms import schema_of


class ActionLine(BaseModel):
    """One thing an integration can do; `id` is what a connection group's `integration_id` says."""

    id: str
    name: TextsOut
    description: TextsOut


class ProviderLine(BaseModel):
    """Who gives out the secrets."""

    id: str
    name: str
    strategies: list[str]
    hosts: list[str]


class ActionOut(ActionLine):
    """With its forms: JSON Schemas, labels in the caller's language; `x-pick` says what a field may be picked from,
    `x-labels` what to call the values of an enum. `outputs` is the shape of `response.result`."""

    inputs: dict[str, Any]
    outputs: dict[str, Any]
    example: dict[str, Any] = Field(description="a configuration that fits")
    result: dict[str, Any] = Field(description="what `response.result` may be")
    credential_providers: list[str]
    needs_credential: bool
    streams: bool = Field(description="with `stream` people in the chat see the text while it is written")


class IntegrationLine(BaseModel):
    """An integration in a list."""

    id: str
    section: str
    name: TextsOut
    description: TextsOut
    icon_url: str
    actions: list[ActionLine]


class IntegrationOut(IntegrationLine):
    """An integration with the forms of its actions."""

    actions: list[ActionOut]  # type: ignore[assignment]  # more of the same
    providers: list[ProviderLine]
    site: str


class IntegrationList(BaseModel):
    """A page; `next_cursor` is null on the last one."""

    items: list[IntegrationLine]
    next_cursor: str | None


class IntegrationRunIn(BaseModel):
    """A configuration to be tried, without placeholders."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"example": {"config": {"chat_id": "42", "text": "Hello!"}}}
    )
    config: Annotated[dict[str, JsonValue], Field(max_length=200)] = Field(default_factory=dict)
    credential_id: UUID | None = None


class IntegrationRunOut(BaseModel):
    """What a turn would get as `response`; `code`, `status` and `retry_after_seconds` where it failed and they are
    known."""

    ok: bool
    result: Any
    error: str | None
    code: str | None = None
    status: int | None = None
    retry_after_seconds: float | None = None
    elapsed_ms: float


def _line(integration: Integration) -> dict[str, Any]:
    """The fields of a line."""
    return {
        "id": integration.id,
        "section": integration.section,
        "name": TextsOut.model_validate(integration.name),
        "description": TextsOut.model_validate(integration.about),
        "icon_url": f"/icons/integration-{integration.id}",
    }


def listed(integration: Integration) -> IntegrationLine:
    """An integration in a list."""
    return IntegrationLine(
        **_line(integration), actions=[ActionLine(**_named(integration, each)) for each in integration.actions]
    )


def shown(integration: Integration, language: Language) -> IntegrationOut:
    """An integration for somebody who reads `language`."""
    providers = [
        ProviderLine(id=each.id, name=each.name, strategies=list(each.strategies), hosts=list(each.hosts))
        for each in integration.providers
    ]
    actions = [_whole(integration, each, language) for each in integration.actions]
    return IntegrationOut(**_line(integration), actions=actions, providers=providers, site=integration.site)


def _named(integration: Integration, action: Action) -> dict[str, Any]:
    return {
        "id": f"{integration.id}.{action.id}",
        "name": TextsOut.model_validate(action.name),
        "description": TextsOut.model_validate(action.about),
    }


def _whole(integration: Integration, action: Action, language: Language) -> ActionOut:
    return ActionOut(
        **_named(integration, action),
        inputs=schema_of(action.inputs, language),
        outputs=schema_of(action.outputs, language),
        example=dict(action.example),
        result=dict(action.result),
        credential_providers=list(integration.takes(action)),
        needs_credential=action.needs_credential,
        streams=action.streams,
    )
