"""The bot document as types: every field, its default and its limits. The API's schema, parsing and dumping all derive
from these classes; order of fields is the order in a dumped file. They judge shape only, not whether a bot makes
sense."""

from datetime import datetime
from typing import Annotated, Any, Literal, Self
from zoneinfo import ZoneInfo

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    ValidationInfo,
    WithJsonSchema,
    model_validator,
)
from pydantic_core import PydanticCustomError

from dbcv.domains.bots.document.script_shapes import KeptTree
from dbcv.domains.bots.schemas.conversation_tests import MAX_TESTS
from dbcv.engine.saving import normalise_variables
from dbcv.kit import cron

FORMAT = "dbcv.bot"
VERSION = 1
MAX_TIMEOUT_SECONDS = 10 * 365 * 86_400
MIN_REQUEST_SECONDS, MAX_REQUEST_SECONDS = 0.1, 300
MAX_REQUEST_RETRIES = 10


def _number(value: Any) -> int | float:
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        raise PydanticCustomError("kind", "number", {"expected": "number"})
    return int(value) if isinstance(value, float) and value.is_integer() else value


def _timeout(value: Any) -> int | float:
    seconds = _number(value)
    if not 0 < seconds <= MAX_TIMEOUT_SECONDS:
        raise PydanticCustomError("range", "timeout", {"low": 0, "high": MAX_TIMEOUT_SECONDS, "value": seconds})
    return seconds


def _request_timeout(value: Any) -> int | float:
    seconds = _number(value)
    if not MIN_REQUEST_SECONDS <= seconds <= MAX_REQUEST_SECONDS:
        span = {"low": MIN_REQUEST_SECONDS, "high": MAX_REQUEST_SECONDS, "value": seconds}
        raise PydanticCustomError("range", "timeout", span)
    return seconds


def _point(value: Any) -> list[int | float]:
    if not isinstance(value, list) or len(value) != 2:
        raise PydanticCustomError("kind", "point", {"expected": "point"})
    return [_number(part) for part in value]


def _savings(value: Any) -> Any:
    """Any spelling as the list; what is no saving at all is left for the fields to refuse."""
    if not isinstance(value, (dict, list)):
        raise PydanticCustomError("kind", "saving", {"expected": "saving"})
    return normalise_variables(value)


def _method(value: Any) -> Any:
    return value.lower() if isinstance(value, str) else value


def _attachment(value: Any) -> Any:
    if not isinstance(value, (str, dict)):
        raise PydanticCustomError("kind", "attachment", {"expected": "attachment"})
    return value


def _headers(headers: dict[str, Any]) -> dict[str, Any]:
    for name, value in headers.items():
        if any(char in f"{name}{value}" for char in "\r\n"):
            raise PydanticCustomError("header_lines", "header", {"key": name})
    return headers


def _cron_expression(value: Any, info: ValidationInfo) -> str | None:
    if isinstance(value, bool) or not isinstance(value, (str, int)):
        raise PydanticCustomError("kind", "cron", {"expected": "expression"})
    try:
        cron.parse(info.field_name or "", str(value))
    except cron.CronError as error:
        context = {"what": error.message, "hint": error.hint}
        raise PydanticCustomError("cron_expression", "cron", context) from error
    return str(value)


def _time_zone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (ValueError, OSError, KeyError) as error:
        raise PydanticCustomError("time_zone", "zone", {"value": name}) from error
    return name


def _moment(text: str) -> str:
    try:
        moment = datetime.fromisoformat(text)
        is_good = moment.tzinfo is not None and 1970 < moment.year < 9999
    except ValueError:
        is_good = False
    if not is_good:
        raise PydanticCustomError("moment", "moment", {"value": text})
    return text


def _no_null(value: Any) -> Any:
    return {} if value is None else value


Id = Annotated[str, Field(min_length=1, max_length=200)]
Name = Annotated[str, Field(max_length=200)]
Text = Annotated[str, Field(max_length=100_000)]
Path = Annotated[str, Field(min_length=1, max_length=1_000)]
Priority = Annotated[int, Field(ge=-1_000_000, le=1_000_000)]
Seconds = Annotated[
    float,
    BeforeValidator(_timeout),
    WithJsonSchema({"type": "number", "exclusiveMinimum": 0, "maximum": MAX_TIMEOUT_SECONDS}),
]
RequestSeconds = Annotated[
    int | float,
    BeforeValidator(_request_timeout),
    WithJsonSchema({"type": "number", "minimum": MIN_REQUEST_SECONDS, "maximum": MAX_REQUEST_SECONDS}),
]
Point = Annotated[
    list[Any],
    BeforeValidator(_point),
    WithJsonSchema({"type": "array", "items": {"type": "number"}, "minItems": 2, "maxItems": 2}),
]
Rules = Annotated[dict[str, Any], BeforeValidator(_no_null)]
Attachment = Annotated[Any, AfterValidator(_attachment), WithJsonSchema({"type": ["string", "object"]})]
Attachments = Annotated[list[Attachment], Field(max_length=100)]
CronExpression = Annotated[str, BeforeValidator(_cron_expression)]
Moment = Annotated[str, Field(max_length=50), AfterValidator(_moment)]


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)


class _Named(_Part):
    id: Id


class MessageDocument(_Part):
    """What a step or a scheduled message says."""

    text: Text = ""
    params: Any = Field(default_factory=dict)
    attachments: Attachments = Field(default_factory=list)
    widget_id: Id | None = None


class SavingDocument(_Part):
    """Keep `source` (a path, text with placeholders or any other value) as `target` (a path)."""

    target: Path
    source: Any
    mode: Literal["set", "append", "file"] = "set"
    ext: Annotated[str, Field(max_length=20)] | None = None


class ConnectionDocument(_Part):
    """An edge to `next_step_id`, taken when `rules` hold ({} always does)."""

    priority: Priority = 0
    rules: Rules = Field(default_factory=dict)
    filters: Any = None
    next_step_id: Id | None = None


class ConnectionGroupFields(_Part):
    """A connection group without its connections."""

    search_type: Literal["message", "response", "code", "integration"] = "message"
    priority: Priority = 0
    request_id: Id | None = None
    code: Annotated[str, Field(max_length=200_000)] | None = None
    integration_id: Id | None = None
    integration_config: dict[str, Any] = Field(default_factory=dict)
    credential_id: Id | None = None
    variables: Annotated[list[SavingDocument], BeforeValidator(_savings), Field(max_length=1_000)] = Field(
        default_factory=list
    )


class ConnectionGroupDocument(ConnectionGroupFields):
    """Work, then savings, then connections."""

    connections: Annotated[list[ConnectionDocument], Field(max_length=1_000)] = Field(default_factory=list)


class TemplateInstanceDocument(_Part):
    """A template run inside a step: values in, results out."""

    template_id: Id
    inputs_mapping: dict[str, Any] = Field(default_factory=dict)
    outputs_mapping: dict[str, Any] = Field(default_factory=dict)


class StepFields(_Part):
    """A step without what hangs on it."""

    name: Name = ""
    is_proxy: bool = False
    timeout_after: Seconds | None = None
    timeout_step_id: Id | None = None
    position: Point = Field(default_factory=lambda: [0, 0])
    preset_id: Id | None = None
    preset_icon_s3_key: Annotated[str, Field(max_length=500)] | None = None
    message: MessageDocument | None = None


class StepDocument(StepFields, _Named):
    """A node of the graph."""

    template_instance: TemplateInstanceDocument | None = None
    connection_groups: Annotated[list[ConnectionGroupDocument], Field(max_length=1_000)] = Field(default_factory=list)


class RequestFields(_Part):
    """What a request says, without its id. `timeout_seconds` bounds it with its redirects and `retries`; null, and what
    is more, is what the operator allows. Only a method that may arrive twice is tried again."""

    name: Name = ""
    method: Annotated[Literal["get", "post", "put", "patch", "delete", "head", "options"], BeforeValidator(_method)] = (
        "get"
    )
    request_url: Annotated[str, Field(max_length=10_000)] = ""
    url_params: dict[str, Any] = Field(default_factory=dict)
    params: dict[str, Any] = Field(default_factory=dict)
    headers: Annotated[dict[str, Any], AfterValidator(_headers)] = Field(default_factory=dict)
    json_field: Any = None
    data: Any = None
    content: Annotated[str, Field(max_length=1_000_000)] | None = None
    attachments: Attachments = Field(default_factory=list)
    proxies: Any = None
    timeout_seconds: RequestSeconds | None = None
    retries: Annotated[int, Field(ge=0, le=MAX_REQUEST_RETRIES)] | None = None


class RequestDocument(RequestFields, _Named):
    """A reusable HTTP request; any text may hold placeholders."""


class TemplateDocument(_Part):
    """A sub-flow with inputs and outputs (JSON Schema) and steps of its own."""

    id: Id
    name: Name = ""
    inputs: dict[str, Any] = Field(default_factory=dict)
    outputs: dict[str, Any] = Field(default_factory=dict)
    variables: dict[str, Any] = Field(default_factory=dict)
    first_step_id: Id | None = None
    steps: Annotated[list[StepDocument], Field(max_length=20_000)] = Field(default_factory=list)


class WidgetFields(_Part):
    """What a widget shows, without its id."""

    name: Name = ""
    description: Text = ""
    body: Annotated[str, Field(max_length=500_000)] = ""
    css: Annotated[str, Field(max_length=500_000)] = ""
    js: Annotated[str, Field(max_length=500_000)] = ""


class WidgetDocument(WidgetFields, _Named):
    """HTML, CSS and JS shown in a sandboxed frame."""


class CronDocument(_Part):
    """A schedule, cron's fields; absent ones mean `*` (smaller than the smallest given: 0)."""

    year: CronExpression | None = None
    month: CronExpression | None = None
    day: CronExpression | None = None
    week: CronExpression | None = None
    day_of_week: CronExpression | None = None
    hour: CronExpression | None = None
    minute: CronExpression | None = None
    second: CronExpression | None = None
    timezone: Annotated[str, Field(max_length=100), AfterValidator(_time_zone)] = "UTC"
    jitter: Annotated[int, Field(ge=0, le=86_400)] | None = None
    start_date: Moment | None = None
    end_date: Moment | None = None


class EmitterDocument(_Part):
    """A message sent once (`send_at`, ISO 8601 with a zone) or on a schedule (`cron`)."""

    name: Name
    message: MessageDocument = Field(default_factory=MessageDocument)
    send_at: Moment | None = None
    cron: CronDocument | None = None
    is_active: bool = True

    @model_validator(mode="after")
    def _one_time(self) -> Self:
        if self.send_at is not None and self.cron is not None:
            raise PydanticCustomError("two_times", "two times", {})
        return self


class CredentialDocument(_Part):
    """Which secret a bot needs; never the secret."""

    id: Id
    name: Name = ""
    provider: Annotated[str, Field(min_length=1, max_length=100)]
    strategy: Annotated[str, Field(min_length=1, max_length=100)] = "api_key"


class NoteDocument(_Part):
    """A note on the canvas."""

    text: Text = ""
    position: Point = Field(default_factory=lambda: [0, 0])
    step_id: Id | None = None


_EXAMPLE: dict[str, Any] = {
    "name": "Greeter",
    "first_step_id": "hello",
    "steps": [
        {
            "id": "hello",
            "name": "Hello",
            "message": {"text": "What is your name?"},
            "connection_groups": [
                {
                    "variables": [{"target": "user.name", "source": "message.text"}],
                    "connections": [{"next_step_id": "bye"}],
                }
            ],
        },
        {"id": "bye", "name": "Bye", "message": {"text": "Nice to meet you, {$user.name$}!"}},
    ],
}


class BotDocument(_Part):
    """A whole bot. `tests` are its conversation tests, which are no part of the draft; a document that does not name
    them leaves those that a bot has alone."""

    model_config = ConfigDict(extra="forbid", strict=True, title="BotDocument", json_schema_extra={"example": _EXAMPLE})

    format: Literal["dbcv.bot"] = "dbcv.bot"
    version: Annotated[int, Field(ge=1)] = VERSION
    name: Annotated[str, Field(min_length=1, max_length=200)]
    description: Annotated[str, Field(max_length=10_000)] = ""
    variables: dict[str, Any] = Field(default_factory=dict)
    first_step_id: Id | None = None
    master_connection_groups: Annotated[list[ConnectionGroupDocument], Field(max_length=1_000)] = Field(
        default_factory=list
    )
    steps: Annotated[list[StepDocument], Field(max_length=20_000)] = Field(default_factory=list)
    requests: Annotated[list[RequestDocument], Field(max_length=5_000)] = Field(default_factory=list)
    templates: Annotated[list[TemplateDocument], Field(max_length=1_000)] = Field(default_factory=list)
    widgets: Annotated[list[WidgetDocument], Field(max_length=1_000)] = Field(default_factory=list)
    emitters: Annotated[list[EmitterDocument], Field(max_length=1_000)] = Field(default_factory=list)
    credentials: Annotated[list[CredentialDocument], Field(max_length=1_000)] = Field(default_factory=list)
    notes: Annotated[list[NoteDocument], Field(max_length=5_000)] = Field(default_factory=list)
    tests: Annotated[list[KeptTree], Field(max_length=MAX_TESTS)] | None = None
