"""What tools of bots take and answer: arguments as an assistant reads them, results bounded in size."""

from typing import Annotated, Any
from uuid import UUID

from pydantic import BaseModel, Field, GetCoreSchemaHandler, GetJsonSchemaHandler
from pydantic_core import CoreSchema, core_schema

from dbcv.domains.bots.document import Format
from dbcv.domains.bots.schemas import ProblemOut
from dbcv.engine.problems import Problem

PAGE_CHARACTERS = 50_000
MAX_DOCUMENT_CHARACTERS = 1_000_000
MAX_PROBLEMS = 100

BotId = Annotated[UUID, Field(description="The bot's id, from list_bots or create_bot.")]
Version = Annotated[
    int,
    Field(
        ge=1,
        le=2**31 - 1,
        description="The version of the draft that you have read; every answer holds the new one. If somebody changed "
        "the draft since, nothing is written and the error says what changed.",
    ),
]
OptionalVersion = Annotated[Version | None, Field(description="As for changes; what only adds may leave it out.")]
Cursor = Annotated[UUID | None, Field(description="next_cursor of the page before; leave out for the first page.")]
Ordinal = Annotated[int | None, Field(ge=0, le=2**31 - 1, description="next_cursor of the page before.")]
Text = Annotated[
    str,
    Field(
        min_length=1,
        max_length=MAX_DOCUMENT_CHARACTERS,
        description="A whole bot document (the resource dbcv://language/document says how it looks).",
    ),
]
FormatOf = Annotated[Format, Field(description="How the document is written.")]


class Shown:
    """A plain object that stands in the tool's schema as `model`: the service reads it, with its own words for what is
    wrong."""

    def __init__(self, model: type[BaseModel]) -> None:
        self._model = model

    def __get_pydantic_core_schema__(self, _source: Any, _handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.dict_schema(core_schema.str_schema(), core_schema.any_schema())

    def __get_pydantic_json_schema__(self, _schema: CoreSchema, handler: GetJsonSchemaHandler) -> dict[str, Any]:
        return handler(self._model.__pydantic_core_schema__)


def problems_out(found: list[Problem]) -> list[ProblemOut]:
    """The first of them over the wire."""
    return [ProblemOut.model_validate(problem) for problem in found[:MAX_PROBLEMS]]
