"""What bots look like on the wire, and what a domain above offers to put its part into the bot document."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any, Literal, Protocol
from uuid import UUID

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints
from sqlalchemy.ext.asyncio import AsyncSession

from dbcv.engine.problems import Problem

Document = dict[str, Any]
Fields = dict[str, Any]
Language = Literal["en", "ru"]
KnownVersion = int | Literal["*"] | None
"""The version of a draft the caller knows. "*": any will do. None: not said, so nothing that is there may change."""


def _storable(text: str) -> str:
    if "\0" in text:
        raise ValueError("must not hold NUL characters")
    return text


Words = Annotated[str, AfterValidator(_storable)]
Access = Literal["owner", "editor", "viewer"]


class DocumentPart(Protocol):
    """Sections of the document that a higher domain keeps in tables of its own.

    Ids in it are stored ids (UUID text). `store` replaces what the bot had; `load` adds to the bot's own sections.
    """

    async def store(self, session: AsyncSession, bot_id: UUID, document: Document) -> None: ...

    async def load(self, session: AsyncSession, bot_id: UUID, document: Document) -> None: ...


@dataclass(frozen=True, slots=True)
class Loosened:
    """A part that pointed at one which was removed: its `field` is empty now, it was the id `was`."""

    kind: str
    id: str
    field: str
    was: str


class PartKind(Protocol):
    """One kind of part that `POST /bots/{id}/changes` may touch, in tables of a higher domain.

    Called in the transaction of the change, the bot's row locked, rights and version checked; always with everything
    of the kind at once. Fields are the document's, every one present, as `shape` dumps them; ids are not among them.
    """

    @property
    def name(self) -> str:
        """What a change calls it: "emitter"."""

    @property
    def shape(self) -> type[BaseModel]:
        """The fields: unknown ones forbidden, every one with a default."""

    async def stored(self, session: AsyncSession, bot_id: UUID, ids: Collection[UUID]) -> dict[UUID, Fields]:
        """Those of `ids` that this bot has."""

    async def save(self, session: AsyncSession, bot_id: UUID, parts: Mapping[UUID, Fields]) -> set[UUID]:
        """Add what is new, change what is there. Returns the ids that rows of other bots have already."""

    async def remove(self, session: AsyncSession, bot_id: UUID, ids: Collection[UUID]) -> None:
        """Delete parts of this bot."""

    async def forget(
        self, session: AsyncSession, bot_id: UUID, removed: Mapping[str, Collection[UUID]]
    ) -> list[Loosened]:
        """Let go of parts of other kinds that are removed: {kind: ids}. Returns what pointed at them."""

    async def judge(
        self, session: AsyncSession, bot_id: UUID, ids: Collection[UUID], language: Language
    ) -> list[tuple[UUID, Problem]]:
        """What is wrong with these parts, all rows stored already; a problem's path lies within the fields."""


class BotIn(BaseModel):
    """A new, empty bot."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"example": {"name": "Greeter"}})
    name: Words = Field(min_length=1, max_length=200)
    description: Words = Field("", max_length=10_000)


class BotPatch(BaseModel):
    """What of a bot itself can be changed; steps and the rest go with the document."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"example": {"name": "Greeter", "variables": {"greeting": "Hello"}}}
    )
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
    tags: list[str]
    created_at: datetime
    updated_at: datetime


class BotCard(BotSummary):
    """A bot in a list, with what has been changed since it was published."""

    unpublished_changes: int = Field(description="changes of the draft since the published revision; at most 1000")


class BotOut(BotSummary):
    """A bot with its initial variables."""

    first_step_id: UUID | None
    variables: dict[str, Any]


class BotList(BaseModel):
    """A page of bots, the newest first; `next_cursor` is null on the last one."""

    items: list[BotCard]
    next_cursor: str | None


Tag = Annotated[Words, StringConstraints(strip_whitespace=True, min_length=1, max_length=40)]


class TagsIn(BaseModel):
    """The words a bot is found by. They are shared by everybody who sees it, and no part of the document."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"example": {"tags": ["sales", "drafts"]}})
    tags: list[Tag] = Field(max_length=20)


class TagsOut(BaseModel):
    """The tags a bot has now: each once, in the order they were given."""

    tags: list[str]


class GalleryItem(BaseModel):
    """A ready bot to start from, in the caller's language."""

    id: str
    name: str
    description: str
    steps: int = Field(description="how many steps it has")
    opening: str = Field(description="the first thing it says")
    buttons: list[str] = Field(description="what it offers to answer with")
    credentials: list[str] = Field(description="names of what it needs a key for before it works")


class GalleryList(BaseModel):
    """The whole gallery, in the order to show it."""

    items: list[GalleryItem]


class FromGalleryIn(BaseModel):
    """How the new bot is called; null: as in the gallery."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"example": {"name": "Our questions"}})
    name: Words | None = Field(None, min_length=1, max_length=200)


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
    """Problems of the draft; it can be published while there are no errors (and its tests pass). `runnable`: the engine
    can run it, so what is wrong can be overruled with a reason."""

    version: int
    publishable: bool
    runnable: bool
    problems: list[ProblemOut]


class ImportOut(BotOut):
    """The bot that was made or replaced, and what is worth a look before publishing."""

    problems: list[ProblemOut]


class ChangeIn(BaseModel):
    """One change of a draft. What `fields` may hold depends on the kind: see the schemas StepPart, ConnectionPart, …"""

    model_config = ConfigDict(extra="forbid")
    op: Literal["add", "update", "remove"]
    kind: str = Field(
        max_length=50, description="step, message (of a step, by its id), connection_group, connection, …"
    )
    id: UUID | None = Field(None, description="a new part may bring its own UUID, so that others of the batch name it")
    fields: dict[str, Any] = Field(default_factory=dict)


class ChangesIn(BaseModel):
    """Many changes at once, done in their order, all or none."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "example": {
                "version": 7,
                "changes": [
                    {
                        "op": "add",
                        "kind": "step",
                        "id": "01890000-0000-7000-8000-000000000001",
                        "fields": {"name": "Ask age", "message": {"text": "How old are you?"}},
                    },
                    {
                        "op": "update",
                        "kind": "bot",
                        "fields": {"first_step_id": "01890000-0000-7000-8000-000000000001"},
                    },
                ],
            }
        },
    )
    version: int | None = Field(
        None, ge=1, le=2**31 - 1, strict=True, description="of the draft they were made for; or If-Match"
    )
    changes: list[ChangeIn] = Field(min_length=1, max_length=1_000)


class PartOut(BaseModel):
    """A part as it is stored."""

    kind: str
    id: UUID
    fields: dict[str, Any]


class PartName(BaseModel):
    """A part that is gone."""

    kind: str
    id: UUID


class DraftOut(BaseModel):
    """All that an editor draws, as one moment had it: the bot, then its parts, parents before children. Or, where
    `is_whole` is false, the parts that changed and those that are `removed` since a version, and who did that."""

    bot: BotOut
    parts: list[PartOut]
    is_whole: bool = True
    removed: list[PartName] = []
    authors: list[UUID] = []


class LoosenedOut(BaseModel):
    """A part that pointed at one that is gone: `field` is empty now, it was `was`."""

    model_config = ConfigDict(from_attributes=True)
    kind: str
    id: str
    field: str
    was: str


class ChangesOut(BaseModel):
    """What became of the draft. Problems are those of the touched parts; GET /bots/{id}/check tells all."""

    version: int
    parts: list[PartOut]
    removed: list[PartName]
    loosened: list[LoosenedOut]
    problems: list[ProblemOut]


class CopyIn(BaseModel):
    """How the copy of a bot is called; like the bot itself, if nothing is said."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"example": {"name": "Greeter for the shop"}})
    name: Words | None = Field(None, min_length=1, max_length=200)


class CopyStepsIn(BaseModel):
    """Steps to copy into this bot from one that you may see (this one, too)."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "example": {
                "from_bot_id": "01890000-0000-7000-8000-000000000001",
                "step_ids": ["01890000-0000-7000-8000-000000000002"],
            }
        },
    )
    from_bot_id: UUID
    step_ids: list[UUID] = Field(min_length=1, max_length=500)


class CopyStepsOut(ChangesOut):
    """The copies. `ids`: which old id became which new one; `cut`: links that had nothing to lead to here."""

    ids: dict[str, str]
    cut: list[LoosenedOut]


class AccessIn(BaseModel):
    """Whom to share a bot with."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"example": {"email": "boris@example.com", "role": "editor"}}
    )
    email: str = Field(max_length=320)
    role: Literal["viewer", "editor"]


class AccessOut(BaseModel):
    """Somebody a bot is shared with."""

    model_config = ConfigDict(from_attributes=True)
    user_id: UUID
    username: str
    email: str
    role: Literal["viewer", "editor"]
