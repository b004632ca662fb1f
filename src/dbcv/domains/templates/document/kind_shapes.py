"""Templates and instances as `POST /bots/{id}/changes` takes them (the document's shapes without the id), and templates
as their own endpoints take them."""

from typing import Annotated, Any
from uuid import UUID

from pydantic import ConfigDict, Field

from dbcv.domains.bots.document.shapes import (
    CredentialDocument,
    Id,
    Name,
    RequestDocument,
    StepDocument,
    TemplateDocument,
    WidgetDocument,
    _Part,
)


class TemplatePart(_Part):
    """A sub-flow of the bot, with inputs and outputs (JSON Schema) and steps of its own."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                "name": "Forecast",
                "inputs": {"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]},
                "outputs": {"type": "object", "properties": {"forecast": {"type": "string"}}},
                "first_step_id": "say",
                "steps": [{"id": "say", "message": {"text": "Weather in {$template.city$}"}}],
            }
        }
    )
    name: Name = ""
    inputs: dict[str, Any] = Field(default_factory=dict)
    outputs: dict[str, Any] = Field(default_factory=dict)
    variables: dict[str, Any] = Field(default_factory=dict)
    first_step_id: Id | None = None
    steps: Annotated[list[StepDocument], Field(max_length=20_000)] = Field(default_factory=list)


class TemplateInstancePart(_Part):
    """A template of the bot, run by a step; its id is the step's."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                "template_id": "01890000-0000-7000-8000-000000000001",
                "inputs_mapping": {"city": "{$user.city$}"},
                "outputs_mapping": {"forecast": "session.forecast"},
            }
        }
    )
    template_id: Id | None = None
    inputs_mapping: dict[str, Any] = Field(default_factory=dict)
    outputs_mapping: dict[str, Any] = Field(default_factory=dict)


class _Carrying(_Part):
    """What a library template has beside its steps: everything these name."""

    description: Annotated[str, Field(max_length=10_000)] = ""
    requests: Annotated[list[RequestDocument], Field(max_length=1_000)] = Field(default_factory=list)
    widgets: Annotated[list[WidgetDocument], Field(max_length=1_000)] = Field(default_factory=list)
    credentials: Annotated[list[CredentialDocument], Field(max_length=1_000)] = Field(default_factory=list)
    templates: Annotated[list[TemplateDocument], Field(max_length=1_000)] = Field(default_factory=list)


class TemplateIn(_Carrying, TemplatePart):
    """A new template: of a group, or (then without what only libraries carry) of a bot."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                "group_id": "01890000-0000-7000-8000-000000000001",
                **TemplatePart.model_config["json_schema_extra"]["example"],  # type: ignore[dict-item,index]
            }
        }
    )
    name: Annotated[str, Field(min_length=1, max_length=200)]
    group_id: UUID | None = Field(None, strict=False)
    bot_id: UUID | None = Field(None, strict=False)


class TemplatePatch(_Carrying, TemplatePart):
    """What of a template is to change; a field that is given replaces the stored one as a whole."""

    model_config = ConfigDict(json_schema_extra={"example": {"name": "Forecast for a city"}})
    name: Annotated[str, Field(min_length=1, max_length=200)] = ""
