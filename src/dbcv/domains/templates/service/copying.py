"""A library template brought into a bot, as a batch of changes: what is new, what is replaced, what is left over. Pure;
called by instances."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from dbcv.domains.bots.service.working_set import Change
from dbcv.domains.templates.document.library import OWN, copied, digest, from_bot, needed_ids, renamed
from dbcv.domains.templates.tables import TemplateRow

Body = dict[str, Any]
Document = Mapping[str, Any]


@dataclass(slots=True)
class Copy:
    """Changes that make a bot have a copy with the id `template_id`; `sources` is what is to be remembered of it,
    `needs` the credentials that the bot has not, or has several of."""

    template_id: UUID
    body: Body
    changes: list[Change] = field(default_factory=list)
    sources: dict[UUID, dict[str, Any]] = field(default_factory=dict)
    needs: list[str] = field(default_factory=list)


def copy_into(
    document: Document, row: TemplateRow, body: Body, template_id: UUID, own: Mapping[str, str] | None = None
) -> Copy:
    """What has to change so that the bot's template `template_id` is the library template `row` as it is now.

    `own`: which credential of the bot stands for one of the library template, {its id there: id in the bot}; for the
    others the only one of the same provider and strategy does.
    """
    plain = copied(body, template_id)
    ids = [(before["id"], after["id"]) for before, after in zip(body["credentials"], plain["credentials"], strict=True)]
    given = {after: own[before] for before, after in ids if own and before in own}
    known, needs = _credentials(document, plain, given)

    def rename(kind: str, identity: str | None, _inside: str) -> str | None:
        return known.get(identity or "") if kind == "credential" else identity

    copy = Copy(template_id, renamed(plain, rename) | {"credentials": []}, needs=needs)
    for kind in ("request", "widget", "template"):
        there = {part["id"]: part for part in document[f"{kind}s"]}
        for part in copy.body[f"{kind}s"]:
            _put(copy, kind, part, there)
    main = {"id": str(template_id)} | {name: copy.body[name] for name in OWN}
    _put(copy, "template", main, {part["id"]: part for part in document["templates"]})
    _remember(copy, row, body)
    return copy


def drop_leftovers(copy: Copy, document: Document, before: Body) -> None:
    """Add the removal of what came with the copy before and is named by nothing any more."""
    for kind in ("template", "request", "widget"):
        kept = {part["id"] for part in copy.body[f"{kind}s"]}
        gone = {part["id"] for part in before[f"{kind}s"] if UUID(part["id"]).version == 5} - kept
        inside = {str(copy.template_id), *(part["id"] for part in before["templates"])}
        others = [step for each in document["templates"] if each["id"] not in inside for step in each["steps"]]
        named = needed_ids(kind, [*document["steps"], *others])
        copy.changes += [Change("remove", kind, UUID(each), {}) for each in sorted(gone - named)]


def _put(copy: Copy, kind: str, part: Body, there: Mapping[str, Any]) -> None:
    fields = {name: value for name, value in part.items() if name != "id"}
    if part["id"] not in there:
        copy.changes.append(Change("add", kind, UUID(part["id"]), fields))
    elif there[part["id"]] != part:
        copy.changes.append(Change("update", kind, UUID(part["id"]), fields))


def _remember(copy: Copy, row: TemplateRow, body: Body) -> None:
    """Which library template each new template is a copy of: the one asked for, and those inside that had come to it
    from libraries."""
    main = {name: copy.body[name] for name in OWN}
    copy.sources[copy.template_id] = _source(row.id, row.version, main)
    for before, after in zip(body["templates"], copy.body["templates"], strict=True):
        if before["id"] in row.origins:
            library_id, version = row.origins[before["id"]]
            copy.sources[UUID(after["id"])] = _source(UUID(library_id), version, after)


def _source(library_id: UUID, version: int, template: Body) -> dict[str, Any]:
    return {"source_template_id": library_id, "source_version": version, "source_digest": digest(template)}


def _credentials(document: Document, body: Body, given: Mapping[str, str]) -> tuple[dict[str, str | None], list[str]]:
    """The bot's own credentials for those the template needs: the one of the same provider and strategy."""
    known: dict[str, str | None] = dict(given)
    needs = []
    for wanted in body["credentials"]:
        if wanted["id"] in given:
            continue
        same = (wanted["provider"], wanted["strategy"])
        fitting = [each for each in document["credentials"] if (each["provider"], each["strategy"]) == same]
        known[wanted["id"]] = fitting[0]["id"] if len(fitting) == 1 else None
        if len(fitting) != 1:
            needs.append(f"{wanted['provider']} ({wanted['strategy']})")
    return known, needs


def present(document: Document, template_id: str) -> Body:
    """The bot's template with what it needs, ready to be compared with a copy: credentials count by their ids only."""
    return from_bot(document, template_id) | {"credentials": []}
