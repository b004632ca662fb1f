"""Parts of drafts for assistants: steps, groups, connections, requests, widgets, notes, one by one or many at once."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Annotated, Any
from uuid import UUID

from fastmcp.tools import Tool
from pydantic import BaseModel, Field

from dbcv.domains.accounts.mcp_tools import Limit, tool, user
from dbcv.domains.bots.document import part_shapes as shapes
from dbcv.domains.bots.mcp_tools.given import (
    PAGE_CHARACTERS,
    BotId,
    OptionalVersion,
    Ordinal,
    Shown,
    Version,
    problems_out,
)
from dbcv.domains.bots.schemas import ChangeIn, ChangesOut, LoosenedOut, PartName, PartOut, ProblemOut
from dbcv.domains.bots.service import Bots
from dbcv.domains.bots.service.parts import Edited
from dbcv.domains.bots.service.working_set import Change
from dbcv.kit.json_text import dumps


@dataclass(frozen=True, slots=True)
class _Kind:
    """A kind of part: its name in tools, its shape, the fields that say what it hangs on, what it is for."""

    name: str
    shape: type[BaseModel]
    parents: tuple[str, ...]
    about: str

    @property
    def words(self) -> str:
        return self.name.replace("_", " ")


_KINDS = (
    _Kind("step", shapes.StepPart, (), "A step says its message when entered; a proxy step goes on at once."),
    _Kind(
        "connection_group",
        shapes.ConnectionGroupPart,
        ("step_id",),
        "A group hangs on step_id (null: a master group, tried before any step's): work, then savings, then "
        "connections, which are parts of their own.",
    ),
    _Kind(
        "connection",
        shapes.ConnectionPart,
        ("group_id",),
        "A connection leads from group_id to next_step_id while its rules hold; empty rules always do.",
    ),
    _Kind("request", shapes.RequestPart, (), "An HTTP request that groups with search_type response run."),
    _Kind("widget", shapes.WidgetPart, (), "HTML, CSS and JS shown inside a message, in a sandboxed frame."),
    _Kind("note", shapes.NotePart, (), "A remark on the canvas, for people."),
)


class PartAt(BaseModel):
    """A part, and the version of the draft it was read or written at."""

    version: int
    bot_id: UUID
    id: UUID
    fields: dict[str, Any]
    problems: list[ProblemOut] = Field(default_factory=list)


class PartPage(BaseModel):
    """Parts in their order; `next_cursor` is null on the last page."""

    version: int
    items: list[PartOut]
    next_cursor: int | None


class PartTools:
    """Five tools for each kind of part, and one for many changes at once."""

    def __init__(self, bots: Bots) -> None:
        self._bots = bots

    def all(self) -> list[Tool]:
        """What the server offers."""
        return [tool(self.change_bot, "Change many parts at once", "delete"), *self._of_kinds()]

    async def change_bot(
        self,
        bot_id: BotId,
        changes: Annotated[list[ChangeIn], Field(min_length=1, max_length=200, description="Done in this order.")],
        version: OptionalVersion = None,
    ) -> ChangesOut:
        """Add, update and remove many parts of the draft, all or none: the quickest way to build. Give new parts your
        own UUIDs, so that others in the same call can name them. Fields of a kind are those of its create_ tool; kind
        "bot" sets name, first_step_id and variables."""
        batch = [_change(each, bot_id) for each in changes]
        return _changes_out(await self._bots.parts.change(user().id, bot_id, batch, version))

    def _of_kinds(self) -> list[Tool]:
        return [made for kind in _KINDS for made in self._of_kind(kind)]

    def _of_kind(self, kind: _Kind) -> list[Tool]:
        words = kind.words
        return [
            _named(self._create(kind), f"create_{kind.name}", f"Add a {words}. {kind.about}", "write"),
            _named(self._get(kind), f"get_{kind.name}", f"One {words} of a draft.", "read"),
            _named(self._list(kind), f"list_{kind.name}s", f"The {words}s of a draft, in their order.", "read"),
            _named(
                self._update(kind),
                f"update_{kind.name}",
                f"Change a {words}: only the fields you give. {kind.about}",
                "write",
            ),
            _named(
                self._delete(kind),
                f"delete_{kind.name}",
                f"Remove a {words} and what hangs on it from the draft; `loosened` says what pointed at it and names "
                "nothing now.",
                "delete",
            ),
        ]

    def _create(self, kind: _Kind) -> Callable[..., Awaitable[Any]]:
        async def create(
            bot_id: BotId,
            fields: Annotated[dict[str, Any], Shown(kind.shape)],
            version: OptionalVersion = None,
        ) -> PartAt:
            change = Change("add", kind.name, None, fields)
            return _part_at(await self._bots.parts.change(user().id, bot_id, [change], version, alone=True))

        return create

    def _get(self, kind: _Kind) -> Callable[..., Awaitable[Any]]:
        async def get(id: UUID) -> PartAt:
            seen, (_, part_id, fields) = await self._bots.parts.one(user().id, kind.name, id)
            return PartAt(version=seen.row.version, bot_id=seen.row.id, id=part_id, fields=fields)

        return get

    def _list(self, kind: _Kind) -> Callable[..., Awaitable[Any]]:
        async def page(
            bot_id: BotId,
            limit: Limit = 50,
            cursor: Ordinal = None,
            parent_id: Annotated[
                UUID | None, Field(description=f"Only those of this {kind.parents[0] if kind.parents else 'parent'}.")
            ] = None,
        ) -> PartPage:
            within = {name: parent_id for name in kind.parents if parent_id is not None}
            after = -1 if cursor is None else cursor
            version, found, following = await self._bots.parts.page(user().id, kind.name, bot_id, within, limit, after)
            items = [PartOut(kind=each, id=part_id, fields=fields) for each, part_id, fields in found]
            return _bounded(version, items, None if following is None else int(following))

        return page

    def _update(self, kind: _Kind) -> Callable[..., Awaitable[Any]]:
        async def update(
            id: UUID,
            version: Version,
            fields: Annotated[dict[str, Any], Shown(kind.shape)],
        ) -> PartAt:
            seen, _ = await self._bots.parts.one(user().id, kind.name, id)
            change = Change("update", kind.name, id, fields)
            return _part_at(await self._bots.parts.change(user().id, seen.row.id, [change], version, alone=True))

        return update

    def _delete(self, kind: _Kind) -> Callable[..., Awaitable[Any]]:
        async def delete(id: UUID, version: Version) -> ChangesOut:
            seen, _ = await self._bots.parts.one(user().id, kind.name, id)
            change = Change("remove", kind.name, id, {})
            return _changes_out(await self._bots.parts.change(user().id, seen.row.id, [change], version, alone=True))

        return delete


def _named(function: Callable[..., Awaitable[Any]], name: str, about: str, kind: Any) -> Tool:
    function.__name__ = name
    function.__doc__ = about
    return tool(function, name.replace("_", " ").capitalize(), kind)


def _change(wish: ChangeIn, bot_id: UUID) -> Change:
    part_id = bot_id if wish.kind == "bot" and wish.id is None else wish.id
    return Change(wish.op, wish.kind, part_id, wish.fields)


def _part_at(done: Edited) -> PartAt:
    _, part_id, fields = done.parts[0]
    row = done.bot.row
    return PartAt(version=row.version, bot_id=row.id, id=part_id, fields=fields, problems=problems_out(done.problems))


def _changes_out(done: Edited) -> ChangesOut:
    parts = [PartOut(kind=kind, id=part_id, fields=fields) for kind, part_id, fields in done.parts]
    return ChangesOut(
        version=done.bot.row.version,
        parts=parts if len(dumps([part.fields for part in parts])) <= PAGE_CHARACTERS else [],
        removed=[PartName(kind=kind, id=part_id) for kind, part_id in done.removed],
        loosened=[LoosenedOut.model_validate(each) for each in done.loosened],
        problems=problems_out(done.problems),
    )


def _bounded(version: int, items: list[PartOut], following: int | None) -> PartPage:
    """As many as fit into a page; one that alone is larger still comes."""
    kept, characters = items[:1], 0
    for item in items:
        characters += len(dumps(item.fields))
        if item is not items[0] and characters > PAGE_CHARACTERS:
            return PartPage(version=version, items=kept, next_cursor=int(kept[-1].fields["ordinal"]))
        kept = kept if item is items[0] else [*kept, item]
    return PartPage(version=version, items=kept, next_cursor=following)
