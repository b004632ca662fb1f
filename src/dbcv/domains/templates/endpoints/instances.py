"""Template instances over HTTP: the steps of a bot that run templates. An instance's id is its step's."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query, Response

from dbcv.domains.accounts.endpoints import User
from dbcv.domains.bots.endpoints.given import KnownVersion, Limit, Spoken
from dbcv.domains.templates.endpoints.given import InstancesService, problems_out, source_out
from dbcv.domains.templates.schemas import (
    InstanceIn,
    InstanceList,
    InstanceOut,
    InstancePatch,
    PlacedOut,
    TemplateDifferenceOut,
    UpdateIn,
    UpdatePreview,
)
from dbcv.domains.templates.service.instances import Placed, Preview

router = APIRouter(prefix="/template_instances", tags=["template instances"])


@router.get("")
async def page(
    caller: User,
    service: InstancesService,
    bot_id: Annotated[UUID, Query(description="the bot whose steps run them")],
    limit: Limit = 50,
    cursor: UUID | None = None,
) -> InstanceList:
    """The steps of a bot that run templates; each says whether its template has moved on."""
    found, next_cursor = await service.page(caller.id, bot_id, limit, cursor)
    return InstanceList(items=[InstanceOut(**_fields(placed)) for placed in found], next_cursor=next_cursor)


@router.post("", status_code=201)
async def place(
    wish: InstanceIn,
    caller: User,
    service: InstancesService,
    version: KnownVersion,
    language: Spoken,
    response: Response,
) -> PlacedOut:
    """Let a step run a template: the bot's own, or a library's, which is copied into the bot with all it needs."""
    return _changed(await service.place(caller.id, wish, version, language), response)


@router.get("/{step_id}")
async def one(step_id: UUID, caller: User, service: InstancesService) -> InstanceOut:
    """One instance, and where its mappings do not fit."""
    return InstanceOut(**_fields(await service.get(caller.id, step_id)))


@router.patch("/{step_id}")
async def change(
    step_id: UUID,
    patch: InstancePatch,
    caller: User,
    service: InstancesService,
    version: KnownVersion,
    language: Spoken,
    response: Response,
) -> PlacedOut:
    """Map an instance anew."""
    return _changed(await service.change(caller.id, step_id, patch, version, language), response)


@router.delete("/{step_id}", status_code=204)
async def remove(step_id: UUID, caller: User, service: InstancesService, version: KnownVersion) -> Response:
    """Let the step run no template any more; step and template stay."""
    changed = await service.remove(caller.id, step_id, version)
    return Response(status_code=204, headers={"ETag": f'"{changed}"'})


@router.get("/{step_id}/update")
async def preview(step_id: UUID, caller: User, service: InstancesService) -> UpdatePreview:
    """What an update to the library's present version would change in the copy."""
    return _preview(await service.preview(caller.id, step_id))


@router.post("/{step_id}/update")
async def update(
    step_id: UUID,
    wish: UpdateIn,
    caller: User,
    service: InstancesService,
    version: KnownVersion,
    language: Spoken,
    response: Response,
) -> PlacedOut:
    """Bring the copy up to the library's present version; steps keep their ids, so conversations stay in theirs."""
    return _changed(await service.update(caller.id, step_id, wish, version, language), response)


def _fields(placed: Placed) -> dict[str, Any]:
    row = placed.row
    return {
        "id": row.step_id,
        "step_id": row.step_id,
        "step_name": placed.step_name,
        "bot_id": row.bot_id,
        "template_id": row.template_id,
        "template_name": placed.template.name,
        "inputs_mapping": row.inputs_mapping,
        "outputs_mapping": row.outputs_mapping,
        "source": source_out(placed.template, placed.latest, whole=True),
        "problems": problems_out(placed.problems),
    }


def _changed(placed: Placed, response: Response) -> PlacedOut:
    response.headers["ETag"] = f'"{placed.bot_version}"'
    return PlacedOut(**_fields(placed), bot_version=placed.bot_version, needs=placed.needs)


def _preview(preview: Preview) -> UpdatePreview:
    return UpdatePreview(
        from_version=preview.placed.template.source_version or 0,
        to_version=preview.library.version,
        modified=preview.modified,
        shared_with=preview.shared_with,
        changes=[
            TemplateDifferenceOut(op=each.op, kind=each.kind, id=each.id, name=each.name, fields=list(each.fields))
            for each in preview.changes
        ],
        problems=problems_out(preview.problems),
    )
