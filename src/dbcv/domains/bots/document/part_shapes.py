"""The parts of a draft one by one, as `POST /bots/{id}/changes` and the parts' own endpoints take them: the document's
shapes without what hangs on a part, with what it hangs on. Called by the service; judges shape only."""

from typing import Annotated, Any

from pydantic import ConfigDict, Field

from dbcv.domains.bots.document.shapes import (
    ConnectionDocument,
    ConnectionGroupFields,
    Id,
    MessageDocument,
    NoteDocument,
    RequestFields,
    StepFields,
    WidgetFields,
    _Part,
)

MAX_ORDINAL = 1_000_000_000
Ordinal = Annotated[
    int | None,
    Field(
        ge=0,
        le=MAX_ORDINAL,
        description="the place among the others: the part goes before the one that has this number now; "
        "numbers are renewed then. Without it a new part goes last",
    ),
]


class _Ordered(_Part):
    ordinal: Ordinal = None


class StepPart(_Ordered, StepFields):
    """A step: what it says, how it waits, where it stands."""

    model_config = ConfigDict(
        json_schema_extra={"example": {"name": "Ask age", "message": {"text": "How old are you?"}, "position": [0, 0]}}
    )


class ConnectionGroupPart(_Ordered, ConnectionGroupFields):
    """A group of a step; a master group, tried before the current step's, where `step_id` is null."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                "step_id": "01890000-0000-7000-8000-000000000001",
                "search_type": "message",
                "variables": [{"target": "session.age", "source": "message.text"}],
            }
        }
    )
    step_id: Id | None = None


class ConnectionPart(_Ordered, ConnectionDocument):
    """An edge from a group to a step."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                "group_id": "01890000-0000-7000-8000-000000000002",
                "next_step_id": "01890000-0000-7000-8000-000000000003",
                "rules": {
                    "condition": "AND",
                    "rules": [{"field": "session.age", "operator": "greater_than", "value": 17}],
                },
            }
        }
    )
    group_id: Id | None = None


class RequestPart(_Ordered, RequestFields):
    """An HTTP request that groups of the bot may run."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": {"name": "CRM", "method": "get", "request_url": "https://crm.example/{$user.id$}"}
        }
    )


class WidgetPart(_Ordered, WidgetFields):
    """HTML, CSS and JS that messages of the bot may show."""

    model_config = ConfigDict(json_schema_extra={"example": {"name": "Card", "body": "<b>{$user.name$}</b>"}})


class NotePart(_Ordered, NoteDocument):
    """A note on the canvas, at a step where `step_id` names one."""

    model_config = ConfigDict(json_schema_extra={"example": {"text": "Remember", "position": [0, 200]}})


class MessagePart(MessageDocument):
    """What a step says. Its id is the step's."""

    model_config = ConfigDict(
        json_schema_extra={"example": {"text": "Hello {$user.name$}!", "params": {"buttons": [{"text": "Hi"}]}}}
    )


class BotPart(_Part):
    """What of the bot itself belongs to the draft."""

    model_config = ConfigDict(json_schema_extra={"example": {"name": "Greeter", "variables": {"greeting": "Hello"}}})
    name: Annotated[str, Field(min_length=1, max_length=200)]
    description: Annotated[str, Field(max_length=10_000)] = ""
    variables: dict[str, Any] = Field(default_factory=dict)
    first_step_id: Id | None = None
