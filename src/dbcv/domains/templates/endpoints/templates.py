"""Templates over HTTP: those of groups (libraries) and those of bots, under one address."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query, Request, Response

from dbcv.domains.accounts.endpoints import Developer, User
from dbcv.domains.bots import errors as bot_errors
from dbcv.domains.bots.document import MAX_BYTES, BotDocument, Format
from dbcv.domains.bots.endpoints.given import KnownVersion, Limit, Spoken
from dbcv.domains.bots.tables import VisibleBot
from dbcv.domains.templates import errors
from dbcv.domains.templates.document.kind_shapes import TemplateIn, TemplatePart, TemplatePatch
from dbcv.domains.templates.document.library import CARRIED
from dbcv.domains.templates.endpoints.given import (
    BotTemplatesService,
    LibraryService,
    MakingService,
    making_out,
    summary,
    template_out,
)
from dbcv.domains.templates.endpoints.groups import Force
from dbcv.domains.templates.schemas import FromStepsIn, FromStepsOut, TemplateList, TemplateOut, UserOfTemplate, UsesOut
from dbcv.domains.templates.service.library import Kept

router = APIRouter(prefix="/templates", tags=["templates"])
_FILE_BODY = {
    "requestBody": {
        "required": True,
        "content": {
            media_type: {"schema": {"$ref": "#/components/schemas/BotDocument"}}
            for media_type in ("application/json", "application/yaml")
        },
    }
}
_ONLY_IN_LIBRARIES = ("description", *CARRIED)


@router.get("")
async def page(
    caller: User,
    service: LibraryService,
    of_bots: BotTemplatesService,
    group_id: UUID | None = None,
    bot_id: UUID | None = None,
    limit: Limit = 50,
    cursor: UUID | None = None,
) -> TemplateList:
    """Templates without their steps, the newest first: of a group, of a bot, or of all groups you may see."""
    if bot_id is not None:
        if group_id is not None:
            raise errors.home_needed()
        seen, rows, latest, next_cursor = await of_bots.page(caller.id, bot_id, limit, cursor)
        return TemplateList(items=[summary(row, seen.access, latest) for row in rows], next_cursor=next_cursor)
    found, next_cursor = await service.page(caller.id, group_id, limit, cursor)
    return TemplateList(items=[summary(row, access, {}) for row, access in found], next_cursor=next_cursor)


@router.post("", status_code=201)
async def create(
    wish: TemplateIn,
    caller: Developer,
    service: LibraryService,
    of_bots: BotTemplatesService,
    version: KnownVersion,
    language: Spoken,
    response: Response,
) -> TemplateOut:
    """Make a template in a group or in a bot. A step may name a library template: a copy of it comes in with it."""
    if (wish.group_id is None) is (wish.bot_id is None):
        raise errors.home_needed()
    body = wish.model_dump(exclude={"group_id", "bot_id"})
    if wish.group_id is not None:
        return _answer(await service.create(caller.id, wish.group_id, body, {}), response)
    assert wish.bot_id is not None, "one of the two is given"
    _refuse_carried(wish)
    template_id = await of_bots.create(caller.id, wish.bot_id, _part(body), version, language)
    seen = await of_bots.bot_of(caller.id, template_id)
    return await _of_bot(seen, of_bots, caller.id, template_id, language, response)


@router.post("/import", status_code=201, openapi_extra=_FILE_BODY)
async def import_file(
    request: Request,
    caller: Developer,
    service: LibraryService,
    group_id: Annotated[UUID, Query(description="the library to put it into")],
    response: Response,
) -> TemplateOut:
    """Make a library template from a file that `export` gave, or from any bot document whose first step runs one."""
    data, format = await _file(request)
    return _answer(await service.import_file(caller.id, group_id, data, format), response)


@router.post("/from_steps", status_code=201)
async def from_steps(
    wish: FromStepsIn, caller: Developer, service: MakingService, version: KnownVersion, language: Spoken
) -> FromStepsOut:
    """Make a template of selected steps: inputs, outputs and their types are found by how variables are used, ways out
    are reported; with `replace` one step that runs it takes the place of the steps."""
    return making_out(await service.from_steps(caller.id, wish, version, language))


@router.get("/{template_id}")
async def one(
    template_id: UUID,
    caller: User,
    service: LibraryService,
    of_bots: BotTemplatesService,
    language: Spoken,
    response: Response,
) -> TemplateOut:
    """One template with its steps and problems. The ETag is what If-Match wants: of a library template its version,
    of a bot's the draft's."""
    seen = await of_bots.bot_of(caller.id, template_id)
    if seen is not None:
        return await _of_bot(seen, of_bots, caller.id, template_id, language, response)
    return _answer(await service.get(caller.id, template_id), response)


@router.patch("/{template_id}")
async def change(
    template_id: UUID,
    patch: TemplatePatch,
    caller: User,
    service: LibraryService,
    of_bots: BotTemplatesService,
    version: KnownVersion,
    language: Spoken,
    response: Response,
) -> TemplateOut:
    """Change a template. Bots with copies of a library template keep theirs, and hear that it has moved on."""
    seen = await of_bots.bot_of(caller.id, template_id)
    fields = patch.model_dump(include=patch.model_fields_set)
    if seen is None:
        return _answer(await service.change(caller.id, template_id, fields, version), response)
    _refuse_carried(patch)
    await of_bots.change(caller.id, seen.row.id, template_id, fields, version, language)
    seen = await of_bots.bot_of(caller.id, template_id)
    return await _of_bot(seen, of_bots, caller.id, template_id, language, response)


@router.delete("/{template_id}", status_code=204)
async def delete(
    template_id: UUID,
    caller: User,
    service: LibraryService,
    of_bots: BotTemplatesService,
    version: KnownVersion,
    force: Force = False,
) -> Response:
    """Delete a template; 409 says who uses it. Copies of a library template stay where they are (`force`)."""
    seen = await of_bots.bot_of(caller.id, template_id)
    if seen is None:
        await service.delete(caller.id, template_id, force)
    else:
        await of_bots.delete(caller.id, seen.row.id, template_id, version)
    return Response(status_code=204)


@router.get("/{template_id}/uses")
async def uses(template_id: UUID, caller: User, service: LibraryService, of_bots: BotTemplatesService) -> UsesOut:
    """Who has a copy of a library template; which steps run a bot's template."""
    seen = await of_bots.bot_of(caller.id, template_id)
    if seen is None:
        users, count = await service.users(caller.id, template_id)
        items = [UserOfTemplate(kind=kind, id=each, name=name) for kind, each, name in users]
        return UsesOut(count=count, items=items)
    steps = await of_bots.users(seen.row.id, template_id)
    items = [UserOfTemplate(kind="step", id=UUID(step_id), name=name) for step_id, name, _ in steps]
    return UsesOut(count=len(items), items=items[:100])


@router.get("/{template_id}/export", response_class=Response, responses={200: {"model": BotDocument}})
async def export(template_id: UUID, caller: User, service: LibraryService, format: Format = "json") -> Response:
    """A library template as a file: a bot document whose one step runs it, without secrets. `dbcv check` and
    `dbcv play` take it, and so does POST /templates/import."""
    text = await service.export(caller.id, template_id, format)
    headers = {"Content-Disposition": f'attachment; filename="{template_id}.{format}"'}
    return Response(text, media_type=f"application/{format}", headers=headers)


async def _of_bot(
    seen: VisibleBot | None,
    of_bots: BotTemplatesService,
    caller_id: UUID,
    template_id: UUID,
    language: Spoken,
    response: Response,
) -> TemplateOut:
    if seen is None:
        raise errors.no_such_template()
    response.headers["ETag"] = f'"{seen.row.version}"'
    return template_out(await of_bots.get(caller_id, seen, template_id, language))


def _answer(kept: Kept, response: Response) -> TemplateOut:
    response.headers["ETag"] = f'"{kept.row.version}"'
    return template_out(kept)


def _refuse_carried(wish: TemplateIn | TemplatePatch) -> None:
    given = [name for name in _ONLY_IN_LIBRARIES if name in wish.model_fields_set]
    if given:
        raise errors.only_in_libraries(given)


def _part(body: dict[str, Any]) -> dict[str, Any]:
    return {name: body[name] for name in TemplatePart.model_fields}


async def _file(request: Request) -> tuple[bytes, Format]:
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > MAX_BYTES["json"]:
            raise bot_errors.too_large(MAX_BYTES["json"])
    kind = request.headers.get("content-type", "")
    is_json = "json" in kind or ("yaml" not in kind and body.lstrip()[:1] in (bytearray(b"{"), bytearray(b"[")))
    return bytes(body), "json" if is_json else "yaml"
