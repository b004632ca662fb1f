"""What the endpoints of templates are given, and how rows are shown."""

from collections.abc import Iterable, Mapping
from typing import Annotated, Any
from uuid import UUID

from fastapi import Depends, Request

from dbcv.domains.accounts.endpoints import Db
from dbcv.domains.bots.schemas import ProblemOut
from dbcv.domains.bots.service import Bots
from dbcv.domains.templates.document.library import digest
from dbcv.domains.templates.document.selection import Port
from dbcv.domains.templates.schemas import (
    ExitOut,
    FromStepsOut,
    PortOut,
    RemarkOut,
    SourceOut,
    TemplateOut,
    TemplateSummary,
)
from dbcv.domains.templates.service.bot_templates import BotTemplates
from dbcv.domains.templates.service.instances import Instances
from dbcv.domains.templates.service.library import Kept, Library
from dbcv.domains.templates.service.making import Making, Result
from dbcv.domains.templates.service.part import template_fields
from dbcv.domains.templates.tables import Access, TemplateRow
from dbcv.engine.problems import Problem


async def _bots(request: Request) -> Bots:
    bots: Bots = request.app.state.bots
    return bots


BotsService = Annotated[Bots, Depends(_bots)]


async def _library(db: Db) -> Library:
    return Library(db)


async def _of_bots(db: Db, bots: BotsService) -> BotTemplates:
    return BotTemplates(db, bots)


async def _instances(db: Db, bots: BotsService) -> Instances:
    return Instances(db, bots)


async def _making(db: Db, bots: BotsService) -> Making:
    return Making(db, bots)


LibraryService = Annotated[Library, Depends(_library)]
BotTemplatesService = Annotated[BotTemplates, Depends(_of_bots)]
InstancesService = Annotated[Instances, Depends(_instances)]
MakingService = Annotated[Making, Depends(_making)]

_SUMMARY = tuple(name for name in TemplateSummary.model_fields if name not in ("access", "source"))
_WHOLE = ("variables", "steps", "requests", "widgets", "credentials", "templates")


def source_out(row: TemplateRow, latest: Mapping[UUID, int], whole: bool) -> SourceOut | None:
    """What a bot's template is a copy of; `whole`: its steps are there to be compared."""
    if row.source_version is None:
        return None
    newest = latest.get(row.source_template_id) if row.source_template_id is not None else None
    return SourceOut(
        template_id=row.source_template_id,
        version=row.source_version,
        latest_version=newest,
        moved_on=newest is not None and newest > row.source_version,
        modified=digest(template_fields(row)) != row.source_digest if whole else None,
    )


def summary(row: TemplateRow, access: Access, latest: Mapping[UUID, int]) -> TemplateSummary:
    """A template in a list."""
    fields = {name: getattr(row, name) for name in _SUMMARY}
    return TemplateSummary(**fields, access=access, source=source_out(row, latest, whole=False))


def template_out(kept: Kept) -> TemplateOut:
    """A template with its steps."""
    row = kept.row
    fields: dict[str, Any] = {name: getattr(row, name) for name in (*_SUMMARY, *_WHOLE)}
    fields["first_step_id"] = str(row.first_step_id) if row.first_step_id else None
    source = source_out(row, kept.latest, whole=True)
    return TemplateOut(**fields, access=kept.access, source=source, problems=problems_out(kept.problems))


def problems_out(problems: Iterable[Problem]) -> list[ProblemOut]:
    """Problems on the wire."""
    return [ProblemOut.model_validate(problem) for problem in problems]


def making_out(result: Result) -> FromStepsOut:
    """A template made from steps, and what was found out."""
    made, names = result.made, result.step_names
    exits = [
        ExitOut(
            place=way.place,
            step_id=UUID(way.source),
            step_name=names.get(way.source, ""),
            leads_to=UUID(way.target),
            leads_to_name=names.get(way.target, ""),
            exit=number,
        )
        for way, number in made.exits
    ]
    notes = [
        RemarkOut(code=n.code, message=n.message, step_id=UUID(n.step_id) if n.step_id else None) for n in made.notes
    ]
    return FromStepsOut(
        template=template_out(result.kept),
        inputs=[_port(port) for port in made.inputs],
        outputs=[_port(port) for port in made.outputs],
        exits=exits,
        notes=notes,
        instance_step_id=result.instance_step_id,
        bot_version=result.bot_version,
    )


def _port(port: Port) -> PortOut:
    return PortOut(name=port.name, variable=port.variable, schema=port.schema, why=port.why)
