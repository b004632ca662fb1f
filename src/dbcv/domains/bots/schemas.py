"""What bots look like on the wire, and what a domain above offers to put its part into the bot document."""

from datetime import datetime
from typing import Annotated, Any, Literal, Protocol
from uuid import UUID

from pydantic import AfterValidator, BaseModel, ConfigDict, Field
from sqlalchemy.ext.asyncio import AsyncSession

Document = dict[str, Any]


def _storable(text: str) -> str:
    if "\0" in text:
        raise ValueError("must not hold NUL characters")
    return text


Words = Annotated[str, AfterValidator(_storable)]
Access = Literal["owner", "editor", "viewer"]


class DocumentPart(Protocol):
    """Sections of the document that a higher domain keeps in tables of its own.

    Ids in the document are stored ids (UUID text) already. `store` replaces what the bot had; `load` adds to a
    document that holds the bot's own sections.
    """

    async def store(self, session: AsyncSession, bot_id: UUID, document: Document) -> None: ...

    async def load(self, session: AsyncSession, bot_id: UUID, document: Document) -> None: ...


class BotIn(BaseModel):
    """A new, empty bot."""

    model_config = ConfigDict(extra="forbid")
    name: Words = Field(min_length=1, max_length=200)
    description: Words = Field("", max_length=10_000)


class BotPatch(BaseModel):
    """What of a bot itself can be changed; steps and the rest go with the document."""

    model_config = ConfigDict(extra="forbid")
    name: str | None = Field(None, min_length=1, max_length=200)
    description: str | None = Field(None, max_length=10_000)
    variables: dict[str, Any] | None = None
    first_step_id: UUID | None = None


class BotSummary(BaseModel):
    """A bot in a list. `access` is what the caller may do with it."""

    model_config = ConfigDict(from_attributes=True)
    id: UUID
    name: str
    description: str
    owner_id: UUID
    access: Access
    version: int = Field(description="counts changes of the draft; send it back as If-Match")
    published_revision: int | None
    created_at: datetime
    updated_at: datetime


class BotOut(BotSummary):
    """A bot with its initial variables."""

    first_step_id: UUID | None
    variables: dict[str, Any]


class BotList(BaseModel):
    """A page of bots, the newest first; `next_cursor` is null on the last one."""

    items: list[BotSummary]
    next_cursor: str | None


class ProblemOut(BaseModel):
    """One thing to mend in a bot: where, what, how."""

    model_config = ConfigDict(from_attributes=True)
    severity: Literal["error", "warning"]
    code: str
    path: str
    message: str
    hint: str
    step_id: str | None


class CheckOut(BaseModel):
    """Problems of the draft; it can be published while there are no errors."""

    version: int
    publishable: bool
    problems: list[ProblemOut]


class ImportOut(BotOut):
    """The bot that was made or replaced, and what is worth a look before publishing."""

    problems: list[ProblemOut]


class PublishIn(BaseModel):
    """A word about what is new."""

    model_config = ConfigDict(extra="forbid")
    comment: Words = Field("", max_length=2_000)


class RevisionOut(BaseModel):
    """A published revision, without its document. `is_published`: sessions run on this one."""

    model_config = ConfigDict(from_attributes=True)
    number: int
    comment: str
    author_id: UUID | None
    created_at: datetime
    is_published: bool


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


class AccessIn(BaseModel):
    """Whom to share a bot with."""

    model_config = ConfigDict(extra="forbid")
    email: str = Field(max_length=320)
    role: Literal["viewer", "editor"]


class AccessOut(BaseModel):
    """Somebody a bot is shared with."""

    model_config = ConfigDict(from_attributes=True)
    user_id: UUID
    username: str
    email: str
    role: Literal["viewer", "editor"]
