"""Kept variables on the wire: a page of one place in a document, and path-wise changes."""

from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

from dbcv.domains.conversations.schemas.messages import Json
from dbcv.engine.paths import MAX_PATH_CHARS, PathError, parse_keys

Scope = Literal["bot", "user", "session", "channel"]
MAX_CHANGES = 1_000
MAX_VALUE_BYTES = 10_000
"""A larger value is not shown in a list of its neighbours: ask for its own path."""
MAX_DOCUMENT_BYTES = 1_000_000
"""What variables of one owner may take after an edit."""


def _is_path(text: str) -> str:
    try:
        parse_keys(text)
    except PathError as error:
        raise ValueError(str(error)) from error
    return text


VariablePath = Annotated[str, Field(min_length=1, max_length=MAX_PATH_CHARS), AfterValidator(_is_path)]
"""A path below the scope, as rules write it: "order.items.0.price"."""


class VariableOut(BaseModel):
    """One value below the place asked for. `value` is null and `is_cut` true where it is large: ask for its `path`."""

    path: str
    kind: Literal["text", "number", "yes_no", "null", "list", "object"]
    size_bytes: int
    value: Any
    is_cut: bool


class VariablePage(BaseModel):
    """Values at one place: of an object by key, of a list by index, of anything else itself.

    `version` moves with every change; send it with an edit that must not overwrite somebody else's.
    """

    scope: Scope
    owner_id: UUID
    version: int
    path: str
    items: list[VariableOut]
    next_cursor: str | None


class VariableChange(BaseModel):
    """One edit. `set` puts a value of any JSON type, making what is missing on its way; `remove` takes a key or a
    list's item out."""

    model_config = ConfigDict(extra="forbid")
    op: Literal["set", "remove"]
    path: VariablePath
    value: Json = None

    @model_validator(mode="after")
    def _with_value(self) -> "VariableChange":
        if (self.op == "set") != ("value" in self.model_fields_set):
            raise ValueError("a `set` needs a value, a `remove` has none")
        return self


class VariablesPatch(BaseModel):
    """Edits in order, all or nothing. With `version` they are refused (412) if anything was changed since."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={"example": {"version": 7, "changes": [{"op": "set", "path": "order.total", "value": 12.5}]}},
    )
    version: Annotated[int, Field(ge=0, lt=2**63, strict=True)] | None = None
    changes: list[VariableChange] = Field(min_length=1, max_length=MAX_CHANGES)


class VariablesChanged(BaseModel):
    """What the edits came to."""

    scope: Scope
    owner_id: UUID
    version: int
    size_bytes: int
