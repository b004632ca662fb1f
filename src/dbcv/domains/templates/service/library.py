"""Library templates: kept, changed, nested by copying, handed out as files. Called by the endpoints, and by `making`
and `instances` for what they put into a library or take out of one."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from dbcv.domains.accounts.service import audit
from dbcv.domains.bots import errors as bot_errors
from dbcv.domains.bots.document import MAX_BYTES, Format, dump, problems_of
from dbcv.domains.bots.document.reading import read
from dbcv.domains.templates import errors
from dbcv.domains.templates.document import library as bodies
from dbcv.domains.templates.repository import library
from dbcv.domains.templates.service.groups import MAX_USERS_NAMED, edit_group, see_group
from dbcv.domains.templates.tables import Access, TemplateRow
from dbcv.engine.problems import Problem
from dbcv.kit.db import Database
from dbcv.kit.ids import new_id

Body = dict[str, Any]
KnownVersion = int | str | None
_LATER_FIELDS = {"timeout_seconds": None, "retries": None}
"""Of requests in templates that were stored before requests had them."""
_FIELDS = (*bodies.OWN, "description", *bodies.CARRIED)


@dataclass(frozen=True, slots=True)
class Kept:
    """A library template, what the caller may do with it, and what is worth a look about it."""

    row: TemplateRow
    access: Access
    problems: list[Problem]
    latest: Mapping[UUID, int]


class Library:
    """Use cases of library templates."""

    def __init__(self, db: Database) -> None:
        self._db = db

    async def page(
        self, caller_id: UUID, group_id: UUID | None, limit: int, before: UUID | None
    ) -> tuple[list[tuple[TemplateRow, Access]], str | None]:
        """Library templates the caller may see, without their steps, and the cursor of the next page."""
        async with self._db.read() as session:
            if group_id is not None:
                await see_group(session, group_id, caller_id)
            found = await library.page(session, caller_id, group_id, limit + 1, before)
        return found[:limit], str(found[limit - 1][0].id) if len(found) > limit else None

    async def get(self, caller_id: UUID, template_id: UUID) -> Kept:
        """A library template with its problems. Raises NotFound."""
        async with self._db.read() as session:
            row, access = await see_template(session, template_id, caller_id)
        _, problems = await asyncio.to_thread(bodies.judged, body_of(row))
        return Kept(row, access, problems, {})

    async def create(self, caller_id: UUID, group_id: UUID, body: Body, origins: Mapping[str, Any]) -> Kept:
        """A new library template. `origins`: which library templates nested ones are copies of, {id: [id, version]}.

        Raises NotFound, Forbidden, Invalid with every mistake.
        """
        async with self._db.transaction() as session:
            seen = await edit_group(session, group_id, caller_id)
            template_id = new_id()
            fields, problems = await self._fields(session, caller_id, template_id, body, None, origins)
            row = await library.add(session, fields | {"id": template_id, "group_id": group_id})
            what = {"group": seen.row.name}
            await audit.record(session, caller_id, "template.created", row.id, name=row.name, after=what)
        return Kept(row, seen.access, problems, {})

    async def change(self, caller_id: UUID, template_id: UUID, patch: Body, known: KnownVersion) -> Kept:
        """The next version of a library template. `known`: the version the caller edited, "*" for any.

        Raises NotFound, Forbidden, VersionNeeded, Stale, Invalid with every mistake.
        """
        async with self._db.transaction() as session:
            row, _ = await see_template(session, template_id, caller_id)
            assert row.group_id is not None, "library templates have a group"
            seen = await edit_group(session, row.group_id, caller_id)
            await session.refresh(row)
            _check_version(row, known)
            before = body_of(row)
            fields, problems = await self._fields(
                session, caller_id, template_id, before | patch, before, row.origins, row.name
            )
            changed = {name: value for name, value in fields.items() if getattr(row, name) != value}
            if changed:
                row = await library.change(session, template_id, fields)
                after = {"version": row.version, "fields": ", ".join(sorted(changed))}
                await audit.record(session, caller_id, "template.changed", row.id, name=row.name, after=after)
        return Kept(row, seen.access, problems, {})

    async def delete(self, caller_id: UUID, template_id: UUID, force: bool) -> None:
        """Delete a library template. Raises Conflict with who has copies, unless forced: copies stay where they are."""
        async with self._db.transaction() as session:
            row, _ = await see_template(session, template_id, caller_id)
            assert row.group_id is not None, "library templates have a group"
            await edit_group(session, row.group_id, caller_id)
            users, count = await library.users(session, [template_id], caller_id, MAX_USERS_NAMED)
            if count and not force:
                raise errors.in_use(users, count)
            await library.remove(session, template_id)
            await audit.record(
                session, caller_id, "template.deleted", template_id, name=row.name, before={"copies": count}
            )

    async def users(self, caller_id: UUID, template_id: UUID) -> tuple[Sequence[Any], int]:
        """Who has copies: rows of kind, id, name that the caller may see, and how many there are in all."""
        async with self._db.read() as session:
            await see_template(session, template_id, caller_id)
            return await library.users(session, [template_id], caller_id, MAX_USERS_NAMED)

    async def export(self, caller_id: UUID, template_id: UUID, format: Format) -> str:
        """The template as a file: a bot document that does nothing but run it. It holds no secrets."""
        async with self._db.read() as session:
            row, _ = await see_template(session, template_id, caller_id)
        return await asyncio.to_thread(lambda: dump(bodies.as_bot(body_of(row), str(row.id)), format))

    async def import_file(self, caller_id: UUID, group_id: UUID, data: bytes, format: Format) -> Kept:
        """A new library template from a file. Raises Invalid with every mistake, NotFound, Forbidden."""
        body = await asyncio.to_thread(_body_of_file, data, format)
        return await self.create(caller_id, group_id, body, {})

    async def _fields(
        self,
        session: AsyncSession,
        caller_id: UUID,
        template_id: UUID,
        body: Body,
        before: Body | None,
        origins: Mapping[str, Any],
        name: str = "",
    ) -> tuple[Body, list[Problem]]:
        """The row's fields for a body: templates of libraries that its steps name copied in, judged, ids made ours."""
        whole, news = await self._embedded(session, caller_id, template_id, body, name)
        dense, problems = await asyncio.to_thread(bodies.judged, whole)
        wrong = [problem for problem in problems if bodies.is_fatal(problem)]
        if dense is None or wrong:
            raise errors.invalid(wrong)
        places = {template["id"]: place for place, template in enumerate(dense["templates"])}
        stored = await asyncio.to_thread(bodies.with_ids, dense, str(template_id), before)
        kept = {
            stored["templates"][places[each]]["id"]: origin
            for each, origin in {**origins, **news}.items()
            if each in places
        }
        first = stored["first_step_id"]
        fields = {each: stored[each] for each in _FIELDS}
        fields |= {"first_step_id": UUID(first) if first else None, "origins": kept}
        return fields | {"uses": sorted({UUID(origin[0]) for origin in kept.values()})}, problems

    async def _embedded(
        self, session: AsyncSession, caller_id: UUID, template_id: UUID, body: Body, name: str
    ) -> tuple[Body, dict[str, Any]]:
        """The body with a copy of each library template that its steps name by id, and what those are copies of."""
        own = {template["id"] for template in body["templates"]}
        flows = [body["steps"], *(template["steps"] for template in body["templates"])]
        named = set().union(*(bodies.needed_ids("template", steps) for steps in flows)) - own
        rows = await library.several(session, [UUID(each) for each in named if _is_uuid(each)], caller_id)
        made = body
        news: dict[str, Any] = {}
        for row in sorted(rows.values(), key=lambda each: each.id):
            if row.id == template_id:
                raise errors.holds_itself([name or body["name"]] * 2)
            if template_id in row.uses:
                raise errors.holds_itself([name or body["name"], row.name, name or body["name"]])
            made, found = await asyncio.to_thread(bodies.embedded, made, row.id, body_of(row), row.version, row.origins)
            news |= found
        return made, news


async def see_template(session: AsyncSession, template_id: UUID, caller_id: UUID) -> tuple[TemplateRow, Access]:
    """A library template the caller may see. Raises NotFound."""
    found = await library.visible(session, template_id, caller_id)
    if found is None:
        raise errors.no_such_template()
    return found


def body_of(row: TemplateRow) -> Body:
    """A library template as `document.library` takes it."""
    first = str(row.first_step_id) if row.first_step_id else None
    requests = [_LATER_FIELDS | request for request in row.requests]
    return {name: getattr(row, name) for name in _FIELDS} | {"first_step_id": first, "requests": requests}


def _check_version(row: TemplateRow, known: KnownVersion) -> None:
    if known is None:
        raise errors.version_needed()
    if known != "*" and known != row.version:
        raise errors.stale(row.version)


def _body_of_file(data: bytes, format: Format) -> Body:
    if len(data) > MAX_BYTES[format]:
        raise bot_errors.too_large(MAX_BYTES[format])
    document, found = problems_of(read(data, format))
    wrong = [problem for problem in found if bodies.is_fatal(problem)]
    if document is None or wrong:
        raise errors.invalid(wrong)
    template_id = bodies.run_template_id(document)
    if template_id is None:
        raise errors.no_template_in_file()
    return bodies.from_bot(document, template_id) | {"description": document["description"]}


def _is_uuid(text: str) -> bool:
    try:
        return len(text) == 36 and bool(UUID(text))
    except ValueError:
        return False


async def latest_versions(session: AsyncSession, rows: Sequence[TemplateRow], caller_id: UUID) -> dict[UUID, int]:
    """The present versions of what bots' templates are copies of, where the caller may see that."""
    ids = {row.source_template_id for row in rows if row.source_template_id is not None}
    return await library.versions(session, ids, caller_id)
