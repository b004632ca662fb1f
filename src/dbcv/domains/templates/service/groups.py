"""Template groups: libraries a person owns, changes and shares. Called by the endpoints."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from dbcv.domains.accounts import service as accounts
from dbcv.domains.accounts.service import audit
from dbcv.domains.templates import errors
from dbcv.domains.templates.repository import groups, library
from dbcv.domains.templates.schemas import GroupAccessIn, GroupIn, GroupPatch
from dbcv.domains.templates.tables import VisibleGroup
from dbcv.kit.db import Database
from dbcv.kit.ids import new_id

MAX_USERS_NAMED = 100


async def see_group(session: AsyncSession, group_id: UUID, caller_id: UUID, lock: bool = False) -> VisibleGroup:
    """A group the caller may see. Raises NotFound."""
    seen = await groups.visible(session, group_id, caller_id, lock)
    if seen is None:
        raise errors.no_such_group()
    return seen


async def edit_group(session: AsyncSession, group_id: UUID, caller_id: UUID) -> VisibleGroup:
    """The group, locked, for somebody who may change its templates. Raises NotFound, Forbidden."""
    seen = await see_group(session, group_id, caller_id, lock=True)
    if seen.access == "viewer":
        raise errors.not_an_editor()
    return seen


class Groups:
    """Use cases of template groups."""

    def __init__(self, db: Database) -> None:
        self._db = db

    async def page(self, caller_id: UUID, limit: int, before: UUID | None) -> tuple[list[VisibleGroup], str | None]:
        """Groups the caller may see, the newest first, and the cursor of the next page."""
        async with self._db.read() as session:
            found = await groups.page(session, caller_id, limit + 1, before)
        return found[:limit], str(found[limit - 1].row.id) if len(found) > limit else None

    async def get(self, caller_id: UUID, group_id: UUID) -> VisibleGroup:
        """A group the caller may see. Raises NotFound."""
        async with self._db.read() as session:
            return await see_group(session, group_id, caller_id)

    async def create(self, caller_id: UUID, wish: GroupIn) -> VisibleGroup:
        """An empty group."""
        async with self._db.transaction() as session:
            row = await groups.add(session, new_id(), caller_id, wish.model_dump())
            await audit.record(session, caller_id, "template_group.created", row.id, name=row.name)
        return VisibleGroup(row, "owner")

    async def change(self, caller_id: UUID, group_id: UUID, patch: GroupPatch) -> VisibleGroup:
        """Change name or description. Raises NotFound, Forbidden."""
        fields = {name: value for name, value in patch.model_dump(exclude_unset=True).items() if value is not None}
        async with self._db.transaction() as session:
            seen = await edit_group(session, group_id, caller_id)
            before = {name: getattr(seen.row, name) for name in fields}
            row = await groups.change(session, group_id, fields)
            await audit.record(
                session, caller_id, "template_group.changed", group_id, name=row.name, before=before, after=fields
            )
        return VisibleGroup(row, seen.access)

    async def delete(self, caller_id: UUID, group_id: UUID, force: bool) -> None:
        """Delete a group with its templates; only its owner may. Raises Conflict with who uses them, unless forced."""
        async with self._db.transaction() as session:
            seen = await see_group(session, group_id, caller_id, lock=True)
            _check_owner(seen)
            ids = await library.ids_of_group(session, group_id)
            if ids and not force:
                users, count = await library.users(session, ids, caller_id, MAX_USERS_NAMED)
                if count:
                    raise errors.in_use(users, count)
            await groups.remove(session, group_id)
            what = {"templates": len(ids)}
            await audit.record(session, caller_id, "template_group.deleted", group_id, name=seen.row.name, before=what)

    async def accesses(self, caller_id: UUID, group_id: UUID) -> Sequence[Any]:
        """With whom the group is shared."""
        async with self._db.read() as session:
            await see_group(session, group_id, caller_id)
            return await groups.accesses(session, group_id)

    async def share(self, caller_id: UUID, group_id: UUID, wish: GroupAccessIn) -> Sequence[Any]:
        """Share the group with an account; only its owner may. Raises Invalid for an unknown e-mail."""
        async with self._db.transaction() as session:
            seen = await see_group(session, group_id, caller_id, lock=True)
            _check_owner(seen)
            user_id = await accounts.active_user_id(session, wish.email)
            if user_id is None:
                raise errors.no_such_account()
            if user_id != caller_id:
                await groups.share(session, group_id, user_id, wish.role)
                after = {"user_id": str(user_id), "role": wish.role}
                await audit.record(
                    session, caller_id, "template_group.shared", group_id, name=seen.row.name, after=after
                )
            return await groups.accesses(session, group_id)

    async def unshare(self, caller_id: UUID, group_id: UUID, user_id: UUID) -> None:
        """Take a share back: the owner anybody's, others their own."""
        async with self._db.transaction() as session:
            seen = await see_group(session, group_id, caller_id)
            if user_id != caller_id:
                _check_owner(seen)
            await groups.unshare(session, group_id, user_id)
            before = {"user_id": str(user_id)}
            await audit.record(
                session, caller_id, "template_group.unshared", group_id, name=seen.row.name, before=before
            )


def _check_owner(seen: VisibleGroup) -> None:
    if seen.access != "owner":
        raise errors.not_the_owner()
