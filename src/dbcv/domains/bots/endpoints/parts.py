"""The parts of drafts one at a time, as plain REST: thin wrappers around the one way to change a draft."""

from collections.abc import Callable
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Response

from dbcv.domains.accounts.endpoints import User
from dbcv.domains.bots import errors
from dbcv.domains.bots.document import part_shapes as shapes
from dbcv.domains.bots.endpoints import part_models as models
from dbcv.domains.bots.endpoints.changes import edited, problems
from dbcv.domains.bots.endpoints.given import KnownVersion, Limit, Service, Shown, Spoken
from dbcv.domains.bots.endpoints.part_models import Models, shown
from dbcv.domains.bots.schemas import ChangesOut
from dbcv.domains.bots.service.parts import Edited
from dbcv.domains.bots.service.working_set import Change

Parents = dict[str, UUID]
Cursor = Annotated[int | None, Query(ge=0, le=2**31 - 1, description="`next_cursor` of the page before")]


async def _any_parent() -> Parents:
    return {}


async def _of_step(step_id: UUID | None = None) -> Parents:
    return {} if step_id is None else {"step_id": step_id}


async def _of_group(group_id: UUID | None = None) -> Parents:
    return {} if group_id is None else {"group_id": group_id}


def _router(kind: str, plural: str, model: Models, parents: Callable[..., Any] = _any_parent) -> APIRouter:
    """List, read, add, change and remove parts of one kind."""
    router = APIRouter(prefix=f"/{plural}", tags=[plural.replace("_", " ")])

    @router.get("", response_model=model.page)
    async def page(
        bot_id: UUID,
        within: Annotated[Parents, Depends(parents)],
        caller: User,
        service: Service,
        limit: Limit = 50,
        cursor: Cursor = None,
    ) -> Any:
        """A page of a bot's parts of this kind, in their order."""
        after = -1 if cursor is None else cursor
        version, found, following = await service.parts.page(caller.id, kind, bot_id, within, limit, after)
        items = [shown(part_id, bot_id, version, fields) for _, part_id, fields in found]
        return {"items": items, "next_cursor": following}

    @router.post("", status_code=201, response_model=model.stored)
    async def create(
        wish: Annotated[dict[str, Any], Shown(model.new)],
        caller: User,
        service: Service,
        version: KnownVersion,
        language: Spoken,
        response: Response,
    ) -> Any:
        """Add a part, behind all others unless `ordinal` says where."""
        bot_id = _uuid(wish.pop("bot_id", None), "bot_id")
        part_id = _uuid(wish.pop("id"), "id") if wish.get("id") is not None else None
        change = Change("add", kind, part_id, {name: value for name, value in wish.items() if name != "id"})
        done = await service.parts.change(caller.id, bot_id, [change], version, language, alone=True)
        return _written(done, response)

    @router.get("/{part_id}", response_model=model.stored)
    async def one(part_id: UUID, caller: User, service: Service, response: Response) -> Any:
        """One part; the version of its bot's draft is the ETag."""
        seen, (_, _, fields) = await service.parts.one(caller.id, kind, part_id)
        response.headers["ETag"] = f'"{seen.row.version}"'
        return shown(part_id, seen.row.id, seen.row.version, fields)

    _add_writes(router, kind, model)
    return router


def _add_writes(router: APIRouter, kind: str, model: Models) -> None:
    """What changes a part that is there: it carries the version of the bot's draft."""

    @router.patch("/{part_id}", response_model=model.stored)
    async def change(
        part_id: UUID,
        wish: Annotated[dict[str, Any], Shown(model.patch)],
        caller: User,
        service: Service,
        version: KnownVersion,
        language: Spoken,
        response: Response,
    ) -> Any:
        """Change the fields that are given. 412 says what changed since the version you know."""
        seen, _ = await service.parts.one(caller.id, kind, part_id)
        change = Change("update", kind, part_id, wish)
        done = await service.parts.change(caller.id, seen.row.id, [change], version, language, alone=True)
        return _written(done, response)

    @router.delete("/{part_id}")
    async def remove(
        part_id: UUID, caller: User, service: Service, version: KnownVersion, language: Spoken, response: Response
    ) -> ChangesOut:
        """Remove the part and what hangs on it. `loosened` says what pointed at it and names nothing now."""
        seen, _ = await service.parts.one(caller.id, kind, part_id)
        change = Change("remove", kind, part_id, {})
        done = await service.parts.change(caller.id, seen.row.id, [change], version, language, alone=True)
        return edited(done, response)


def _written(done: Edited, response: Response) -> Any:
    response.headers["ETag"] = f'"{done.bot.row.version}"'
    _, part_id, fields = done.parts[0]
    written = fields | {"problems": problems(done.problems)}
    return shown(part_id, done.bot.row.id, done.bot.row.version, written)


def _uuid(text: Any, name: str) -> UUID:
    try:
        return UUID(text)
    except (ValueError, TypeError, AttributeError) as error:
        raise errors.no_uuid(name) from error


router = APIRouter()
for _kind, _plural, _models, _parents in (
    ("step", "steps", Models(models.StepIn, shapes.StepPart, models.StepOut, models.StepList), _any_parent),
    (
        "connection_group",
        "connection_groups",
        Models(
            models.ConnectionGroupIn,
            shapes.ConnectionGroupPart,
            models.ConnectionGroupOut,
            models.ConnectionGroupList,
        ),
        _of_step,
    ),
    (
        "connection",
        "connections",
        Models(models.ConnectionIn, shapes.ConnectionPart, models.ConnectionOut, models.ConnectionList),
        _of_group,
    ),
    (
        "request",
        "requests",
        Models(models.RequestIn, shapes.RequestPart, models.RequestOut, models.RequestList),
        _any_parent,
    ),
    ("widget", "widgets", Models(models.WidgetIn, shapes.WidgetPart, models.WidgetOut, models.WidgetList), _any_parent),
    ("note", "notes", Models(models.NoteIn, shapes.NotePart, models.NoteOut, models.NoteList), _of_step),
):
    router.include_router(_router(_kind, _plural, _models, _parents))
