"""What the parts' own endpoints take and give: the parts' fields with their id and their bot."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from dbcv.domains.bots.document import part_shapes as shapes
from dbcv.domains.bots.schemas import ProblemOut


class _New(BaseModel):
    bot_id: UUID
    id: UUID | None = Field(None, description="a UUID of your own, if you need to know it before")


def _in_a_bot(part: type[BaseModel]) -> ConfigDict:
    """The part's example, with the bot that it is added to."""
    shown: Any = part.model_config.get("json_schema_extra")
    return ConfigDict(
        json_schema_extra={"example": {"bot_id": "01890000-0000-7000-8000-000000000009"} | shown["example"]}
    )


class _Stored(BaseModel):
    id: UUID
    bot_id: UUID
    version: int = Field(description="of the bot's draft; also the ETag")
    problems: list[ProblemOut] = Field(default=[], description="after a write: what is wrong with the part")


class StepIn(shapes.StepPart, _New):
    """A new step."""

    model_config = _in_a_bot(shapes.StepPart)


class StepOut(_Stored, shapes.StepPart):
    """A step as it is stored."""


class ConnectionGroupIn(shapes.ConnectionGroupPart, _New):
    """A new connection group."""

    model_config = _in_a_bot(shapes.ConnectionGroupPart)


class ConnectionGroupOut(_Stored, shapes.ConnectionGroupPart):
    """A connection group as it is stored."""


class ConnectionIn(shapes.ConnectionPart, _New):
    """A new connection."""

    model_config = _in_a_bot(shapes.ConnectionPart)


class ConnectionOut(_Stored, shapes.ConnectionPart):
    """A connection as it is stored."""


class RequestIn(shapes.RequestPart, _New):
    """A new request."""

    model_config = _in_a_bot(shapes.RequestPart)


class RequestOut(_Stored, shapes.RequestPart):
    """A request as it is stored."""


class WidgetIn(shapes.WidgetPart, _New):
    """A new widget."""

    model_config = _in_a_bot(shapes.WidgetPart)


class WidgetOut(_Stored, shapes.WidgetPart):
    """A widget as it is stored."""


class NoteIn(shapes.NotePart, _New):
    """A new note."""

    model_config = _in_a_bot(shapes.NotePart)


class NoteOut(_Stored, shapes.NotePart):
    """A note as it is stored."""


class _Page(BaseModel):
    next_cursor: str | None = Field(description="null on the last page")


class StepList(_Page):
    """Steps of a bot."""

    items: list[StepOut]


class ConnectionGroupList(_Page):
    """Connection groups of a bot."""

    items: list[ConnectionGroupOut]


class ConnectionList(_Page):
    """Connections of a bot."""

    items: list[ConnectionOut]


class RequestList(_Page):
    """Requests of a bot."""

    items: list[RequestOut]


class WidgetList(_Page):
    """Widgets of a bot."""

    items: list[WidgetOut]


class NoteList(_Page):
    """Notes of a bot."""

    items: list[NoteOut]


class StepMessageOut(_Stored, shapes.MessagePart):
    """What a step says; the id is the step's."""


@dataclass(frozen=True, slots=True)
class Models:
    """The models of one kind of part."""

    new: type[BaseModel]
    patch: type[BaseModel]
    stored: type[BaseModel]
    page: type[BaseModel]


def shown(part_id: UUID, bot_id: UUID, version: int, fields: dict[str, Any]) -> dict[str, Any]:
    """A stored part as its model says."""
    return {"id": part_id, "bot_id": bot_id, "version": version} | fields
