"""Templates' part of the bot document: the section `templates`, and `template_instance` of the steps."""

from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from dbcv.domains.templates.repository import drafts
from dbcv.domains.templates.tables import TemplateInstanceRow, TemplateRow

_KEPT = ("name", "inputs", "outputs", "variables", "steps")
_MAPPINGS = ("inputs_mapping", "outputs_mapping")


class TemplatesPart:
    """Implements bots.schemas.DocumentPart."""

    async def store(self, session: AsyncSession, bot_id: UUID, document: dict[str, Any]) -> None:
        templates = [_template_row(place, template) for place, template in enumerate(document["templates"])]
        instances = [_instance_row(step) for step in document["steps"] if step["template_instance"]]
        await drafts.replace(session, bot_id, templates, instances)

    async def load(self, session: AsyncSession, bot_id: UUID, document: dict[str, Any]) -> None:
        document["templates"] = [_template(row) for row in await drafts.templates(session, bot_id)]
        instances = {str(row.step_id): row for row in await drafts.instances(session, bot_id)}
        for step in document["steps"]:
            if step["id"] in instances:
                step["template_instance"] = instance_fields(instances[step["id"]])


def _template_row(place: int, template: dict[str, Any]) -> dict[str, Any]:
    first = template["first_step_id"]
    ids = {"id": UUID(template["id"]), "first_step_id": UUID(first) if first else None}
    return ids | {"ordinal": place} | {name: template[name] for name in _KEPT}


def _template(row: TemplateRow) -> dict[str, Any]:
    return {"id": str(row.id)} | template_fields(row)


def template_fields(row: TemplateRow) -> dict[str, Any]:
    """A template without its id, as the document has it."""
    first = str(row.first_step_id) if row.first_step_id else None
    return {"first_step_id": first} | {name: getattr(row, name) for name in _KEPT}


def _instance_row(step: dict[str, Any]) -> dict[str, Any]:
    instance = step["template_instance"]
    ids = {"step_id": UUID(step["id"]), "template_id": UUID(instance["template_id"])}
    return ids | {name: instance[name] for name in _MAPPINGS}


def instance_fields(row: TemplateInstanceRow) -> dict[str, Any]:
    """An instance as the document has it in its step."""
    return {"template_id": str(row.template_id)} | {name: getattr(row, name) for name in _MAPPINGS}
