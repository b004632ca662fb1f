"""What a bot remembers of everybody who talks to it, on the wire: a page of people, and changes to many at once."""

from typing import Self
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, model_validator

from dbcv.domains.conversations.schemas.variables import MAX_CHANGES, VariableChange, VariableOut

MAX_PEOPLE = 1_000
"""People whose variables one call changes."""
MAX_SHOWN = 50
"""Variables of one person in a list."""


class PersonVariables(BaseModel):
    """Somebody who talks to the bot. `username` is null for visitors; `has_more`: only the first variables are here,
    GET /bots/{bot_id}/users/{user_id}/variables has all."""

    user_id: UUID
    username: str | None
    version: int
    items: list[VariableOut]
    has_more: bool


class PeopleVariables(BaseModel):
    """A page of people; `next_cursor` is null on the last one."""

    items: list[PersonVariables]
    next_cursor: UUID | None


class PersonChanges(BaseModel):
    """Edits of one person's variables, in order."""

    model_config = ConfigDict(extra="forbid")
    user_id: UUID
    changes: list[VariableChange] = Field(min_length=1, max_length=MAX_CHANGES)


class PeoplePatch(BaseModel):
    """Edits of many people's variables, all or nothing. Everybody stands in it once."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "example": {
                "users": [
                    {
                        "user_id": "01912d68-783e-7a56-8e29-1b6a0d3c3f10",
                        "changes": [{"op": "set", "path": "discount", "value": 10}],
                    }
                ]
            }
        },
    )
    users: list[PersonChanges] = Field(min_length=1, max_length=MAX_PEOPLE)

    @model_validator(mode="after")
    def _once_each(self) -> Self:
        if len({person.user_id for person in self.users}) < len(self.users):
            raise ValueError("somebody stands in it twice: join these edits")
        return self


class PeopleChanged(BaseModel):
    """How many people's variables were changed, or with `dry_run` would be."""

    users: int
    dry_run: bool
