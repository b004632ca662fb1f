"""A template made from selected steps of a bot, kept in a library or in the bot, and put in place of the steps if that
is wished. Called by the endpoints."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID, uuid5

from dbcv.domains.bots.document.engine_wording import in_language
from dbcv.domains.bots.schemas import Document, KnownVersion, Language
from dbcv.domains.bots.service import Bots
from dbcv.domains.bots.service.working_set import Change
from dbcv.domains.templates import errors
from dbcv.domains.templates.document.library import OWN, judged, renamed
from dbcv.domains.templates.document.selection import Made, NotOneEntryError, follow_ups, group_of, made_of, silent_step
from dbcv.domains.templates.repository import drafts
from dbcv.domains.templates.schemas import FromStepsIn
from dbcv.domains.templates.service.bot_templates import BotTemplates
from dbcv.domains.templates.service.copying import Copy, copy_into
from dbcv.domains.templates.service.kinds import copies
from dbcv.domains.templates.service.library import Kept, Library, body_of
from dbcv.kit.db import Database
from dbcv.kit.errors import AppError
from dbcv.kit.ids import new_id


@dataclass(frozen=True, slots=True)
class Result:
    """The template, what was found out, the bot's names of steps, the step that replaced the selection."""

    kept: Kept
    made: Made
    step_names: Mapping[str, str]
    instance_step_id: UUID | None
    bot_version: int


class Making:
    """Use cases of templates from steps."""

    def __init__(self, db: Database, bots: Bots) -> None:
        self._db = db
        self._bots = bots
        self._library = Library(db)
        self._of_bots = BotTemplates(db, bots)

    async def from_steps(self, caller_id: UUID, wish: FromStepsIn, known: KnownVersion, language: Language) -> Result:
        """Make a template of steps. The draft changes if the bot keeps the template, or the steps are replaced.

        Raises NotFound, Forbidden, VersionNeeded, Stale, Invalid where the steps are no whole with one way in.
        """
        seen, document = await self._bots.seen_draft(caller_id, wish.bot_id)
        made = await asyncio.to_thread(_made, document, wish, language)
        names = {step["id"]: step["name"] for step in document["steps"]}
        if wish.replace:
            _refuse_middle(made, names, language)
        if wish.group_id is None:
            copy = _local(document, made, new_id())
            version, step_id = await self._apply(caller_id, wish, document, made, copy, known, language)
            kept = await self._of_bots.get(
                caller_id, await self._bots.get(caller_id, wish.bot_id), copy.template_id, language
            )
            return Result(kept, made, names, step_id, version)
        body = made.body | {"description": wish.description}
        kept = await self._library.create(caller_id, wish.group_id, body, await self._origins(document, body))
        kept = replace(kept, problems=[in_language(problem, language) for problem in kept.problems])
        if not wish.replace:
            return Result(kept, made, names, None, seen.row.version)
        try:
            pairs = zip(kept.row.credentials, body["credentials"], strict=True)
            own = {there["id"]: here["id"] for there, here in pairs}
            copy = await asyncio.to_thread(copy_into, document, kept.row, body_of(kept.row), new_id(), own)
            version, step_id = await self._apply(caller_id, wish, document, made, copy, known, language)
        except AppError:
            await self._library.delete(caller_id, kept.row.id, force=True)
            raise
        return Result(kept, made, names, step_id, version)

    async def _origins(self, document: Document, body: Mapping[str, Any]) -> dict[str, list[Any]]:
        """Which library templates the templates inside are copies of."""
        ids = [UUID(template["id"]) for template in body["templates"]]
        async with self._db.read() as session:
            rows = await drafts.sources(session, ids)
        return {str(each): [str(source), version] for each, source, version in rows}

    async def _apply(
        self,
        caller_id: UUID,
        wish: FromStepsIn,
        document: Document,
        made: Made,
        copy: Copy,
        known: KnownVersion,
        language: Language,
    ) -> tuple[int, UUID | None]:
        """Store the copy, and the step that runs it if the selection is replaced. Returns the draft's version."""
        step_id = new_id() if wish.replace else None
        changes = list(copy.changes)
        if step_id is not None:
            ids = [str(each) for each in wish.step_ids]
            async with self._db.read() as session:
                edges = await drafts.connections_to(session, wish.bot_id, UUID(made.entry_id), wish.step_ids)
            changes += _placing(document, made, copy, step_id, wish.name)
            changes += _leading(document, made, step_id, wish.bot_id, edges, set(ids))
            changes += [Change("remove", "step", each, {}) for each in dict.fromkeys(wish.step_ids)]
        token = copies.set(copy.sources)
        try:
            edited = await self._bots.parts.change(caller_id, wish.bot_id, changes, known, language)
        finally:
            copies.reset(token)
        return edited.bot.row.version, step_id


def _made(document: Document, wish: FromStepsIn, language: Language) -> Made:
    there = {step["id"]: step for step in document["steps"]}
    unknown = [place for place, each in enumerate(wish.step_ids) if str(each) not in there]
    if unknown:
        raise errors.unknown_steps(unknown, language)
    if wish.first_step_id is not None and wish.first_step_id not in wish.step_ids:
        raise errors.first_not_selected(language)
    first = None if wish.first_step_id is None else str(wish.first_step_id)
    try:
        return made_of(document, [str(each) for each in wish.step_ids], wish.name, first, language)
    except NotOneEntryError as error:
        candidates = [(each, there[each]["name"]) for each in error.candidates]
        raise errors.not_one_entry(candidates, language) from error


def _refuse_middle(made: Made, names: Mapping[str, str], language: Language) -> None:
    wrong = [(way.place, names.get(way.target, "")) for way in made.ways_in if way.target != made.entry_id]
    if wrong:
        raise errors.ways_into_the_middle(wrong, language)


def _local(document: Document, made: Made, template_id: UUID) -> Copy:
    """A template that stays in the bot: it uses the bot's own requests and widgets, and has its own only of those
    that say `template.*` now."""
    known = {kind: {part["id"]: part for part in document[f"{kind}s"]} for kind in ("request", "widget")}
    body, _ = judged(made.body | {"description": ""})
    assert body is not None, "it was made of parts that have the right shape"
    changed = {kind: {p["id"] for p in body[f"{kind}s"] if p != there.get(p["id"])} for kind, there in known.items()}

    def rename(kind: str, identity: str | None, inside: str) -> str | None:
        moved = (kind == "step" and not inside) or identity in changed.get(kind, ())
        return str(uuid5(template_id, f"{kind}:{identity}")) if identity is not None and moved else identity

    whole = renamed(body, rename)
    copy = Copy(template_id, whole)
    for kind, there in known.items():
        for part in whole[f"{kind}s"]:
            if part["id"] not in there:
                fields = {name: value for name, value in part.items() if name != "id"}
                copy.changes.append(Change("add", kind, UUID(part["id"]), fields))
    copy.changes.append(Change("add", "template", template_id, {name: whole[name] for name in OWN}))
    return copy


def _placing(document: Document, made: Made, copy: Copy, step_id: UUID, name: str) -> list[Change]:
    """The step that runs the template, with connections to where the ways out led."""
    entry = next(step for step in document["steps"] if step["id"] == made.entry_id)
    step = silent_step("", name, entry["position"], [])
    own = {each: step[each] for each in ("name", "is_proxy", "position")}
    numbered = any(number is not None for _, number in made.exits)
    exit_variable = f"session.exit_{step_id.hex[-8:]}"
    outputs = made.outputs_mapping | ({"exit": exit_variable} if numbered else {})
    instance = {
        "template_id": str(copy.template_id),
        "inputs_mapping": made.inputs_mapping,
        "outputs_mapping": outputs,
    }
    changes = [Change("add", "step", step_id, own), Change("add", "template_instance", step_id, instance)]
    connections = follow_ups(made, exit_variable)
    if connections:
        group_id = new_id()
        group = {each: value for each, value in group_of([], []).items() if each != "connections"}
        changes.append(Change("add", "connection_group", group_id, group | {"step_id": str(step_id)}))
        changes += [Change("add", "connection", new_id(), each | {"group_id": str(group_id)}) for each in connections]
    return changes


def _leading(
    document: Document, made: Made, step_id: UUID, bot_id: UUID, edges: list[UUID], gone: set[str]
) -> list[Change]:
    """What led to the first of the steps leads to the new one."""
    target = str(step_id)
    changes = [Change("update", "connection", edge, {"next_step_id": target}) for edge in edges]
    for step in document["steps"]:
        if step["timeout_step_id"] == made.entry_id and step["id"] not in gone:
            changes.append(Change("update", "step", UUID(step["id"]), {"timeout_step_id": target}))
    if document["first_step_id"] == made.entry_id:
        changes.append(Change("update", "bot", bot_id, {"first_step_id": target}))
    return changes
