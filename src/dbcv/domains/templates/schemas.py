"""What template groups, templates and instances look like on the wire."""

from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, StrictBool
from pydantic.config import JsonDict

from dbcv.domains.bots.schemas import ProblemOut, Words

Access = Literal["owner", "editor", "viewer"]
_GROUP: JsonDict = {"name": "Ours", "description": "Parts that all our bots share"}
_INPUTS = {"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]}
_ID = "01890000-0000-7000-8000-000000000001"
_STEPS = [{"id": "say", "message": {"text": "Weather in {$template.city$}"}}]


class _In(BaseModel):
    model_config = ConfigDict(extra="forbid")


class GroupIn(_In):
    """A new template group."""

    model_config = ConfigDict(json_schema_extra={"example": _GROUP})
    name: Words = Field(min_length=1, max_length=200)
    description: Words = Field("", max_length=10_000)


class GroupPatch(_In):
    """What of a group is to change."""

    model_config = ConfigDict(json_schema_extra={"example": {"name": "Ours, checked"}})
    name: Words | None = Field(None, min_length=1, max_length=200)
    description: Words | None = Field(None, max_length=10_000)


class GroupOut(BaseModel):
    """A template group. `access` is what the caller may do with it."""

    id: UUID
    name: str
    description: str
    owner_id: UUID
    access: Access
    created_at: datetime
    updated_at: datetime


class GroupList(BaseModel):
    """A page of groups, the newest first; `next_cursor` is null on the last one."""

    items: list[GroupOut]
    next_cursor: str | None


class GroupAccessIn(_In):
    """Whom to share a group with."""

    model_config = ConfigDict(json_schema_extra={"example": {"email": "boris@example.com", "role": "viewer"}})
    email: str = Field(max_length=320)
    role: Literal["viewer", "editor"]


class GroupAccessOut(BaseModel):
    """Somebody a group is shared with."""

    model_config = ConfigDict(from_attributes=True)
    user_id: UUID
    username: str
    email: str
    role: Literal["viewer", "editor"]


class SourceOut(BaseModel):
    """The library template that a bot's template is a copy of."""

    template_id: UUID | None = Field(description="null where it was deleted")
    version: int = Field(description="the version that was copied")
    latest_version: int | None = Field(description="null where it is gone, or not shared with the caller (any more)")
    moved_on: bool = Field(description="the library has a later version: see GET /template_instances/{id}/update")
    modified: bool | None = Field(description="the copy was changed in the bot; null in lists")


class TemplateSummary(BaseModel):
    """A template in a list: of a group (library), or of a bot."""

    id: UUID
    group_id: UUID | None
    bot_id: UUID | None
    name: str
    description: str
    inputs: dict[str, Any]
    outputs: dict[str, Any]
    version: int = Field(
        description="of a library template: counts its changes, send it back as If-Match; of a bot's: 1"
    )
    access: Access
    source: SourceOut | None
    created_at: datetime
    updated_at: datetime


class TemplateOut(TemplateSummary):
    """A template with its steps; a library template also with all that its steps name."""

    variables: dict[str, Any]
    first_step_id: str | None
    steps: list[dict[str, Any]]
    requests: list[dict[str, Any]]
    widgets: list[dict[str, Any]]
    credentials: list[dict[str, Any]] = Field(description="which secrets it needs, never the secrets")
    templates: list[dict[str, Any]] = Field(description="its own copies of the templates its steps run")
    problems: list[ProblemOut] = Field(description="what is worth a look, or keeps bots with it from being published")


class TemplateList(BaseModel):
    """A page of templates, the newest first; `next_cursor` is null on the last one."""

    items: list[TemplateSummary]
    next_cursor: str | None


class UserOfTemplate(BaseModel):
    """Who has a copy of a library template, or runs a template of a bot."""

    kind: Literal["bot", "template", "step"]
    id: UUID
    name: str


class UsesOut(BaseModel):
    """Who uses a template; `count` also counts those the caller may not see."""

    count: int
    items: list[UserOfTemplate] = Field(description="at most 100")


StepIds = Annotated[list[UUID], Field(min_length=1, max_length=2_000)]


class FromStepsIn(_In):
    """A template to be made of steps of a bot."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": {"bot_id": _ID, "step_ids": [_ID], "name": "Ask age", "group_id": _ID, "replace": True}
        }
    )
    bot_id: UUID
    step_ids: StepIds
    name: Words = Field(min_length=1, max_length=200)
    description: Words = Field("", max_length=10_000)
    group_id: UUID | None = Field(None, description="the library to put it into; without it the bot keeps it")
    first_step_id: UUID | None = Field(None, description="where to begin, if several of the steps are entered")
    replace: StrictBool = Field(False, description="put one step that runs the template in place of the selected ones")


class PortOut(BaseModel):
    """An input or output that was found, and the variable it stood for."""

    name: str
    variable: str
    schema_: dict[str, Any] = Field(alias="schema", description="guessed from how the variable is used")
    why: str


class ExitOut(BaseModel):
    """A connection or timeout that left the selection; it ends the template now."""

    place: str
    step_id: UUID
    step_name: str
    leads_to: UUID
    leads_to_name: str
    exit: int | None = Field(description="the number that the output `exit` has then; null where there is one way out")


class RemarkOut(BaseModel):
    """Something worth a look about the new template."""

    code: str
    message: str
    step_id: UUID | None


class FromStepsOut(BaseModel):
    """The new template and what was found out about it."""

    template: TemplateOut
    inputs: list[PortOut]
    outputs: list[PortOut]
    exits: list[ExitOut]
    notes: list[RemarkOut]
    instance_step_id: UUID | None = Field(description="the step that replaced the selection")
    bot_version: int


class InstanceIn(_In):
    """A template to be run by a step of a bot: a template of the bot, or one of a library, which is copied then."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                "bot_id": _ID,
                "template_id": _ID,
                "name": "Forecast",
                "inputs_mapping": {"city": "{$user.city$}"},
                "outputs_mapping": {"forecast": "session.forecast"},
            }
        }
    )
    bot_id: UUID
    template_id: UUID
    step_id: UUID | None = Field(None, description="an existing step; without it a new proxy step is made")
    name: Words | None = Field(None, max_length=200, description="of the new step; the template's name without it")
    position: Annotated[list[float], Field(min_length=2, max_length=2)] = Field(default_factory=lambda: [0.0, 0.0])
    inputs_mapping: dict[str, Any] = Field(default_factory=dict)
    outputs_mapping: dict[str, Any] = Field(default_factory=dict)


class InstancePatch(_In):
    """New mappings of an instance."""

    model_config = ConfigDict(json_schema_extra={"example": {"inputs_mapping": {"city": "{$session.city$}"}}})
    inputs_mapping: dict[str, Any] | None = None
    outputs_mapping: dict[str, Any] | None = None


class InstanceOut(BaseModel):
    """A step that runs a template. Its id is the step's."""

    id: UUID
    step_id: UUID
    step_name: str
    bot_id: UUID
    template_id: UUID
    template_name: str
    inputs_mapping: dict[str, Any]
    outputs_mapping: dict[str, Any]
    source: SourceOut | None
    problems: list[ProblemOut] = Field(description="where the mappings do not fit the template")


class PlacedOut(InstanceOut):
    """An instance after a change of the bot's draft."""

    bot_version: int
    needs: list[str] = Field(description="credentials the template needs that the bot has not, or has several of")


class InstanceList(BaseModel):
    """A page of instances; `next_cursor` is null on the last one."""

    items: list[InstanceOut]
    next_cursor: str | None


class TemplateDifferenceOut(BaseModel):
    """One thing that differs between a copy and the present library template."""

    op: Literal["added", "updated", "removed"]
    kind: Literal["name", "input", "output", "variable", "first_step", "step", "request", "widget", "template"]
    id: str
    name: str
    fields: list[str] = Field(description="which fields of it differ, if it was updated")


class UpdatePreview(BaseModel):
    """What an update of an instance would change."""

    from_version: int
    to_version: int
    modified: bool = Field(description="the copy was changed in the bot; the update overwrites that")
    shared_with: list[UUID] = Field(description="other steps that run the same copy")
    changes: list[TemplateDifferenceOut]
    problems: list[ProblemOut] = Field(description="where the mappings would not fit any more")


class UpdateIn(_In):
    """How to update an instance."""

    model_config = ConfigDict(json_schema_extra={"example": {"all": True}})
    all: StrictBool = Field(
        False, description="also the other steps that run the same copy; without it they keep theirs"
    )
    inputs_mapping: dict[str, Any] | None = Field(None, description="new mappings, if the inputs have changed")
    outputs_mapping: dict[str, Any] | None = None
