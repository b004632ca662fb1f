"""Template groups over HTTP."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Response

from dbcv.domains.accounts.endpoints import Db, Developer, User
from dbcv.domains.bots.endpoints.given import Limit
from dbcv.domains.templates.schemas import (
    GroupAccessIn,
    GroupAccessOut,
    GroupIn,
    GroupList,
    GroupOut,
    GroupPatch,
)
from dbcv.domains.templates.service.groups import Groups
from dbcv.domains.templates.tables import VisibleGroup

router = APIRouter(prefix="/template_groups", tags=["template groups"])
Force = Annotated[bool, Query(description="delete although there are copies; these stay, and know no source then")]


@router.get("")
async def page(caller: User, db: Db, limit: Limit = 50, cursor: UUID | None = None) -> GroupList:
    """Template groups you own or that are shared with you, the newest first."""
    found, next_cursor = await Groups(db).page(caller.id, limit, cursor)
    return GroupList(items=[_group(seen) for seen in found], next_cursor=next_cursor)


@router.post("", status_code=201)
async def create(wish: GroupIn, caller: Developer, db: Db) -> GroupOut:
    """Make an empty template group."""
    return _group(await Groups(db).create(caller.id, wish))


@router.get("/{group_id}")
async def one(group_id: UUID, caller: User, db: Db) -> GroupOut:
    """One template group."""
    return _group(await Groups(db).get(caller.id, group_id))


@router.patch("/{group_id}")
async def change(group_id: UUID, patch: GroupPatch, caller: User, db: Db) -> GroupOut:
    """Change a group's name or description."""
    return _group(await Groups(db).change(caller.id, group_id, patch))


@router.delete("/{group_id}", status_code=204)
async def delete(group_id: UUID, caller: User, db: Db, force: Force = False) -> Response:
    """Delete a group with its templates; 409 says who has copies of them. Only its owner may."""
    await Groups(db).delete(caller.id, group_id, force)
    return Response(status_code=204)


@router.get("/{group_id}/access")
async def accesses(group_id: UUID, caller: User, db: Db) -> list[GroupAccessOut]:
    """With whom the group is shared."""
    return [GroupAccessOut.model_validate(row) for row in await Groups(db).accesses(caller.id, group_id)]


@router.put("/{group_id}/access")
async def share(group_id: UUID, wish: GroupAccessIn, caller: User, db: Db) -> list[GroupAccessOut]:
    """Share the group: viewers use its templates, editors change them. Only its owner may."""
    return [GroupAccessOut.model_validate(row) for row in await Groups(db).share(caller.id, group_id, wish)]


@router.delete("/{group_id}/access/{user_id}", status_code=204)
async def unshare(group_id: UUID, user_id: UUID, caller: User, db: Db) -> Response:
    """Take a share back, or leave a group that is shared with you."""
    await Groups(db).unshare(caller.id, group_id, user_id)
    return Response(status_code=204)


def _group(seen: VisibleGroup) -> GroupOut:
    names = [name for name in GroupOut.model_fields if name != "access"]
    return GroupOut(**{name: getattr(seen.row, name) for name in names}, access=seen.access)
