"""The parts of a conversation test as types: every field, its default and its limits. A file of its own names its bot
(`Script`); kept with a bot, or inside its document, it has a name instead (`KeptScript`). They judge shape only."""

from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    GetCoreSchemaHandler,
    GetJsonSchemaHandler,
)
from pydantic_core import CoreSchema, PydanticCustomError, core_schema

MAX_NAME, MAX_TURNS, MAX_EFFECTS = 200, 1_000, 1_000


def _moment(text: str) -> str:
    try:
        zoned = datetime.fromisoformat(text).tzinfo is not None
    except ValueError:
        zoned = False
    if not zoned:
        raise PydanticCustomError("moment", "moment", {"value": text})
    return text


def _seconds(value: Any) -> float:
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        raise PydanticCustomError("kind", "number", {"expected": "number"})
    if not 0 <= value <= 1e9:
        raise PydanticCustomError("range", "wait", {"low": 0, "high": 1_000_000_000, "value": value})
    return float(value)


def _as_text(value: Any) -> Any:
    """What people say is text, also where the file holds a bare 21 (but not 10.10, which YAML has cut to 10.1)."""
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else value


def _as_said(value: Any) -> Any:
    value = _as_text(value)
    if isinstance(value, float):
        raise PydanticCustomError("kind", "text", {"expected": "text"})
    return {"text": value} if isinstance(value, str) else value


def _as_said_list(value: Any) -> Any:
    return value if isinstance(value, list) else [value]


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)


class GivenPart(_Part):
    """The world before the first message: variables by scope, the clock (`now`) and the chance (`seed`)."""

    user: dict[str, Any] = Field(default_factory=dict)
    bot: dict[str, Any] = Field(default_factory=dict)
    session: dict[str, Any] = Field(default_factory=dict)
    channel: dict[str, Any] = Field(default_factory=dict)
    now: Annotated[str, AfterValidator(_moment)] = "2026-01-01T09:00:00Z"
    seed: int = 1


class ReplyPart(_Part):
    """What the outside world answers. Without `ok`: true if there is no error and the status is below 400."""

    ok: bool | None = None
    status: int = 200
    headers: dict[str, Any] = Field(default_factory=dict)
    result: Any = None
    error: str | None = None
    elapsed_ms: int = 0
    log: str = ""


class EffectPart(_Part):
    """The next thing the bot asks for: `request` (its id or name), `integration` (its id), `code` (true) or `file` (its
    name). `with` are fields it must have, as `with: {method: post, json_field: {a: 1}}`."""

    request: str | None = None
    integration: str | None = None
    code: Literal[True] | None = None
    file: str | None = None
    with_: dict[str, Any] = Field(default_factory=dict, alias="with")
    reply: ReplyPart = Field(default_factory=ReplyPart)


class SaidPart(_Part):
    """A message of the person: text, or a whole message."""

    text: Annotated[str, BeforeValidator(_as_text)] = ""
    params: Any = Field(default_factory=dict)
    attachments: list[Any] = Field(default_factory=list)


class ExpectedPart(_Part):
    """A message of the bot: its text, or its text with what else it must have; what is absent is not looked at."""

    text: Annotated[str, BeforeValidator(_as_text)] | None = None
    buttons: list[Annotated[str, BeforeValidator(_as_text)]] | None = None
    params: Any = None
    attachments: list[Any] | None = None
    widget: str | None = None


class TurnPart(_Part):
    """The person writes (`user`) or time passes (`wait`, seconds); then the bot says exactly `bot` (not looked at if
    absent, silence if []) and `then` holds: {step: id, error: code, any path: value}."""

    user: Annotated[SaidPart, BeforeValidator(_as_said)] | None = None
    wait: Annotated[float, BeforeValidator(_seconds)] | None = None
    bot: Annotated[list[Annotated[ExpectedPart, BeforeValidator(_as_said)]], BeforeValidator(_as_said_list)] | None = (
        None
    )
    then: dict[str, Any] = Field(default_factory=dict)


class Conversation(_Part):
    """What every conversation test says."""

    given: GivenPart = Field(default_factory=GivenPart)
    effects: list[EffectPart] = Field(default_factory=list, max_length=MAX_EFFECTS)
    turns: Annotated[list[TurnPart], Field(min_length=1, max_length=MAX_TURNS)]


class Script(Conversation):
    """A conversation test in a file of its own: `bot` is the path of its bot."""

    bot: Annotated[str, Field(min_length=1)]
    name: str = ""


class KeptScript(Conversation):
    """A conversation test that is kept with its bot, as the API takes it: the same without `bot`. Where only the text
    of a message matters, the text itself may stand in its place, as in the file."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                "name": "A known guest is greeted",
                "given": {"user": {"name": "Bob"}},
                "turns": [{"user": {"text": "start"}, "bot": [{"text": "Hello Bob! How old are you?"}]}],
            }
        }
    )
    name: Annotated[str, Field(min_length=1, max_length=MAX_NAME)]


class AsWritten:
    """A tree that has to have the shape of `model` and stays as it is written: which fields a person left out says what
    a test looks at."""

    def __init__(self, model: type[BaseModel]) -> None:
        self.model = model

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.no_info_after_validator_function(self._checked, handler(source))

    def __get_pydantic_json_schema__(self, _schema: CoreSchema, handler: GetJsonSchemaHandler) -> dict[str, Any]:
        return handler(self.model.__pydantic_core_schema__)

    def _checked(self, tree: Any) -> Any:
        self.model.model_validate(tree)
        return tree


KeptTree = Annotated[dict[str, Any], AsWritten(KeptScript)]
