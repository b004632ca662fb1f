"""Publishing, revisions and what is different between them, on the wire."""

from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from dbcv.domains.bots.schemas import ProblemOut, Words


class PublishIn(BaseModel):
    """A word about what is new."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"example": {"comment": "Asks for the age"}})
    comment: Words = Field("", max_length=2_000)
    overrule_reason: Words = Field(
        "",
        max_length=2_000,
        description="why it is published in spite of errors and failing tests; kept with the revision and in the audit "
        "log. What the engine cannot run at all (`runnable` of the check) is refused all the same",
    )


class Overruled(BaseModel):
    """What was wrong with a revision when it was published all the same, and why it was; `more` are not named."""

    reason: str
    problems: list[str]
    tests: list[str]
    more: int


class RevisionOut(BaseModel):
    """A published revision, without its document. `is_published`: sessions run on this one."""

    model_config = ConfigDict(from_attributes=True)
    number: int
    comment: str
    author_id: UUID | None
    created_at: datetime
    is_published: bool
    overruled: Overruled | None = None


class PublishOut(RevisionOut):
    """A revision, and the warnings about it."""

    problems: list[ProblemOut]


class RevisionList(BaseModel):
    """A page of revisions, the newest first; `next_cursor` is null on the last one."""

    items: list[RevisionOut]
    next_cursor: str | None


class RevisionDocumentOut(RevisionOut):
    """A revision with its document."""

    document: dict[str, Any]


class DifferenceOut(BaseModel):
    """One thing that changed. `sentence` is for people, in the language of Accept-Language; the rest for programs."""

    model_config = ConfigDict(from_attributes=True)
    code: str
    kind: str
    id: str | None
    step_id: str | None
    before: Any
    after: Any
    sentence: str


class DiffOut(BaseModel):
    """What a person would say changed; `left_out` more differences are not listed."""

    since: int | Literal["draft"] = Field(description="a revision's number; 0: nothing was published before")
    to: int | Literal["draft"]
    differences: list[DifferenceOut]
    left_out: int
